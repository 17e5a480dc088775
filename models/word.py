"""Does a model keep its word? How many days it called so rare, against how many may be so rare.

"Once in 100" is a promise: of person-days on which nobody did anything, one in a hundred is called at least that. Asked
of nights the model was not fitted to; people are drawn for the interval, for one person's days are alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import Array, People
from models.calibration import FEWEST_BEYOND
from models.intervals import Interval, counted, interval, reaching, resampled

RARITIES = (20, 100, 1000)
"""Asked about: a weekly oddity in a small office, a monthly one, and what makes a lead."""


@dataclass(frozen=True)
class Word:
    """Days called at least once in `once_in`, over the days that may be: 1 keeps its word, 2 cries twice as often."""

    once_in: int
    person_days: int
    ratio: float
    ratio_interval: Interval
    """95 %, people being drawn; of none called, up to what may have been to be expected all the same."""


def rarity(once_in: float, past: float) -> Interval:
    """How sure "once in so many person-days" is, told from `past` of them: 95 %, the upper end infinite where too few
    of the past were so rare that it could be counted.
    """
    times = past / once_in
    low, high = counted(times)
    return past / high, past / low if times >= FEWEST_BEYOND else np.inf


def kept(once_in: Array, people: People, rarities: Sequence[int] = RARITIES, seed: int = 0) -> tuple[Word, ...]:
    """One Word for each rarity; one row for each scored person-day. Empty for no rows."""
    if not people.size:
        return ()
    everybody, person = np.unique(people, return_inverse=True)
    drawn = resampled(np.zeros(everybody.size, dtype=np.int64), seed)
    days = np.bincount(person, minlength=everybody.size).astype(np.float64)
    told = []
    for rarity in rarities:
        called = np.bincount(person[once_in >= rarity], minlength=everybody.size).astype(np.float64)
        draws = (drawn @ called) * rarity / (drawn @ days)
        ratio = float(called.sum() * rarity / days.sum())
        told.append(Word(rarity, people.size, ratio, reaching(interval(draws), ratio, rarity / people.size)))
    return tuple(told)
