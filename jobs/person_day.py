"""Fold the nights' events into places, habits and person-days.

Reads the silver events of the operational days, gold.habit of the evening before and of the month starts that owners
of places are learnt from, and the site's graph from its configuration; writes gold.place_day, gold.habit and
gold.person_day.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.gold_day import HABIT, PLACE_DAY
from expectations.silver import EVENTS, PEOPLE
from features import habit
from features.catalog import BEHAVIOURS, PERSON_DAY
from features.doubt import doubted, with_doubt
from features.passages import Ways
from features.person_day import on_days, person_day
from features.places import places
from features.site_graph import SiteGraph
from features.working_time import WorkingTime
from feeds.site import Site
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake, kept_days
from jobs.rows import frame
from jobs.site_graph import graph_of, ways

log = logging.getLogger("postern")

PERSON_NIGHTS = 17_500
"""Of one partition. Twenty thousand people over four weeks then make 32, each held by one task in some hundred MB."""


def run(context: Context, days: Days) -> None:
    """Write place_day, habit and person_day of `days`.

    Raises MissingState when the habits of the evening before are not kept, though the site has earlier events.
    """
    site = context.site
    fold(context.lake, working_time(site), frozenset(site.feeds), days, graph_of(site))


def fold(lake: Lake, hours: WorkingTime, feeds: frozenset[str], days: Days, graph: SiteGraph | None = None) -> None:
    """The same, told only what it needs of the site: its clock, the event feeds it has, and its graph."""
    # Cut off from its table: after a write to that, Spark would compute anew all that is kept below, and from a state
    # that the write has meanwhile retired.
    roster = on_days(lake.read(PEOPLE), hours)
    people = roster.select("person").distinct().count()
    before = by_person(state_before(lake, days), people, days).localCheckpoint()
    events = {
        name: by_person(on(lake.read(table), days), people, days)
        for table in EVENTS
        if (name := table.name.removeprefix("silver.")) in feeds and lake.exists(table)
    }
    if not events:
        for table in (PLACE_DAY, PERSON_DAY):
            lake.write(table, lake.empty(table), days)
        lake.write(HABIT, habit.habits(lake.empty(PLACE_DAY), before, kept_days(HABIT, days)), days)
        return
    walks = ways(lake.spark, graph) if graph and "access" in events else None
    rows = habit.remembered(places(events, hours, days.start, days.end, walks), before)
    with kept(rows):
        lake.write(HABIT, habit.habits(rows, before, kept_days(HABIT, days)), days)
        starts = month_starts(lake, days)
        shared = habit.with_shares(marked(rows, walks), habit.hour_shares(starts))
        lake.write(PLACE_DAY, habit.with_owners(shared, habit.owners(starts), roster), days)
    told = person_day(lake.read(PLACE_DAY, days), roster, BEHAVIOURS, feeds, has_graph=graph is not None)
    lake.write(PERSON_DAY, told, days)


def marked(rows: DataFrame, walks: Ways | None) -> DataFrame:
    """Place rows with the readers in doubt marked; each is told in the log, for whoever keeps the doors."""
    if walks is None:
        return rows
    found = doubted(rows, walks.readers).collect()
    for row in sorted(found):
        log.warning(
            "%s: %s %r is in doubt, reads of %d people do not fit there; nobody is judged by it that day. "
            "Next: have the reader, its clock and the door looked at",
            row["day"], row["kind"], row["place"], row["people"],
        )  # fmt: skip
    in_doubt = frame(rows.sparkSession, found, "day date, kind string, place string, people long")
    return with_doubt(rows, in_doubt)


def working_time(site: Site) -> WorkingTime:
    """The site's clock."""
    return WorkingTime(
        time_zone=site.site.time_zone,
        day_begins=site.site.day_begins,
        working_hours=site.site.working_hours,
        holidays=frozenset(site.site.holidays),
    )


def on(events: DataFrame, days: Days) -> DataFrame:
    """Events of these operational days, whichever delivery brought them."""
    return events.where((F.col("day") >= F.lit(days.start)) & (F.col("day") < F.lit(days.end)))


def by_person(frame: DataFrame, people: int, days: Days) -> DataFrame:
    """The frame shuffled by person, once: every fold and window after it finds its rows together.

    More partitions for a longer range of many people, so that a partition holds about as much as a night of theirs.
    """
    least = int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    return frame.repartition(max(least, -(-people * len(days) // PERSON_NIGHTS)), "person")


def state_before(lake: Lake, days: Days) -> DataFrame:
    """Habits as of the evening before; none when the site has no earlier events."""
    state = lake.read(HABIT, Days.one(days.before))
    if state.isEmpty():
        held = [table for table in EVENTS if lake.exists(table)]
        earlier = [lake.read(table).where(F.col("day") < F.lit(days.start)).select("day").limit(1) for table in held]
        if earlier and not reduce(DataFrame.unionByName, earlier).isEmpty():
            return lake.state(HABIT, days.before, "person_day")
    return state


def month_starts(lake: Lake, days: Days) -> DataFrame:
    """Habits of the month starts that the days learn owners and the site's hours from."""
    learnt = sorted({(day - timedelta(days=1)).replace(day=1) for day in days})
    return lake.read(HABIT).where(F.col("day").isin(learnt))


@contextmanager
def kept(frame: DataFrame) -> Iterator[None]:
    """Inside the block the frame is computed once, however often it is read."""
    frame.persist()
    try:
        yield
    finally:
        frame.unpersist()
