"""Beside a champion that this code cannot read a training waits for a person; no lake is read, and nothing fitted."""

import logging
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from expectations.errors import GateFailed, NoChampion
from features.catalog import BEHAVIOURS, channels
from jobs import attack, backtest_pair, compare, night, promote, rollback, shadow, train
from jobs.days import Days
from jobs.provenance import code
from models import logbook, registry, succession
from models.champion import Champion
from models.logbook import Record

NIGHT = Days.one(date(2026, 3, 10))
OTHER = Champion.untrained(BEHAVIOURS)
"""The same names, of no definition that is known."""
OWN = replace(OTHER, definitions=tuple(told for _, told in channels()))


@pytest.fixture
def context(tmp_path, monkeypatch):
    """A registry whose champion learned the newest night."""
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    fitted = SimpleNamespace(champion=OWN, data={"person_days": 1, "code_sha256": code()}, metrics={}, record=Record())
    monkeypatch.setattr(train, "fit", lambda *_: fitted)
    monkeypatch.setattr(night, "newest", lambda _: NIGHT)
    registry.publish(OTHER, uri, NIGHT.last, {}, {})
    return SimpleNamespace(
        settings=SimpleNamespace(mlflow=uri), site=SimpleNamespace(site=SimpleNamespace(name="Test"))
    )


def standing(context):
    return [succession.named(context.settings.mlflow, alias) for alias in ("champion", "challenger", "previous")]


def test_a_person_decides_who_was_told_that_nothing_was_compared(context, monkeypatch, caplog):
    written, uri = [], context.settings.mlflow
    monkeypatch.setattr(compare, "write", lambda _, *told: written.append(told))
    # What the champion knows is of no use here; the fortnight is left all the same.
    assert train.due(context) == Days.one(NIGHT.last - timedelta(days=train.FROZEN_NIGHTS))
    with caplog.at_level(logging.INFO, "postern"):
        train.run(context, NIGHT)
        assert standing(context) == ["1", "2", None]
        for job in (attack, backtest_pair, compare):
            job.run(context, NIGHT)
    told = (
        "version 2 cannot be compared with the champion, version 1",
        "attack: the champion is",
        "backtest: the champ",
    )
    assert [one for one in told if one not in caplog.text] == []
    assert "no `postern experiment` was run with its code" in promote.show(context.settings)
    page = Record({"comparison.md": "## Version branch against the champion"})
    logbook.log_comparison(uri, logbook.EXPERIMENT, {"code_sha256": code()}, {}, page)
    compare.run(context, NIGHT)
    shown = promote.show(context.settings)
    assert "nothing was compared" in shown
    assert "### Version branch against the champion" in shown
    (check,) = written[-1][2]
    assert (*written[-1][:2], check.name, check.outcome) == ("2", "1", "comparable", "not made")
    with pytest.raises(GateFailed, match="--incomparable"):
        promote.run(context.settings, None, "a test")
    assert "version 2 scores" in promote.run(context.settings, None, "seen its lists", incomparable=True)
    assert standing(context) == ["2", None, "1"]
    with pytest.raises(NoChampion, match="version 1 is of another catalogue"):
        rollback.run(context.settings, "a test")
    # Beside a champion of its own code a training is one to be compared again.
    train.run(context, NIGHT)
    assert "gate" not in succession.tags(uri, "3")


def test_a_challenger_that_this_code_cannot_read_is_said_to_be_incomparable_by_nobody(context):
    uri = context.settings.mlflow
    number = registry.publish(OTHER, uri, NIGHT.last, {}, {}, alias="challenger")
    with pytest.raises(NoChampion, match=f"version {number} is of another catalogue"):
        compare.run(context, NIGHT)
    assert "gate" not in succession.tags(uri, number)


def test_a_challenger_of_other_code_does_not_stop_what_is_watched(context, caplog):
    uri = context.settings.mlflow
    assert shadow.readable(context) is None, "there is none"
    other = registry.publish(OTHER, uri, NIGHT.last, {}, {}, alias="challenger")
    with caplog.at_level(logging.WARNING, "postern"):
        assert shadow.readable(context) is None
    assert f"version {other}, is of another catalogue" in caplog.text
    own = registry.publish(OWN, uri, NIGHT.last, {}, {}, alias="challenger")
    found = shadow.readable(context)
    assert found is not None
    assert found.version == own
