"""From nothing to a published list in minutes, on a facility that does not exist."""

import csv
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import functions as F

from expectations.errors import ConfigurationError, PosternError, cause
from expectations.gold import DRIVER, RISK, RISK_LIST
from features.pseudonym import code
from jobs import scheduler
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.settings import PROJECT, Settings, settings
from jobs.simulate import END, simulate
from jobs.start import context

log = logging.getLogger("postern")

TRAIN_EVERY = 42
"""Nights between trainings: a history of weeks has its first model when six of them are known."""

SHOWN = 5
"""Leads printed; the report has them all."""


def run(lake: str | None, people: int, days: int, seed: int) -> list[str]:
    """Simulate, backfill and train, run the last night through Airflow; what came out, line by line."""
    chosen = settings(lake or str(PROJECT / "demo"))
    # The demonstration's own trainings and Airflow, whatever the environment says of the real ones.
    root = Path(chosen.lake)
    chosen = replace(
        chosen, site=root / "site.yaml", mlflow=f"sqlite:///{root / 'mlflow.db'}", airflow=root / "airflow"
    )
    clear(root)
    last = END
    started = time.monotonic()
    with stage(1, f"simulate {people} people over {days} days"):
        simulate(root, people=people, days=days, seed=seed)
    with stage(2, f"backfill {days - 1} nights, training on the way"), ThreadPoolExecutor(1) as meanwhile:
        airflow = meanwhile.submit(scheduler.migrate, chosen, scheduler.environment(chosen))
        backfill(chosen, last - timedelta(days=days - 1), last - timedelta(days=1))
        airflow.result()
    os.environ.setdefault("POSTERN_SMALL", "1")  # sessions for six thousand events: none of them warms up
    with ThreadPoolExecutor(1) as meanwhile:
        night = meanwhile.submit(night_by_airflow, chosen, last)
        # The session that reads the list starts while Airflow does, which has work for one core alone, and reads the
        # list before it: whatever Java does for the first time takes it seconds.
        with context(chosen, "demo") as ready:
            read(ready, last - timedelta(days=1))
            night.result()
            with stage(4, "read the list"):
                told = read(ready, last)
    log.info("demo in %.0f s", time.monotonic() - started)
    return [*told, "", *further(root, last)]


def clear(root: Path) -> None:
    """Start from an empty folder; only a folder that a demonstration made is emptied."""
    marker = root / "DEMO"
    if root.exists() and any(root.iterdir()) and not marker.exists():
        raise ConfigurationError(
            f"{root} is not a demonstration's lake, so it is not emptied. Next: name another --lake."
        )
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    marker.write_text("Made by `postern demo`, emptied by the next one.\n")


@contextmanager
def stage(number: int, says: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    log.info("(%d/4) %s", number, says)
    started = time.monotonic()
    yield
    log.info("(%d/4) done in %.0f s", number, time.monotonic() - started)


def backfill(chosen: Settings, first: date, last: date) -> None:
    """Run `postern backfill` in a process of its own: its memory is free again when Airflow's tasks ask for theirs.

    Raises what that process ended with.
    """
    days = ("--from", str(first), "--to", str(last), "--train-every", str(TRAIN_EVERY))
    told = subprocess.run(
        [sys.executable, "-m", "jobs", "backfill", *days], env={**os.environ, **chosen.environment()}, check=False
    )
    if told.returncode:
        raise cause(told.returncode)(f"the backfill ended with {told.returncode}. Next: read what it said above.")


def night_by_airflow(chosen: Settings, day: date) -> None:
    """Run the DAG for one night in this terminal. Raises what its last failed task ended with, and said."""
    variables = scheduler.environment(chosen)
    output = chosen.airflow / f"nightly-{day}.log"
    command = scheduler.airflow("dags", "test", "nightly", str(day), "--conf", json.dumps({"day": str(day)}))
    begun = time.monotonic()
    with stage(3, f"the night of {day} through the Airflow DAG `nightly`"), output.open("w") as file:
        running = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert running.stdout is not None
        for line in running.stdout:
            file.write(line)
            if ended := re.search(r"end task task_id=(\w+)", line):
                log.info("      task %s ended after %.0f s", ended[1], time.monotonic() - begun)
        failed = running.wait() != 0
    if failed:
        told = output.read_text()
        said = re.findall(r"postern \w+: .*?(?= \[airflow|$)", told, re.MULTILINE)
        # spark-submit ends as the job does, and Airflow says how; it ends with 1 by itself.
        codes = re.findall(r"Error code is:\s+(\d+)", told)
        stopped = cause(int(codes[-1])) if codes else PosternError
        raise stopped(f"the night stopped: {said[-1] if said else 'for no known cause'} Next: read {output}.")


def read(ready: Context, day: date) -> list[str]:
    """The top of the list, and where the planted insiders are on it."""
    return [*leads(ready, day), "", *insiders(ready, Path(ready.lake.root) / "truth" / "events.csv", day)]


def leads(ready: Context, day: date) -> Iterator[str]:
    """The top of the list with its reasons."""
    listed = ready.lake.read(RISK_LIST, Days.one(day)).orderBy("rank").collect()
    reasons = ready.lake.read(DRIVER, Days.one(day)).orderBy("person", "position").collect()
    yield f"the list of {day}: {len(listed)} leads, not findings; the first {min(SHOWN, len(listed))}"
    for lead in listed[:SHOWN]:
        yield f"{lead['rank']:3}  {code(lead['person'])}  risk {lead['risk']:6.1f} bits"
        for reason in [row for row in reasons if row["person"] == lead["person"]][:3]:
            yield f"       {reason['part']:5.1f}  {reason['sentence']}"


def insiders(ready: Context, events: Path, day: date) -> Iterator[str]:
    """How high the planted insiders ranked, on their best night since they began and on the last one.

    Whose account an administrator misused stands there too: that is whom the records show.
    """
    pseudonyms = Pseudonyms(pseudonym_key())
    begun: dict[tuple[str, int], str] = {}
    with events.open(newline="") as file:
        for row in csv.DictReader(file):
            begun.setdefault((row["scenario"], pseudonyms.of(row["person"])), row["day"])
    planted = F.col("person").isin([person for _, person in begun])
    ranks = ready.lake.read(RISK).where(planted & F.col("rank").isNotNull()).select("person", "day", "rank").collect()
    yield "the planted insiders         rank on their best night   on the last"
    for (scenario, person), first in begun.items():
        mine = {row["day"]: row["rank"] for row in ranks if row["person"] == person and str(row["day"]) >= first}
        yield f"  {scenario:28} {min(mine.values(), default='–'):>15} {mine.get(day, '–'):>15}"


def further(root: Path, day: date) -> Iterator[str]:
    """Where to look next."""
    yield f"report   {root / 'published' / str(day) / 'report.html'}"
    yield f"status   ./postern status --lake {root}"
    yield f"models   ./postern mlflow --lake {root}"
    yield f"airflow  ./postern airflow --lake {root}"
