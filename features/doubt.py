"""Readers in doubt: where many people's reads did not fit on one day, the reader is looked at, not the people.

Worked on place rows, so it costs a night's places and not its events, and nobody is joined to anybody.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

PEOPLE = 3
"""Least people whose reads do not fit before a reader is doubted: two others besides anyone. Two who follow each other
through a door are a pair to look at; a third makes it the door's day."""
ONE_IN = 20
"""Least share of what happened there that does not fit, as one in so many. Following through leaves far less unread;
a reader that is silent, or a door that is propped open, for one hour of a shift leaves more."""

TOLD = ("day", "source", "kind", "place")


def doubted(rows: DataFrame, readers: DataFrame) -> DataFrame:
    """(day, source, kind, place, people): doors and gaps whose readers are in doubt on that day.

    `rows` are place rows of whole days, `readers` those of features.passages.Ways. A gap is compared with the passages
    that were read there; a door with all reads at it. At a door misfit reads are hurried ones, and repeated refusals of
    people for whom it opened at no time of the day.
    """
    access = rows.where(F.col("source") == "access")
    doors = access.where(F.col("kind") == "door")
    passed = (
        F.when(F.col("way") == "in", F.col("entries"))
        .when(F.col("way") == "out", F.col("exits"))
        .otherwise(F.col("events") - F.col("entries") - F.col("exits"))
    )
    through = doors.join(F.broadcast(readers), doors["place"] == readers["door"], "inner")
    fits = through.groupBy("day", F.col("gap").alias("place")).agg(F.sum(passed).alias("fits"))
    unread = (
        access.where(F.col("kind") == "gap")
        .groupBy("day", "place")
        .agg(F.count(F.lit(1)).alias("people"), F.sum("events").alias("misfits"))
    )
    gaps = unread.join(fits, ["day", "place"], "left").select(
        "day", F.lit("gap").alias("kind"), "place", "people", "misfits", F.coalesce("fits", F.lit(0)).alias("fits")
    )
    tested = F.when((F.col("refused") == F.col("events")) & (F.col("refused") > 1), F.col("refused"))
    misfits = F.coalesce("hurried", F.lit(0)) + F.coalesce(tested, F.lit(0))
    at_doors = doors.groupBy("day", "kind", "place").agg(
        F.count_if(misfits > 0).alias("people"), F.sum(misfits).alias("misfits"), F.sum("events").alias("events")
    )
    at_doors = at_doors.withColumn("fits", F.col("events") - F.col("misfits")).drop("events")
    both = gaps.unionByName(at_doors)
    many = (F.col("people") >= PEOPLE) & (F.col("misfits") * ONE_IN >= F.col("misfits") + F.col("fits"))
    return both.where(many).select("day", F.lit("access").alias("source"), "kind", "place", "people")


def with_doubt(rows: DataFrame, readers_in_doubt: DataFrame) -> DataFrame:
    """Place `rows` with `doubted`: 1 at `doubted` readers, 0 at other doors and gaps, NULL elsewhere."""
    marked = readers_in_doubt.select(*TOLD, F.lit(1).cast("long").alias("found"))
    told = rows.drop("doubted").join(F.broadcast(marked), [*TOLD], "left")
    at_reader = (F.col("source") == "access") & F.col("kind").isin("door", "gap")
    return told.withColumn("doubted", F.when(at_reader, F.coalesce("found", F.lit(0)))).drop("found")
