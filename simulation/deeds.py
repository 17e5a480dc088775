"""What each planted insider adds to one day: stays, visits, sessions, copies, uploads and mails."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from simulation.computers import Sessions
from simulation.draws import HOUR, MINUTE, Ints, stream
from simulation.layout import Layout
from simulation.movement import Visits
from simulation.people import Population
from simulation.scenarios import Plant
from simulation.shifts import Stints


@dataclass
class Deeds:
    """Additions to one day. Times are seconds since midnight; persons are indices into the population."""

    errands: list[tuple[int, list[int]]] = field(default_factory=list)  # person, zones during their own stay
    later: dict[int, float] = field(default_factory=dict)  # person -> seconds that their stay is longer
    stays: list[tuple[int, float, float, list[int]]] = field(default_factory=list)  # badge holder, start, end, zones
    sessions: list[tuple[int, int, float, float]] = field(default_factory=list)  # person, machine, on, off
    copies: list[tuple[int, int, float, float, int]] = field(default_factory=list)  # the same and files copied
    uploads: list[tuple[int, int, float]] = field(default_factory=list)  # person, machine, second
    mails: list[tuple[int, int, float]] = field(default_factory=list)  # to everybody: person, machine, second

    @property
    def persons(self) -> list[int]:
        """Those whose badge must be read for the deed to show: they forget none today."""
        return [p for p, _ in self.errands] + [s[0] for s in self.stays]


def of_day(population: Population, layout: Layout, plants: Sequence[Plant], day: date, seed: int) -> Deeds:
    """All that the planted insiders do on this day; nothing on most days."""
    deeds = Deeds()
    for order, plant in enumerate(p for p in plants if day in p.days):
        ACTS[plant.scenario](deeds, population, layout, plant, day, stream(seed, f"deeds {order}", day))
    return deeds


def lengthened(stints: Stints, deeds: Deeds) -> Stints:
    """The ordinary stays, those of some a little longer."""
    return Stints(
        stints.person, stints.start, stints.end + np.array([deeds.later.get(p, 0.0) for p in stints.person.tolist()])
    )


def errands(stints: Stints, deeds: Deeds) -> Visits:
    """Visits that people on site make besides their own, on every other errand of their stay."""
    of = {int(p): i for i, p in enumerate(stints.person)}
    rows = [(of[p], 1 + 2 * k, zone) for p, zones in deeds.errands if p in of for k, zone in enumerate(zones)]
    return Visits(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)


def stays(deeds: Deeds) -> tuple[Stints, Visits]:
    """Stays besides the ordinary ones, and where they lead."""
    rows = [(i, 1 + k, zone) for i, (_, _, _, zones) in enumerate(deeds.stays) for k, zone in enumerate(zones)]
    columns = np.array([s[:3] for s in deeds.stays], dtype=np.float64).reshape(-1, 3).T
    return Stints(columns[0].astype(np.int64), columns[1], columns[2]), Visits(
        *np.array(rows, dtype=np.int64).reshape(-1, 3).T
    )


def sessions(rows: Sequence[tuple[int, int, float, float]]) -> Sessions:
    """Rows of (person, machine, on, off) as columns."""
    columns = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return Sessions(columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2], columns[3])


def _strange(
    population: Population, layout: Layout, person: int, barred: int, permitted: int, draw: np.random.Generator
) -> list[int]:
    """Zones that this person may not enter, and others that they may but never do, shuffled together."""
    may = population.may_enter[person]
    closed = draw.permutation(np.flatnonzero(~may))[:barred]
    new: Ints = np.setdiff1d(np.flatnonzero(may), population.favourites[person])
    return [int(z) for z in draw.permutation(np.r_[closed, draw.permutation(new[new != 0])[:permitted]])]


def _explore(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    barred = 2 + int(4 * plant.progress(day))
    deeds.errands.append((plant.person, _strange(population, layout, plant.person, barred, 2, draw)))


def _steal(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    person, machine = plant.person, int(population.pc[plant.person])
    comes = (21.75 + draw.random()) * HOUR
    goes = comes + draw.uniform(2.0, 3.5) * HOUR
    deeds.stays.append((person, comes, goes, [int(population.home[person])] * 2))
    on, off = comes + 12 * MINUTE, goes - 12 * MINUTE
    deeds.sessions.append((person, machine, on, off))
    deeds.copies.append((person, machine, on + 5 * MINUTE, off - 5 * MINUTE, int(draw.integers(20, 60))))
    deeds.uploads += [(person, machine, float(t)) for t in draw.uniform(on + 300, off - 300, int(draw.integers(4, 12)))]


def _borrow(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    zones = _strange(population, layout, plant.person, 2, 3, draw)
    comes = draw.choice([11.0, 20.75, 23.0]) * HOUR + draw.uniform(0, 45) * MINUTE
    deeds.stays.append((plant.person, comes, comes + draw.uniform(1.0, 2.0) * HOUR, zones))


def _impersonate(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    boss = int(population.supervisor_on(day)[plant.person])
    machine = int(population.pc[boss])
    if day == plant.days[0]:
        on = draw.uniform(12.0, 13.0) * HOUR
        deeds.sessions.append((plant.person, machine, on, on + draw.uniform(20, 40) * MINUTE))
        return
    on = draw.uniform(9.5, 10.5) * HOUR
    deeds.sessions.append((plant.person, machine, on, on + 5 * MINUTE))
    deeds.sessions.append((boss, machine, on + 6 * MINUTE, on + 20 * MINUTE))
    deeds.mails += [(boss, machine, float(t)) for t in draw.uniform(on + 7 * MINUTE, on + 19 * MINUTE, 4)]


def _drift(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    grown, person, machine = plant.progress(day), plant.person, int(population.pc[plant.person])
    deeds.later[person] = grown * draw.uniform(80, 110) * MINUTE
    deeds.errands.append((person, _strange(population, layout, person, int(grown * 2.5), 1 + int(grown * 4), draw)))
    on = draw.uniform(14, 15.5) * HOUR
    deeds.copies.append((person, machine, on, on + 25 * MINUTE, 1 + int(grown * 15)))


ACTS = {
    "unauthorised_explorer": _explore,
    "file_thief": _steal,
    "borrowed_badge": _borrow,
    "administrator": _impersonate,
    "slow_drifter": _drift,
}
