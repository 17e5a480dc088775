"""Weigh surprise by consequence, remember it with a half-life, rank the night; then say why, and who was not seen."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from expectations.gold import RISK, RISK_STATE, SCORE
from features.catalog import UNEXCUSED
from jobs import coverage, drivers
from jobs.channels import names_of, realigned, remember
from jobs.consequence import PHYSICAL, Weights, weights
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake, kept_days
from jobs.matrix import Floats, arrow, folded, frame, rows_of, stacked, unfolded
from models.arrays import Array, People
from models.fusion import P
from models.risk import Risk, ranked

MARGIN = 2
"""Reasons are written for this many times the budget, so that a list can be lengthened without another run."""


def run(context: Context, days: Days) -> None:
    """Write risk, reasons, and who could not be scored, of `days`. Raises MissingState when last night's is missing."""
    lake, half_life = context.lake, context.site.list.half_life_nights
    scores = arrow(lake.read(SCORE, days), "day", "person")
    names = channels(lake, scores, days)
    weight = weights(lake, Days(days.start - timedelta(days=drivers.REMEMBERED), days.end))
    people, day_of = scores["person"].to_numpy(), scores["day"].to_numpy()
    energy, adding = energies(scores, len(names)), np.isin(names, list(UNEXCUSED))
    state = before(lake, days, names)
    keep = set(kept_days(RISK_STATE, days))
    evenings: list[tuple[date, Risk]] = []
    ranks: list[tuple[date, Risk, People]] = []
    active: dict[date, Array] = {}
    leads: list[drivers.Leads] = []
    for day in days:
        here = rows_of(day_of, day)
        consequence = spread(weight, day, people[here], names)
        state = state.rolled(people[here], energy[here], consequence, half_life, adding)
        rank, risk = ranked(state.people, state.risk(), people[here]), state.risk()
        ranks.append((day, state, rank))
        active[day] = risk[rank > 0]
        top = (rank > 0) & (rank <= MARGIN * context.site.list.budget)
        leads.append(drivers.Leads(day, state.people[top], state.parts()[top]))
        if day in keep:
            evenings.append((day, state))
    write_risks(lake, ranks, days)
    write_states(lake, evenings, names, days)
    coverage.write_unscored(context, days)
    coverage.write_nights(context, scores, active, days)
    drivers.write(lake, leads, names, weight, half_life, days)


def channels(lake: Lake, scores: pa.Table, days: Days) -> tuple[str, ...]:
    """The channels of these nights' scores; on a night without any, those of the night before."""
    found = scores if scores.num_rows else lake.read(RISK_STATE, Days.one(days.before)).limit(1).toArrow()
    return names_of(lake, found["fingerprint"][0].as_py()) if found.num_rows else ()


def energies(scores: pa.Table, width: int) -> Floats:
    """What each channel adds to the norm, person-days × channels: a part is its energy over score^(P − 1)."""
    score: Floats = scores["score"].to_numpy()[:, None]
    return unfolded(scores["parts"], width) * score ** (P - 1)


def spread(weight: Weights, day: date, people: People, names: tuple[str, ...]) -> Floats:
    """Consequence for each person and channel: physical channels weigh as the gravest zone, others 1."""
    physical = np.array([name in PHYSICAL for name in names], dtype=bool)
    return np.where(physical[None, :], weight.on(day, people)[:, None], 1.0)


def before(lake: Lake, days: Days, names: tuple[str, ...]) -> Risk:
    """What is remembered as of the evening before; nothing when no earlier night was scored."""
    table = arrow(lake.read(RISK_STATE, Days.one(days.before)), "person")
    if table.num_rows == 0:
        if not lake.read(SCORE, Days.until(days.start)).isEmpty():
            lake.state(RISK_STATE, days.before, "risk")
        return Risk.empty(len(names))
    stored = names_of(lake, table["fingerprint"][0].as_py())
    return Risk(table["person"].to_numpy(), realigned(unfolded(table["energy"], len(stored)), stored, names))


def write_risks(lake: Lake, nights: list[tuple[date, Risk, People]], days: Days) -> None:
    """One row per person with anything remembered or seen; rank 0 stands for not ranked."""
    rank = np.concatenate([rank for _, _, rank in nights])
    rows = {
        "person": np.concatenate([state.people for _, state, _ in nights]),
        "day": stacked([(day, state.people.size) for day, state, _ in nights]),
        "active": rank > 0,
        "rank": pa.array(rank.astype(np.int32), mask=rank == 0),
        "risk": np.concatenate([state.risk() for _, state, _ in nights]),
    }
    lake.write(RISK, frame(lake.spark, RISK, rows), days)


def write_states(lake: Lake, evenings: list[tuple[date, Risk]], names: tuple[str, ...], days: Days) -> None:
    """One row per person and kept evening."""
    rows = {
        "person": np.concatenate([state.people for _, state in evenings]),
        "day": stacked([(day, state.people.size) for day, state in evenings]),
        "fingerprint": [remember(lake, names)] * sum(state.people.size for _, state in evenings),
        "energy": folded(np.concatenate([state.energy for _, state in evenings])),
    }
    lake.write(RISK_STATE, frame(lake.spark, RISK_STATE, rows), days)
