"""Collaborative filtering of people and places, items among them, at its two ends: Spark learns the places, numpy
folds the people in.

Habits are taken as of the first of the month, as owners of places are: what was first visited this fortnight does not
vouch for itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from expectations.gold import PLACE_VECTOR
from expectations.gold_day import HABIT, PLACE_DAY
from features.day_graph import ITEMS
from features.habit import GUARD
from jobs.days import Days
from jobs.lake import Lake
from models.arrays import Array, People, places_of
from models.detectors.affinity import ALPHA, RANK, REGULARISATION, Pairs, folded, measure
from models.detectors.affinity import DETECTOR as AFFINITY
from models.detectors.item_affinity import DETECTOR as ITEM_AFFINITY

KINDS: Mapping[str, tuple[str, ...]] = {AFFINITY.name: ("door", "zone", "machine"), ITEM_AFFINITY.name: ITEMS}
"""The places that each detector measures: what people go to, what they handle. Mail counterparts and web domains are
people's own business, not the site's layout."""
EVERY_KIND = tuple(kind for kinds in KINDS.values() for kind in kinds)

BLOCK = 2000
"""People folded in at once: their normal equations are RANK × RANK each."""

FEWEST_PAIRS = 100
"""Person-place pairs before there is anything to learn."""


def learn(lake: Lake, day: date) -> int:
    """Write the vectors of `day`, from habits as of the first of its month; how many, 0 when habits are too few."""
    habits = pairs(lake.read(HABIT, Days.one(day.replace(day=1))))
    places = habits.select("kind", "place").distinct()
    numbered = places.withColumn("number", F.row_number().over(Window.orderBy("kind", "place")))
    users = habits.select("person").distinct().withColumn("user", F.row_number().over(Window.orderBy("person")))
    rated = habits.join(F.broadcast(numbered), ["kind", "place"], "inner").join(F.broadcast(users), "person", "inner")
    rated = (
        rated.select("user", "number", F.log1p("nights").alias("rating"))
        .coalesce(1)
        .sortWithinPartitions("user", "number")
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
        itemCol="number",
        ratingCol="rating",
        seed=0,
        # One block each: one order of sums, so that a laptop and a cluster learn the same vectors.
        numUserBlocks=1,
        numItemBlocks=1,
    ).fit(rated)
    factors = model.itemFactors.select(
        F.col("id").alias("number"), F.transform("features", lambda x: F.round(x.cast("double"), 6)).alias("vector")
    )
    learnt = numbered.join(factors, "number", "inner").select(F.lit(day).alias("day"), "kind", "place", "vector")
    lake.write(PLACE_VECTOR, learnt, Days.one(day))
    return int(lake.read(PLACE_VECTOR, Days.one(day)).count())


def pairs(habits: DataFrame) -> DataFrame:
    """(person, kind, place, nights): a place that several feeds know counts once, one found this fortnight not yet."""
    settled = F.datediff("day", "first_day") >= GUARD
    counted = habits.where(F.col("kind").isin(*EVERY_KIND) & settled)
    return counted.groupBy("person", "kind", "place").agg(F.max("days_seen").alias("nights"))


@dataclass(frozen=True)
class Fits:
    """What a detector measured of people: how `badly` their new places fit, and the `worst` of these, or none."""

    badly: Array
    worst: NDArray[np.object_]

    @classmethod
    def silent(cls, people: int) -> Self:
        """Nothing is known."""
        return cls(np.full(people, np.nan), np.full(people, None, dtype=object))

    @classmethod
    def joined(cls, parts: Sequence["Fits"]) -> Self:
        """One after the other."""
        none = cls.silent(0)
        return cls(
            np.concatenate([none.badly, *(part.badly for part in parts)]),
            np.concatenate([none.worst, *(part.worst for part in parts)]),
        )


def measures(
    lake: Lake, days: Days, learnt: date | None, people_on: Mapping[date, People]
) -> dict[str, dict[date, Fits]]:
    """By detector of KINDS: how badly each night's new places fit each of its people, aligned to `people_on`.

    NaN: too little is known. `learnt` is the day of the vectors to measure with. Whoever went nowhere new fits as
    usual; a door that refused was tried, and counts. A place is new where no feed knew it.
    """
    told = {name: {day: Fits.silent(people.size) for day, people in people_on.items()} for name in KINDS}
    vectors = lake.read(PLACE_VECTOR, Days.one(learnt)).orderBy("kind", "place").toPandas() if learnt else None
    if vectors is None or vectors.empty:
        return told
    numbered = vectors[["kind", "place"]].assign(number=np.arange(len(vectors)))
    used = lake.read(PLACE_DAY, days).where(F.col("kind").isin(*EVERY_KIND))
    known_to = used.groupBy("day", "person", "kind", "place").agg(F.bool_and("is_new").alias("is_new"))
    visits = known_to.where("is_new").toPandas().merge(numbered, on=["kind", "place"], how="left")
    # Where a site has no such feed, nobody fits well and nobody badly.
    learnt_of = [name for name, kinds in KINDS.items() if vectors["kind"].isin(kinds).any()]
    for month, nights in by_month(days).items():
        habit = pairs(lake.read(HABIT, Days.one(month))).toPandas().merge(numbered, on=["kind", "place"])
        for day in nights:
            people, new_to = people_on[day], visits[visits["day"] == day]
            if len(habit) and people.size:
                tonight = {name: new_to[new_to["kind"].isin(KINDS[name])] for name in learnt_of}
                for name, fits in night(vectors, habit, tonight, people).items():
                    told[name][day] = fits
    return told


def night(
    vectors: pd.DataFrame, habit: pd.DataFrame, tonight: Mapping[str, pd.DataFrame], people: People
) -> dict[str, Fits]:
    """One night's measures for each of `people` (ascending), in blocks; `tonight` holds the new places by detector."""
    factors, names = unfolded_vectors(vectors), np.array([*vectors["place"], None], dtype=object)
    told: dict[str, list[Fits]] = {name: [] for name in tonight}
    for block in np.array_split(people, max(1, -(-people.size // BLOCK))):
        whose = folded(factors, positions(habit, block), block.size)
        for name, visits in tonight.items():
            learnt = visits[visits["number"].notna()].assign(nights=1.0)
            badly, worst = measure(factors, whose, positions(learnt, block))
            at_home = ~np.isnan(whose).any(axis=1) & ~np.isin(block, visits["person"].to_numpy(dtype=np.int64))
            told[name].append(Fits(np.where(at_home, 0.0, badly), names[worst]))
    return {name: Fits.joined(parts) for name, parts in told.items()}


def positions(rows: pd.DataFrame, people: People) -> Pairs:
    """The rows of these people, by position, in an order that does not depend on how they were read."""
    at = places_of(rows["person"].to_numpy(dtype=np.int64), people)
    mine = rows[at >= 0].assign(at=at[at >= 0]).sort_values(["at", "number"], kind="stable")
    return Pairs(
        mine["at"].to_numpy(dtype=np.intp),
        mine["number"].to_numpy(dtype=np.intp),
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
