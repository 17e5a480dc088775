"""The ways usually gone that somebody left out of a day, by name: features.structure.moves_left_out counts them."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from features.usual_ways import grouped, held, missed, usual_move

CHANNELS = ("moves_left_out", "moves_away")
"""Behaviours that count ways left out."""


def left_out(rows: DataFrame, before: DataFrame, doubted: DataFrame) -> DataFrame:
    """(person, day, place, seen, days): each usual move that was not gone, on `seen` of the `days` before.

    `rows` are those of gold.place_day that are features.usual_ways.walking, `before` is gold.habit as of the evening
    before their days, `doubted` quality.doubt of the days: a move whose reader was in doubt is not missed.
    """
    mine = grouped(rows)
    days = mine.where(F.col("kind") == "use").select("person", "day", F.col("days_seen").alias("days"))
    usually = missed(held(mine, before, days), mine, doubted).where(usual_move())
    key = ["person", "day", "kind", "place"]
    return usually.join(mine.select(*key), key, "left_anti").select("person", "day", "place", "seen", "days")
