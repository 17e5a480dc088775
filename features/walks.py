"""A person's reads as a walk: moves from zone to zone, how long they stayed, detours, doors tried one after another.

One pass over the reads of a person and operational day, in order. The day begins outside.
"""

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from features.passages import Ways
from features.site_graph import ARROW, OUTSIDE

STOP = 300
"""Seconds in a zone from which on it was a stop, and not a zone on the way: nobody crosses a zone for five minutes."""
NEXT_DOOR = 600
"""Seconds within which a refusal at another door belongs to the same round of trying doors."""

STAYED = ", for "
"""Stands between a zone and how long somebody stayed: 'pump-house, for 16 min or more'."""
BANDS = (0, *(1 << power for power in range(10)))
"""Minutes from which each band of stays begins: twice as long is another kind of stay, four minutes more are not."""


def walked(reads: DataFrame, ways: Ways | None) -> DataFrame:
    """`reads` (as features.passages.judged leaves them) with `move`, `stay`, `detour` and `tried_on`.

    `move`: the way the badge was let through, 'yard → lobby': of the door's two zones, and where the site declares no
    doors, from the zone entered before; NULL when refused, or when nothing tells the way;
    `stay`: seconds in the zone let into, up to the next read that lets in anywhere, for a refusal moves nobody; NULL
    outside, when a read is missing before that next one, and at the day's last: nobody knows;
    `detour`: 1 on entering a grave zone in passing that no quickest way between the stop before and the next leads
    through, 0 when one does; NULL elsewhere;
    `tried_on`: whether this refusal follows within NEXT_DOOR one at another door, nothing opened in between.
    """
    in_order = Window.partitionBy("person", "day").orderBy("at", "event")
    seconds = F.unix_seconds("at")
    opened = F.col("outcome") != "denied"
    # Reads missing so far: as many at the next opened door as here, when none is missing between.
    missing = F.count("gap").over(in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow))
    refused_before = F.lag("outcome").over(in_order) == "denied"
    tried_on = (
        ~opened
        & refused_before
        & (F.lag("door").over(in_order) != F.col("door"))
        & (seconds - F.lag(seconds).over(in_order) <= NEXT_DOOR)
    )
    seen = {"_entered": _entered()} if ways is None else {}
    told = reads.withColumns({"tried_on": F.coalesce(tried_on, F.lit(False)), "_missing": missing, **seen})
    following = F.last(F.when(opened, F.struct(seconds.alias("at"), "_missing")), ignorenulls=True).over(_later())
    known = opened & (following["_missing"] == F.col("_missing"))
    told = told.withColumn("_until", F.when(known, following["at"] - seconds)).drop("_missing")
    told = _seen(told) if ways is None else _detours(_read(told, ways), ways)
    inside = F.coalesce(F.col("zone") != OUTSIDE, F.lit(False))
    return told.withColumn("stay", F.when(inside, F.col("_until"))).drop("_until")


def _later() -> WindowSpec:
    """The day's reads after each, the next one last."""
    backwards = Window.partitionBy("person", "day").orderBy(F.desc("at"), F.desc("event"))
    return backwards.rowsBetween(Window.unboundedPreceding, -1)


def _entered() -> Column:
    """The zone that the badge was let into last, in a struct: a read without a zone hides what was known before it."""
    earlier = Window.partitionBy("person", "day").orderBy("at", "event").rowsBetween(Window.unboundedPreceding, -1)
    return F.last(F.when(F.col("outcome") != "denied", F.struct("zone")), ignorenulls=True).over(earlier)


def _seen(reads: DataFrame) -> DataFrame:
    """Moves between the zones that reads name, one after the other, from where each read `_entered`."""
    opened, entered = F.col("outcome") != "denied", F.col("_entered")
    was = F.when(entered.isNull(), F.lit(OUTSIDE)).otherwise(entered["zone"])
    move = F.when(opened & (was != F.col("zone")), F.concat(was, F.lit(ARROW), F.col("zone")))
    return reads.withColumns({"move": move, "detour": F.lit(None).cast("long")}).drop("_entered")


def _read(reads: DataFrame, ways: Ways) -> DataFrame:
    """Moves through the doors that were read; `_into`, the number of the zone let into, and whether it is grave."""
    passages = ways.readers.select(
        "door", F.col("way").alias("_way"), F.col("after").alias("_into"), F.col("gap").alias("move"), "grave"
    )
    opened = F.col("outcome") != "denied"
    found = reads.withColumn("_way", F.coalesce("direction", F.lit("")))
    found = found.join(F.broadcast(passages), ["door", "_way"], "left")
    return found.withColumns({name: F.when(opened, F.col(name)) for name in ("_into", "move", "grave")})


def _detours(reads: DataFrame, ways: Ways) -> DataFrame:
    """Passages of grave zones, looked up among those that a quickest way needs."""
    whole = Window.partitionBy("person", "day")
    before = whole.orderBy("at", "event").rowsBetween(Window.unboundedPreceding, -1)
    # How long the last stay of a day was, or one that a missing read may have cut short, nobody knows: no passing.
    is_stop = F.coalesce(F.col("_until") >= STOP, F.lit(True))
    stop = F.when(is_stop, F.col("_into"))
    told = reads.withColumns(
        {
            "_came": F.coalesce(F.last(stop, ignorenulls=True).over(before), F.lit(ways.outside)),
            "_goes": F.last(stop, ignorenulls=True).over(_later()),
            "_passing": ~is_stop & F.col("grave"),
        }
    )
    told = told.join(F.broadcast(ways.needed), ["_came", "_goes", "_into"], "left")
    detour = F.when(F.col("_passing"), F.col("_needed").isNull().cast("long"))
    return told.withColumn("detour", detour).drop("_way", "_into", "grave", "_came", "_goes", "_passing", "_needed")


def stayed(zone: Column, seconds: Column) -> Column:
    """How long somebody stayed in a zone over a day, as a place: 'pump-house, for 16 min or more'."""
    return stay_of(zone, band_of(seconds))


def stay_of(zone: Column, band: Column) -> Column:
    """A zone and a band as a place."""
    return F.concat(zone, F.lit(STAYED), band.cast("string"), F.lit(" min or more"))


def band_of(seconds: Column) -> Column:
    """The band of BANDS that so many seconds lie in."""
    band = F.lit(BANDS[0])
    for minutes in BANDS[1:]:
        band = F.when(seconds >= 60 * minutes, F.lit(minutes)).otherwise(band)
    return band


def left(move: Column) -> Column:
    """The zone that a move leaves."""
    return F.substring_index(move, ARROW, 1)


def reached(move: Column) -> Column:
    """The zone that a move enters."""
    return F.substring_index(move, ARROW, -1)


def stayed_in(stay: Column) -> Column:
    """The zone of a stay."""
    return F.substring_index(stay, STAYED, 1)


def stayed_for(stay: Column) -> Column:
    """The minutes from which a stay's band begins."""
    return F.substring_index(F.substring_index(stay, STAYED, -1), " ", 1).cast("int")
