"""One night of people together: 20,000 people, 2 M badge reads, beside the time to read and write the same rows.

    python -m benchmarks.together [--people 20000] [--reads 100] [--rooms 3000]

Everybody has a room with a few others, goes through halls that are crowds, now and then to another room; three rooms
are a team. Nine nights of a tenth of the reads go before, so that it is known where each seldom goes. Printed for each
night (the last is the one to look at): seconds of wall clock for each step, pairs made and kept; then peak memory.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.gold_together import ASSOCIATION, TOGETHER
from expectations.silver import ACCESS, PEOPLE
from feeds.site import FeedConfig, Site, SiteFacts
from jobs import together
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from jobs.session import session
from jobs.settings import settings

START = date(2024, 1, 8)
HALLS = 12
EARLIER = 9
SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def simulate(path: Path, day: date, people: int, reads: int, rooms: int) -> None:
    """One night of `people × reads` reads in silver.access's columns: halls, the own room, sometimes another."""
    rng = np.random.default_rng(day.toordinal())
    n = people * reads
    who = np.repeat(np.arange(people), reads)
    begin = int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
    second = np.sort(rng.normal(12 * 3600, 2 * 3600, (people, reads)).clip(4 * 3600, 86_399), axis=1).ravel()
    draw = rng.random(n)
    zone = np.where(draw < 0.45, who % rooms, np.where(draw < 0.55, rng.integers(0, rooms, n), rooms))
    zone = np.where(zone == rooms, rooms + rng.integers(0, HALLS, n), zone)
    names = pa.array([f"Z{number:04d}" for number in range(rooms + HALLS)]).take(pa.array(zone.astype(np.int64)))
    table = pa.table(
        {
            "event": rng.integers(0, 2**62, n),
            "person": who.astype(np.int64) * 7919,
            "at": pa.array((begin + second.astype(np.int64)) * 1_000_000, pa.timestamp("us", tz="UTC")),
            "day": pa.array(np.full(n, (day - date(1970, 1, 1)).days, np.int32), pa.date32()),
            "landed": pa.array(np.full(n, (day - date(1970, 1, 1)).days, np.int32), pa.date32()),
            "credential": who.astype(np.int64),
            "door": names,
            "zone": names,
            "direction": pa.array(["in"] * n),
            "outcome": pa.array(["granted"] * n),
        }
    )
    pq.write_table(table, path)


def timed(what: str, work: Callable[[], object]) -> None:
    """Do it and say how long it took."""
    begun = time.monotonic()
    work()
    print(f"{what:<44}{time.monotonic() - begun:8.1f} s")


def main() -> None:
    """Some nights; the last is the one to look at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("people", 20_000), ("reads", 100), ("rooms", 3_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    told = parser.parse_args()
    spark = session("benchmark")
    spark.range(1).count()
    with tempfile.TemporaryDirectory() as scratch:
        lake = Lake(spark, Path(scratch) / "lake")
        facts = SiteFacts(name="Benchmark", time_zone="UTC")
        context = Context(
            lake, Site(site=facts, feeds={"access": FeedConfig()}), settings(lake=lake.root, environment={})
        )
        roster = [
            (who * 7919, "staff", f"T{who % told.rooms // 3}", "site", None, SINCE, None) for who in range(told.people)
        ]
        lake.write(PEOPLE, frame(spark, roster, PEOPLE.schema()))
        for night in range(EARLIER + 1):
            day = START + timedelta(days=night)
            path = Path(scratch) / f"{day}.parquet"
            reads = told.reads if night == EARLIER else max(told.reads // 10, 1)
            simulate(path, day, told.people, reads, told.rooms)
            days, landed = Days.one(day), spark.read.parquet(str(path))
            timed(f"{day} read and write the reads", lambda days=days, landed=landed: lake.write(ACCESS, landed, days))  # type: ignore[misc]
            timed(f"{day} people together", lambda days=days: together.run(context, days))  # type: ignore[misc]
            pairs, kept = lake.read(TOGETHER, days).count(), lake.read(ASSOCIATION, days).count()
            print(f"{pairs} pairs tonight, {kept} kept of {told.people} people")
    print(
        f"peak memory of Python {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GB, beside the JVM's"
    )


if __name__ == "__main__":
    main()
