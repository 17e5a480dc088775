"""A model fitted to the nights before, and all there is to know about how.

Reads surprise and what the affinities measured on past nights, and what investigators said of past leads, which may
turn a family of reasons up or down by a little (models.feedback); never ground truth.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.errors import MissingState
from expectations.gold import CHANNEL, DISPOSITION, DRIVER, SCORE, SURPRISE
from expectations.gold_day import HABIT, PLACE_DAY
from expectations.silver import DOOR, ZONE
from features.catalog import BEHAVIOURS, channels, fingerprint
from jobs import affinity
from jobs.channels import channels_of
from jobs.consequence import of_rows, weights
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.learned import learned
from jobs.matrix import Floats, arrow, unfolded
from jobs.provenance import code, environment, sources
from models import training_plots, word
from models.arrays import People, places_of
from models.card import card
from models.champion import FEWEST_PERSON_DAYS, TRAINING_NIGHTS, Champion
from models.logbook import Record

READ = ("person", "day", "fingerprint", "bits")
"""Columns of gold.surprise that a training learns from."""

MOST_PERSON_DAYS = 500_000
"""A training reads at most so many: still 19 bits of rarity. Of 138 behaviours that is 0.55 GB of bits, and fitting
takes five and a half times as much beside them: 3.6 GB together."""

HELD_NIGHTS = 14
"""Held back from a second fit, which is asked whether it keeps its word about them: two whole weeks."""


@dataclass(frozen=True)
class Fitted:
    """A model that is not registered yet, and all there is to know about its training."""

    champion: Champion
    last: date
    """Newest night it learned from."""
    data: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    record: Record


def fit(context: Context, last: date, alias: str | None = None) -> Fitted:
    """Train up to and with `last`, for `alias` or none. Raises MissingState when there is too little to learn from."""
    lake, warm_up = context.lake, context.site.learning.warm_up_nights
    window = Days(last - timedelta(days=TRAINING_NIGHTS - 1), last + timedelta(days=1))
    # Before anything is read: what is committed meanwhile is not claimed to have been seen.
    month = Days.one(last.replace(day=1))
    read = sources(
        lake,
        (
            (SURPRISE, window),
            (SCORE, window),
            (PLACE_DAY, window),
            (DISPOSITION, window),
            (DRIVER, window),
            (ZONE, None),
            (DOOR, None),
            (HABIT, month),
            (CHANNEL, None),
        ),
    )
    enough = lake.read(SURPRISE, window).where(F.col("history") >= warm_up)
    table = arrow(sampled(enough).select(*READ), "day", "person")
    told = [channels_of(lake, f) for f in table["fingerprint"].unique().to_pylist()]
    usable = told and all(behaviours == channels() for behaviours in told)
    if not usable or table.num_rows < FEWEST_PERSON_DAYS:
        raise MissingState(
            f"a training needs {FEWEST_PERSON_DAYS} person-days with enough history, and nights of this catalogue "
            f"alone; in {window} there are {table.num_rows if usable or not told else 0}. "
            "Next: `postern backfill` over more of these nights."
        )
    bits, table = unfolded(table["bits"], len(BEHAVIOURS)), table.drop_columns("bits")
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    people = table["person"].to_numpy()
    measures = measured(lake, table, window)
    half_life = context.site.list.half_life_nights
    gravity = of_rows(weights(lake, window), table, Champion.untrained(BEHAVIOURS).names)
    labels = learned(lake, window)
    fitting = partial(Champion.fit, BEHAVIOURS, half_life=half_life, consequence=gravity, trust=labels.trust)
    champion = replace(fitting(nights, people, bits, measures), definitions=tuple(told for _, told in channels()))
    once_in, asked = held_back(fitting, nights, people, bits, measures)
    words = word.kept(once_in, asked)
    scored = champion.scored(bits, measures)
    drawn, shares = training_plots.strangest(champion.names, champion.families, scored.score, scored.parts)
    data: dict[str, str | int | float] = {
        "first_night": str(window.start),
        "last_night": str(last),
        "person_days": table.num_rows,
        "people": int(np.unique(people).size),
        "behaviours": len(BEHAVIOURS),
        "places": affinity.learn(lake, last),
        "catalogue": fingerprint(),
        "half_life_nights": half_life,
        "usual_consequence": float(np.max(champion.gravity)),
        "warm_up_nights": warm_up,
        "guard_nights": context.site.learning.guard_nights,
        "dispositions": labels.judged,
        "dispositions_confirmed": labels.confirmed,
        "code_sha256": code(),
        **read,
    }
    metrics = {"score_once_in_1000": float(np.quantile(scored.score, 0.999))}
    metrics |= {f"trust/{family}": weight for family, weight in labels.trust.items()}
    metrics |= told_of(words) | {f"share_of_strangest/{family}": share for family, share in shares.items()}
    plots = {
        "calibration": training_plots.calibration(champion),
        "rarity_of_nights_held_back": training_plots.rarity(once_in),
        "families_of_the_strangest": drawn,
    }
    page = card(champion, BEHAVIOURS, str(last), data, words, HELD_NIGHTS, alias)
    record = Record(texts={"environment.txt": environment()}, plots=plots, card=page)
    return Fitted(champion, last, data, metrics, record)


def held_back(
    fitting: Callable[..., Champion], nights: np.ndarray, people: People, bits: Floats, measures: Mapping[str, Floats]
) -> tuple[Floats, People]:
    """What a second fit, to all but the last HELD_NIGHTS, says of those: once in so many, and whose days they are.

    `fitting` is the training's own, with the trust it learned: labels say which families are heard, never how rare a
    day is. Empty when too little is left to fit to.
    """
    end = int(np.searchsorted(nights, nights[-1] - HELD_NIGHTS + 1))
    if end < FEWEST_PERSON_DAYS:
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    before = {name: figures[:end] for name, figures in measures.items()}
    earlier = fitting(nights[:end], people[:end], bits[:end], before)
    after = earlier.scored(bits[end:], {name: figures[end:] for name, figures in measures.items()})
    return earlier.once_in(after.score), people[end:]


def told_of(words: Sequence[word.Word]) -> dict[str, float]:
    """As metrics, each with the ends of its interval."""
    out: dict[str, float] = {}
    for one in words:
        name = f"called_over_expected/once_in_{one.once_in}"
        out |= {name: one.ratio, f"{name}/low": one.ratio_interval[0], f"{name}/high": one.ratio_interval[1]}
    return out


def sampled(surprises: DataFrame) -> DataFrame:
    """All of it, or the rows of so many people that at most MOST_PERSON_DAYS remain.

    People are drawn, not person-days, because the risk map replays each person's nights; by pseudonym, which is a
    keyed hash, so that the same people are drawn again.
    """
    share = -(-surprises.count() // MOST_PERSON_DAYS)
    return surprises if share <= 1 else surprises.where(F.pmod("person", F.lit(share)) == 0)


def measured(lake: Lake, table: pa.Table, window: Days) -> dict[str, Floats]:
    """What each affinity measured when those nights were scored, aligned to `table`; NaN where it did not."""
    scores = arrow(lake.read(SCORE, window).select("person", "day", *affinity.KINDS), "day", "person")
    fits = {name: np.full(table.num_rows, np.nan) for name in affinity.KINDS}
    mine, theirs = table["day"].to_numpy().astype("datetime64[D]"), scores["day"].to_numpy().astype("datetime64[D]")
    for day in np.unique(theirs):
        here = slice(*np.searchsorted(mine, [day, day + 1]))
        there = slice(*np.searchsorted(theirs, [day, day + 1]))
        at = places_of(table["person"].to_numpy()[here], scores["person"].to_numpy()[there])
        for name, fit in fits.items():
            values = scores[name].to_numpy(zero_copy_only=False)[there].astype(np.float64)
            fit[here] = np.where(at >= 0, values[at], np.nan)
    return fits
