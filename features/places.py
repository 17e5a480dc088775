"""Events to places: one row per person, day and place, made in one pass per feed and shared by all behaviours.

Each feed is folded once to its finest grain (see features.measures); its coarser kinds are folded from that.
"""

from collections.abc import Mapping
from datetime import date
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from expectations.gold_day import MEASURES
from features.measures import FEEDS
from features.passages import Ways, judged
from features.silence import KEPT, MISSED, bit, marks
from features.walks import stayed, walked
from features.working_time import HOUR, WorkingTime, at_night

KEY = ("person", "day")
TOLD = ("source", "kind", "place")
COMMON = ("events", "off_hours", "night")
LEAST = ("first_at", "fastest", "some_event", "odd_event", "badge_low")
MOST = ("last_at", "widest", "largest", "session_longest", "resumed", "badge_high")
SETS = ("hours", "feeds")
"""Sets as bits, which make the marks."""
EXTREMES = ("first_at", "last_at", "some_event", "odd_event")
MEASURED = {column.name: column.type for column in MEASURES}


def places(
    events: Mapping[str, DataFrame], hours: WorkingTime, start: date, end: date, ways: Ways | None = None
) -> DataFrame:
    """Every place of every person-day in [start, end) with its measures and evidence, without history.

    `events` holds at least one silver event table by name, already limited to those operational days. `ways` are the
    site's graph; without it every read fits the one before.
    """
    prepared = {"access": lambda reads: walked(judged(reads, ways), ways), "logon": _sessions}
    told = [
        rows
        for name, frame in events.items()
        for rows in _told(name, _timed(prepared[name](frame) if name in prepared else frame, hours, start, end))
    ]
    rows = reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), told)
    measures = [name for name in rows.columns if name not in (*KEY, *TOLD)]
    folded = rows.groupBy(*KEY, *TOLD).agg(*_named({name: _fold(name) for name in measures}))
    clocks = {
        "first_second": hours.clock(F.col("first_at"), F.col("day"), start, end),
        "last_second": hours.clock(F.col("last_at"), F.col("day"), start, end),
    }
    return _complete(_retold(folded, hours, frozenset(events))).withColumns(clocks)


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


def _sessions(logons: DataFrame) -> DataFrame:
    """With `session`: at a logoff, the seconds since the logon just before it on the same machine that day."""
    in_order = Window.partitionBy("person", "day", "machine").orderBy("at", "event")
    closes = (F.col("activity") == "logoff") & (F.lag("activity").over(in_order) == "logon")
    seconds = F.unix_seconds("at") - F.unix_seconds(F.lag("at").over(in_order))
    return logons.withColumn("session", F.when(closes, seconds))


def _told(name: str, events: DataFrame) -> list[DataFrame]:
    """A feed folded to its finest grain, each row told as every kind of place it belongs to."""
    feed = FEEDS[name]
    columns = {
        "events": F.count(F.lit(1)),
        "off_hours": F.count_if(F.col("is_off")),
        "night": F.count_if(F.col("is_night")),
        "first_at": F.min("at"),
        "last_at": F.max("at"),
        "some_event": F.min("event"),
        "odd_event": F.min(F.when(feed.odd(), F.col("event"))),
        "hours": F.expr("bit_or(shiftleft(1L, hour))"),
        "feeds": F.bit_or(F.lit(bit(name)).cast("long")),
    }
    fine = events.groupBy(*KEY, *feed.grain).agg(*_named({**columns, **feed.measures()}))
    kinds = F.array(
        _place("presence", "presence", F.lit("any")),
        _place(name, "use", F.lit(name)),
        *[_place(name, kind, F.col(kind).cast("string")) for kind in feed.grain],
    )
    rows = fine.withColumn("told", F.explode(kinds)).where(F.col("told.place").isNotNull())
    measures = [column for column in fine.columns if column not in (*KEY, *feed.grain)]
    told = [rows.select(*KEY, "told.*", *measures)]
    return [*told, _counterparts(events, columns)] if name == "mail" else told


def _counterparts(messages: DataFrame, columns: Mapping[str, Column]) -> DataFrame:
    """One row per person, day and address written to; the addresses are pseudonyms, told as decimal numbers.

    Here a message counts as one to outside only when this very address is outside.
    """
    of_mail, outward = FEEDS["mail"].measures(), F.array_contains("outsiders", F.col("counterpart"))
    measures = {**columns, "outside_messages": F.count_if(outward), **{n: of_mail[n] for n in ("sent", "private")}}
    sent = messages.where(F.col("activity") == "send").withColumn("counterpart", F.explode("counterparts"))
    rows = sent.groupBy(*KEY, F.col("counterpart").cast("string").alias("place")).agg(*_named(measures))
    return rows.withColumns({"source": F.lit("mail"), "kind": F.lit("counterpart")})


def _retold(folded: DataFrame, hours: WorkingTime, feeds: frozenset[str]) -> DataFrame:
    """Rows told once more as other kinds of place: the whole day's on a free day, for every hour of the clock with an
    event and for what one of `feeds` tells beside another, a zone's for how long the person stayed there."""
    # What does not hold is NULL and left out after: a function of arrays that takes a lambda is not compiled.
    itself = F.struct("source", "kind", "place")
    is_free = hours.is_free(F.col("day"))
    free = F.when(is_free, _place("presence", "presence", F.lit("free")))
    clock = [
        F.when(F.getbit("hours", F.lit(hour)) == 1, _place("presence", "hour", F.lit(f"{hour:02d}")))
        for hour in range(24)
    ]
    whole = F.col("source") == "presence"
    told = F.when(whole, F.array(itself, free, *clock, *marks(F.col("feeds"), is_free, feeds)))
    if "stayed" in folded.columns:
        stay = _place("access", "stay", stayed(F.col("place"), F.col("stayed")))
        told = told.when((F.col("kind") == "zone") & F.col("stayed").isNotNull(), F.array(itself, stay))
    rows = folded.withColumn("told", F.explode(told.otherwise(F.array(itself)))).where(F.col("told").isNotNull())
    is_mark, is_stay = F.col("told.kind").isin("hour", KEPT, MISSED), F.col("told.kind") == "stay"
    columns = [name for name in folded.columns if name not in (*KEY, *TOLD, *SETS)]
    counts = {name: F.when(is_mark, F.lit(0)).otherwise(F.col(name)).cast("long") for name in COMMON}
    # Whole days carry no measures of one feed; hours, and what was kept or missed, no figures at all: they are marks.
    own = {name: F.when(~is_mark, F.col(name)) for name in columns if name in EXTREMES}
    rest = {
        name: F.when(~whole & (~is_stay | F.lit(name == "stayed")), F.col(name))
        for name in columns
        if name not in (*COMMON, *EXTREMES)
    }
    return rows.select(*KEY, "told.*", *_named({**counts, **own, **rest}))


def _complete(rows: DataFrame) -> DataFrame:
    """With all measures of gold.place_day, NULL where no feed at hand knows them, and `evidence`."""
    wanted = {**MEASURED, "badge_low": "long", "badge_high": "long"}
    rows = rows.withColumns({name: F.lit(None).cast(kind) for name, kind in wanted.items() if name not in rows.columns})
    ids = F.array_distinct(F.array_compact(F.array("odd_event", "some_event")))
    several = (F.col("badge_low") != F.col("badge_high")).cast("long")
    return rows.withColumns({"evidence": F.sort_array(ids), "second_badge": several}).drop(
        "odd_event", "some_event", "badge_low", "badge_high"
    )


def _place(source: str, kind: str, place: Column) -> Column:
    return F.struct(F.lit(source).alias("source"), F.lit(kind).alias("kind"), place.alias("place"))


def _fold(name: str) -> Column:
    if name in SETS:
        return F.bit_or(name)
    return F.min(name) if name in LEAST else F.max(name) if name in MOST else F.sum(name)


def _named(columns: Mapping[str, Column]) -> list[Column]:
    return [column.alias(name) for name, column in columns.items()]
