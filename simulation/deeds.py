"""What each planted insider adds to one day: stays, visits, sessions, copies, uploads and mails."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from simulation.computers import Sessions
from simulation.draws import HOUR, MINUTE, Ints, stream
from simulation.layout import IN_COMPANY, Layout
from simulation.movement import Reads, Visits
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
    meets: list[tuple[int, int, float, float]] = field(default_factory=list)  # person, zone, from, to
    alone: list[tuple[int, int, float, float]] = field(default_factory=list)  # the same, with nobody else there
    tests: list[tuple[int, int, float]] = field(default_factory=list)  # person, zone that stays shut, when
    skips: dict[int, float] = field(default_factory=dict)  # guard -> share of checkpoints left out
    unread: dict[int, float] = field(default_factory=dict)  # person -> share of doors passed behind somebody
    absent: dict[int, float] = field(default_factory=dict)  # operator -> alarms an hour answered for them while away
    idle: list[tuple[int, float, float]] = field(default_factory=list)  # person whose own badge is not read: from, to

    @property
    def persons(self) -> list[int]:
        """Those whose badge must be read for the deed to show: they forget none today."""
        rows = (self.errands, self.stays, self.meets, self.alone, self.tests, self.idle)
        return [row[0] for told in rows for row in told] + [*self.skips, *self.absent]


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


def unused(reads: Reads, stints: Stints, deeds: Deeds) -> Reads:
    """The reads without those of badges that are out of their holder's hands, or left in a drawer."""
    kept = np.ones(len(reads.door), dtype=bool)
    for person, begin, end in deeds.idle:
        kept &= (stints.person[reads.stint] != person) | (reads.second < begin) | (reads.second >= end)
    return Reads(reads.stint[kept], reads.door[kept], reads.inward[kept], reads.result[kept], reads.second[kept])


def sessions(rows: Sequence[tuple[int, int, float, float]]) -> Sessions:
    """Rows of (person, machine, on, off) as columns."""
    columns = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return Sessions(columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2], columns[3])


def strange(
    population: Population, layout: Layout, person: int, barred: int, permitted: int, draw: np.random.Generator
) -> list[int]:
    """Zones that this person may not enter, and others that they may but never do, shuffled together."""
    may = population.may_enter[person]
    closed = draw.permutation(np.flatnonzero(~may))[:barred]
    new: Ints = np.setdiff1d(np.flatnonzero(may), np.r_[population.favourites[person], layout.under(*IN_COMPANY)])
    return [int(z) for z in draw.permutation(np.r_[closed, draw.permutation(new[new != 0])[:permitted]])]


def _explore(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    barred = plant.times(plant.amounts["barred"].grown(plant.progress(day)))
    new = plant.times(plant.amounts["new"].whole(draw))
    deeds.errands.append((plant.person, strange(population, layout, plant.person, barred, new, draw)))


def _steal(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    person, machine = plant.person, int(population.pc[plant.person])
    comes = (21.75 + draw.random()) * HOUR
    goes = comes + draw.uniform(2.0, 3.5) * HOUR
    deeds.stays.append((person, comes, goes, [int(population.home[person])] * 2))
    on, off = comes + 12 * MINUTE, goes - 12 * MINUTE
    deeds.sessions.append((person, machine, on, off))
    copied = plant.times(plant.amounts["copied"].whole(draw))
    deeds.copies.append((person, machine, on + 5 * MINUTE, off - 5 * MINUTE, copied))
    uploads = plant.times(plant.amounts["uploaded"].whole(draw))
    deeds.uploads += [(person, machine, float(t)) for t in draw.uniform(on + 300, off - 300, uploads)]


def _borrow(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    barred, new = (plant.times(plant.amounts[name].whole(draw)) for name in ("barred", "new"))
    zones = strange(population, layout, plant.person, barred, new, draw)
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
    mails = plant.times(plant.amounts["mailed"].whole(draw))
    deeds.mails += [(boss, machine, float(t)) for t in draw.uniform(on + 7 * MINUTE, on + 19 * MINUTE, mails)]


def _drift(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    grown, person, machine = plant.progress(day), plant.person, int(population.pc[plant.person])
    grown *= plant.intensity  # the growth is multiplied, not the least of each amount
    deeds.later[person] = grown * plant.amounts["later"].drawn(draw) * MINUTE
    barred, new, copied = (plant.amounts[name].grown(grown) for name in ("barred", "new", "copied"))
    deeds.errands.append((person, strange(population, layout, person, barred, new, draw)))
    on = draw.uniform(14, 15.5) * HOUR
    deeds.copies.append((person, machine, on, on + 25 * MINUTE, copied))


def _follow(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    own = _quiet(population, layout, plant.person)
    deep = sorted(own, key=lambda zone: (-layout.steps[population.home[plant.person], zone], zone))
    chosen = draw.permutation(deep[: max(4, len(deep) // 3)])
    trips = plant.times(plant.amounts["trips"].whole(draw))
    deeds.errands.append((plant.person, [int(z) for z in np.resize(chosen, trips)]))
    deeds.unread[plant.person] = plant.amounts["unread"].share(draw, plant.intensity)


def _lend(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    comes = draw.uniform(9.5, 11.0) * HOUR
    goes = comes + draw.uniform(1.5, 3.0) * HOUR
    places = [int(z) for z in draw.permutation(population.favourites[plant.partner]) if z]
    visited = plant.times(plant.amounts["visited"].whole(draw))
    deeds.stays.append((plant.person, comes, goes, [int(z) for z in np.resize(places, visited)]))
    deeds.idle += [(person, comes, goes) for person in (plant.person, plant.partner)]


def _stay_alone(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    zones = [z for z in layout.under("two_person") if population.may_enter[plant.person, z]]
    begins = draw.choice([9.0, 10.2, 13.7]) * HOUR + draw.uniform(-10, 10) * MINUTE
    ends = begins + plant.amounts["alone"].drawn(draw) * MINUTE * plant.intensity
    deeds.alone.append((plant.person, int(draw.choice(zones)), begins, ends))


def _collude(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    both = plant.person, plant.partner
    theirs = [_quiet(population, layout, person) for person in both]
    known = {int(z) for person in both for z in population.favourites[person]}
    shared = set(theirs[0]) & set(theirs[1]) - {int(population.home[person]) for person in both}
    odd = sorted(shared - known) or sorted(shared)
    hours, together = [draw.uniform(9.2, 10.2), draw.uniform(13.7, 14.3)], plant.amounts["together"]
    if day.toordinal() % 2:
        hours.append(21.4)
        # The stay outlasts the longest of meetings.
        comes, goes = (21.0 + draw.uniform(0, 0.1)) * HOUR, (21.5 + 1.1 * (together.most / 60) * plant.intensity) * HOUR
        deeds.stays += [(person, comes, goes + draw.uniform(5, 10) * MINUTE, []) for person in both]
    for hour in hours:
        zone, length = int(draw.choice(odd)), together.drawn(draw) * MINUTE * plant.intensity
        deeds.meets += [(person, zone, hour * HOUR + draw.uniform(0, 90), hour * HOUR + length) for person in both]


def _skip(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    deeds.skips[plant.person] = plant.amounts["skipped"].share(draw, plant.intensity)


def _desert(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    deeds.absent[plant.person] = plant.amounts["answered"].drawn(draw) * plant.intensity
    away = plant.times(plant.amounts["away"].whole(draw))
    deeds.errands.append((plant.person, [layout.zones.index("canteen")] * away))


def _scout(
    deeds: Deeds, population: Population, layout: Layout, plant: Plant, day: date, draw: np.random.Generator
) -> None:
    vital = [z for z, area in enumerate(layout.areas) if area in ("vital", "inner")]
    shut = [z for z in vital if not population.may_enter[plant.person, z]]
    past = {layout.before(z) for z in vital} | set(vital)
    ways = sorted(past & set(_quiet(population, layout, plant.person)) - {int(population.home[plant.person])})
    detours, tested = (plant.times(plant.amounts[name].whole(draw)) for name in ("detours", "tested"))
    hours = draw.permutation([8.9, 9.7, 10.5, 13.6, 14.3, 15.0])[:detours]
    for hour in hours.tolist():
        begins = hour * HOUR + draw.uniform(0, 6) * MINUTE
        deeds.meets.append((plant.person, int(draw.choice(ways)), begins, begins + draw.uniform(6, 14) * MINUTE))
    # After the last two of these detours: no more doors are tested, however intense.
    for zone, (person, _, _, ends) in zip(
        draw.permutation(shut)[:tested], deeds.meets[-len(hours) :][-2:], strict=False
    ):
        deeds.tests.append((person, int(zone), ends + 2 * MINUTE))


def _quiet(population: Population, layout: Layout, person: int) -> list[int]:
    """Zones that this person may enter without company, the outside excepted."""
    guarded = {0, *layout.under("escort", *IN_COMPANY)}
    return [int(z) for z in np.flatnonzero(population.may_enter[person]) if int(z) not in guarded]


ACTS = {
    "unauthorised_explorer": _explore,
    "file_thief": _steal,
    "borrowed_badge": _borrow,
    "administrator": _impersonate,
    "slow_drifter": _drift,
    "tailgater": _follow,
    "badge_lending": _lend,
    "lone_presence": _stay_alone,
    "colluding_pair": _collude,
    "skipping_patrol": _skip,
    "route_scout": _scout,
    "empty_desk": _desert,
}
