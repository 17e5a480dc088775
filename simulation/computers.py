"""Sessions at computers: own machines, shared ones, administrators' wide reach, evenings from afar."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.draws import HOUR, MINUTE, Floats, Ints, ragged, stream
from simulation.people import Population
from simulation.shifts import Stints

MOST_SESSIONS = 3
ADMIN_VISITS = 2.5  # other people's machines an administrator logs on to per shift, mean
BORROWS_MACHINE = 0.006  # per shift: a colleague's machine, in a meeting
EVENING = 0.02  # per shift of day staff with an own machine
FORGETS_LOGOFF = 0.03


@dataclass(frozen=True)
class Sessions:
    """Logons: person, machine, seconds `[on, off)`; sorted by stay for the ordinary ones."""

    person: Ints
    pc: Ints
    on: Floats
    off: Floats

    def __len__(self) -> int:
        return len(self.person)


def joined(*parts: Sessions) -> Sessions:
    """All sessions, part after part."""
    return Sessions(*(np.concatenate(c) for c in zip(*((p.person, p.pc, p.on, p.off) for p in parts), strict=True)))


def ordinary(population: Population, stints: Stints, day: date, seed: int) -> Sessions:
    """One to three sessions a shift for those with a machine of their own or their workplace's, one after another."""
    draw = stream(seed, "sessions", day)
    equipped = (population.pc >= 0) | (population.shared_from >= 0)
    chosen = np.flatnonzero(equipped[stints.person])
    count = 1 + draw.integers(0, MOST_SESSIONS, len(chosen))
    row, order = ragged(count)
    person = stints.person[chosen][row]
    part = (stints.end[chosen] - stints.start[chosen] - 40 * MINUTE)[row] / count[row]
    begins = (stints.start[chosen] + 20 * MINUTE)[row] + order * part
    on = begins + draw.random(len(row)) * np.minimum(10 * MINUTE, part / 5)
    off = begins + part - draw.random(len(row)) * np.minimum(12 * MINUTE, part / 5)
    shared = population.shared_from[person] + (draw.random(len(row)) * population.shared_count[person]).astype(np.int64)
    return Sessions(person, np.where(population.pc[person] >= 0, population.pc[person], shared), on, off)


def elsewhere(population: Population, stints: Stints, day: date, seed: int) -> Sessions:
    """Sessions that are not at one's own desk or hour, all of them innocent."""
    draw = stream(seed, "sessions elsewhere", day)
    u = draw.random((3, len(stints)))
    admins = population.is_role("it administrator")[stints.person]
    owns = population.pc[stints.person] >= 0
    count = np.where(admins, draw.poisson(ADMIN_VISITS, len(stints)), (u[0] < BORROWS_MACHINE) & owns)
    row, _ = ragged(count)
    person = stints.person[row]
    any_pc = draw.integers(0, len(population.machines), len(row))
    on = stints.start[row] + (0.1 + 0.75 * draw.random(len(row))) * (stints.end - stints.start)[row]
    visits = Sessions(person, any_pc, on, on + draw.uniform(5, 40, len(row)) * MINUTE)
    evening = np.flatnonzero((u[1] < EVENING) & owns)
    who = stints.person[evening]
    late = np.maximum(stints.end[evening] + HOUR, (19.5 + 2 * u[2][evening]) * HOUR)
    return joined(visits, Sessions(who, population.pc[who], late, late + 45 * MINUTE))


def moments(sessions: Sessions, mean: Floats, draw: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Person, machine and second of activity within sessions: Poisson counts of the given mean per session."""
    row, _ = ragged(draw.poisson(mean))
    second = sessions.on[row] + draw.random(len(row)) * (sessions.off - sessions.on)[row]
    return sessions.person[row], sessions.pc[row], second
