"""Fit the detectors and their calibration to the nights before; the new model becomes challenger.

Reads surprise and what the affinity measured on past nights, and what investigators said of past leads, which may
turn a family of reasons up or down by a little (models.feedback); never ground truth. Where there is nothing
to compare it with, the new model is champion at once (docs/decisions/0016).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.errors import MissingState, NoChampion
from expectations.gold import CHANNEL, DISPOSITION, DRIVER, SCORE, SURPRISE
from expectations.gold_day import HABIT, PLACE_DAY
from expectations.silver import DOOR, ZONE
from features.catalog import BEHAVIOURS
from features.catalog import fingerprint as definitions
from jobs import affinity, night
from jobs.channels import names_of
from jobs.consequence import of_rows, weights
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.learned import learned
from jobs.matrix import Floats, arrow, unfolded
from jobs.provenance import code, environment, sources
from models import registry, training_plots, word
from models.arrays import People, places_of
from models.card import card
from models.champion import FEWEST_PERSON_DAYS, TRAINING_NIGHTS, Champion
from models.detector import AFFINITY
from models.logbook import Record
from models.succession import CHALLENGER, CHAMPION

log = logging.getLogger("postern")

READ = ("person", "day", "fingerprint", "bits")
"""Columns of gold.surprise that a training learns from."""

MOST_PERSON_DAYS = 500_000
"""A training reads at most so many: still 19 bits of rarity. Of 138 behaviours that is 0.55 GB of bits, and fitting
takes five and a half times as much beside them: 3.6 GB together."""

NAMES = tuple(behaviour.name for behaviour in BEHAVIOURS)

FROZEN_NIGHTS = 14
"""Left by a challenger's training for its comparison: two whole weeks have every shift and every weekday."""

HELD_NIGHTS = 14
"""Held back from a second fit, which is asked whether it keeps its word about them: two whole weeks."""


def run(context: Context, days: Days) -> None:
    """Train on the nights up to and with the last of `days`; register the model as challenger.

    It becomes champion at once when there is nothing to compare it with: no champion, or one that knows other
    behaviours or other detectors and so cannot score these nights at all. Raises MissingState when there are too few
    person-days with enough history to learn from, RegistryError when the registry does not say who is champion.
    """
    fitted(context, days.last, CHALLENGER if comparable(context) else CHAMPION)


def on_the_way(context: Context, days: Days) -> None:
    """The training of a backfill that began without a champion: champion at once.

    The range is history: nobody acts on its lists, and its last model is the first that there is for live nights.
    """
    fitted(context, days.last, CHAMPION)


def aside(context: Context, days: Days) -> None:
    """The training of a backfill beside a champion: registered for the next nights of the range, no alias moves."""
    fitted(context, days.last, None)


def comparable(context: Context) -> bool:
    """Whether there is a champion that can read this catalogue's nights.

    Raises RegistryError when the registry cannot say: a champion that cannot be fetched now is one all the same.
    """
    try:
        return registry.champion(context.settings.mlflow).champion.reads(NAMES)
    except NoChampion:
        return False


def due(context: Context) -> Days | None:
    """The night up to which a training without a day learns; None when the champion knows as much already.

    FROZEN_NIGHTS are left for the comparison: nights that neither model has learnt from. A first model has nobody to be
    compared with, and learns from all there is. Raises MissingState before any night.
    """
    newest = night.newest(context)
    if not comparable(context):
        return newest
    last = newest.last - timedelta(days=FROZEN_NIGHTS)
    known = registry.champion(context.settings.mlflow).trained_on
    if last <= known:
        log.info("train: the champion learned up to %s; nothing to do before %s has passed", known, known
                 + timedelta(days=FROZEN_NIGHTS + 1))  # fmt: skip
        return None
    return Days.one(last)


@dataclass(frozen=True)
class Fitted:
    """A model that is not registered yet, and all there is to know about its training."""

    champion: Champion
    last: date
    """Newest night it learned from."""
    data: Mapping[str, str | int | float]
    metrics: Mapping[str, float]
    record: Record


STANDING = {
    CHAMPION: "champion",
    CHALLENGER: "challenger; next: postern attack, postern backtest --compare, postern compare",
    None: "for nights of the past",
}
"""What a training says of its version, by the alias it was given."""


def fitted(context: Context, last: date, alias: str | None) -> None:
    """Train up to and with `last`, and register what came out under `alias`, or under none."""
    model = fit(context, last, alias)
    uri, seen = context.settings.mlflow, model.data["person_days"]
    number = registry.publish(model.champion, uri, last, model.data, model.metrics, model.record, alias)
    log.info("train: version %s from %s person-days up to %s, %s", number, seen, last, STANDING[alias])


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
    told = [names_of(lake, f) for f in table["fingerprint"].unique().to_pylist()]
    usable = told and all(names == NAMES for names in told)
    if not usable or table.num_rows < FEWEST_PERSON_DAYS:
        raise MissingState(
            f"a training needs {FEWEST_PERSON_DAYS} person-days of this catalogue with enough history; "
            f"up to {last} there are {table.num_rows if usable or not told else 0}. "
            "Next: `postern backfill` over more nights."
        )
    bits, table = unfolded(table["bits"], len(NAMES)), table.drop_columns("bits")
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    people = table["person"].to_numpy()
    measures = {AFFINITY.name: measured(lake, table, window)}
    half_life = context.site.list.half_life_nights
    gravity = of_rows(weights(lake, window), table, Champion.untrained(BEHAVIOURS).names)
    labels = learned(lake, window)
    fitting = partial(Champion.fit, BEHAVIOURS, half_life=half_life, consequence=gravity, trust=labels.trust)
    champion = fitting(nights, people, bits, measures)
    once_in, asked = held_back(fitting, nights, people, bits, measures)
    words = word.kept(once_in, asked)
    scored = champion.scored(bits, measures)
    drawn, shares = training_plots.strangest(champion.names, champion.families, scored.score, scored.parts)
    data: dict[str, str | int | float] = {
        "first_night": str(window.start),
        "last_night": str(last),
        "person_days": table.num_rows,
        "people": int(np.unique(people).size),
        "behaviours": len(NAMES),
        "places": affinity.learn(lake, last),
        "catalogue": definitions(),
        "half_life_nights": half_life,
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


def told_of(words: tuple[word.Word, ...]) -> dict[str, float]:
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
