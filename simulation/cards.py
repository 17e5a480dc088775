"""Cards: who holds which badge when. Some are lost and re-issued, some returned and passed on, some forgotten."""

from datetime import date

import numpy as np

from simulation.clock import at
from simulation.draws import HOUR, MINUTE, Ints, stream
from simulation.people import NEVER, Population
from simulation.shifts import Stints

LOST_PER_STINT = 1 / 500
FORGOTTEN_PER_STINT = 0.004
UNREAD = 0.3  # of those who forgot: waved through behind a colleague, no reads all day
UNREGISTERED = 0.1  # of those who forgot: a visitor card that reception did not write down
ISSUED_FROM_RETURNED = 0.5
NO_BADGE = -1


class CardLedger:
    """Cards issued so far. A badge is an index into `numbers`; rows are (badge, person, valid_from, valid_to)."""

    def __init__(self, population: Population, first_day: date, seed: int) -> None:
        self.population, self.seed = population, seed
        people = len(population)
        self.numbers = [f"{410_000 + 7 * i}" for i in range(people)]
        self.holds: Ints = np.arange(people)
        self.rows: list[list[str]] = []
        self.returned: list[int] = []
        self._open: dict[int, int] = {}  # person -> row of the card now held
        self._visitors: dict[str, int] = {}
        for person in range(people):
            if population.starts[person] <= first_day.toordinal():
                self._issue(person, person, at(date.fromordinal(int(population.starts[person])), 0))

    def day(self, day: date, stints: Stints) -> tuple[Ints, bool]:
        """Badge that each stay is made with, NO_BADGE where none is read, and whether any card changed hands."""
        before = len(self.rows), len(self.returned)
        self._join_and_leave(day)
        draw = stream(self.seed, "cards", day)
        fate, how = draw.random((2, len(self.population)))
        for stint in np.flatnonzero(fate[stints.person] < LOST_PER_STINT):
            self._replace(
                int(stints.person[stint]), day, int(stints.start[stint]) - 15 * MINUTE, how[stints.person[stint]]
            )
        badges = self.holds[stints.person]
        forgot = (fate > 1 - FORGOTTEN_PER_STINT)[stints.person]
        for order, stint in enumerate(np.flatnonzero(forgot)):
            person = int(stints.person[stint])
            badges[stint] = NO_BADGE if how[person] < UNREAD else self._visitor(day, order)
            if how[person] >= UNREAD + UNREGISTERED:
                begins, ends = int(stints.start[stint]) - 10 * MINUTE, int(stints.end[stint]) + HOUR
                self.rows.append(
                    [self.numbers[badges[stint]], self.population.numbers[person], at(day, begins), at(day, ends)]
                )
        return badges, before != (len(self.rows), len(self.returned))

    def _join_and_leave(self, day: date) -> None:
        ordinal = day.toordinal()
        for person in np.flatnonzero(self.population.starts == ordinal).tolist():
            if person not in self._open:
                self._issue(person, person, at(day, 0))
        for person in np.flatnonzero((self.population.ends == ordinal) & (self.population.ends != NEVER)).tolist():
            self.rows[self._open.pop(person)][3] = at(day, 0)
            self.returned.append(int(self.holds[person]))

    def _issue(self, badge: int, person: int, begins: str) -> None:
        self.holds[person] = badge
        self._open[person] = len(self.rows)
        self.rows.append([self.numbers[badge], self.population.numbers[person], begins, ""])

    def _replace(self, person: int, day: date, seconds: int, u: float) -> None:
        self.rows[self._open[person]][3] = at(day, seconds)
        if self.returned and u < ISSUED_FROM_RETURNED:
            badge = self.returned.pop(0)
        else:
            self.numbers.append(f"{900_000 + len(self.numbers)}")
            badge = len(self.numbers) - 1
        self._issue(badge, person, at(day, seconds))

    def _visitor(self, day: date, order: int) -> int:
        # Two pools, used on alternate days: a visitor card of last night's shift is not handed out this morning.
        number = f"V{1 + 2 * order + day.toordinal() % 2:04d}"
        if number not in self._visitors:
            self._visitors[number] = len(self.numbers)
            self.numbers.append(number)
        return self._visitors[number]
