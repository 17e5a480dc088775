"""Read the walks of leads from the lake: ways gone, ways gone without a read, usual ways left out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.gold_day import DAY_GRAPH, HABIT, PLACE_DAY
from expectations.quality import DOUBT
from expectations.table import Table
from features.left_out import CHANNELS, left_out
from features.passages import SEEN_AT
from features.rows import trusted
from features.usual_ways import walking
from features.walks import left, reached
from jobs.days import Days
from jobs.lake import Lake
from jobs.report.night import Reason
from jobs.report.walk import LeftOut, Unread, Way


def of(frame: DataFrame, people: list[int]) -> DataFrame:
    """Rows of these people."""
    return frame.where(F.col("person").isin(people))


def instant(micros: int | None, zone: ZoneInfo) -> datetime | None:
    """Microseconds since 1970 as a time in the site's zone, cut to the second."""
    return None if micros is None else datetime.fromtimestamp(micros // 1_000_000, zone)


def edges(lake: Lake, told_of: Mapping[int, date], kind: str) -> DataFrame:
    """Rows of gold.day_graph of one kind, of each person on a night of their own."""
    return on_nights(lake, DAY_GRAPH, told_of).where(F.col("kind") == kind)


def on_nights(lake: Lake, table: Table, told_of: Mapping[int, date], before: int = 0) -> DataFrame:
    """Rows of the table of each person on a night of their own, or so many days before it."""
    nights = [
        of(lake.read(table, Days.one(day - timedelta(days=before))), [p for p in told_of if told_of[p] == day])
        for day in sorted(set(told_of.values()))
    ]
    return reduce(DataFrame.unionByName, nights)


def ways_of(lake: Lake, told_of: Mapping[int, date], zone: ZoneInfo) -> dict[int, list[Way]]:
    """Moves from zone to zone, in the order each was first made, of each person on a night of their own."""
    micros = {name: F.unix_micros(name) for name in ("first_at", "last_at")}
    moves = edges(lake, told_of, "move").withColumns(micros)
    found: dict[int, list[Way]] = {}
    for row in moves.orderBy("person", "first_at", "last_at", "origin", "target").collect():
        first, last = instant(row["first_at"], zone), instant(row["last_at"], zone)
        assert first is not None
        assert last is not None
        told = {name: row[name] for name in ("origin", "target", "times", "days_seen", "is_new", "detours", "stayed")}
        found.setdefault(row["person"], []).append(Way(**told, first_at=first, last_at=last))
    return found


def unread_of(lake: Lake, told_of: Mapping[int, date], zone: ZoneInfo) -> dict[int, list[Unread]]:
    """Ways gone without the read they need, in the order in which that was first seen, of the same nights."""
    way = F.substring_index("target", SEEN_AT, 1)
    in_doubt = on_nights(lake, PLACE_DAY, told_of).where((F.col("kind") == "gap") & ~trusted())
    in_doubt = in_doubt.select("person", F.col("place").alias("target"), F.lit(True).alias("in_doubt"))
    gaps = (
        edges(lake, told_of, "gap")
        .join(in_doubt, ["person", "target"], "left")
        .groupBy("person", left(way).alias("origin"), reached(way).alias("target"))
        .agg(
            F.sum("times").alias("times"),
            F.unix_micros(F.min("first_at")).alias("first_at"),
            F.unix_micros(F.max("last_at")).alias("last_at"),
            F.sort_array(F.collect_set(F.substring_index("target", SEEN_AT, -1))).alias("seen_at"),
            F.every(F.coalesce("in_doubt", F.lit(False))).alias("in_doubt"),
        )
        .orderBy("person", "first_at", "last_at", "origin", "target")
    )
    found: dict[int, list[Unread]] = {}
    for row in gaps.collect():
        first, last = instant(row["first_at"], zone), instant(row["last_at"], zone)
        assert first is not None
        assert last is not None
        told = Unread(row["origin"], row["target"], int(row["times"]), first, last, tuple(row["seen_at"]))
        found.setdefault(row["person"], []).append(replace(told, in_doubt=row["in_doubt"]))
    return found


def counts_left_out(reasons: Iterable[Reason], day: date) -> bool:
    """Whether a reason of the night counts ways left out."""
    return any(reason.channel in CHANNELS and reason.seen_on == day for reason in reasons)


def left_out_of(lake: Lake, told_of: Mapping[int, date]) -> dict[int, list[LeftOut]]:
    """Usual ways not gone, the most usual first, of each person on a night of their own; none of an evening whose
    habits are no longer kept."""
    if not told_of:
        return {}
    rows, before = on_nights(lake, PLACE_DAY, told_of), on_nights(lake, HABIT, told_of, before=1)
    doubted = lake.read(DOUBT).where(F.col("day").isin(sorted(set(told_of.values()))))
    found: dict[int, list[LeftOut]] = {}
    usual = left_out(rows.where(walking()), before, doubted).withColumns(
        {"origin": left(F.col("place")), "target": reached(F.col("place"))}
    )
    for row in usual.orderBy("person", F.desc("seen"), "place").collect():
        told = LeftOut(row["origin"], row["target"], int(row["seen"]), int(row["days"]))
        found.setdefault(row["person"], []).append(told)
    return found
