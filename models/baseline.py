"""What is usual for each person: decayed sufficient statistics, rolled one night forward.

The state as of the end of day d holds the person-days of all days ≤ d − GUARD_NIGHTS, each weighed by its age; so night
d + 1 is judged against a past that ends a fortnight before it. A change of habit cannot teach the baseline before it
has been seen, and whoever moves slowly must move for longer than the guard. A roll costs people × behaviours, however
long the history is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from features.behaviour import Kind
from models.arrays import Array, People, aligned
from models.tail import scale

HALF_LIFE_NIGHTS = 84
"""A night of twelve weeks ago counts half. Anything between 56 and 112 gave the same leads on CERT r4.2."""

GUARD_NIGHTS = 14
"""Nights kept out of the baseline before tonight: two rounds of the working week. 10 to 28 gave the same leads."""


@dataclass(frozen=True)
class Baseline:
    """The statistics of `people` (ascending): all matrices are people × behaviours, on the averaging scale."""

    people: People
    weight: Array
    """Decayed number of person-days on which the behaviour applied."""
    total: Array
    """Decayed sum of its values."""
    square: Array
    """Decayed sum of its values squared."""
    nights: Array
    """Decayed number of nights with any event, per person: the history."""

    @classmethod
    def empty(cls, behaviours: int) -> Self:
        """Nothing learned yet, of nobody."""
        nothing = np.zeros((0, behaviours))
        return cls(np.zeros(0, dtype=np.int64), nothing, nothing, nothing, np.zeros(0))

    @classmethod
    def of_states(cls, people: People, states: Array) -> Self:
        """The inverse of `states`."""
        weight, total, square = np.split(states[:, 1:], 3, axis=1)
        return cls(people, weight, total, square, states[:, 0])

    def states(self) -> Array:
        """One row for each person: nights, then weight, total and square of every behaviour."""
        return np.hstack([self.nights[:, None], self.weight, self.total, self.square])

    def including(self, people: People) -> Self:
        """The same, with a row of zeros for those of `people` who are new."""
        everybody = np.union1d(self.people, people)
        return type(self).of_states(everybody, aligned(self.states(), self.people, everybody))

    def rolled(self, people: People, values: Array, kinds: Sequence[Kind]) -> Self:
        """One night on: everything decays, then the person-days that left the guard are absorbed.

        `values` holds the behaviours of `people` (ascending) on the day GUARD_NIGHTS before the night now ending; it
        has no rows when nobody came. NaN, where a behaviour did not apply, teaches nothing.
        """
        old = self.including(people)
        scaled = np.column_stack([scale(values[:, j], kind) for j, kind in enumerate(kinds)])
        applies = ~np.isnan(scaled)
        seen = np.where(applies, scaled, 0.0)
        night = np.hstack([np.ones((people.size, 1)), applies, seen, seen**2])
        decay = 0.5 ** (1.0 / HALF_LIFE_NIGHTS)
        return type(self).of_states(old.people, old.states() * decay + aligned(night, people, old.people))

    def mean(self) -> Array:
        """The own usual value, on the averaging scale; 0 where nothing was learned."""
        return np.divide(self.total, self.weight, out=np.zeros_like(self.total), where=self.weight > 0)

    def variance(self) -> Array:
        """The own variance from night to night."""
        mean_square = np.divide(self.square, self.weight, out=np.zeros_like(self.square), where=self.weight > 0)
        return np.maximum(mean_square - self.mean() ** 2, 0.0)
