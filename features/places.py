"""Events to places: one row per person, day and place, made in one pass per feed and shared by all behaviours.

Each feed is folded once to its finest grain (`access` to door and zone, `web` to domain and category, the rest to
machine) with integer sums, minima and maxima only, so that any order and partitioning of the events gives the same
rows; its coarser kinds are folded from that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from expectations.gold_day import MEASURES
from features.working_time import HOUR, WorkingTime, at_night

KEY = ("person", "day")
COMMON = ("events", "off_hours", "night")
LEAST = ("first_at", "first_second", "fastest", "some_event", "odd_event", "badge_low")
MOST = ("last_at", "last_second", "widest", "largest", "session_longest", "resumed", "other_event", "badge_high")
MEASURED = tuple(column.name for column in MEASURES)


@dataclass(frozen=True, slots=True)
class Feed:
    """How one silver table becomes places: its finest grain, what is counted there, and the kinds it is told as."""

    grain: tuple[str, ...]
    measures: Callable[[], Mapping[str, Column]]
    odd: Callable[[], Column] = lambda: F.col("is_off")
    """Events that evidence prefers."""


def _access() -> Mapping[str, Column]:
    return {
        "refused": F.count_if(F.col("outcome") == "denied"),
        "entries": F.count_if(F.col("direction") == "in"),
        "exits": F.count_if(F.col("direction") == "out"),
        "hurried": F.count_if(F.col("is_hurried")),
        "fastest": F.min("since_zone"),
        "badge_low": F.min("credential"),
        "badge_high": F.max("credential"),
    }


def _logon() -> Mapping[str, Column]:
    logon, logoff = F.col("activity") == "logon", F.col("activity") == "logoff"
    first_on, first_off = F.min(F.when(logon, F.col("at"))), F.min(F.when(logoff, F.col("at")))
    return {
        "logons": F.count_if(logon),
        "logoffs": F.count_if(logoff),
        "resumed": F.coalesce((first_off < first_on) | (first_off.isNotNull() & first_on.isNull()), F.lit(False)).cast(
            "long"
        ),
        "session_seconds": F.sum("session"),
        "session_longest": F.max("session"),
    }


def _mail() -> Mapping[str, Column]:
    sent = F.col("activity") == "send"
    outward = sent & (F.col("outside") > 0)
    return {
        "sent": F.count_if(sent),
        "recipients": _sum("recipients", sent),
        "outside": _sum("outside", sent),
        "outside_messages": F.count_if(outward),
        "widest": F.max(F.when(sent, F.col("recipients"))).cast("long"),
        "attachments": _sum("attachments", sent),
        "outside_attachments": _sum("attachments", outward),
        "size": _sum("size", sent),
        "largest": F.max(F.when(sent, F.col("size"))),
        "private": F.count_if(sent & F.col("private_sender")),
    }


def _media() -> Mapping[str, Column]:
    return {"connects": F.count_if(F.col("activity") == "connect")}


def _file() -> Mapping[str, Column]:
    copied = F.col("activity").isin("copy", "write")
    return {
        "copies": F.count_if(copied),
        "onto_media": F.count_if(copied & F.col("to_media")),
        "deletes": F.count_if(F.col("activity") == "delete"),
    }


def _web() -> Mapping[str, Column]:
    return {
        "uploads": F.count_if(F.col("activity") == "upload"),
        "downloads": F.count_if(F.col("activity") == "download"),
    }


FEEDS: Mapping[str, Feed] = {
    "access": Feed(("door", "zone"), _access, odd=lambda: F.col("is_off") | (F.col("outcome") == "denied")),
    "logon": Feed(("machine",), _logon),
    "mail": Feed(("machine",), _mail, odd=lambda: F.col("is_off") | (F.col("outside") > 0)),
    "media": Feed(("machine",), _media),
    "file": Feed(("machine", "extension"), _file),
    "web": Feed(("domain", "category"), _web, odd=lambda: F.col("is_off") | (F.col("activity") == "upload")),
}


def places(
    events: Mapping[str, DataFrame], hours: WorkingTime, start: date, end: date, doors: DataFrame | None = None
) -> dict[str, DataFrame]:
    """Every place of every person-day in [start, end), without history: a frame per feed, and one for 'presence'.

    `events` holds silver event tables by name, already limited to those operational days. `doors` is silver.door;
    without it no pace between doors is declared and `hurried` is 0.
    """
    prepared = {"access": lambda reads: _paced(reads, doors), "logon": _sessions}
    told: dict[str, DataFrame] = {}
    uses = []
    for name, frame in events.items():
        fine = _timed(prepared[name](frame) if name in prepared else frame, hours, start, end)
        *kinds, use = _kinds(name, fine)
        uses.append(use)
        told[name] = _together([*kinds, use])
    told["presence"] = _presence(_together(uses), hours)
    return told


def completed(feeds: Mapping[str, DataFrame]) -> DataFrame:
    """The feeds' rows as one frame with all measures of gold.place_day, and `evidence`."""
    rows = _together(feeds.values())
    missing = [*MEASURED, "some_event", "other_event", "odd_event", "badge_low", "badge_high"]
    rows = rows.withColumns({name: F.lit(None).cast("long") for name in missing if name not in rows.columns})
    ids = F.array_distinct(F.array_compact(F.array("odd_event", "some_event", "other_event")))
    return rows.withColumns(
        {
            "evidence": F.sort_array(ids),
            "second_badge": (F.col("badge_low") != F.col("badge_high")).cast("long"),
        }
    ).drop("odd_event", "some_event", "other_event", "badge_low", "badge_high")


def _together(frames: Iterable[DataFrame]) -> DataFrame:
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), frames)


def _timed(events: DataFrame, hours: WorkingTime, start: date, end: date) -> DataFrame:
    """With `clock` (seconds since the operational day began), local `hour`, `is_off` and `is_night`."""
    local = F.col("local")
    return (
        events.withColumns({"clock": hours.clock(F.col("at"), F.col("day"), start, end)})
        .withColumns({"local": hours.local(F.col("clock"))})
        .withColumns(
            {
                "hour": F.floor(local / HOUR).cast("int"),
                "is_off": hours.off_hours(local, F.col("day")),
                "is_night": at_night(local),
            }
        )
    )


def _paced(reads: DataFrame, doors: DataFrame | None) -> DataFrame:
    """With `since_zone`, the seconds since the person's read just before when that was in another zone, and
    `is_hurried`: sooner after a read at another door than that door's declared least time to the next.

    Reads of one instant are ordered by event id. Refused reads count: the badge was there.
    """
    in_order = Window.partitionBy("person", "day").orderBy("at", "event")
    seconds = F.unix_seconds("at") - F.unix_seconds(F.lag("at").over(in_order))
    before_zone, before_door = F.lag("zone").over(in_order), F.lag("door").over(in_order)
    if doors is None:
        return reads.withColumns(
            {"since_zone": F.when(before_zone != F.col("zone"), seconds), "is_hurried": F.lit(False)}
        )
    least = doors.groupBy("door").agg(F.min("least_seconds").alias("least"))
    known = reads.join(F.broadcast(least), "door", "left")
    hurried = (before_door != F.col("door")) & (seconds < F.lag("least").over(in_order))
    return known.withColumns(
        {
            "since_zone": F.when(before_zone != F.col("zone"), seconds),
            "is_hurried": F.coalesce(hurried, F.lit(False)),
        }
    )


def _sessions(logons: DataFrame) -> DataFrame:
    """With `session`: at a logoff, the seconds since the logon just before it on the same machine that day."""
    in_order = Window.partitionBy("person", "day", "machine").orderBy("at", "event")
    closes = (F.col("activity") == "logoff") & (F.lag("activity").over(in_order) == "logon")
    seconds = F.unix_seconds("at") - F.unix_seconds(F.lag("at").over(in_order))
    return logons.withColumn("session", F.when(closes, seconds))


def _kinds(name: str, events: DataFrame) -> list[DataFrame]:
    """A feed's rows for each kind of place, and its 'use' row."""
    feed = FEEDS[name]
    columns = {
        "events": F.count(F.lit(1)),
        "off_hours": F.count_if(F.col("is_off")),
        "night": F.count_if(F.col("is_night")),
        "first_at": F.min("at"),
        "last_at": F.max("at"),
        "first_second": F.min("clock"),
        "last_second": F.max("clock"),
        "some_event": F.min("event"),
        "other_event": F.max("event"),
        "odd_event": F.min(F.when(feed.odd(), F.col("event"))),
        "hours": F.expr("bit_or(shiftleft(1L, hour))"),
        **feed.measures(),
    }
    fine = events.groupBy(*KEY, *feed.grain).agg(*_named(columns))
    kinds = [_folded(fine.where(F.col(kind).isNotNull()), name, kind, F.col(kind)) for kind in feed.grain]
    if name == "mail":
        kinds.append(_counterparts(events, columns))
    return [*kinds, _folded(fine, name, "use", F.lit(name))]


def _folded(fine: DataFrame, source: str, kind: str, place: Column) -> DataFrame:
    """The same measures at a coarser grain."""
    measures = [column for column in fine.columns if column in (*COMMON, *LEAST, *MOST, *MEASURED)]
    rows = fine.groupBy(*KEY, place.alias("place")).agg(
        *_named({name: _fold(name) for name in measures}), F.bit_or("hours").alias("hours")
    )
    return rows.withColumns({"source": F.lit(source), "kind": F.lit(kind)})


def _counterparts(messages: DataFrame, columns: Mapping[str, Column]) -> DataFrame:
    """One row per person, day and address written to; the addresses are pseudonyms, told as decimal numbers."""
    kept = {name: column for name, column in columns.items() if name not in MEASURED}
    of_message = {name: columns[name] for name in ("sent", "outside_messages", "private")}
    sent = messages.where(F.col("activity") == "send").withColumn("counterpart", F.explode("counterparts"))
    rows = sent.groupBy(*KEY, F.col("counterpart").cast("string").alias("place")).agg(*_named({**kept, **of_message}))
    return rows.withColumns({"source": F.lit("mail"), "kind": F.lit("counterpart")})


def _presence(uses: DataFrame, hours: WorkingTime) -> DataFrame:
    """What all feeds say together: a row per person-day, one more on a free day, and one per hour with any event."""
    columns = [name for name in uses.columns if name in (*COMMON, *LEAST, *MOST) and name not in MEASURED]
    whole = uses.groupBy(*KEY).agg(*_named({name: _fold(name) for name in columns}), F.bit_or("hours").alias("hours"))
    clock = F.filter(F.sequence(F.lit(0), F.lit(23)), lambda hour: F.getbit("hours", hour) == 1)
    told = F.concat(
        F.array(_place("presence", F.lit("any"))),
        F.when(hours.is_free(F.col("day")), F.array(_place("presence", F.lit("free")))).otherwise(F.array()),
        F.transform(clock, lambda hour: _place("hour", F.lpad(hour.cast("string"), 2, "0"))),
    )
    rows = whole.withColumn("told", F.explode(told))
    is_hour = F.col("told.kind") == "hour"
    cells = {name: F.when(~is_hour, F.col(name)) for name in columns if name not in COMMON}
    counts = {name: F.when(is_hour, F.lit(0)).otherwise(F.col(name)).cast("long") for name in COMMON}
    return rows.select(
        *KEY, F.lit("presence").alias("source"), F.col("told.kind"), F.col("told.place"), *_named({**counts, **cells})
    )


def _place(kind: str, place: Column) -> Column:
    return F.struct(F.lit(kind).alias("kind"), place.alias("place"))


def _fold(name: str) -> Column:
    return F.min(name) if name in LEAST else F.max(name) if name in MOST else F.sum(name)


def _sum(name: str, where: Column) -> Column:
    return F.coalesce(F.sum(F.when(where, F.col(name).cast("long"))), F.lit(0))


def _named(columns: Mapping[str, Column]) -> list[Column]:
    return [column.alias(name) for name, column in columns.items()]
