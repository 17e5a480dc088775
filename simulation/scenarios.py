"""The library of planted insiders, and who acts it out on which days.

Cases follow the types described by CERT (Glasser & Lindauer 2013, "Bridging the gap", doi:10.1109/SPW.2013.37) and, for
movement, IAEA NSS 8-G (Rev. 1) on insiders at nuclear facilities. Everybody planted keeps their ordinary days as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from expectations.errors import ConfigurationError
from simulation.draws import Flags, stream
from simulation.people import NEVER, Population
from simulation.shifts import on_duty

ACTIVE_SHARE = 1 / 3  # insiders act in the last third of the span


@dataclass(frozen=True)
class Scenario:
    """A kind of insider: `roles` that may act it, on how many `days` (least, most); most 0 = all of the last third."""

    name: str
    says: str
    roles: tuple[str, ...]
    days: tuple[int, int]
    count: int  # planted by default


LIBRARY = (
    Scenario("unauthorised_explorer", "Tries doors not theirs, and goes to permitted places they never went to.",
             ("contractor", "maintenance", "office staff", "engineer"), (3, 6), 2),
    Scenario("file_thief", "Comes back at night, logs on, copies files to removable media, uploads to file sharing.",
             ("engineer", "office staff"), (3, 5), 2),
    Scenario("borrowed_badge", "Somebody uses this person's badge, at odd hours or while its holder is elsewhere.",
             ("operator", "maintenance", "fuel handler"), (2, 4), 2),
    Scenario("administrator", "Logs on to the supervisor's machine; next day mails everybody in the supervisor's name.",
             ("it administrator",), (2, 2), 1),
    Scenario("slow_drifter", "Over weeks stays a little later, goes a little further and copies a little more.",
             ("engineer", "health physicist"), (0, 0), 1),
)  # fmt: skip
DEFAULT = {scenario.name: scenario.count for scenario in LIBRARY}


@dataclass(frozen=True)
class Plant:
    """One insider: an index into the population, and the days on which they act, in order."""

    scenario: str
    person: int
    days: tuple[date, ...]

    def progress(self, day: date) -> float:
        """How far along they are: above 0 on the first day, 1 on the last."""
        return (self.days.index(day) + 1) / len(self.days)


def plant(population: Population, days: Sequence[date], insiders: Mapping[str, int], seed: int) -> list[Plant]:
    """As many of each scenario as asked for, or as there are people to act it.

    The first of each scenario is active up to the last day of the span on which somebody suitable can be; the others
    anywhere in the last third. Raises ConfigurationError for a scenario that the library does not have.
    """
    unknown = set(insiders) - set(DEFAULT)
    if unknown:
        raise ConfigurationError(f"insiders: no scenario called {sorted(unknown)}; choose from {sorted(DEFAULT)}")
    draw = stream(seed, "insiders")
    active = days[int(len(days) * (1 - ACTIVE_SHARE)) :]
    duty = np.array([on_duty(population, day, seed) for day in active])
    taken: set[int] = {0}
    plants: list[Plant] = []
    for scenario in LIBRARY:
        stays = (population.starts < days[0].toordinal()) & (population.ends == NEVER) & (population.moves == NEVER)
        able = np.flatnonzero(population.is_role(*scenario.roles) & stays)
        for turn in range(insiders.get(scenario.name, 0)):
            free = [int(p) for p in draw.permutation(able) if int(p) not in taken]
            for person in sorted(free, key=lambda p: not duty[-1, p]) if turn == 0 else free:
                chosen = _days(scenario, duty[:, person], turn == 0, draw)
                if chosen:
                    plants.append(Plant(scenario.name, person, tuple(active[i] for i in chosen)))
                    taken |= {person, int(population.supervisor_on(active[0])[person])}
                    break
    return plants


def _days(scenario: Scenario, duty: Flags, at_the_end: bool, draw: np.random.Generator) -> list[int]:
    """Indices of the days to act on; empty if this person has none that suit."""
    if scenario.name == "borrowed_badge":  # the holder need not be on site
        candidates = list(range(len(duty)))
    elif scenario.name == "administrator":  # two days running
        pairs = [i for i in range(len(duty) - 1) if duty[i] and duty[i + 1]]
        if not pairs:
            return []
        first = pairs[-1] if at_the_end else int(draw.choice(pairs))
        return [first, first + 1]
    else:
        candidates = np.flatnonzero(duty).tolist()
    least, most = scenario.days
    count = int(draw.integers(least, most + 1)) if most else len(candidates)
    if len(candidates) < max(count, 1):
        return []
    begin = len(candidates) - count if at_the_end else int(draw.integers(len(candidates) - count + 1))
    return candidates[begin : begin + count]


def answers(population: Population, plants: Sequence[Plant]) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of truth/answers.csv (scenario, person, start, end: `[start, end)`) and events.csv (scenario, person, day).

    The person of an event is the one whose identity the records carry: the holder of a borrowed badge, and the
    supervisor beside the administrator on the day of the mass mail.
    """
    numbers = population.numbers
    people, events = [], []
    for p in plants:
        people.append(
            [p.scenario, numbers[p.person], p.days[0].isoformat(), (p.days[-1] + timedelta(days=1)).isoformat()]
        )
        events += [[p.scenario, numbers[p.person], day.isoformat()] for day in p.days]
        if p.scenario == "administrator":
            boss = int(population.supervisor_on(p.days[-1])[p.person])
            events.append([p.scenario, numbers[boss], p.days[-1].isoformat()])
    return people, events
