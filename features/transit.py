"""Least times from door to door as the log shows them, for whoever declares them: a low quantile, with its support.

A proposal and no more. Were the night to learn them by itself, whoever cloned a badge long enough would teach it that
the site is small.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

QUANTILE = 0.01
"""Below it lie reads of lent badges and clocks that disagree; a hundredth of walks is not walked faster by anybody."""
SUPPORT = 300
"""Least walks behind a proposal: three of them lie below the quantile."""
LONGEST = 600
"""Seconds after which the way to the next door was no walk."""


def transit_times(reads: DataFrame) -> DataFrame:
    """(door, seconds, walks): the quickest hundredth of walks from an opened door to any other takes at most so
    many seconds. Doors with fewer than SUPPORT walks are left out.

    Counted second by second, so that the result is exact, in any order of rows.
    """
    in_order = Window.partitionBy("person", "day").orderBy("at", "event")
    taken = F.unix_seconds(F.lead("at").over(in_order)) - F.unix_seconds("at")
    walks = reads.withColumns({"seconds": taken, "next_door": F.lead("door").over(in_order)}).where(
        (F.col("outcome") != "denied") & (F.col("next_door") != F.col("door")) & (F.col("seconds") <= LONGEST)
    )
    counted = walks.groupBy("door", "seconds").agg(F.count(F.lit(1)).alias("times"))
    whole = Window.partitionBy("door")
    so_far = whole.orderBy("seconds").rowsBetween(Window.unboundedPreceding, 0)
    ranked = counted.withColumns({"below": F.sum("times").over(so_far), "walks": F.sum("times").over(whole)})
    slow = ranked.where((F.col("walks") >= SUPPORT) & (F.col("below") >= F.ceil(F.col("walks") * F.lit(QUANTILE))))
    return slow.groupBy("door").agg(F.min("seconds").alias("seconds"), F.first("walks").alias("walks"))
