"""What a role is known to use: person-days of its people at machines and with sorts of file, as of a month start.

Zones have theirs from features.usual_ways, where the same counts make the likelihood of moves and stays.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from features.habit import learnt_on
from features.person_day import UNKNOWN
from features.usual_ways import settled

REACHED = (("logon", "machine"), ("media", "machine"), ("file", "extension"))
"""Feeds and kinds of place that a role may be known at. A medium is not: what is issued anew is new to everybody."""


def reached() -> Column:
    """Rows of such places."""
    told = F.lit(False)
    for source, kind in REACHED:
        told = told | ((F.col("source") == source) & (F.col("kind") == kind))
    return told


def with_role_days(rows: DataFrame, month_starts: DataFrame, roster: DataFrame) -> DataFrame:
    """Place `rows`, which are `reached`, with `role_days`: person-days that people of the person's role had there.

    `month_starts` is gold.habit as of the month starts before the rows' days (features.habit.learnt_on), of which what
    was found in the fortnight before does not count; `roster` is features.person_day.on_days. NULL until a month start
    knows anything of the kind: else all would be new to every role.
    """
    states = month_starts.where(reached() & settled()).withColumnRenamed("day", "known_on")
    placed = _with_role(states, roster, F.col("known_on"))
    key = ("known_on", "source", "kind")
    counted = placed.groupBy(*key, "role", "place").agg(F.sum("days_seen").alias("of_role")).localCheckpoint()
    learnt = counted.select(*key, F.lit(True).alias("learnt")).distinct()
    told = _with_role(rows.withColumn("known_on", learnt_on(F.col("day"))), roster, F.col("day"))
    told = told.join(F.broadcast(counted), [*key, "role", "place"], "left")
    told = told.join(F.broadcast(learnt), list(key), "left")
    of_role = F.when(F.col("learnt"), F.coalesce("of_role", F.lit(0)).cast("long"))
    return told.withColumn("role_days", of_role).select(*rows.columns)


def _with_role(rows: DataFrame, roster: DataFrame, day: Column) -> DataFrame:
    """With the person's `role` on a day, UNKNOWN where the roster tells none."""
    # By names of their own: rows may have come by way of the roster already, and Spark then mistakes whose is whose.
    who = roster.select(F.col("person").alias("who"), F.col("role").alias("has"), "from_day", "until_day")
    held = (F.col("person") == F.col("who")) & (day >= F.col("from_day")) & (day < F.col("until_day"))
    placed = rows.join(F.broadcast(who), held, "left")
    return placed.withColumn("role", F.coalesce("has", F.lit(UNKNOWN))).drop("who", "has", "from_day", "until_day")
