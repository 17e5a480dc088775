"""A night that has no list for want of a delivery or a champion: the last good list says so, whoever ran it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from expectations.errors import LandingError, MissingState, NoChampion, NothingLanded, PosternError
from feeds.site import FeedConfig, Site, SiteFacts
from jobs import __main__ as command
from jobs import backfill, catalog, night, start
from jobs.context import Context
from jobs.days import Days
from jobs.report import publish
from jobs.settings import settings

LISTED, TONIGHT = date(2020, 3, 29), date(2020, 3, 30)
NEXT = "no feed has a delivery: expected some in landing/access/ of one. Next: land them."
SAID = "no feed has a delivery: expected some in landing/access/ of one."
STOPS = replace(catalog.job("conform"), entry=f"{__name__}:stopped", gate=())
causes: list[PosternError] = []


def stopped(context: Context, days: Days) -> None:
    raise causes[-1]


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A site that has published a list; no table is looked at."""
    causes[:] = [NothingLanded(NEXT)]
    publish.publish(tmp_path / "published", LISTED, publish.stage(tmp_path / "published", LISTED, {}))
    site = Site(site=SiteFacts(name="Example", time_zone="Europe/Vienna"), feeds={"access": FeedConfig()})
    return Context(cast(Any, None), site, settings(lake=str(tmp_path), environment={}))


def mark(context: Context) -> dict[str, Any] | None:
    return publish.stale(context.settings.published)


@pytest.mark.parametrize("cause", [NothingLanded, LandingError, NoChampion])
def test_a_night_without_delivery_or_champion_marks_the_last_list_stale(
    context: Context, monkeypatch: pytest.MonkeyPatch, cause: type[PosternError]
) -> None:
    causes.append(cause(NEXT))
    monkeypatch.setattr(night, "NIGHTLY", (STOPS,))
    with pytest.raises(cause):
        night.run(context, Days.one(TONIGHT))
    assert mark(context) == {"day": str(TONIGHT), "last_good": str(LISTED), "reasons": [SAID]}
    assert f"the night of {TONIGHT} was stopped" in (context.settings.published / publish.DOOR).read_text()


def test_the_task_of_the_dag_marks_it_too(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def ready(*_: object) -> Iterator[Context]:
        yield context

    monkeypatch.setattr(start, "context", ready)
    monkeypatch.setattr(catalog, "session", lambda name: (STOPS,))
    asked = argparse.Namespace(command="assess", day=TONIGHT, first=None, last=None)
    with pytest.raises(NothingLanded):
        command.run_jobs(asked, context.settings)
    assert mark(context)


def test_a_pass_of_a_backfill_marks_nothing_even_if_it_is_of_one_night(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "job", lambda name: STOPS)
    monkeypatch.setattr(backfill, "deliveries", lambda context, days: days.chunks(1))
    with pytest.raises(NothingLanded):
        backfill.conform_all(context, Days.through(LISTED, TONIGHT))
    assert mark(context) is None


@pytest.mark.parametrize(
    "days",
    [
        Days.one(LISTED),
        Days.one(date(2020, 3, 28)),
        Days.through(TONIGHT, date(2020, 3, 31)),
        Days.one(date(9998, 3, 30)),
    ],
    ids=["the listed night", "an older one", "a range", "a mistyped one to come"],
)
def test_what_owes_no_list_leaves_the_last_one_unmarked(context: Context, days: Days) -> None:
    with pytest.raises(NothingLanded):
        night.live(context, [STOPS], days)
    assert mark(context) is None


def test_neither_a_weekly_job_nor_another_cause_marks_it(context: Context) -> None:
    with pytest.raises(NothingLanded):
        night.live(context, [replace(STOPS, runs="weekly")], Days.one(TONIGHT))
    causes.append(MissingState(NEXT))
    with pytest.raises(MissingState):
        night.live(context, [STOPS], Days.one(TONIGHT))
    assert mark(context) is None


def test_before_the_first_list_there_is_none_to_mark(context: Context) -> None:
    (context.settings.published / publish.LATEST).unlink()
    with pytest.raises(NothingLanded):
        night.live(context, [STOPS], Days.one(TONIGHT))
    assert mark(context) is None
