"""What could have been done where a person was: the gravest zone of each day (graded approach)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from expectations.gold_day import PLACE_DAY
from expectations.silver import DOOR, ZONE
from features.catalog import BEHAVIOURS
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import arrow, rows_of
from models.arrays import Array, People, places_of
from models.detectors.affinity import DETECTOR as AFFINITY
from models.risk import Consequence, Flags

PHYSICAL = frozenset(b.name for b in BEHAVIOURS if b.source in ("access", "presence")) | {AFFINITY.name}
"""Channels about being somewhere. No site declares where its data lie yet, so what was done at a computer weighs as
what is usual (docs/decisions/0045)."""


def heavy(names: Sequence[str]) -> Flags:
    """Which channels weigh as the gravest zone; others weigh 1."""
    return np.array([name in PHYSICAL for name in names], dtype=bool)


@dataclass(frozen=True)
class Weights:
    """Consequence per person-day, rows ordered by day and person; whoever is not there weighs 1."""

    day: np.ndarray
    people: People
    weight: Array

    def on(self, day: date, people: People) -> Array:
        """The weights of `people` on `day`."""
        here = rows_of(self.day, day)
        at = places_of(people, self.people[here])
        return np.where(at >= 0, self.weight[here][at] if here.stop > here.start else 1.0, 1.0)


def of_rows(weight: Weights, table: pa.Table, names: Sequence[str]) -> Consequence:
    """The consequence of person-days, rows of `day` and `person` in ascending order."""
    day_of, people = table["day"].to_numpy(), table["person"].to_numpy()
    nights = [day.item() for day in np.unique(day_of)]
    found = [weight.on(day, people[rows_of(day_of, day)]) for day in nights]
    return Consequence(np.concatenate([np.ones(0), *found]), heavy(names))


def weights(lake: Lake, days: Days) -> Weights:
    """The greatest consequence among the zones a person was in, or tried to enter, on each day."""
    zones = lake.read(ZONE).select(F.col("zone").alias("name"), "consequence")
    doors = lake.read(DOOR).select("door", F.col("zone_to").alias("name")).join(zones, "name", "inner")
    told = zones.select(F.lit("zone").alias("kind"), F.col("name").alias("place"), "consequence").unionByName(
        doors.groupBy(F.lit("door").alias("kind"), F.col("door").alias("place")).agg(
            F.max("consequence").alias("consequence")
        )
    )
    visits = (
        lake.read(PLACE_DAY, days).where(F.col("kind").isin("zone", "door")).select("day", "person", "kind", "place")
    )
    found = visits.join(F.broadcast(told), ["kind", "place"], "inner").groupBy("day", "person")
    table = arrow(found.agg(F.max("consequence").alias("weight")), "day", "person")
    return Weights(*(table[name].to_numpy() for name in ("day", "person", "weight")))
