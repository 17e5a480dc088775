"""Score each person's day with the champion: calibrated parts that sum to the score."""

import logging
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from expectations.errors import OTHER_CODE, MissingState, NoChampion
from expectations.gold import SCORE, SURPRISE, worst_of
from jobs.affinity import KINDS, Fits, measures
from jobs.channels import channels_of, remember
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import Floats, arrow, folded, frame, rows_of, unfolded
from models import registry
from models.champion import Champion

log = logging.getLogger("postern")

READ = ("person", "day", "fingerprint", "history", "bits")
"""Columns of gold.surprise that a score follows from. What is usual, for the sentences, is twice as much again."""


def run(context: Context, days: Days) -> None:
    """Write the scores of `days`. Raises NoChampion when no model, or only one of another catalogue, can score them."""
    lake = context.lake
    table = arrow(lake.read(SURPRISE, days).select(*READ), "day", "person")
    if table.num_rows == 0:
        lake.write(SCORE, lake.empty(SCORE), days)
        return
    chosen = context.settings
    kept = registry.champion(chosen.mlflow, chosen.model)
    told = judged(context, kept, table, days)
    told["fingerprint"] = [remember(lake, kept.champion.channels)] * table.num_rows
    lake.write(SCORE, frame(lake.spark, SCORE, told), days)


def judged(context: Context, kept: registry.Shelved, table: pa.Table, days: Days) -> dict[str, Any]:
    """The columns of gold.score that a model gives the rows of gold.surprise in `table`, in their order, but the
    fingerprint: whoever writes the table keeps what it stands for.

    Raises NoChampion when the model knows other behaviours.
    """
    lake, champion = context.lake, kept.champion
    bits = surprises(lake, table, champion)
    fits = affinities(lake, table, days, kept.trained_on)
    ready = table["history"].to_numpy() >= context.site.learning.warm_up_nights
    scored = champion.scored(bits[ready], {name: told.badly[ready] for name, told in fits.items()})
    score, parts = np.zeros(len(bits)), np.zeros((len(bits), len(champion.names)))
    score[ready], parts[ready] = scored.score, scored.parts
    return {
        "person": table["person"],
        "day": table["day"],
        "model": [kept.version] * len(bits),
        "status": np.where(ready, "scored", "warming_up"),
        "score": score,
        "once_in": np.where(ready, champion.once_in(score), 1.0),
        "parts": folded(parts),
        **{name: pa.array(told.badly, from_pandas=True) for name, told in fits.items()},
        **{worst_of(name): pa.array(told.worst, pa.string()) for name, told in fits.items()},
    }


def surprises(lake: Lake, table: pa.Table, champion: Champion) -> Floats:
    """The rows' bits, person-days × behaviours. Raises NoChampion when the champion knows other behaviours."""
    fingerprints = set(table["fingerprint"].unique().to_pylist())
    if len(fingerprints) > 1:
        raise MissingState(
            "these nights' surprise follows several catalogues. Next: `postern baseline` for all of them."
        )
    behaviours = channels_of(lake, fingerprints.pop())
    if not champion.reads(behaviours):
        known = len({*champion.channels} & {*behaviours})
        raise NoChampion(
            f"the model was trained on {len(champion.behaviour)} behaviours; of the {len(behaviours)} that these "
            f"nights were folded by it knows {known} as they are defined. {OTHER_CODE}"
        )
    return unfolded(table["bits"], len(behaviours))


def affinities(lake: Lake, table: pa.Table, days: Days, learnt: date | None) -> dict[str, Fits]:
    """By detector: how badly each row's places, or items, fit; NaN where nothing can be said."""
    people, day_of = table["person"].to_numpy(), table["day"].to_numpy()
    told = measures(lake, days, learnt, {day: people[rows_of(day_of, day)] for day in days})
    return {name: Fits.joined([told[name][day] for day in days]) for name in KINDS}
