"""Fold the nights' events into places, habits and person-days.

Reads the silver events of the operational days, gold.habit of the evening before and of the month starts that owners
of places are learnt from, and the site's graph from its configuration; writes gold.place_day, gold.habit,
gold.day_graph, gold.person_day, and to quality.doubt the readers by which nobody is judged.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial, reduce

from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from expectations.gold_day import DAY_GRAPH, HABIT, PLACE_DAY
from expectations.gold_together import COMPANY
from expectations.quality import DOUBT
from expectations.silver import EVENTS, PEOPLE
from features import habit
from features.catalog import BEHAVIOURS, PERSON_DAY
from features.day_graph import edges
from features.desk import DESK
from features.doubt import at_reader, doubted, of_company, why, with_doubt, with_zones_doubted
from features.held_open import with_read
from features.one_sided import one_sided
from features.passages import Ways
from features.person_day import on_days, person_day
from features.places import places
from features.role_reach import reached, with_role_days
from features.rows import apart
from features.silence import FEED, lost, marked, with_silence_doubted
from features.site_graph import SiteGraph
from features.usual_ways import walking, with_ways
from features.working_time import WorkingTime
from feeds.site import Site
from jobs.abreast import abreast
from jobs.clocks import events_of
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

    Raises MissingState when the habits of the evening before are not kept, though earlier nights were folded.
    """
    site = context.site
    rules = any(zone.rules for zone in site.zones)
    fold(context.lake, working_time(site), frozenset(site.feeds), days, graph_of(site), rules=rules)


def fold(
    lake: Lake,
    hours: WorkingTime,
    feeds: frozenset[str],
    days: Days,
    graph: SiteGraph | None = None,
    *,
    rules: bool = False,
) -> None:
    """The same, told only what it needs of the site: its clock, the event feeds it has, its graph, whether zones have
    rules."""
    # Cut off from its table: after a write to that, Spark would compute anew all that is kept below, and from a state
    # that the write has meanwhile retired.
    roster = on_days(lake.read(PEOPLE), hours)
    people = roster.select("person").distinct().count()
    before = by_person(state_before(lake, days), people, days).localCheckpoint()
    events = {
        name: by_person(events_of(lake, table, days), people, days)
        for table in EVENTS
        if (name := table.name.removeprefix("silver.")) in feeds and lake.exists(table)
    }
    if not events:
        for table in (PLACE_DAY, DAY_GRAPH, PERSON_DAY, DOUBT):
            lake.write(table, lake.empty(table), days)
        lake.write(HABIT, habit.habits(lake.empty(PLACE_DAY), before, kept_days(HABIT, days)), days)
        return
    walks = ways(lake.spark, graph) if graph and "access" in events else None
    told = places(events, hours, days.start, days.end, walks)
    told = told.unionByName(company(lake, people, days), allowMissingColumns=True)
    with held(habit.remembered(told, before), people, days) as rows:
        with ThreadPoolExecutor(1) as meanwhile:
            doubting = meanwhile.submit(in_doubt, rows, events.get("access"), walks, days)
            lake.write(HABIT, habit.habits(rows, before, kept_days(HABIT, days)), days)
            # Read after the write: a range learns from month starts of its own.
            starts = month_starts(lake, days)
            silent = gone_silent(lost(rows, starts, roster), days)
            uneven = [one_sided_in_doubt(one_sided(rows, starts, walks.readers), days)] if walks else []
        doubt = reduce(DataFrame.unionByName, uneven, doubting.result().unionByName(silent))
        aside: list[tuple[Column, Callable[[DataFrame], DataFrame]]] = [
            (marked(), lambda mine: with_silence_doubted(mine, doubt, roster)),
            (reached(), lambda mine: with_role_days(mine, starts, roster)),
        ]
        if walks:
            aside.append((at_reader(), lambda mine: with_doubt(mine, doubt, walks.readers)))
            aside.append((of_company(), lambda mine: with_zones_doubted(mine, doubt, walks.readers)))
        if "access" in events:
            zones = walks.zones if walks else None
            aside.append((walking(), lambda mine: with_ways(mine, before, starts, roster, zones, doubt)))
        told = apart(rows, *aside)
        shared = habit.with_shares(told, habit.hour_shares(starts))
        placed = habit.with_owners(shared, habit.owners(starts), roster)
        abreast(partial(lake.write, PLACE_DAY, placed, days), partial(lake.write, DOUBT, doubt, days))
    placed, has = lake.read(PLACE_DAY, days), {"has_graph": graph is not None, "has_rules": rules}
    abreast(
        partial(lake.write, PERSON_DAY, person_day(placed, roster, BEHAVIOURS, feeds, **has), days),
        partial(lake.write, DAY_GRAPH, edges(placed), days),
    )


def company(lake: Lake, people: int, days: Days) -> DataFrame:
    """gold.company of the days as rows of places: partners, and zones whose rules were broken."""
    nothing = F.lit(0).cast("long")
    source = F.when(F.col("kind") == DESK, "alarm").otherwise("access")
    rows = lake.read(COMPANY, days).withColumns({"source": source, "off_hours": nothing, "night": nothing})
    return by_person(rows, people, days)


def in_doubt(rows: DataFrame, reads: DataFrame | None, walks: Ways | None, days: Days) -> DataFrame:
    """The readers in doubt, each told once in the log however many days it is, for whoever keeps the doors."""
    found = (
        with_read(doubted(rows, walks.readers).localCheckpoint(), rows, reads, walks.readers).collect()
        if walks and reads is not None
        else []
    )
    tell(found, days)
    return frame(rows.sparkSession, found, DOUBT.schema())


def one_sided_in_doubt(found: DataFrame, days: Days) -> DataFrame:
    """Ways read too seldom as rows of quality.doubt, told in the log as readers in doubt are."""
    rows = found.collect()
    tell(rows, days)
    return frame(found.sparkSession, [(*row, None) for row in rows], DOUBT.schema())


def tell(found: list[Row], days: Days) -> None:
    """Each reader once in the log, however many days it is in doubt."""
    by_reader: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(found):
        by_reader.setdefault((row["kind"], row["place"]), []).append(row)
    for (kind, place), rows_of in by_reader.items():
        log.warning(
            "%s %r is in doubt on %d of %d days (first %s; at most %s); nobody is judged by it then. Next: have the "
            "reader, its clock and the door looked at",
            kind, place, len(rows_of), len(days), rows_of[0]["day"], why(kind, max(row["people"] for row in rows_of)),
        )  # fmt: skip


def gone_silent(found: DataFrame, days: Days) -> DataFrame:
    """Silences that are a feed's as rows of quality.doubt; the log tells each once, for whoever keeps the feeds."""
    rows = sorted(found.collect())
    by_place: dict[str, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row["place"], []).append(row)
    for place, rows_of in by_place.items():
        log.warning(
            "%s %r is in doubt on %d of %d days (first %s), up to %d people are missing; nobody is judged by it then. "
            "Next: ask for what was not delivered",
            FEED, place, len(rows_of), len(days), rows_of[0]["day"], max(row["people"] for row in rows_of),
        )  # fmt: skip
    return frame(found.sparkSession, [(*row, None) for row in rows], DOUBT.schema())


def working_time(site: Site) -> WorkingTime:
    """The site's clock."""
    return WorkingTime(
        time_zone=site.site.time_zone,
        day_begins=site.site.day_begins,
        working_hours=site.site.working_hours,
        free_weekdays=site.site.free_iso_weekdays,
        holidays=frozenset(site.site.holidays),
    )


def by_person(frame: DataFrame, people: int, days: Days) -> DataFrame:
    """The frame shuffled by person, once: every fold and window after it finds its rows together.

    More partitions for a longer range of many people, so that a partition holds about as much as a night of theirs.
    """
    least = int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    return frame.repartition(max(least, -(-people * len(days) // PERSON_NIGHTS)), "person")


def state_before(lake: Lake, days: Days) -> DataFrame:
    """Habits as of the evening before; none when no earlier night was folded: history begins here.

    Earlier events do not matter: a first delivery nearly always holds some of the evening before.
    """
    state = lake.read(HABIT, Days.one(days.before))
    if state.isEmpty() and not lake.read(PERSON_DAY, Days.until(days.start)).isEmpty():
        return lake.state(HABIT, days.before, "person_day")
    return state


def month_starts(lake: Lake, days: Days) -> DataFrame:
    """Habits of the month starts that the days learn owners and the site's hours from."""
    learnt = sorted({(day - timedelta(days=1)).replace(day=1) for day in days})
    return lake.read(HABIT).where(F.col("day").isin(learnt))


@contextmanager
def held(frame: DataFrame, people: int, days: Days) -> Iterator[DataFrame]:
    """Inside the block, the frame computed once, however often it is read.

    Of few person-nights it is cut off from its plan, with which every query that reads it would be planned again. Of
    many it is kept in columns, compressed: rows, most of whose measures are NULL, would be several times as large.
    """
    if people * len(days) <= PERSON_NIGHTS:
        yield frame.localCheckpoint()
        return
    frame.persist()
    try:
        yield frame
    finally:
        frame.unpersist()
