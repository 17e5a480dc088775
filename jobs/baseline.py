"""Roll what is usual one night on, and say how surprising the night was.

A night reads yesterday's state, its own person-days, and the person-days that leave the guard gap that night: the same
amount of work after ten nights and after a thousand.
"""

import logging
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from expectations.gold import BASELINE, SURPRISE
from expectations.gold_together import COMMUNITY
from features.catalog import BEHAVIOURS, PERSON_DAY, channels
from features.person_day import UNKNOWN
from jobs.channels import channels_of, realigned, remember
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake, kept_days
from jobs.matrix import arrow, folded, frame, matrix, rows_of, stacked, unfolded
from models.arrays import Array
from models.baseline import Baseline
from models.peers import named
from models.surprise import Surprise, surprise

log = logging.getLogger("postern")

NAMES = tuple(behaviour.name for behaviour in BEHAVIOURS)
KINDS = tuple(behaviour.kind for behaviour in BEHAVIOURS)
LASTING = timedelta(weeks=4)
"""How long communities stand for peers once found: as long as the company they are found from is remembered."""


def run(context: Context, days: Days) -> None:
    """Write surprise of `days` and the baseline as of their ends.

    Raises MissingState when yesterday's baseline is not kept, though there are older person-days.
    """
    lake, guard = context.lake, timedelta(days=context.site.learning.guard_nights)
    past = Days(days.start - guard, days.end)
    table = arrow(lake.read(PERSON_DAY, past), "day", "person")
    people = table["person"].to_numpy()
    day_of = table["day"].to_numpy()
    values = matrix(table, NAMES)
    roles = table["role"].to_pylist()
    state = before(lake, days, guard)
    communities = known_communities(lake, days)
    surprises: list[tuple[date, Surprise]] = []
    evenings: list[tuple[date, Baseline]] = []
    keep = set(kept_days(BASELINE, days))
    for day in days:
        tonight = rows_of(day_of, day)
        # Whoever is away tonight still speaks for the peers: the newest role of the fortnight counts.
        lately = slice(rows_of(day_of, day - guard).start, tonight.stop)
        role = dict(zip(people[lately].tolist(), roles[lately], strict=True))
        peers = named(role, communities.on(day), UNKNOWN)
        surprises.append((day, surprise(state, people[tonight], values[tonight], BEHAVIOURS, peers)))
        leaving = rows_of(day_of, day - guard)
        state = state.rolled(people[leaving], values[leaving], KINDS)
        if day in keep:
            evenings.append((day, state))
    told = remember(lake, channels())
    write_surprises(lake, surprises, told, days)
    write_states(lake, evenings, told, days)


@dataclass(frozen=True)
class Communities:
    """Who was in which community on each evening that they were found, ascending."""

    found: tuple[tuple[date, dict[int, int]], ...]

    def on(self, day: date) -> dict[int, int]:
        """The newest before `day`; nobody's when there is none of the last LASTING nights."""
        known = [held for evening, held in self.found if day - LASTING <= evening < day]
        return known[-1] if known else {}


def known_communities(lake: Lake, days: Days) -> Communities:
    """Those of the evenings that the nights may look back to."""
    rows = lake.read(COMMUNITY, Days(days.start - LASTING, days.last)).select("day", "person", "community")
    found: dict[date, dict[int, int]] = {}
    for row in rows.collect():
        found.setdefault(row["day"], {})[row["person"]] = row["community"]
    return Communities(tuple(sorted(found.items())))


def before(lake: Lake, days: Days, guard: timedelta) -> Baseline:
    """The state as of the evening before; empty when nothing can have been learned by then, or nothing of it is of use:
    of every behaviour that is there now another definition was learned."""
    state = lake.read(BASELINE, Days.one(days.before))
    table = arrow(state, "person")
    if table.num_rows == 0:
        learnt = Days.until(days.before - guard + timedelta(days=1))
        if not lake.read(PERSON_DAY, learnt).isEmpty():
            lake.state(BASELINE, days.before, "baseline")
        return Baseline.empty(len(BEHAVIOURS))
    stored, wanted = channels_of(lake, table["fingerprint"][0].as_py()), channels()
    states = unfolded(table["state"], 1 + 3 * len(stored))
    if stored != wanted:
        kept = len({*stored} & {*wanted})
        log.info("the catalogue changed: %d of %d behaviours start without a past", len(wanted) - kept, len(wanted))
        if not kept:
            return Baseline.empty(len(wanted))
        blocks = [realigned(block, stored, wanted) for block in np.split(states[:, 1:], 3, axis=1)]
        states = np.hstack([states[:, :1], *blocks])
    return Baseline.of_states(table["person"].to_numpy(), states)


def write_surprises(lake: Lake, nights: list[tuple[date, Surprise]], told: str, days: Days) -> None:
    """One row per person-day."""

    def column(pick: str) -> Array:
        return np.concatenate([getattr(night, pick) for _, night in nights])

    peers = [label for _, night in nights for label in night.peers]
    rows = {
        "person": column("people"),
        "day": stacked([(day, len(night.people)) for day, night in nights]),
        "fingerprint": [told] * len(peers),
        "peers": peers,
        "history": column("history"),
        "bits": folded(column("bits")),
        "usual": folded(column("usual")),
        "colleagues": folded(column("colleagues")),
        "taken_back": column("taken_back"),
    }
    lake.write(SURPRISE, frame(lake.spark, SURPRISE, rows), days)


def write_states(lake: Lake, evenings: list[tuple[date, Baseline]], told: str, days: Days) -> None:
    """One row per person and kept evening."""
    states = [state.states() for _, state in evenings]
    rows = {
        "person": np.concatenate([state.people for _, state in evenings]),
        "day": stacked([(day, len(state.people)) for day, state in evenings]),
        "fingerprint": [told] * sum(map(len, states)),
        "state": folded(np.concatenate(states)),
    }
    lake.write(BASELINE, frame(lake.spark, BASELINE, rows), days)
