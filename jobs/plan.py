"""How jobs follow one another where a scheduler runs them: the tasks they make, and which waits for which."""

from collections.abc import Iterator
from itertools import groupby

from jobs.job import Job, once


def tasks(jobs: tuple[Job, ...]) -> tuple[Job, ...]:
    """The same jobs as a scheduler runs them: a session with several is one, told as a job itself."""
    return tuple(
        merged(name, tuple(together)) for name, together in groupby(jobs, key=lambda job: job.session or job.name)
    )


def merged(name: str, jobs: tuple[Job, ...]) -> Job:
    """One session's jobs as one: what any of them reads, writes and waits for."""
    if len(jobs) == 1:
        return jobs[0]
    return Job(
        name,
        " ".join(job.says for job in jobs),
        "",
        reads=once(table for job in jobs for table in job.reads),
        writes=once(table for job in jobs for table in job.writes),
        in_order=any(job.in_order for job in jobs),
        runs=jobs[0].runs,
        timeout_minutes=sum(job.timeout_minutes for job in jobs),
    )


def edges(jobs: tuple[Job, ...]) -> Iterator[tuple[Job, Job]]:
    """(upstream, downstream): the later job reads what the earlier writes. `jobs` are in the order they run."""
    for position, later in enumerate(jobs):
        for earlier in jobs[:position]:
            if earlier.feeds_into(later):
                yield earlier, later
