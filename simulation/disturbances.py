"""What upsets a site without anybody meaning harm: a reader lost for a day, a door propped open, an outage."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from expectations.errors import ConfigurationError
from simulation.draws import Ints, stream
from simulation.faults import Readers
from simulation.layout import Layout
from simulation.people import NEVER, Population

KINDS = ("reader_loss", "propped_door", "outage_week")
HAPPENS = 0.8  # of the span: late enough for habits to be known, early enough for what follows to be seen
OUTAGE_DAYS = 7


@dataclass(frozen=True)
class Disturbed:
    """When and where: a day and a door (index) for readers and doors, the days of the outage."""

    silent: tuple[date, int] | None = None
    propped: tuple[date, int] | None = None
    outage: tuple[date, ...] = ()

    def rows(self, layout: Layout) -> list[list[str]]:
        """Rows of truth/disturbances.csv: kind, place, day."""
        doors = (("reader_loss", self.silent), ("propped_door", self.propped))
        told = [[kind, layout.door_names[at[1]], at[0].isoformat()] for kind, at in doors if at]
        return told + [["outage_week", "", day.isoformat()] for day in self.outage]


def disturb(layout: Layout, days: Sequence[date], kinds: Collection[str], seed: int) -> Disturbed:
    """The disturbances asked for, on working days late in the span; no two on one day.

    Raises ConfigurationError for a kind that there is not.
    """
    unknown = set(kinds) - set(KINDS)
    if unknown:
        raise ConfigurationError(
            f"disturbances: no kind called {sorted(unknown)}. Next: choose from {', '.join(KINDS)}."
        )
    draw = stream(seed, "disturbances")
    working = [day for day in days[int(len(days) * HAPPENS) :] if day.weekday() < 4] or list(days[-1:])
    first, second = (working[int(i)] for i in draw.integers(len(working), size=2))
    if first == second:
        first += timedelta(days=1)
    # The readers that most people pass: a way between the yard and a building that many work in.
    busy = [d for d, (a, b) in enumerate(zip(layout.door_from, layout.door_to, strict=True)) if _busy(layout, a, b)]
    silent, propped = (int(d) for d in draw.permutation(busy)[:2])
    monday = days[0] + timedelta(days=int(len(days) * HAPPENS))
    monday -= timedelta(days=monday.weekday())
    return Disturbed(
        (first, silent) if "reader_loss" in kinds else None,
        (second, propped) if "propped_door" in kinds else None,
        tuple(monday + timedelta(days=i) for i in range(OUTAGE_DAYS)) if "outage_week" in kinds else (),
    )


def _busy(layout: Layout, before: int, after: int) -> bool:
    return layout.zones[before] == "yard" and layout.kinds[after] in ("workshop", "unit", "fuel", "laboratory")


def disturbed(state: Readers, told: Disturbed, layout: Layout, day: date) -> Readers:
    """The readers' state with what is disturbed on this day."""
    silent, propped = (
        np.isin(np.arange(len(layout.door_names)), [at[1]] if at and at[0] == day else [])
        for at in (told.silent, told.propped)
    )
    return replace(state, silent=silent, propped=propped)


def brought_in(population: Population, outage: Sequence[date]) -> Population:
    """With an outage, half of the contractors are employed for it alone."""
    if not outage:
        return population
    own: Ints = np.flatnonzero(population.is_role("contractor"))[::2]
    starts, ends, moves = population.starts.copy(), population.ends.copy(), population.moves.copy()
    # Employed to the day after: nobody works on a last day (simulation.shifts).
    starts[own], ends[own], moves[own] = outage[0].toordinal(), outage[-1].toordinal() + 2, NEVER
    return replace(population, starts=starts, ends=ends, moves=moves)
