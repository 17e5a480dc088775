"""A person's day as a graph: moves between zones; uses of doors, zones, machines, items, counterparts: one row an edge.

Taken from the day's places, which hold every figure an edge needs: a night's graphs cost one pass over its place rows.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from features.walks import left, reached

ITEMS = ("medium", "extension")
"""Kinds of place that are things: removable media, and files by their sort, for no file's name is kept."""
USES = ("door", "zone", "gap", "machine", *ITEMS, "counterpart")
"""Kinds of place that are nodes the person uses."""


def outward() -> Column:
    """Whether a place row is no mail counterpart within the site's domains."""
    return (F.col("kind") != "counterpart") | (F.col("outside_messages") > 0)


def edges(place_day: DataFrame) -> DataFrame:
    """gold.day_graph of the rows of gold.place_day.

    A place that several feeds know is one node. Of mail counterparts only those outside the site's domains are nodes:
    whom somebody writes to within is most of the graph and none of its use.
    """
    is_move = F.col("kind") == "move"
    held = place_day.where(F.col("kind").isin("move", *USES) & (F.col("events") > 0) & outward())
    named = held.withColumns(
        {
            "origin": F.when(is_move, left(F.col("place"))).otherwise(""),
            "target": F.when(is_move, reached(F.col("place"))).otherwise(F.col("place")),
        }
    )
    return named.groupBy("person", "day", "kind", "origin", "target").agg(
        F.sum("events").alias("times"),
        F.sum(F.coalesce("refused", F.lit(0))).alias("refused"),
        F.min("first_at").alias("first_at"),
        F.max("last_at").alias("last_at"),
        (F.sum("stayed") / 60.0).alias("stayed"),
        F.sum(F.coalesce("detours", F.lit(0))).alias("detours"),
        F.max("bits").alias("bits"),
        F.max("days_seen").alias("days_seen"),
        F.min("is_new").alias("is_new"),
    )
