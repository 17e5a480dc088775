"""Which model scores the nights of a backfill, and who is champion when it is over; its jobs are tested elsewhere."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from expectations.errors import MissingState
from features.catalog import BEHAVIOURS, channels
from feeds.site import Site
from jobs import backfill
from jobs.catalog import ASIDE, ON_THE_WAY
from jobs.context import Context
from jobs.days import Days
from jobs.settings import settings
from models import registry, succession
from models.champion import Champion

FIRST, EVERY = date(2026, 1, 5), 4
SITE = Site.model_validate({"site": {"name": "Test", "time_zone": "UTC"}, "feeds": {"logon": {}}})
LEARNED = None
"""Stands for the version where nights were left to learn from."""


def nights(start: int, end: int) -> Days:
    return Days(FIRST + timedelta(days=start), FIRST + timedelta(days=end))


def published(context: Context, learnt: int, alias: str | None) -> str:
    last = FIRST + timedelta(days=learnt)
    model = replace(Champion.untrained(BEHAVIOURS), definitions=tuple(told for _, told in channels()))
    return registry.publish(model, context.settings.mlflow, last, {}, {}, alias=alias)


@pytest.fixture
def context(tmp_path, monkeypatch):
    """No lake: steps are noted, and a training registers a model that learned nothing."""
    ready = Context(None, SITE, settings(str(tmp_path), environment={}))
    aliases = {ON_THE_WAY.entry: "champion", ASIDE.entry: None}

    def steps(given, planned, *, gated=True):
        for step, days in planned:
            if step.name in ("score", "watch"):
                noted[days] = given.settings.model if step.name == "score" else noted.get(days, LEARNED)

    def step(given, training, days):
        published(ready, (days.last - FIRST).days, aliases[training.entry])

    noted: dict[Days, str | None] = {}
    monkeypatch.setattr(backfill, "steps", steps)
    monkeypatch.setattr(backfill, "step", step)
    monkeypatch.setattr(backfill, "conform_all", lambda *_, gated: None)
    monkeypatch.setattr(backfill, "nights_at_once", lambda *_: 91)
    monkeypatch.setattr(backfill, "NIGHTS", EVERY)
    return ready, noted


def scored(context, days: Days, every: int, model: str | None = None) -> list[str | None]:
    """The version of each pass, in order."""
    ready, noted = context
    noted.clear()
    backfill.run(replace(ready, settings=replace(ready.settings, model=model)), days, train_every=every)
    return [noted[chunk] for chunk in days.chunks(EVERY)]


def standing(context) -> list[str | None]:
    return [succession.named(context[0].settings.mlflow, a) for a in ("champion", "challenger", "previous")]


def test_nights_are_scored_by_what_learned_before_them_and_no_approved_model_is_replaced(context, monkeypatch):
    # A fresh history: its last model is the first champion.
    assert scored(context, nights(0, 12), EVERY) == [LEARNED, "1", "2"]
    assert standing(context) == ["3", None, "2"]
    # Beside a champion: a challenger that nobody let through makes no list, the range's own trainings do, none stays.
    assert published(context[0], 11, "challenger") == "4"
    assert scored(context, nights(12, 20), EVERY) == ["3", "5"]
    assert standing(context) == ["3", "4", "2"]
    # Nothing trained: no pass is scored by what knows it, and none by what is newer than the champion.
    assert scored(context, nights(0, 20), 0) == [LEARNED, "1", "2", "3", "3"]
    # A pinned version scores what it does not know.
    assert scored(context, nights(8, 16), 0, model="3") == [LEARNED, "3"]
    # Another catalogue's nights are left to its first training, and nothing stops.
    monkeypatch.setattr(backfill, "channels", lambda: (*channels(), ("another", "")))
    assert scored(context, nights(0, 20), 0) == [LEARNED] * 5
    assert standing(context) == ["3", "4", "2"]


def test_who_was_turned_down_or_rolled_back_makes_no_list_of_the_past(context):
    for learnt, alias in ((3, "champion"), (5, "challenger"), (11, "champion")):
        published(context[0], learnt, alias)
    assert scored(context, nights(8, 16), 0) == ["1", "3"]
    succession.rollback(context[0].settings.mlflow, "a test")
    assert scored(context, nights(8, 16), 0) == ["1", "1"]
    # A newer champion does not bring back what was rolled back before it.
    assert published(context[0], 15, "champion") == "4"
    assert scored(context, nights(12, 20), 0) == ["1", "4"]


def test_a_history_too_short_for_a_first_model_is_told_and_no_failure(context, monkeypatch, caplog):
    def short(*_):
        raise MissingState("a training needs 250 person-days")

    monkeypatch.setattr(backfill, "step", short)
    with caplog.at_level("INFO", "postern"):
        assert scored(context, nights(0, 8), EVERY) == [LEARNED, LEARNED]
    assert [(r.levelname, r.message) for r in caplog.records if "needs" in r.message] == [
        ("INFO", "no model yet: a training needs 250 person-days")
    ] * 2
