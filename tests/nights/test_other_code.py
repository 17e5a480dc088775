"""Beside a champion that this code cannot read a training waits for a person; no lake is read, and nothing fitted."""

import logging
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from expectations.errors import GateFailed, NoChampion
from features.catalog import BEHAVIOURS, channels
from jobs import attack, backtest_pair, compare, night, promote, rollback, train
from jobs.challenger import readable
from jobs.days import Days
from jobs.provenance import code
from models import logbook, promotion, registry, succession
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
    page = Record({"comparison.md": promotion.explored("Test", "nights", [])})
    logbook.log_comparison(uri, logbook.EXPERIMENT, {"code_sha256": code()}, {}, page)
    compare.run(context, NIGHT)
    shown = promote.show(context.settings)
    assert "nothing was compared" in shown
    assert "### This code beside the published lists" in shown
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


def test_a_challenger_of_other_code_stops_no_command_and_is_judged_by_nobody(context, caplog):
    uri = context.settings.mlflow
    assert readable(uri) is None, "there is none"
    number = registry.publish(OTHER, uri, NIGHT.last, {}, {}, alias="challenger")
    with caplog.at_level(logging.INFO, "postern"):
        for job in (attack, backtest_pair, compare):
            job.run(context, NIGHT)
    assert caplog.text.count(f"version {number}, is of another catalogue or other detectors and is passed over") == 3
    assert caplog.text.count("no version that this code reads is a challenger") == 3
    assert "gate" not in succession.tags(uri, number)
    with pytest.raises(NoChampion, match=f"version {number} is of another catalogue"):
        promote.run(context.settings, None, "a test")


def test_a_branch_that_takes_the_alias_leaves_the_challenger_of_the_live_code_in_its_place(context):
    """The weekly run is between training and comparison when a branch trains against the same registry."""
    uri = context.settings.mlflow
    champion, own = (registry.publish(OWN, uri, NIGHT.last, {}, {}, alias=a) for a in ("champion", "challenger"))
    aside = registry.publish(OWN, uri, NIGHT.last, {}, {}, alias=None)
    branch = registry.publish(OTHER, uri, NIGHT.last, {}, {}, alias="challenger")
    assert int(champion) < int(own) < int(aside) < int(branch)
    found = readable(uri)
    assert found is not None
    assert found.version == own
    run = logbook.log_comparison(uri, logbook.PROMOTION, {}, {}, Record({"comparison.md": "# of the live code"}))
    succession.judged(uri, own, succession.PASSED, champion, run)
    assert promote.show(context.settings) == "# of the live code"
    assert f"version {own} scores" in promote.run(context.settings, None, "a test")
    # What scored once is no challenger, and what a backfill trained never was one.
    assert standing(context) == [own, branch, champion]
    assert readable(uri) is None
