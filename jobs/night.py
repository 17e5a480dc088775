"""A night: all its jobs in one Spark session, in the order their reads and writes ask for."""

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from expectations.errors import GateFailed, LandingError, MissingState, NoChampion, NothingLanded, PosternError
from expectations.gold import SURPRISE
from jobs.catalog import NIGHTLY
from jobs.context import Context
from jobs.days import Days
from jobs.job import Job
from jobs.report import publish

log = logging.getLogger("postern")


def run(context: Context, days: Days) -> None:
    """Run each night of the range by itself, oldest first, each up to its published list."""
    for day in days:
        live(context, NIGHTLY, Days.one(day))


def live(context: Context, jobs: Sequence[Job], days: Days) -> None:
    """Run jobs of `days` as a person or a scheduler asks for them, not as the passes of a backfill do.

    A night for which nothing landed, whose files cannot be read, or that no champion scores has no list either: the
    error is raised, the last good list first marked stale where it is the list of an earlier night.
    """
    try:
        steps(context, [(job, days) for job in jobs])
    except (NothingLanded, LandingError, NoChampion) as stopped:
        if len(days) == 1 and all(job.runs == "nightly" for job in jobs) and owed(context, days):
            sentence = str(stopped).partition(". ")[0].removesuffix(".")
            publish.mark_stale(context.settings.published, days.start, [f"{sentence}."])
        raise


def owed(context: Context, days: Days) -> bool:
    """Whether a list is published, and the night after it that these days are has begun."""
    newest = publish.latest(context.settings.published)
    # The mark of a mistyped day to come would outlast the list of every night before it.
    today = datetime.now(ZoneInfo(context.site.site.time_zone)).date()
    return newest is not None and newest < days.start <= today


def steps(context: Context, planned: Sequence[tuple[Job, Days]], *, gated: bool = True) -> None:
    """Run jobs one after the other, each up to its gate unless they are not `gated`, and say how far it is.

    One that fails stops those that read what it writes, and no other: a list does not wait for what watches it. Raises
    in the end what the first failed with; where a gate did, the last good list is marked stale.
    """
    first: Exception | None = None
    without: list[Job] = []
    for number, (job, days) in enumerate(planned, start=1):
        if any(job.name == other.name or other.feeds_into(job) for other in without):
            without.append(job)
            continue
        try:
            told = step(context, job, days, gated=gated)
            log.info("[%d/%d] %s %s … %s", number, len(planned), job.name, days, told)
        except Exception as failed:
            # Of several only the first is raised. What was not foreseen may hold a row of somebody's.
            why = failed if isinstance(failed, PosternError) else type(failed).__name__
            log.error("[%d/%d] %s %s stopped: %s", number, len(planned), job.name, days, why)
            first = first or failed
            without.append(job)
    if first:
        raise first


def step(context: Context, job: Job, days: Days, *, gated: bool = True) -> str:
    """One job and its gate; how long they took. Raises what they raise."""
    started = time.monotonic()
    try:
        job.load()(context, days)
        written = time.monotonic()
        if gated and job.gate:
            gate(context, job, days)
    except GateFailed as failed:
        if failed.day:
            publish.mark_stale(context.settings.published, failed.day, failed.reasons)
        raise
    ended = time.monotonic()
    of_gate = f", its gate {ended - written:.1f} s" if gated and job.gate else ""
    return f"{ended - started:.1f} s{of_gate}"


def gate(context: Context, job: Job, days: Days) -> None:
    """Judge the tables of the job's gate. Raises GateFailed when a critical rule is broken: no job goes on from it."""
    from jobs.gates import docs, gate_night
    from jobs.tables import TABLES

    declared = [TABLES[table.name] for table in job.gate]
    written = [table for table in declared if context.lake.exists(table)]
    gate_night(context.lake, written, days, job=job.name, site=context.site, docs=docs(context))


def newest(context: Context) -> Days:
    """The newest night with a surprise: what a training without a day is as of. Raises MissingState before any."""
    held = context.lake.days(SURPRISE)
    if not held:
        raise MissingState(f"{SURPRISE.name} holds no night yet. Next: `postern backfill --from D --to D`.")
    return Days.one(held[-1])
