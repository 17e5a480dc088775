"""Stays: who was in which zone from when until when, as far as badge reads tell.

A stay begins with a read that lets into a zone and ends at the person's next read; where that does not tell that the
person was still there, at the latest after the site's longest stay. Where the next read shows that one is missing
between the two, both zones are possible: either stay then is a presence, so that nobody is said to be alone because of
a reader, and no stay that anybody is judged by, nor one in which anybody has company.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from features.site_graph import OUTSIDE

HOUR = 3600


def stays(reads: DataFrame, sides: DataFrame | None, longest: int) -> DataFrame:
    """(day, person, zone, enter, leave, sure, event, before, fits): seconds since 1970, half-open, of the days' reads.

    `reads` are silver.access. `sides` (door, way, was_in, beside) tell for each reader the zone it is read from, and
    the zones from which that is reached unread (jobs.site_graph.sides); without them every read fits the one before.
    `longest` is in seconds: where the next read does not tell that the person was still there, a stay lasts no longer.
    `sure`: a following read, made from the zone itself, closed it, however late: it is company for as long, and who
    stays longer is not judged by less. Without a graph only one within `longest` does. Who was next read beyond a door
    that opens without a badge may have left long before. Whoever left and came back unread was away, and no read tells:
    where a reader lost both, others' reads do not fit there, and it is in doubt (features.doubt). A stay that goes on
    after the operational day's end has no following read, and nobody is judged by it on either day. `event`: the read
    it begins with, NULL where a stay is only concluded from the read that ends it; `before`: that is the day's first,
    so that the stay may have begun at any time before; `fits`: no read is missing at either end, as far as the graph
    tells. Refused reads tell nothing of where anybody went.
    """
    in_order = Window.partitionBy("person", "day").orderBy("at", "event")
    second = F.unix_seconds("at")
    placed = reads.where(F.col("outcome") == "granted").withColumns(
        {"way": F.coalesce("direction", F.lit("")), "second": second}
    )
    if sides is None:
        nowhere = {"was_in": F.lit(None).cast("string"), "beside": F.lit(None).cast("array<string>")}
        placed = placed.withColumns(nowhere)
    else:
        placed = placed.join(F.broadcast(sides), ["door", "way"], "left")

    def other(step: int, column: str) -> Column:
        return F.lag(column, step).over(in_order)

    # Whether the read fits the one before it: NULL where the graph does not have the reader, and nothing is concluded.
    fits = F.array_contains("beside", other(1, "zone"))
    followed = placed.withColumns(
        {
            "ended": other(-1, "second"),
            "since": other(1, "second"),
            "fits": F.when(F.col("beside").isNotNull(), F.coalesce(fits, F.lit(False))),
        }
    ).withColumns({"next_fits": other(-1, "fits"), "next_in": other(-1, "was_in")})
    until = F.when(F.col("next_fits"), F.col("ended")).otherwise(F.least("ended", F.col("second") + longest))
    # A read that fits may be made from another zone, if a way there is unread: then nobody knows when they went.
    in_time = F.col("ended") <= F.col("second") + longest
    closed = F.coalesce(F.col("next_in") == F.col("zone"), in_time, F.lit(False))
    whole = F.coalesce(F.col("fits"), F.lit(True)) & F.coalesce(F.col("next_fits"), F.lit(True))
    told = _stay("zone", F.col("second"), until, closed, F.col("event"), F.lit(False), whole)
    begun = F.greatest("since", F.col("second") - longest)
    unread, first = F.lit(None).cast("long"), F.col("since").isNull()
    concluded = _stay("was_in", begun, F.col("second"), F.lit(False), unread, first, F.lit(False))
    both = F.when(~F.col("fits"), F.array(told, concluded)).otherwise(F.array(told))
    return (
        followed.select("day", "person", F.explode(both).alias("stay"))
        .select("day", "person", "stay.*")
        .where(F.col("zone").isNotNull() & (F.col("zone") != OUTSIDE) & (F.col("leave") > F.col("enter")))
    )


def _stay(zone: str, enter: Column, leave: Column, sure: Column, event: Column, before: Column, fits: Column) -> Column:
    named = {"zone": F.col(zone), "enter": enter, "leave": leave, "sure": sure, "event": event}
    named |= {"before": before, "fits": fits}
    return F.struct(*[column.alias(name) for name, column in named.items()])


def zone_hours(told: DataFrame) -> DataFrame:
    """Stays cut at the hours: (day, zone, hour, person, enter, leave, event, before, known); `hour` counts from 1970.

    `known`: the person cannot have left unread meanwhile, nor been elsewhere: the stay fits its reads, or is `sure`.
    """
    first, last = F.floor(F.col("enter") / HOUR), F.floor((F.col("leave") - 1) / HOUR)
    cut = told.withColumn("hour", F.explode(F.sequence(first, last)))
    begin = F.col("hour") * HOUR
    return cut.select(
        *("day", "zone", "hour", "person", "event", "before"),
        (F.col("fits") | F.col("sure")).alias("known"),
        F.greatest("enter", begin).alias("enter"),
        F.least("leave", begin + HOUR).alias("leave"),
    )


def crowds(hours: DataFrame) -> DataFrame:
    """(day, zone, hour, people, stays) of each zone-hour: as many rows as the site has zones and the days hours."""
    return hours.groupBy("day", "zone", "hour").agg(
        F.count_distinct("person").alias("people"), F.count(F.lit(1)).alias("stays")
    )
