"""A first run of a night that is killed anywhere, raced by another, or made again later: the same tables and list.

Minutes of whole nights, by real processes too; what a complete night withstands is in test_whole_night.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.errors import LandingError, ListDiffers
from expectations.gold import RISK_LIST
from jobs import backfill, night, past, reproduction
from jobs.catalog import NIGHTLY, job
from jobs.context import Context
from jobs.copies import copied
from jobs.days import Days
from jobs.job import Job
from jobs.lake import Lake
from jobs.report import journal, publish
from jobs.settings import PROJECT, Settings, settings
from jobs.site import load_site
from tests.nights.test_whole_night import FIRST, LAST, NIGHT, facility, files, opened, tables

pytestmark = [pytest.mark.deployment, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def history(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake up to the evening before the night, with a champion."""
    landed, root = tmp_path_factory.mktemp("landed"), tmp_path_factory.mktemp("history") / "lake"
    facility(landed)
    backfill.run(opened(spark, landed, root), Days.through(FIRST, NIGHT.before))
    return root


@pytest.fixture(scope="module")
def undisturbed(spark: SparkSession, history: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    """The same with the night, run once."""
    context = beside(spark, history, tmp_path_factory.mktemp("undisturbed") / "lake")
    night.run(context, NIGHT)
    return context


def beside(spark: SparkSession, lake: Path, root: Path) -> Context:
    """A copy of a lake, with the registry of the original."""
    shutil.copytree(lake, root)
    chosen = replace(settings(lake=str(root), environment={}), mlflow=f"sqlite:///{lake / 'mlflow.db'}")
    return Context(Lake(spark, root), load_site(chosen.site), chosen)


def same(context: Context, undisturbed: Context) -> None:
    """Every table and the published list are those of the undisturbed night."""
    now, then = tables(context), tables(undisturbed)
    assert [name for name in then if now[name] != then[name]] == []
    assert files(context) == files(undisturbed)
    assert not journal.begun(context.settings.published)


class Killed(BaseException):
    """The end of a run; nothing of ours may catch it."""


class Killer:
    """Lets `left` steps that leave something behind happen, and none after."""

    def __init__(self, left: int) -> None:
        self.left, self.guard, self.dead = left, threading.Lock(), False

    def around(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            with self.guard:
                if self.dead or self.left == 0:
                    self.dead = True
                    raise Killed
                self.left -= 1
            return plain(*given, **named)

        return step


WRITES = ((Lake, "write"), (Lake, "merge"), (publish, "stage"), (publish, "publish"), (publish, "point"),
          (journal, "begin"), (journal, "end"))  # fmt: skip


def killed_after(context: Context, step: Job, writes: int) -> bool:
    """Whether the job was killed after so many writes, its gate's included, and did not come to its end."""
    killer = Killer(writes)
    with pytest.MonkeyPatch.context() as killing:
        for owner, name in WRITES:
            killing.setattr(owner, name, killer.around(getattr(owner, name)))
        try:
            night.steps(context, [(step, NIGHT)])
        except Killed:
            return True
    assert not killer.dead
    return False


def test_a_first_run_killed_after_any_of_its_writes_and_run_again_is_an_undisturbed_one(
    spark: SparkSession, history: Path, undisturbed: Context, tmp_path: Path
) -> None:
    context, kills = beside(spark, history, tmp_path / "lake"), {}
    for step in NIGHTLY:
        writes = 0
        while killed_after(context, step, writes):
            writes += 1
        kills[step.name] = writes
    assert all(kills.values()), kills
    same(context, undisturbed)


def postern(chosen: Settings, *arguments: str) -> "subprocess.Popen[str]":
    """A command of its own process, which leads its group."""
    return subprocess.Popen(
        [sys.executable, "-m", "jobs", *arguments],
        env={**os.environ, **chosen.environment(), "POSTERN_DRIVER_MEMORY": "1g", "POSTERN_MASTER": "local[2]"},
        cwd=PROJECT,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.parametrize("killed_in", ["conform", "person_day", "risk"])
def test_a_process_that_is_killed_and_run_again(
    spark: SparkSession, history: Path, undisturbed: Context, tmp_path: Path, killed_in: str
) -> None:
    context = beside(spark, history, tmp_path / "lake")
    first_write = {step.name: step.writes[0] for step in NIGHTLY}[killed_in]
    running = postern(context.settings, "night", "--day", str(LAST))
    try:
        assert running.stderr is not None
        for line in running.stderr:
            if f"{first_write.name}: wrote" in line:
                break
        time.sleep(0.2)
        assert running.poll() is None, "it ended before it could be killed"
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(60)
    again = postern(context.settings, "night", "--day", str(LAST))
    _, told = again.communicate(timeout=1800)
    assert again.returncode == 0, told[-3000:]
    same(context, undisturbed)


def test_two_processes_run_one_night_at_once(
    spark: SparkSession, history: Path, undisturbed: Context, tmp_path: Path
) -> None:
    context = beside(spark, history, tmp_path / "lake")
    both = [postern(context.settings, "night", "--day", str(LAST)) for _ in range(2)]
    told: list[str] = ["", ""]

    def follow(n: int) -> None:
        told[n] = both[n].communicate(timeout=3000)[1]

    following = [threading.Thread(target=follow, args=(n,)) for n in range(2)]
    for thread in following:
        thread.start()
    for thread in following:
        thread.join()
    for one, text in zip(both, told, strict=True):
        assert one.returncode == 0, text[-3000:]
    same(context, undisturbed)


@pytest.fixture
def since(spark: SparkSession, undisturbed: Context, tmp_path: Path) -> Context:
    """What came after the list was published: late rows, a newer roster, the night's tables anew, another champion."""
    context = beside(spark, Path(undisturbed.lake.root), tmp_path / "lake")
    landing, after = tmp_path / "lake" / "landing", LAST + timedelta(days=1)
    head, *rows = (landing / "access" / str(LAST) / "access.csv").read_text().splitlines()
    # One person walks the whole site again, half a minute after everybody did.
    badge = rows[0].split(",")[1]
    late = [",".join([row[:17] + "31", badge, *row.split(",")[2:]]) for row in rows[:400:4]]
    for day in (LAST, after):
        (landing / "access" / str(day)).mkdir(exist_ok=True)
    (landing / "access" / str(LAST) / "late.csv").write_text("\n".join([head, *late[:50]]) + "\n")
    (landing / "access" / str(after) / "late.csv").write_text("\n".join([head, *late[50:]]) + "\n")
    (roster,) = (landing / "people").glob("*/people.csv")
    (landing / "people" / str(after)).mkdir()
    (landing / "people" / str(after) / "people.csv").write_text(roster.read_text().replace(",T00", ",X00"))
    conform, *rest = [step for step in NIGHTLY if step.name != "risk_list"]
    for step in (conform, replace(job("train"), entry="jobs.train:on_the_way"), *rest):
        step.load()(context, Days.through(LAST, after) if step is conform else NIGHT)
    return context


def test_a_night_is_replayed_as_it_was_whatever_came_since(
    since: Context, undisturbed: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tables(since)
    published = since.lake.read(RISK_LIST, NIGHT).count()
    assert reproduction.reproduce(since, LAST).startswith(f"identical: the list of {LAST}, {published} leads in")
    assert tables(since) == before
    assert files(since) == files(undisturbed)

    with monkeypatch.context() as today:
        today.setattr(past, "as_of", lambda lake, root, _: copied(lake, root))
        with pytest.raises(ListDiffers, match="rank") as differs:
            reproduction.reproduce(since, LAST)
    assert differs.value.exit_code == 23
    people = {str(row["person"]) for row in since.lake.read(RISK_LIST, NIGHT).collect()}
    assert not any(person in str(differs.value) for person in people)

    (Path(since.lake.root) / "landing" / "access" / str(LAST) / "access.csv").write_text("shorter")
    with pytest.raises(LandingError, match=r"access\.csv is not what the night was made from"):
        reproduction.reproduce(since, LAST)
