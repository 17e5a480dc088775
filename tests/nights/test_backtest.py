"""Frozen nights replayed with plants: the lake stays as it was, nothing is trained, and the strong are found.

Five minutes of whole nights; what they are made of is tested with the rest: tests/injection, tests/models.
"""

import csv
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml

from expectations.errors import NoChampion
from expectations.gold import BASELINE, RISK
from expectations.quality import PROMOTION
from jobs import attack, backfill, backtest, backtest_pair, compare, train
from jobs.context import Context
from jobs.days import Days
from jobs.evidence import evidence
from jobs.injection.planted import Asked
from jobs.lake import Lake
from jobs.settings import settings
from jobs.simulate import END, simulate
from jobs.site import load_site
from models import promotion, registry, succession
from models.succession import TRAINED_ON

pytestmark = pytest.mark.deployment

NIGHTS, PEOPLE = 28, 60
LEARNING = {"guard_nights": 3, "warm_up_nights": 4, "train_every": 10}
FEEDS = ("access", "logon", "media", "file", "web")
WHOLE = Days.through(END - timedelta(days=NIGHTS - 1), END)


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory) -> Context:
    """A lake without insiders, backfilled, its model trained before the frozen nights."""
    root = tmp_path_factory.mktemp("backtest") / "lake"
    simulate(root, people=PEOPLE, days=NIGHTS, insiders={}, feeds=FEEDS)
    told = yaml.safe_load((root / "site.yaml").read_text())
    (root / "site.yaml").write_text(yaml.safe_dump({**told, "learning": LEARNING}, sort_keys=False))
    ready = Context(Lake(spark, str(root)), load_site(root / "site.yaml"), settings(str(root), environment={}))
    backfill.run(ready, WHOLE)
    return ready


@pytest.fixture(scope="module")
def plants(context, tmp_path_factory):
    """What came of two scenarios at a strength that nobody misses, and of one that is hardly there; and before."""
    before = contents(context), registry.versions(context.settings.mlflow), context.lake.version(RISK)
    days, scratch, seen = backtest.window(context, 28), tmp_path_factory.mktemp("scratch"), []
    load = registry.load
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(train, "run", lambda *_: pytest.fail("a backtest trained"))
        patched.setattr(registry, "load", lambda uri, version: seen.append(version) or load(uri, version))
        found = backtest.run(context, days, [Asked(("file_thief", "unauthorised_explorer"), 3.0, 1)], scratch)
        faint = [Asked(("slow_drifter",), 0.01, 1)]
        found += backtest.run(context, backtest.window(context, 3), faint, tmp_path_factory.mktemp("late"))
    return found, days, before, scratch, seen


def contents(context: Context) -> dict[str, bytes]:
    root = Path(context.lake.root)
    kept = (f for f in sorted(root.rglob("*")) if f.is_file() and "mlflow" not in str(f.relative_to(root)))
    return {str(f.relative_to(root)): f.read_bytes() for f in kept}


def test_the_window_stands_behind_a_kept_evening_and_a_training(context, plants):
    _, days, *_ = plants
    assert days.last == END
    assert days.before in context.lake.days(BASELINE)
    trained = registry.versions(context.settings.mlflow).values()
    assert min(tags[TRAINED_ON] for tags in trained) <= str(days.before)


def test_the_lake_and_the_registry_stay_as_they_were(context, plants):
    _, _, (files, versions, version), *_ = plants
    assert contents(context) == files
    assert registry.versions(context.settings.mlflow) == versions
    assert context.lake.version(RISK) == version


def test_the_strong_are_found_with_their_nights_and_the_faint_are_not(context, plants):
    found, *_ = plants
    best = {plant.scenario: plant for plant in found}
    assert best["file_thief"].nights is not None
    assert best["file_thief"].best <= context.site.list.budget
    assert best["file_thief"].deeds >= 2
    assert best["unauthorised_explorer"].group == "unauthorised access"
    assert best["slow_drifter"].best > 1


def test_labels_are_beside_the_replays_and_the_replays_are_gone(plants):
    *_, scratch, _ = plants
    assert [file.name for file in scratch.iterdir()] == ["labels-1.csv"]
    rows = list(csv.DictReader((scratch / "labels-1.csv").open()))
    assert {row["scenario"] for row in rows} == {"file_thief", "unauthorised_explorer"}


def test_no_training_sees_a_night_of_the_backtest(context, plants):
    _, days, *_, seen = plants
    trained = registry.versions(context.settings.mlflow)
    assert seen
    assert all(trained[version][TRAINED_ON] < str(days.start) for version in seen)


def test_nights_before_any_training_are_refused(context, tmp_path):
    with pytest.raises(NoChampion, match="trained on nights before"):
        backtest.run(context, Days.one(WHOLE.start), [Asked(("file_thief",), 1.0, 1)], tmp_path)


def test_what_came_of_it_is_logged_without_anybody(context, plants):
    found, days, *_ = plants
    run = backtest.logged(context, days, found, "figures", context.site.list.budget, "1")
    from mlflow.tracking import MlflowClient

    data = MlflowClient().get_run(run).data
    assert data.params["kind"] == "backtest"
    assert data.metrics["file_thief/power_3"] == 1.0
    assert not any("P000" in str(value) for value in data.params.values())


def test_a_challenger_gets_both_kinds_of_evidence_and_the_gate_reads_them(context, plants):
    """Last, for it leaves a challenger: the same plants under both models, in nights that neither has learnt from."""
    uri = context.settings.mlflow
    train.run(context, Days.one(END - timedelta(days=7)))
    version, champion = (succession.named(uri, alias) for alias in ("challenger", "champion"))
    before = {name: held for name, held in contents(context).items() if not name.startswith("promotion/")}
    backtest_pair.run(context, Days.one(END), [Asked(("file_thief", "unauthorised_explorer"), 1.0, 1)])
    attack.run(context, Days.one(END))
    after = contents(context)
    assert {name: held for name, held in after.items() if not name.startswith("promotion/")} == before
    assert set(after) - set(before) == {f"promotion/{version}/{kind}.json" for kind in ("attacks", "backtest")}
    found = evidence(context.settings, champion, version)
    assert set(found.recall) == {"abrupt theft", "unauthorised access"}
    assert all(ranks.champion.size == ranks.challenger.size == 1 for ranks in found.recall.values())
    assert all(np.isfinite([*ranks.champion, *ranks.challenger]).all() for ranks in found.recall.values())
    assert [(check.name, check.outcome != "not made") for check in found.checks] == [("robustness", True)]
    compare.run(context, Days.one(END))
    rows = {row["check"]: row["outcome"] for row in context.lake.read(PROMOTION).collect()}
    assert set(rows) == set(promotion.EVERY)
    assert not [name for name, outcome in rows.items() if outcome == "not made"]
    told = succession.comparison(uri, version)
    assert (told.verdict == succession.PASSED) == (set(rows.values()) == {"passed"})
    assert "abrupt theft (1 people)" in told.page
