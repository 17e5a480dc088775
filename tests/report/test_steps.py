"""A job that fails stops those that read what it writes, and no other."""

import logging
from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest

from expectations.errors import MissingState
from jobs.catalog import NIGHTLY
from jobs.context import Context
from jobs.days import Days
from jobs.job import Job
from jobs.night import steps

NIGHT = Days.one(date(2026, 3, 2))
NOTHING = cast(Context, None)
"""Jobs of these tests ask for no context."""


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The jobs that ended well, in order; those named in `failing` raise."""
    ended: list[str] = []

    def load(job: Job) -> object:
        def run(context: Context, days: Days) -> None:
            if job.name in FAILING:
                raise LookupError(job.name) if job.name == "watch" else MissingState(f"no {job.name}")
            ended.append(job.name)

        return run

    monkeypatch.setattr(Job, "load", load)
    yield ended
    FAILING.clear()


FAILING: set[str] = set()


def night() -> None:
    steps(NOTHING, [(job, NIGHT) for job in NIGHTLY], gated=False)


def test_a_night_runs_every_job_in_its_order(ran: list[str]) -> None:
    night()
    assert ran == [job.name for job in NIGHTLY]


def test_a_list_does_not_wait_for_what_watches_it(ran: list[str]) -> None:
    FAILING.add("watch")
    with pytest.raises(LookupError, match="watch"):
        night()
    assert ran == [job.name for job in NIGHTLY if job.name != "watch"]
    assert ran[-1] == "risk_list"


@pytest.mark.parametrize("failing", ["conform", "person_day", "score", "risk"])
def test_no_list_is_made_of_what_failed(ran: list[str], failing: str) -> None:
    FAILING.update({failing, "watch"})
    with pytest.raises(MissingState, match=failing):
        night()
    assert "risk_list" not in ran


def test_why_a_second_one_failed_is_told_unless_it_may_hold_a_row(
    ran: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    FAILING.update({"watch", "risk_list"})
    with pytest.raises(LookupError), caplog.at_level(logging.ERROR, "postern"):
        night()
    told = [record.getMessage() for record in caplog.records]
    assert [line.partition("stopped: ")[2] for line in told] == ["LookupError", "no risk_list"]


def test_a_job_that_failed_for_one_night_is_not_run_for_the_next(ran: list[str]) -> None:
    FAILING.add("watch")
    watch = next(job for job in NIGHTLY if job.name == "watch")
    with pytest.raises(LookupError):
        steps(NOTHING, [(watch, NIGHT), (watch, Days.one(date(2026, 3, 3)))], gated=False)
    assert ran == []
