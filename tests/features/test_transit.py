"""Least times learnt from reads: the quickest hundredth, told with how many walks stand behind it."""

from datetime import date, datetime, timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from expectations.silver import ACCESS
from features.transit import LONGEST, SUPPORT, transit_times
from feeds.site import Site
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from jobs.settings import settings
from jobs.site_graph import proposal

DAY = date(2024, 5, 15)


def test_the_quickest_hundredth_of_walks_with_its_support(spark: SparkSession) -> None:
    reads = []

    def walk(person: int, door: str, seconds: int, outcome: str = "granted") -> None:
        start = datetime(2024, 5, 15, 8)  # noqa: DTZ001
        for n, (name, at, answer) in enumerate(((door, 0, outcome), ("END", seconds, "granted"))):
            moment = start + timedelta(seconds=at)
            reads.append((10 * person + n, person, moment, DAY, DAY, person, name, None, "in", answer))

    # Two lent badges, then nobody under 20 seconds; refusals and lunch breaks are no walks.
    for person, seconds in enumerate([1, 2, *range(20, 20 + SUPPORT - 2)]):
        walk(person, "A", seconds)
    for person in range(1000, 1100):
        walk(person, "A", 3, "denied")
        walk(2000 + person, "A", LONGEST + 1)
        walk(4000 + person, "B", 9)
    table = transit_times(frame(spark, reads, ACCESS.schema()).repartition(3))
    assert [tuple(row) for row in table.collect()] == [("A", 20, SUPPORT)]


def test_what_was_learnt_is_proposed_beside_what_is_declared(spark: SparkSession, tmp_path: Path) -> None:
    doors = [
        {"name": name, "from": "outside", "to": name, "least_seconds": least} for name, least in (("A", 30), ("C", 5))
    ]
    given = {"site": {"name": "Harrow", "time_zone": "UTC"}, "feeds": {"access": {}}, "doors": doors}
    context = Context(Lake(spark, tmp_path), Site.model_validate(given), settings(lake=str(tmp_path), environment={}))
    assert proposal(context) == [f"no door has {SUPPORT} walks yet. Next: `postern backfill`, then ask again."]
    start = datetime(2024, 5, 15, 8)  # noqa: DTZ001
    reads = [
        (10 * person + n, person, start + timedelta(seconds=at), DAY, DAY, person, name, None, "in", "granted")
        for person in range(3 * SUPPORT)
        for n, (name, at) in enumerate((("ABC"[person % 3], 0), ("END", 20)))
    ]
    context.lake.write(ACCESS, frame(spark, reads, ACCESS.schema()), Days.one(DAY))
    assert proposal(context) == [
        "least seconds from a door to the next, as the quickest 1% of walks take them:",
        "  A: 20 s over 300 walks (declared 30, too long)",
        "  B: 20 s over 300 walks (not declared)",
        "  C: 20 s over 300 walks (declared 5)",
        "Next: write what you believe as least_seconds; nothing is taken over by itself.",
    ]
