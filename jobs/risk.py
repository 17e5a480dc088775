"""Weigh surprise by consequence, remember it with a half-life, rank the night; then say why, and who was not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa

from expectations.errors import MissingState
from expectations.gold import RISK, RISK_STATE, SCORE
from features.behaviour import Channel
from features.catalog import UNEXCUSED
from features.catalog import channels as behaviours
from jobs import coverage, drivers, reasons
from jobs.abreast import abreast
from jobs.channels import channels_of, realigned, remember
from jobs.consequence import Weights, heavy, weights
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake, kept_days
from jobs.matrix import Floats, arrow, folded, frame, rows_of, stacked, unfolded
from models import history, registry
from models.arrays import Array, People
from models.controls import drawn
from models.fusion import P
from models.risk import Consequence, Risk, ranked, squares

MARGIN = 2
"""Reasons are written for this many times the budget, so that a list can be lengthened without another run."""


def run(context: Context, days: Days) -> None:
    """Write risk, reasons, and who could not be scored, of `days`. Raises MissingState when last night's is missing."""
    lake, half_life = context.lake, context.site.list.half_life_nights
    scores = arrow(lake.read(SCORE, days), "day", "person")
    followed, first = begun(context, scores, days)
    names = tuple(name for name, _ in followed)
    weight = weights(lake, reasons.remembering(days, half_life))
    people, day_of = scores["person"].to_numpy(), scores["day"].to_numpy()
    state, version = before(lake, days, followed, first)
    versions = scores["model"].to_numpy(zero_copy_only=False)
    energy, adding = energies(scores, len(names)), np.isin(names, list(UNEXCUSED))
    keep = set(kept_days(RISK_STATE, days))
    shelf: dict[str, registry.Shelved] = {}
    evenings: list[Evening] = []
    ranks: list[tuple[date, People, Array, People]] = []
    active: dict[date, Array] = {}
    leads: list[reasons.Leads] = []
    for day in days:
        here = rows_of(day_of, day)
        # A night without events is worth what the model of the night before says.
        version = str(versions[here][0]) if here.stop > here.start else version
        if version is None:
            continue
        if version not in shelf:
            shelf[version] = registry.load(context.settings.mlflow, version)
        worth = shelf[version].champion.worth()
        tonight = squares(energy[here], worth.families)
        state = state.rolled(people[here], tonight, spread(weight, day, people[here], names), half_life, adding)
        risk = state.risk(worth)
        rank = ranked(state.people, risk, people[here])
        ranks.append((day, state.people, risk, rank))
        active[day] = risk[rank > 0]
        top = (rank > 0) & (rank <= MARGIN * context.site.list.budget)
        listed = context.site.list
        top |= np.isin(state.people, drawn(state.people, risk, rank, listed.budget, listed.control_share, day))
        leads.append(reasons.Leads(day, state.people[top], state.parts(worth)[top]))
        if day in keep:
            evenings.append(Evening(day, version, state))
    abreast(
        partial(drivers.write, lake, leads, followed, weight, half_life, days),
        partial(coverage.write_unscored, context, days),
        partial(coverage.write_nights, context, scores, active, shelf, days),
        partial(write_risks, lake, ranks, days),
        partial(write_states, lake, evenings, followed, days),
    )


def begun(context: Context, scores: pa.Table, days: Days) -> tuple[tuple[Channel, ...], str | None]:
    """The channels of these nights' scores, and the model of the first; without any score, those of the night before.

    Where this code does not read the model of then, as on the first night after a promotion that no gate could ask,
    they are the champion's. Nothing when no earlier night was scored either.
    """
    lake, chosen = context.lake, context.settings
    found = scores if scores.num_rows else lake.read(RISK_STATE, Days.one(days.before)).limit(1).toArrow()
    if not found.num_rows:
        return (), None
    version = found["model"][0].as_py()
    # A state of before models were noted in it is told by `before`.
    if scores.num_rows or version is None or history.reads(chosen.mlflow, version, behaviours()):
        return channels_of(lake, found["fingerprint"][0].as_py()), version
    kept = registry.champion(chosen.mlflow, chosen.model)
    return kept.champion.channels, kept.version


def energies(scores: pa.Table, width: int) -> Floats:
    """What each channel adds to the norm, person-days × channels: a part is its energy over score^(P − 1)."""
    score: Floats = scores["score"].to_numpy()[:, None]
    return unfolded(scores["parts"], width) * score ** (P - 1)


def spread(weight: Weights, day: date, people: People, names: tuple[str, ...]) -> Floats:
    """Consequence for each person and channel: physical channels weigh as the gravest zone, others 1."""
    return Consequence(weight.on(day, people), heavy(names)).of(slice(None))


@dataclass(frozen=True)
class Evening:
    """What is remembered as of the end of a day, and the model that says what it is worth."""

    day: date
    model: str
    state: Risk


def before(lake: Lake, days: Days, followed: Sequence[Channel], first: str | None) -> tuple[Risk, str | None]:
    """What is remembered as of the evening before, and the model of then; nothing when no earlier night was scored.

    A model of other channels than those `followed` says nothing of them: then it is the `first` of these nights.
    Raises MissingState when it is not kept, or was written by a version of Postern that remembered something else.
    """
    table = arrow(lake.read(RISK_STATE, Days.one(days.before)), "person")
    if table.num_rows == 0:
        if not lake.read(SCORE, Days.until(days.start)).isEmpty():
            lake.state(RISK_STATE, days.before, "risk")
        return Risk.empty(len(followed)), None
    if table["model"].null_count:
        raise MissingState(
            f"{RISK_STATE.name} of {days.before} is of an earlier version of Postern. Next: `postern backfill` from "
            "the first scored night."
        )
    stored = channels_of(lake, table["fingerprint"][0].as_py())
    plain, weighed = (
        realigned(unfolded(table[column], len(stored)), stored, followed) for column in ("squares", "weighed")
    )
    version = table["model"][0].as_py() if stored == tuple(followed) else first
    return Risk(table["person"].to_numpy(), plain, weighed), version


def write_risks(lake: Lake, nights: list[tuple[date, People, Array, People]], days: Days) -> None:
    """One row per person with anything remembered or seen; rank 0 stands for not ranked."""
    none = np.zeros(0, dtype=np.int64)
    rank = np.concatenate([none, *(rank for *_, rank in nights)])
    rows = {
        "person": np.concatenate([none, *(people for _, people, *_ in nights)]),
        "day": stacked([(day, people.size) for day, people, *_ in nights]),
        "active": rank > 0,
        "rank": pa.array(rank.astype(np.int32), mask=rank == 0),
        "risk": np.concatenate([np.zeros(0), *(risk for _, _, risk, _ in nights)]),
    }
    lake.write(RISK, frame(lake.spark, RISK, rows), days)


def write_states(lake: Lake, evenings: list[Evening], followed: Sequence[Channel], days: Days) -> None:
    """One row per person and kept evening."""
    people = [evening.state.people.size for evening in evenings]
    nothing = np.zeros((0, len(followed)))
    rows = {
        "person": np.concatenate([np.zeros(0, dtype=np.int64), *(evening.state.people for evening in evenings)]),
        "day": stacked([(evening.day, evening.state.people.size) for evening in evenings]),
        "fingerprint": [remember(lake, followed)] * sum(people),
        "model": [evening.model for evening, size in zip(evenings, people, strict=True) for _ in range(size)],
        "squares": folded(np.concatenate([nothing, *(evening.state.squares for evening in evenings)])),
        "weighed": folded(np.concatenate([nothing, *(evening.state.weighed for evening in evenings)])),
    }
    lake.write(RISK_STATE, frame(lake.spark, RISK_STATE, rows), days)
