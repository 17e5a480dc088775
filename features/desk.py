"""Empty desks: alarms answered at a console while the operator's badge was, for all that reads tell, somewhere else.

An alarm station is staffed so that somebody looks. One who walks off and has a colleague, a script or nobody answer
leaves two records that do not agree: the console has the account, the doors have the badge.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from features.site_graph import OUTSIDE

DESK = "desk"
"""Kind of the place row that tells of one."""
APART = 300
"""Seconds that a read must be away from the answer on either side: clocks of two systems agree to within minutes."""


def answered_from_afar(
    answers: DataFrame, reads: DataFrame, sides: DataFrame, unread: DataFrame, longest: int
) -> DataFrame:
    """(day, person, kind, place, events, first, last, evidence): per person, day and console's zone.

    `answers` are silver.alarm and `reads` silver.access of the same operational days, `sides` those of features.stays,
    `unread` the zones (start, end) between which nobody need be read. An answer counts when the badge was let into
    another zone before it, at most `longest` seconds ago unless that was the outside, and the read after it fits: it is
    made where the first one led. Where a read is missing in between, or none follows inside the site, or the console is
    reached unread from there, nobody knows where the operator was, and nothing is told.
    """
    consoles = answers.where((F.col("activity") == "acknowledge") & F.col("zone").isNotNull())
    # Of a whole site's reads only the operators' are lined up: a handful of people.
    operators = F.broadcast(consoles.select("person").distinct())
    opened = reads.where(F.col("outcome") == "granted").join(operators, "person", "left_semi")
    opened = opened.withColumn("way", F.coalesce("direction", F.lit("")))
    placed = opened.join(F.broadcast(sides.select("door", "way", "beside")), ["door", "way"], "left")
    at_door = placed.select(
        *("day", "person", "event"),
        F.unix_seconds("at").alias("second"),
        F.struct(F.col("zone"), F.unix_seconds("at").alias("second"), F.col("beside")).alias("read"),
        F.lit(None).cast("string").alias("console"),
    )
    at_desk = consoles.select(
        *("day", "person", "event"),
        F.unix_seconds("at").alias("second"),
        F.lit(None).cast(at_door.schema["read"].dataType).alias("read"),
        F.col("zone").alias("console"),
    )
    in_time = Window.partitionBy("day", "person").orderBy("second", "event")
    so_far, from_here = (
        in_time.rowsBetween(Window.unboundedPreceding, -1),
        in_time.rowsBetween(1, Window.unboundedFollowing),
    )
    lined = at_door.unionByName(at_desk).withColumns(
        {
            "before": F.last("read", ignorenulls=True).over(so_far),
            "after": F.first("read", ignorenulls=True).over(from_here),
        }
    )
    afar = lined.where(F.col("console").isNotNull() & _elsewhere(longest))
    walked = (F.col("before.zone") == F.col("start")) & (F.col("console") == F.col("end"))
    told = afar.join(F.broadcast(unread), walked, "left_anti")
    return told.groupBy("day", "person", F.lit(DESK).alias("kind"), F.col("console").alias("place")).agg(
        F.count(F.lit(1)).alias("events"),
        F.min("second").alias("first"),
        F.max("second").alias("last"),
        F.slice(F.sort_array(F.collect_set("event")), 1, 2).alias("evidence"),
    )


def _elsewhere(longest: int) -> Column:
    """Whether the reads on both sides of an answer put the badge into another zone."""
    zone, since = F.col("before.zone"), F.col("second") - F.col("before.second")
    outside = zone == OUTSIDE
    until = F.col("after.second") - F.col("second")
    fits = F.array_contains("after.beside", zone)
    followed = F.when(F.col("after").isNull(), outside).otherwise((until >= APART) & fits)
    return F.coalesce(
        (zone != F.col("console")) & (since >= APART) & (outside | (since <= longest)) & followed, F.lit(False)
    )
