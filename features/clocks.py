"""Walks through two doors in a row, by which clocks of readers are compared (models.clocks), and reads set right by it.

Reads are looked at in the order in which they are stamped, and taken to be in the order in which they can be walked: of
a read into the lobby stamped after one from the lobby into the vault the walk took less than no time.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

NEAR = 4
"""Reads looked back: a clock that is behind puts so many others between two doors that follow each other."""
LONGEST = 900
"""Seconds, either way, after which two reads are no walk through, nor any clock so wrong that reads could be moved."""
QUICK = 0.25
"""Share of the walks that go straight through the zone between the doors, by assumption; others stay there."""


def walks(reads: DataFrame, readers: DataFrame) -> DataFrame:
    """(day, first, then, via, quick, people): ways through two doors by the zone between them, and the seconds that a
    QUICK share of the walks took at most, exact.

    `reads` are silver.access, `readers` those of features.passages.Ways. Of several reads at one door the nearest
    counts. Whoever goes back to the zone they came from went nowhere.
    """
    in_order = Window.partitionBy("person", "day").orderBy("at", "event")
    placed = (
        reads.where(F.col("outcome") == "granted")
        .withColumn("way", F.coalesce("direction", F.lit("")))
        .join(F.broadcast(readers.select("door", "way", "before", "after")), ["door", "way"], "inner")
        .withColumn("here", F.struct("door", "before", "after", F.unix_seconds("at").alias("second"), "event"))
    )
    others = F.array(*[F.lag("here", step).over(in_order) for step in range(1, NEAR + 1)])
    near = placed.withColumn("others", others)
    both = near.select("day", "person", "here", F.explode("others").alias("there")).where(
        F.col("there").isNotNull()
        & (F.col("there.door") != F.col("here.door"))
        & (F.col("here.second") - F.col("there.second") <= LONGEST)
    )
    # In the order of stamps where that can be walked, else the other way round.
    onward, back = _follows("there", "here"), _follows("here", "there")
    told = both.where(onward | back).withColumns(
        {
            "first": F.when(onward, F.col("there")).otherwise(F.col("here")),
            "then": F.when(onward, F.col("here")).otherwise(F.col("there")),
        }
    )
    seconds = F.col("then.second") - F.col("first.second")
    nearest = told.groupBy(
        "day", "person", F.col("first.event").alias("event"), F.col("first.door").alias("first"),
        F.col("then.door").alias("then"), F.col("first.after").alias("via"),
    ).agg(F.min(F.struct(F.abs(seconds).alias("apart"), seconds.alias("seconds"))).alias("nearest"))  # fmt: skip
    return nearest.groupBy("day", "first", "then", "via").agg(
        F.percentile("nearest.seconds", F.lit(QUICK)).alias("quick"), F.count_distinct("person").alias("people")
    )


def righted(reads: DataFrame, clocks: DataFrame) -> DataFrame:
    """`reads` with `at` as it would stand had every clock been right; `clocks` is quality.clock."""
    told = reads.join(F.broadcast(clocks.select("day", "door", "behind")), ["day", "door"], "left")
    late = F.make_dt_interval(secs=F.coalesce("behind", F.lit(0)))
    return told.withColumn("at", F.col("at") + late).select(*reads.columns)


def _follows(one: str, other: str) -> Column:
    """Whether the other read can follow the one: made from the zone that it led into, and not back."""
    return (F.col(f"{one}.after") == F.col(f"{other}.before")) & (F.col(f"{one}.before") != F.col(f"{other}.after"))
