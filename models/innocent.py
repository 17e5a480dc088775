"""Does the list keep its word? How many innocent leads it announced, and how many there were.

Every night announces how many of its first K leads to expect if nobody did anything (`Champion.innocent`). Afterwards
the leads of those who had done nothing by then are counted. A person stays on the list for several nights and holds
more than one of its places over the year, so people and weeks are both drawn: the pigeonhole bootstrap (Owen, Annals of
Applied Statistics 1(2), 2007), which errs on the wide side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People
from models.evaluate import Malicious, NothingToCount, ranks
from models.intervals import Interval, interval, resampled

NIGHTS_DRAWN = 7
"""Nights are drawn by weeks: risk of five nights' half-life makes neighbouring lists alike."""


@dataclass(frozen=True)
class Announced:
    """Innocent leads within the budget, per night."""

    nights: int
    """Ranked nights that announced a number."""
    budget: int
    expected: float
    observed: float
    ratio: float
    """observed / expected: 1 is a list that keeps its word; NaN when nothing was expected."""
    ratio_interval: Interval
    reliability: Mapping[int, tuple[int, float, float]]
    """Nights by the whole number of leads announced: how many nights, their mean expected, their mean observed."""


def innocent_leads(
    nights: NDArray[np.int64],
    people: People,
    figure: Array,
    truth: Sequence[Malicious],
    expected: Mapping[int, float],
    budget: int,
    seed: int = 0,
    *,
    part: NDArray[np.bool_] | None = None,
) -> Announced:
    """Announced against counted, of the nights that `expected` (leads by night) holds; rows as for `evaluate`.

    Innocent is whoever has no malicious person-day up to that night: afterwards a lead on them is deserved, even on a
    day on which they did nothing. With `part`, such as the rows of one role, only leads in it are counted, and of the
    announced ones the share that the part has of the night's people: as if strangeness knew no role.
    Raises NothingToCount when no night announced anything.
    """
    announced = np.isin(nights, np.array(list(expected), dtype=np.int64))
    if not announced.any():
        raise NothingToCount("none of the ranked nights announced how many innocent leads to expect")
    counted = announced if part is None else announced & part
    first: dict[int, int] = {}
    for day in truth:
        first[day.person] = min(day.night, first.get(day.person, day.night))
    begun = np.array([first.get(person, np.iinfo(np.int64).max) for person in people.tolist()], dtype=np.int64)
    lead = counted & (nights < begun) & (ranks(nights, people, figure) <= budget)
    held, night = np.unique(nights[announced], return_inverse=True)
    share = np.bincount(night, weights=counted[announced]) / np.bincount(night)
    told = np.array([expected[int(at)] for at in held]) * share
    seen = np.bincount(night, weights=lead[announced])
    everybody, person = np.unique(people, return_inverse=True)
    week = (nights - nights.min()) // NIGHTS_DRAWN
    weeks = int(week.max()) + 1
    by_person = np.bincount(person[lead] * weeks + week[lead], minlength=everybody.size * weeks).reshape(
        everybody.size, weeks
    )
    by_week = np.bincount((held - nights.min()) // NIGHTS_DRAWN, weights=told, minlength=weeks)
    people_drawn = resampled(np.zeros(everybody.size, dtype=np.int64), seed)
    weeks_drawn = resampled(np.zeros(weeks, dtype=np.int64), seed + 1)
    top, bottom = ((people_drawn @ by_person) * weeks_drawn).sum(axis=1), weeks_drawn @ by_week
    whole = np.rint(told).astype(np.int64)
    return Announced(
        nights=int(held.size),
        budget=budget,
        expected=float(told.mean()),
        observed=float(seen.mean()),
        ratio=float(seen.sum() / told.sum()) if told.sum() > 0 else np.nan,
        ratio_interval=interval(np.divide(top, bottom, out=np.full(top.size, np.nan), where=bottom > 0)),
        reliability={
            int(n): (int((whole == n).sum()), float(told[whole == n].mean()), float(seen[whole == n].mean()))
            for n in np.unique(whole)
        },
    )
