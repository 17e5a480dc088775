"""Fit the detectors and their calibration to the nights before; the new model becomes champion.

Reads surprise and what the affinity measured on past nights; never a label, never a disposition.
"""

import logging
from datetime import timedelta

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.errors import MissingState
from expectations.gold import PLACE_VECTOR, SCORE, SURPRISE
from expectations.gold_day import HABIT
from features.catalog import BEHAVIOURS, PERSON_DAY
from features.catalog import fingerprint as definitions
from jobs import affinity
from jobs.channels import names_of
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import Floats, arrow, unfolded
from models import registry
from models.arrays import places_of
from models.champion import FEWEST_PERSON_DAYS, TRAINING_NIGHTS, Champion
from models.detector import AFFINITY

log = logging.getLogger("postern")

MOST_PERSON_DAYS = 1_000_000
"""A training reads at most so many: one gigabyte of surprise, and still 20 bits of rarity."""

NAMES = tuple(behaviour.name for behaviour in BEHAVIOURS)


def run(context: Context, days: Days) -> None:
    """Train on the nights up to and with the last of `days`; register the model, give it the alias champion.

    Raises MissingState when there are too few person-days with enough history to learn from.
    """
    lake, warm_up = context.lake, context.site.learning.warm_up_nights
    window = Days(days.end - timedelta(days=TRAINING_NIGHTS), days.end)
    table = arrow(sampled(lake.read(SURPRISE, window).where(F.col("history") >= warm_up)), "day", "person")
    told = [names_of(lake, f) for f in table["fingerprint"].unique().to_pylist()]
    usable = told and all(names == NAMES for names in told)
    if not usable or table.num_rows < FEWEST_PERSON_DAYS:
        raise MissingState(
            f"a training needs {FEWEST_PERSON_DAYS} person-days of this catalogue with enough history; "
            f"up to {days.last} there are {table.num_rows if usable or not told else 0}. "
            "Next: `postern backfill` over more nights."
        )
    bits = unfolded(table["bits"], len(NAMES))
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    people = table["person"].to_numpy()
    fits = measured(lake, table, window)
    champion = Champion.fit(BEHAVIOURS, nights, people, bits, {AFFINITY.name: fits}, context.site.list.half_life_nights)
    places = affinity.learn(lake, days.last)
    read = {t.name: lake.version(t) or 0 for t in (PERSON_DAY, SURPRISE, HABIT, PLACE_VECTOR)}
    version = registry.publish(
        champion,
        context.settings.mlflow,
        days.last,
        params={
            "first_night": str(window.start),
            "last_night": str(days.last),
            "person_days": table.num_rows,
            "people": int(np.unique(people).size),
            "behaviours": len(NAMES),
            "places": places,
            "catalogue": definitions(),
            **{f"delta_version/{name}": number for name, number in read.items()},
        },
        metrics={"score_once_in_1000": float(np.quantile(champion.scored(bits, {AFFINITY.name: fits}).score, 0.999))},
    )
    log.info("train: version %s from %d person-days up to %s", version, table.num_rows, days.last)


def sampled(surprises: DataFrame) -> DataFrame:
    """All of it, or the rows of so many people that at most MOST_PERSON_DAYS remain.

    People are drawn, not person-days, because the risk map replays each person's nights; by pseudonym, which is a
    keyed hash, so that the same people are drawn again.
    """
    share = -(-surprises.count() // MOST_PERSON_DAYS)
    return surprises if share <= 1 else surprises.where(F.pmod("person", F.lit(share)) == 0)


def measured(lake: Lake, table: pa.Table, window: Days) -> Floats:
    """What the affinity measured when those nights were scored, aligned to `table`; NaN where it did not."""
    scores = arrow(lake.read(SCORE, window).select("person", "day", "affinity"), "day", "person")
    fits = np.full(table.num_rows, np.nan)
    mine, theirs = table["day"].to_numpy().astype("datetime64[D]"), scores["day"].to_numpy().astype("datetime64[D]")
    for day in np.unique(theirs):
        here = slice(*np.searchsorted(mine, [day, day + 1]))
        there = slice(*np.searchsorted(theirs, [day, day + 1]))
        at = places_of(table["person"].to_numpy()[here], scores["person"].to_numpy()[there])
        values = scores["affinity"].to_numpy(zero_copy_only=False)[there].astype(np.float64)
        fits[here] = np.where(at >= 0, values[at], np.nan)
    return fits
