"""What a day's stays have in common: lunch, the guards' rounds, and zones that are entered in company only."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from simulation.deeds import Deeds
from simulation.draws import HOUR, MINUTE, Flags, stream
from simulation.layout import IN_COMPANY, Layout
from simulation.movement import Appointments
from simulation.people import ESCORTED, Population
from simulation.shifts import Stints

EATS = 0.8  # of stays that span lunch
LUNCH, SPREAD = 12.4 * HOUR, 20 * MINUTE  # most sit down within the same hour: the canteen is a crowd
SECTORS = 4  # of a patrol; as many rounds a shift, so that each guard walks the whole route in a shift
ROUNDS_BEGIN, ROUNDS_APART, STAGGERED = 0.5 * HOUR, 1.85 * HOUR, 17 * MINUTE
SLOTS = (9.0 * HOUR, 10.25 * HOUR, 13.75 * HOUR, 15.0 * HOUR)  # of work in company: nobody is in two of them at once
PAIRS_PER_ABLE = 0.06  # mean per slot and zone, for each person on duty who may enter
ESCORTS_PER_VISITOR = 0.03
HOSTS = ("maintenance", "health physicist")
SENTRIES = ("guard", "manager")  # they see that the rule is kept, and are no part of a pair
GATHERS = 5 * MINUTE  # before the door, for the other to come

Row = tuple[int, float, int, float, bool]
"""Stay, near, zone, leaves, brief: as in Appointments."""


def appointments(
    population: Population, layout: Layout, stints: Stints, day: date, seed: int, *, badged: Flags,
    planted: Deeds,
) -> Appointments:  # fmt: skip
    """Everything that people on site do at a set time. `badged` marks the stays with a badge.

    Nobody else works where somebody planted is alone, nor has anybody planted other work meanwhile.
    """
    alone = planted.alone
    busy = [(person, begin, end) for person, _, begin, end in (*alone, *planted.meets)]
    busy += [(person, at, at + 5 * MINUTE) for person, _, at in planted.tests]
    company = in_company(population, layout, stints, badged, stream(seed, "in company", day), alone, busy)
    return joined(
        # Nobody keeps the other waiting for lunch: alone inside, that one would break the rule.
        lunches(population, layout, stints, stream(seed, "lunch", day), [*busy, *kept(stints, company)]),
        rounds(population, layout, stints, stream(seed, "rounds", day), planted.skips),
        company,
        visits(population, layout, stints, planted),
    )


def kept(stints: Stints, company: Appointments) -> Iterator[tuple[int, float, float]]:
    """(person, enters, leaves) of those who go `_there_and_back`."""
    people, leaves = stints.person[company.stint].tolist(), company.leaves.tolist()
    return zip(people[::3], leaves[1::3], leaves[2::3], strict=True)


def joined(*parts: Appointments) -> Appointments:
    """All appointments, part after part."""
    columns = zip(*((p.stint, p.near, p.zone, p.leaves, p.brief) for p in parts), strict=True)
    return Appointments(*(np.concatenate(c) for c in columns))


def of_rows(rows: Sequence[Row]) -> Appointments:
    """Rows as columns."""
    stint, near, zone, leaves, brief = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    return Appointments(stint.astype(np.int64), near, zone.astype(np.int64), leaves, brief.astype(bool))


def lunches(
    population: Population, layout: Layout, stints: Stints, draw: np.random.Generator,
    busy: Sequence[tuple[int, float, float]],
) -> Appointments:  # fmt: skip
    """There and back to the place of work; guards eat at their post."""
    u, late, length = draw.random(len(stints)), draw.normal(0, SPREAD, len(stints)), draw.uniform(22, 40, len(stints))
    goes = np.clip(LUNCH + late, 11.4 * HOUR, 13.4 * HOUR)
    back = goes + length * MINUTE
    eats = (u < EATS) & ~population.is_role("guard")[stints.person]
    eats &= (goes > stints.start + HOUR) & (back < stints.end - HOUR)
    for person, begin, end in busy:
        eats &= (stints.person != person) | (back < begin - GATHERS) | (goes > end)
    who = np.flatnonzero(eats)
    home = population.home[stints.person[who]]
    canteen = np.full(len(who), layout.zones.index("canteen"))
    return Appointments(
        np.r_[who, who], np.r_[goes[who], back[who]], np.r_[canteen, home], np.r_[goes[who], back[who]],
        np.zeros(2 * len(who), dtype=bool),
    )  # fmt: skip


def rounds(
    population: Population, layout: Layout, stints: Stints, draw: np.random.Generator, skips: Mapping[int, float]
) -> Appointments:
    """Each guard's rounds: another sector each time, checkpoint after checkpoint, back to the post."""
    route = np.flatnonzero(population.may_enter[population.is_role("guard")][:1].any(axis=0))
    route = route[~np.isin(route, [0, *layout.under(*IN_COMPANY)])]
    sectors = np.array_split(route, SECTORS)
    rows: list[Row] = []
    guards = np.flatnonzero(population.is_role("guard")[stints.person])
    for turn, stint in enumerate(guards.tolist()):
        person = int(stints.person[stint])
        jitter, skipped = draw.uniform(-5, 5, SECTORS) * MINUTE, draw.random((SECTORS, len(route)))
        for round_ in range(SECTORS):
            begins = float(stints.start[stint] + ROUNDS_BEGIN + round_ * ROUNDS_APART + jitter[round_])
            begins += (turn % 4) * STAGGERED
            told = sectors[(turn + round_) % SECTORS]
            told = told[skipped[round_, : len(told)] >= skips.get(person, 0.0)]
            for place, zone in enumerate(told.tolist()):
                rows.append((stint, begins, zone, begins if place == 0 else np.nan, True))
            if len(told):
                rows.append((stint, begins, int(population.home[person]), np.nan, False))
    return of_rows(rows)


def in_company(
    population: Population, layout: Layout, stints: Stints, badged: Flags, draw: np.random.Generator,
    alone: Sequence[tuple[int, int, float, float]], busy: Sequence[tuple[int, float, float]],
) -> Appointments:  # fmt: skip
    """Work in zones that nobody enters alone: two of one shift who may enter; a visitor and a host."""
    rows: list[Row] = []
    sentry = population.is_role(*SENTRIES)[stints.person]
    visitor = population.is_role(*ESCORTED)[stints.person]
    host = population.is_role(*HOSTS)[stints.person]
    for slot in SLOTS:
        ready = badged & (stints.start < slot - 45 * MINUTE) & (stints.end > slot + 2 * HOUR)
        for person, begin, end in busy:
            if begin < slot + 90 * MINUTE and end > slot - 30 * MINUTE:
                ready &= stints.person != person
        for zone in layout.under("escort", *IN_COMPANY):
            able = ready & population.may_enter[stints.person, zone] & ~sentry
            if "escort" in layout.rules[zone]:
                firsts, seconds = draw.permutation(np.flatnonzero(able & visitor)), np.flatnonzero(able & host)
                seconds = draw.permutation(seconds)
                wanted = int(draw.poisson(ESCORTS_PER_VISITOR * len(firsts)))
            else:
                both = draw.permutation(np.flatnonzero(able))
                firsts, seconds = both[: len(both) // 2], both[len(both) // 2 :]
                wanted = int(draw.poisson(PAIRS_PER_ABLE * len(both)))
            taken = any(z == zone and b < slot + 90 * MINUTE and e > slot - 30 * MINUTE for _, z, b, e in alone)
            for one, two in list(zip(firsts.tolist(), seconds.tolist(), strict=False))[: 0 if taken else wanted]:
                begins = slot + draw.uniform(-10, 10) * MINUTE
                ends = begins + draw.uniform(20, 50) * MINUTE
                for stint in (one, two):
                    home = int(population.home[stints.person[stint]])
                    rows += _there_and_back(layout, stint, zone, home, begins, ends + draw.uniform(0, 4))
                    ready[stint] = False
    return of_rows(rows)


def visits(population: Population, layout: Layout, stints: Stints, planted: Deeds) -> Appointments:
    """What the planted do at a set time, if their stay spans it: meetings, and doors tried twice in vain."""
    rows: list[Row] = []
    for person, zone, begin in planted.tests:
        for stint in np.flatnonzero((stints.person == person) & (stints.start < begin) & (stints.end > begin)).tolist():
            home = int(population.home[person])
            rows += [(stint, begin, zone, begin, True), (stint, begin, zone, np.nan, True)]
            rows += [(stint, begin, home, np.nan, False)]
    for person, zone, begins, ends in (*planted.alone, *planted.meets):
        during = (stints.person == person) & (stints.start < begins - GATHERS) & (stints.end > ends)
        for stint in np.flatnonzero(during).tolist():
            rows += _there_and_back(layout, stint, zone, int(population.home[person]), begins, ends)
    return of_rows(rows)


def _there_and_back(layout: Layout, stint: int, zone: int, home: int, begins: float, ends: float) -> list[Row]:
    """Wait before the door, enter at `begins`, return to work at `ends`."""
    door = layout.before(zone)
    return [
        (stint, begins, door, begins - GATHERS, False),
        (stint, begins, zone, begins, False),
        (stint, begins, home, ends, False),
    ]
