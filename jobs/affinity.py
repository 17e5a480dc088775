"""Collaborative filtering of people and places, at its two ends: Spark learns the places, numpy folds the people in.

Habits are taken as of the first of the month, as owners of places are: what was first visited this fortnight does not
vouch for itself.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from expectations.gold import PLACE_VECTOR
from expectations.gold_day import HABIT, PLACE_DAY
from features.habit import GUARD
from features.rows import new
from jobs.days import Days
from jobs.lake import Lake
from models.arrays import Array, People, places_of
from models.detectors.affinity import ALPHA, RANK, REGULARISATION, Pairs, measure

KINDS = ("door", "zone", "machine")
"""Places that people go to. Mail counterparts and web domains are people's own business, not the site's layout."""

BLOCK = 2000
"""People folded in at once: their normal equations are RANK × RANK each."""

FEWEST_PAIRS = 100
"""Person-place pairs before there is anything to learn."""


def learn(lake: Lake, day: date) -> int:
    """Write the vectors of `day`, from habits as of the first of its month; how many, 0 when habits are too few."""
    habits = pairs(lake.read(HABIT, Days.one(day.replace(day=1))))
    places = habits.select("kind", "place").distinct()
    items = places.withColumn("item", F.row_number().over(Window.orderBy("kind", "place")))
    users = habits.select("person").distinct().withColumn("user", F.row_number().over(Window.orderBy("person")))
    rated = habits.join(F.broadcast(items), ["kind", "place"], "inner").join(F.broadcast(users), "person", "inner")
    rated = (
        rated.select("user", "item", F.log1p("nights").alias("rating")).coalesce(1).sortWithinPartitions("user", "item")
    )
    if rated.count() < FEWEST_PAIRS:
        lake.write(PLACE_VECTOR, lake.empty(PLACE_VECTOR), Days.one(day))
        return 0
    model = ALS(
        rank=RANK,
        alpha=ALPHA,
        regParam=REGULARISATION,
        implicitPrefs=True,
        userCol="user",
        itemCol="item",
        ratingCol="rating",
        seed=0,
        # One block each: one order of sums, so that a laptop and a cluster learn the same vectors.
        numUserBlocks=1,
        numItemBlocks=1,
    ).fit(rated)
    factors = model.itemFactors.select(
        F.col("id").alias("item"), F.transform("features", lambda x: F.round(x.cast("double"), 6)).alias("vector")
    )
    learnt = items.join(factors, "item", "inner").select(F.lit(day).alias("day"), "kind", "place", "vector")
    lake.write(PLACE_VECTOR, learnt, Days.one(day))
    return int(lake.read(PLACE_VECTOR, Days.one(day)).count())


def pairs(habits: DataFrame) -> DataFrame:
    """(person, kind, place, nights): a place that several feeds know counts once, one found this fortnight not yet."""
    settled = F.datediff("day", "first_day") >= GUARD
    counted = habits.where(F.col("kind").isin(*KINDS) & settled)
    return counted.groupBy("person", "kind", "place").agg(F.max("days_seen").alias("nights"))


def measures(lake: Lake, days: Days, learnt: date | None, people_on: Mapping[date, People]) -> dict[date, Array]:
    """How badly each night's new places fit each of its people, aligned to `people_on`; NaN: too little is known.

    `learnt` is the day of the vectors to measure with. Whoever went nowhere new fits as usual; a door that refused was
    tried, and counts.
    """
    silent = {day: np.full(people.size, np.nan) for day, people in people_on.items()}
    vectors = lake.read(PLACE_VECTOR, Days.one(learnt)).orderBy("kind", "place").toPandas() if learnt else None
    if vectors is None or vectors.empty:
        return silent
    factors = unfolded_vectors(vectors)
    items = vectors[["kind", "place"]].assign(item=np.arange(len(vectors)))
    strange = lake.read(PLACE_DAY, days).where(F.col("kind").isin(*KINDS) & new())
    visits = strange.select("day", "person", "kind", "place").distinct().toPandas().merge(items, on=["kind", "place"])
    for month, nights in by_month(days).items():
        habit = pairs(lake.read(HABIT, Days.one(month))).toPandas().merge(items, on=["kind", "place"])
        for day in nights:
            people = people_on[day]
            if len(habit) and people.size:
                silent[day] = night(factors, habit, visits[visits["day"] == day], people)
    return silent


def night(factors: Array, habit: pd.DataFrame, visits: pd.DataFrame, people: People) -> Array:
    """One night's measure for each of `people` (ascending), in blocks."""
    told = []
    for block in np.array_split(people, max(1, -(-people.size // BLOCK))):
        known, tonight = positions(habit, block), positions(visits.assign(nights=1.0), block)
        fits = measure(factors, known, tonight, block.size)
        settled = np.bincount(known.person, weights=known.weight, minlength=block.size) > 0
        went = np.isin(np.arange(block.size), tonight.person)
        told.append(np.where(settled & ~went, 0.0, fits))
    return np.concatenate(told)


def positions(rows: pd.DataFrame, people: People) -> Pairs:
    """The rows of these people, by position, in an order that does not depend on how they were read."""
    at = places_of(rows["person"].to_numpy(dtype=np.int64), people)
    mine = rows[at >= 0].assign(at=at[at >= 0]).sort_values(["at", "item"], kind="stable")
    return Pairs(
        mine["at"].to_numpy(dtype=np.intp),
        mine["item"].to_numpy(dtype=np.intp),
        mine["nights"].to_numpy(dtype=np.float64),
    )


def by_month(days: Days) -> dict[date, Sequence[date]]:
    """The nights of the range by the newest first-of-month before them."""
    found: dict[date, list[date]] = {}
    for day in days:
        found.setdefault((day - timedelta(days=1)).replace(day=1), []).append(day)
    return dict(found)


def unfolded_vectors(vectors: pd.DataFrame) -> Array:
    """Places × RANK."""
    return np.array(vectors["vector"].tolist(), dtype=np.float64).reshape(len(vectors), -1)
