"""Compare the clocks of the site's readers by the walks of each day: who is behind, so that reads are moved by as much.

Writes quality.clock; what reads silver.access afterwards takes it through `events_of`. The events keep their times.
"""

import logging
from collections import defaultdict
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.quality import CLOCK
from expectations.silver import ACCESS
from expectations.table import Table
from features import clocks
from features.site_graph import SiteGraph
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from jobs.site_graph import graph_of, ways
from models.clocks import Way, behind

log = logging.getLogger("postern")

Wrong = tuple[date, str, int, int]
"""A row of quality.clock: day, door, seconds behind, people."""


def run(context: Context, days: Days) -> None:
    """Write the clocks that are wrong on each of `days`; none at a site that declares no doors, or logs no reads."""
    lake, graph = context.lake, graph_of(context.site)
    logged = "access" in context.site.feeds and lake.exists(ACCESS)
    rows = wrong(lake, graph, days) if graph and logged else []
    tell(rows, days)
    lake.write(CLOCK, frame(lake.spark, rows, CLOCK.schema()), days)


def wrong(lake: Lake, graph: SiteGraph, days: Days) -> list[Wrong]:
    """The clocks that are wrong on each of the days."""
    of_day: dict[date, list[Way]] = defaultdict(list)
    found = clocks.walks(on(lake.read(ACCESS), days), ways(lake.spark, graph).readers)
    for row in found.collect():
        of_day[row["day"]].append(Way(row["first"], row["then"], row["via"], row["quick"], row["people"]))
    return [(day, door, *told) for day in sorted(of_day) for door, told in behind(of_day[day]).items()]


def tell(rows: list[Wrong], days: Days) -> None:
    """Each door once in the log, however many days its clock is wrong."""
    by_door: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for day, door, seconds, _ in rows:
        by_door[door].append((day, seconds))
    for door, told in sorted(by_door.items()):
        log.warning(
            "the clock of door %r is wrong on %d of %d days (first %s, then %s); its reads are taken to be made when "
            "walks to and from it say. Next: have the reader's clock set",
            door, len(told), len(days), told[0][0], said(told[0][1]),
        )  # fmt: skip


def said(seconds: int) -> str:
    """How wrong a clock is, in words."""
    return f"{abs(seconds)} s {'behind' if seconds > 0 else 'ahead'}"


def events_of(lake: Lake, table: Table, days: Days) -> DataFrame:
    """Events of these operational days, whichever delivery brought them; times of badge reads set right."""
    events = on(lake.read(table), days)
    told = lake.read(CLOCK, days).collect() if table is ACCESS else []
    return clocks.righted(events, frame(lake.spark, told, CLOCK.schema())) if told else events


def on(events: DataFrame, days: Days) -> DataFrame:
    """Events of these operational days."""
    return events.where((F.col("day") >= F.lit(days.start)) & (F.col("day") < F.lit(days.end)))
