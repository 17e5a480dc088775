"""A door that was held open, told apart from a reader that lost reads: were others read there meanwhile?

A silent reader reads nobody. Through a door that stands open some walk without a read while others read their badge as
they always do. Worked on the reads of the days in doubt alone.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from features.doubt import gap_and_door

MEANWHILE = (0.25, 0.75)
"""When it was: between the first and the last quarter of those who were not read, so that one person who followed
another through in the morning does not make a silent afternoon a whole day."""


def with_read(found: DataFrame, rows: DataFrame, reads: DataFrame, readers: DataFrame) -> DataFrame:
    """`found` of features.doubt.doubted with `read`: people who were read on that way meanwhile; NULL for a door.

    `rows` are the place rows it was found in, `reads` the events of access of the same days, `readers` those of
    features.passages.Ways. A way of several doors counts as one: a door beside a silent one reads people, too.
    """
    unread = gap_and_door(rows.where((F.col("source") == "access") & (F.col("kind") == "gap")))
    at = F.percentile(F.unix_micros("first_at"), F.array(*map(F.lit, MEANWHILE)))
    spans = unread.groupBy("day", F.col("gap").alias("place")).agg(at.alias("span"))
    doubted = found.where("kind = 'gap'").join(spans, ["day", "place"], "inner").select("day", "place", "span")
    ways = readers.select("door", F.col("way").alias("direction"), F.col("gap").alias("place"))
    let_in = reads.where("outcome = 'granted'").withColumn("direction", F.coalesce("direction", F.lit("")))
    through = let_in.join(F.broadcast(ways), ["door", "direction"], "inner")
    meanwhile = through.join(F.broadcast(doubted), ["day", "place"], "inner").where(
        F.unix_micros("at").between(F.get("span", F.lit(0)), F.get("span", F.lit(1)))
    )
    read = meanwhile.groupBy("day", "place").agg(F.count_distinct("person").alias("_read"))
    told = found.join(F.broadcast(read), ["day", "place"], "left")
    of_gap = F.when(F.col("kind") == "gap", F.coalesce("_read", F.lit(0).cast("long")))
    return told.select("day", "kind", "place", "people", of_gap.alias("read"))
