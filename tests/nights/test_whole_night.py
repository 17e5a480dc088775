"""Nights from landed files to the published list: by range or singly, twice, at once, killed, replayed: the same."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyspark.sql import SparkSession

from expectations.gold import RISK_LIST
from expectations.quality import VERDICT
from expectations.table import Table
from jobs import backfill, night
from jobs.catalog import NIGHTLY, job
from jobs.context import Context
from jobs.days import Days
from jobs.job import Job
from jobs.lake import Lake
from jobs.settings import settings
from jobs.simulate import simulate
from jobs.site import load_site
from jobs.tables import TABLES

pytestmark = [pytest.mark.deployment, pytest.mark.timeout(1800)]  # each test is several nights

LAST = date(2026, 3, 31)
KNOWN = 18
"""Nights before the one that is scored."""
FIRST = LAST - timedelta(days=KNOWN)
LEARNING = {"guard_nights": 2, "warm_up_nights": 2, "train_every": KNOWN}
NIGHT = Days.one(LAST)
JUDGED = "quality.verdict"
"""Each pass is judged by itself; what the verdicts are about is compared in full."""


def opened(spark: SparkSession, landed: Path, root: Path) -> Context:
    """The landed files in a lake of its own."""
    shutil.copytree(landed, root)
    chosen = settings(lake=str(root), environment={})
    return Context(Lake(spark, root), load_site(chosen.site), chosen)


def tables(context: Context) -> dict[str, list[str]]:
    """Every row of every table, in an order of its own."""
    return {name: sorted(map(str, context.lake.read(table).collect())) for name, table in TABLES.items()}


def files(context: Context) -> dict[str, object]:
    """The published list of the night, without the minute of it and the number of commits before it."""
    folder = Path(context.lake.root) / "published" / str(LAST)
    told = json.loads((folder / "risk_list.json").read_text())
    return {key: value for key, value in told.items() if key not in ("published_at", "versions")}


class Killed(Exception):
    """The end of a run after its first write."""


def twice(step: Job, context: Context) -> None:
    """A job that writes once is killed in its second run."""
    for _ in range(2):
        step.load()(context, NIGHT)


def facility(root: Path) -> None:
    """Landing files and site of a small facility."""
    simulate(root, people=60, days=KNOWN + 1, end=LAST, feeds=("access", "logon"))
    site = yaml.safe_load((root / "site.yaml").read_text())
    (root / "site.yaml").write_text(yaml.safe_dump({**site, "learning": LEARNING, "list": {"budget": 3}}))


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("landed")
    facility(root)
    return root


@pytest.fixture(scope="module")
def ranged(spark: SparkSession, landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    """All nights in one range."""
    context = opened(spark, landed, tmp_path_factory.mktemp("ranged") / "lake")
    backfill.run(context, Days.through(FIRST, LAST))
    return context


@pytest.fixture(scope="module")
def singly(spark: SparkSession, landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    """The history, then the night by itself."""
    context = opened(spark, landed, tmp_path_factory.mktemp("singly") / "lake")
    backfill.run(context, Days.through(FIRST, NIGHT.before))
    night.run(context, NIGHT)
    return context


def watching(context: Context) -> Callable[..., None]:
    """Fails when a table, all `but` those named, or the published list is not what it was when it was called."""
    was, told = tables(context), files(context)

    def check(but: tuple[str, ...] = ()) -> None:
        now = tables(context)
        assert {name: now[name] for name in now if name not in but} == {n: was[n] for n in was if n not in but}
        assert files(context) == told

    return check


@pytest.fixture
def unchanged(singly: Context) -> Callable[..., None]:
    """What `watching` makes of the night by itself, when the test begins."""
    return watching(singly)


def test_a_range_is_its_nights_one_by_one(ranged: Context, singly: Context) -> None:
    one, other = tables(ranged), tables(singly)
    assert {name: rows for name, rows in one.items() if name != JUDGED} == {
        name: rows for name, rows in other.items() if name != JUDGED
    }
    assert files(ranged) == files(singly)


def test_a_night_judges_the_tables_that_are_declared_to_be_judged(singly: Context) -> None:
    kept = singly.lake.read(VERDICT, NIGHT).select("job", "table").distinct().collect()
    declared = {(step.name, table.name) for step in NIGHTLY for table in step.judges if singly.lake.exists(table)}
    assert {(row["job"], row["table"]) for row in kept} == declared


def test_a_night_run_again_changes_nothing_and_touches_only_what_is_declared(
    singly: Context, unchanged: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    touched: dict[str, set[str]] = {"read": set(), "write": set()}
    for way in touched:
        plain = getattr(Lake, way)

        def noted(lake: Lake, table: Table, *rest: Any, way: str = way, plain: Any = plain) -> Any:
            touched[way].add(table.name)
            return plain(lake, table, *rest)

        monkeypatch.setattr(Lake, way, noted)
    for step in NIGHTLY:
        for found in touched.values():
            found.clear()
        step.load()(singly, NIGHT)
        reads, writes = ({table.name for table in tables} for tables in (step.reads, step.writes))
        recalled = {table.name for table in step.recalls}
        assert touched["read"] <= reads | writes | recalled, step.name
        assert touched["write"] <= writes, step.name
    unchanged()


def test_two_runs_of_a_night_at_once_change_nothing(singly: Context, unchanged: Callable[..., None]) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(night.run, singly, NIGHT) for _ in range(2)]
    assert [run.exception() for run in runs] == [None, None]
    unchanged()


def test_a_night_killed_between_writes_and_run_again_changes_nothing(
    ranged: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was the last of a range when it ran undisturbed."""
    unchanged, write = watching(ranged), Lake.write
    for step in NIGHTLY:
        written: list[Table] = []

        def dying(lake: Lake, table: Table, *rest: Any, written: list[Table] = written) -> None:
            if written:
                raise Killed(table.name)
            written.append(table)
            write(lake, table, *rest)

        with monkeypatch.context() as killing:
            killing.setattr(Lake, "write", dying)
            with pytest.raises(Killed):
                twice(step, ranged)
    night.run(ranged, NIGHT)
    unchanged(but=(JUDGED,))


def test_a_replay_with_the_recorded_model_gives_the_list_again(singly: Context, unchanged: Callable[..., None]) -> None:
    (recorded,) = {row["model"] for row in singly.lake.read(RISK_LIST, NIGHT).collect()}
    night.steps(singly, [(job("train"), NIGHT)])  # the champion has moved on since
    replayed = replace(singly, settings=replace(singly.settings, model=recorded))
    night.run(replayed, NIGHT)
    # What the model trained meanwhile would have said is told beside the list, and is no part of it.
    unchanged(but=("gold.shadow", "gold.shadow_state"))
