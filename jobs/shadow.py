"""The list that the challenger would have made tonight, for comparison; nobody who works with the list sees it.

One night costs what scoring one costs: what the challenger remembers is rolled forward like the champion's. Only when a
new challenger begins are some earlier nights replayed.
"""

import logging

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from expectations.gold import SHADOW, SHADOW_STATE
from jobs.challenger import readable
from jobs.channels import channels_of, remember
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake, kept_days
from jobs.matrix import arrow, folded, frame, stacked, unfolded
from jobs.replay import Replayed, replayed
from jobs.watched import kept
from models.registry import Shelved
from models.risk import Risk

log = logging.getLogger("postern")

KEPT = 100
"""First of the list that are kept: several times any budget, and one page of a table a night."""


def run(context: Context, days: Days) -> None:
    """Write the challenger's lists of `days`; empty without one that this code reads."""
    lake, challenger = context.lake, readable(context.settings.mlflow)
    if challenger is None:
        for table in (SHADOW, SHADOW_STATE):
            if lake.exists(table):
                lake.write(table, lake.empty(table), days)
        return
    nights = list(replayed(context, challenger, days, before(lake, challenger, days)))
    write(lake, challenger, nights, days)
    write_states(lake, challenger, nights, days)
    found = kept(lake, context.site.list.budget, days)
    for day, (stay, of) in found.items():
        log.info("shadow of %s: version %s would keep %d of the first %d leads", day, challenger.version, stay, of)


def before(lake: Lake, challenger: Shelved, days: Days) -> Risk | None:
    """What this challenger remembers as of the evening before; None when it did not score that night."""
    rows = lake.read(SHADOW_STATE, Days.one(days.before)).where(F.col("model") == challenger.version)
    table = arrow(rows, "person")
    followed = challenger.champion.channels
    if table.num_rows == 0 or channels_of(lake, table["fingerprint"][0].as_py()) != followed:
        return None
    plain, weighed = (unfolded(table[column], len(followed)) for column in ("squares", "weighed"))
    return Risk(table["person"].to_numpy(), plain, weighed)


def write(lake: Lake, challenger: Shelved, nights: list[Replayed], days: Days) -> None:
    """The first KEPT of each night."""
    first = [(night, night.rank <= KEPT) for night in nights]
    sizes = [(night.day, int(top.sum())) for night, top in first]
    rows = {
        "day": stacked(sizes),
        "model": [challenger.version] * sum(size for _, size in sizes),
        "rank": pa.array(np.concatenate([night.rank[top] for night, top in first]).astype(np.int32)),
        **{
            column: np.concatenate([getattr(night, of)[top] for night, top in first])
            for column, of in (("person", "people"), ("risk", "risk"), ("score", "score"))
        },
    }
    lake.write(SHADOW, frame(lake.spark, SHADOW, rows), days)


def write_states(lake: Lake, challenger: Shelved, nights: list[Replayed], days: Days) -> None:
    """What is remembered as of the end of each night whose state is kept."""
    keep = set(kept_days(SHADOW_STATE, days))
    evenings = [(night.day, night.state) for night in nights if night.day in keep]
    people = sum(state.people.size for _, state in evenings)
    rows = {
        "person": np.concatenate([state.people for _, state in evenings]),
        "day": stacked([(day, state.people.size) for day, state in evenings]),
        "model": [challenger.version] * people,
        "fingerprint": [remember(lake, challenger.champion.channels)] * people,
        "squares": folded(np.concatenate([state.squares for _, state in evenings])),
        "weighed": folded(np.concatenate([state.weighed for _, state in evenings])),
    }
    lake.write(SHADOW_STATE, frame(lake.spark, SHADOW_STATE, rows), days)
