"""One night's graphs of a large site: `python -m benchmarks.graphs [--people 20000] [--events 2000000]`.

People walk the simulated site's quickest ways among places of their own, a few beyond them; some days' habits and who
was with whom are made from such a night. Then another, no Sunday, on which communities would be found too, is worked
through as the jobs do it, all written: the doors' clocks compared; people together (company, broken rules, the
association rolled on, groups); the day's graphs (moves, stays, detours, gaps, readers in doubt, habits, person-days).
Printed: seconds of each and peak memory, and beside them the seconds to read and write the same rows unchanged: the
badge reads in, the place rows and graph edges out.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from benchmarks.night import peak
from expectations.gold_day import DAY_GRAPH, HABIT, PLACE_DAY
from expectations.gold_together import ASSOCIATION
from expectations.silver import ACCESS, PEOPLE
from feeds.site import Site
from jobs import person_day, together
from jobs.clocks import wrong
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from jobs.session import session
from jobs.settings import settings
from jobs.site_graph import graph_of
from simulation.draws import Floats, Ints, ragged
from simulation.layout import Layout, build
from simulation.site import site as configuration

NIGHT = date(2026, 3, 11)
EVE = NIGHT - timedelta(days=1)
MONTH = NIGHT.replace(day=1)
LEARNT = 40
"""Days that the habits were seen on."""
OWN_PLACES = 8
TEAM = 12
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
STRAYS = 0.02  # of legs: to anywhere


def reads(layout: Layout, people: int, events: int, seed: int, night: date) -> pa.Table:
    """Badge reads of one operational day in silver.access's columns, sorted by person and time."""
    rng, own = np.random.default_rng(seed), np.random.default_rng(1)
    zones, per_person = len(layout.zones), -(-events // people)
    favourites: Ints = own.integers(1, zones, (people, OWN_PLACES))
    legs = per_person // 2
    pick = np.minimum(rng.geometric(0.35, (people, legs)) - 1, OWN_PLACES - 1)
    stops = np.take_along_axis(favourites, pick, axis=1)
    stops = np.where(rng.random(stops.shape) < STRAYS, rng.integers(1, zones, stops.shape), stops)
    came = np.hstack([np.zeros((people, 1), dtype=np.int64), stops[:, :-1]])
    steps: Ints = layout.steps[came, stops].ravel()
    leg, step = ragged(steps)
    person = leg // legs
    door, inward = (of[came.ravel()[leg], stops.ravel()[leg], step] for of in (layout.doors, layout.inward))
    rank = np.arange(len(leg)) - np.searchsorted(person, person)
    keep = rank < per_person
    person, door, inward, first = person[keep], door[keep], inward[keep], (step == 0)[keep]
    # A stay before each leg, a minute for each door; a working day holds them all.
    pause: Floats = np.where(first, rng.exponential(600.0, len(person)), 0.0) + 60.0
    after = np.cumsum(pause)
    second = 7 * 3600.0 + after - after[np.searchsorted(person, person)]
    begin = int(datetime(night.year, night.month, night.day, tzinfo=UTC).timestamp())
    numbers: Ints = np.sort(own.integers(-(2**63), 2**63 - 1, people))
    at = begin + np.minimum(second, 20 * 3600).astype(np.int64)
    names, behind = np.array(layout.door_names), np.where(inward, layout.door_to[door], layout.door_from[door])
    rows = len(person)
    days = pa.array(np.full(rows, (night - date(1970, 1, 1)).days, np.int32), pa.date32())
    return pa.table(
        {
            "event": rng.permutation(rows).astype(np.int64),
            "person": numbers[person],
            "at": pa.array(at * 1_000_000, pa.timestamp("us", tz="UTC")),
            "day": days,
            "landed": days,
            "credential": numbers[person],
            "door": names[door],
            "zone": np.array(layout.zones)[behind],
            "direction": np.where(inward, "in", "out"),
            "outcome": np.where(rng.random(rows) < 0.01, "denied", "granted"),
        }
    )


def roster(spark: SparkSession, table: pa.Table) -> DataFrame:
    """Everybody in one role, teams of TEAM, in no order of who they are."""
    people = np.unique(table["person"].to_numpy())
    rows = [(int(p), "staff", f"T{n // TEAM}", "site", None, SINCE, None) for n, p in enumerate(people)]
    return frame(spark, rows, PEOPLE.schema())


def habits_from(lake: Lake, made: Lake) -> None:
    """The habits that a night made, as if seen on LEARNT days, as of the evening before and of the month start."""
    state = made.read(HABIT, Days.one(NIGHT))
    for evening in (MONTH, EVE):
        since = F.lit(evening - timedelta(days=2 * LEARNT))
        columns = {"day": F.lit(evening), "last_day": F.lit(evening), "first_day": since}
        old = state.withColumns({**columns, "days_seen": F.lit(LEARNT).cast("long")})
        lake.write(HABIT, old, Days.one(evening))


def timed(step: Callable[[], None]) -> float:
    """Seconds of wall clock."""
    begun = time.monotonic()
    step()
    return time.monotonic() - begun


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    given = parser.parse_args()
    layout = build(given.people)
    site = Site.model_validate(configuration(layout, [NIGHT], ("access",), "csv"))
    graph = graph_of(site)
    assert graph
    spark, night = session("benchmark"), Days.one(NIGHT)
    memory: list[dict[str, int]] = []
    with tempfile.TemporaryDirectory() as scratch, peak(psutil.Process().pid, memory):
        made, lake, copy = (Lake(spark, Path(scratch) / name) for name in ("made", "lake", "copy"))
        before, tonight = (Context(place, site, settings(place.root, environment={})) for place in (made, lake))
        for place, seed, day in ((made, 2, NIGHT), (lake, 2, EVE), (lake, 3, NIGHT)):
            table = reads(layout, given.people, given.events, seed, day)
            place.write(ACCESS, spark.createDataFrame(table), Days.one(day))
            place.write(PEOPLE, roster(spark, table))
        person_day.run(before, night)
        habits_from(lake, made)
        together.run(tonight, Days.one(EVE))
        rows_of = {table: lake.read(table).count() for table in (HABIT, ASSOCIATION)}
        print(
            f"{lake.read(ACCESS, night).count():,} badge reads of {given.people:,} people, {rows_of[HABIT]:,} rows of "
            f"habits, {rows_of[ASSOCIATION]:,} pairs known",
            flush=True,
        )
        steps = {
            "clocks compared": lambda: print(f"clocks that are wrong: {len(wrong(lake, graph, night))} (expected: 0)"),
            "people together": lambda: together.run(tonight, night),
            "days as graphs": lambda: person_day.run(tonight, night),
        }
        took = {name: timed(step) for name, step in steps.items()}
        whole = sum(took.values())

        def unchanged() -> None:
            for table in (ACCESS, PLACE_DAY, DAY_GRAPH):
                copy.write(table, lake.read(table, night), night)

        copied = timed(unchanged)
        written = {table: lake.read(table, night).count() for table in (PLACE_DAY, DAY_GRAPH)}
    rows = ", ".join(f"{count:,} rows of {table.name}" for table, count in written.items())
    most = max(sum(held.values()) for held in memory) / 2**30
    told = ", ".join(f"{name} {seconds:.0f}" for name, seconds in took.items())
    print(f"the night's graphs: {whole:.0f} s (target: 360): {told}; peak memory {most:.1f} GiB (target: 8)")
    print(f"the same rows read and written: {copied:.0f} s; ratio {whole / copied:.1f}; {rows}")
    spark.stop()


if __name__ == "__main__":
    main()
