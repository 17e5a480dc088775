"""Whose person-days say how rare a broken rule is: not those of the few who break it night after night.

What several nights are worth together is read off the past of everybody. A rule that no habit excuses would be excused
by that very habit: twelve people in six hundred who try strange doors from the first day on are one person-day in
fifty, worth 5.6 bits at the most, and stand behind whatever happened to somebody else. So the scale is learned from the
others, as trimmed estimators learn a location (Huber, "Robust statistics", 1981, section 1.2).
"""

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People

SHARE = 0.05
"""Of people, whose habit is left out: one in twenty may break a rule from the first day on and cannot hide the others;
what more do is the rule's fault. 0.03 to 0.1 gave the same ranks at the badge simulator, and found the same in eight
facilities."""


def habitual(people: People, broken: Array) -> NDArray[np.bool_]:
    """Which rows, one per person-day, are of the SHARE of people of whom a broken rule is remembered on most days.

    `broken` is what is remembered of one family's rules in each row, in bits. People are taken by their lower median,
    the highest first, the lower pseudonym first among equals, and nobody whose median is 0.
    """
    who, row_of = np.unique(people, return_inverse=True)
    order = np.lexsort((broken, row_of))
    ends = np.append(np.searchsorted(row_of[order], np.arange(who.size)), people.size)
    usual = broken[order][(ends[:-1] + ends[1:] - 1) // 2]
    highest = np.argsort(-usual, kind="stable")[: int(SHARE * who.size)]
    return np.asarray(np.isin(row_of, highest[usual[highest] > 0]))
