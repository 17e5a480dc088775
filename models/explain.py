"""Which reasons are told, in which order, and each in a sentence with its figures put in."""

from collections.abc import Collection, Sequence

import numpy as np

from features.behaviour import Behaviour
from features.figure import Figure
from models.arrays import Array

TOLD = 8
"""Reasons told one by one; the rest is summed as 'other'."""

NAMED = 3
"""Places named beside a reason: the moves, gaps, zones or people that weigh most in it."""

LEAST_SHARE = 0.01
"""A part below a hundredth of the risk is told among the others."""


def sentence(behaviour: Behaviour, value: float, usual: float, colleagues: float, places: Sequence[str] = ()) -> str:
    """What was seen, what is usual for the person and for colleagues, in one sentence; NaN: nothing is known.

    The NAMED foremost of `places`, foremost first, are named after it, and of how many they are when there are more.
    """
    told = behaviour.says.format(value=Figure(value), usual=Figure(usual), peers=Figure(colleagues))
    return told + naming(places, "Foremost")


def naming(places: Sequence[str], which: str) -> str:
    """The first NAMED of `places` after a word for `which` they are, and of how many; empty where there are none."""
    of = f" of {len(places)}" if len(places) > NAMED else ""
    return f" {which}{of}: {'; '.join(places[:NAMED])}." if places else ""


def of_many(says: str, headlines: Sequence[str]) -> str:
    """What a detector of the day as a whole says, and of which behaviours, foremost first, by their `headlines`."""
    return f"{says} Foremost: {'; '.join(told.rstrip('.') for told in headlines)}." if headlines else says


READ_FIRST = 3
"""Reasons that nobody misses: a list shows them beside the name."""


def foremost(parts: Array, families: Sequence[str], early: Collection[int] = ()) -> list[int]:
    """The channels that are told of one lead, `parts` summing to its risk: the strongest of each family, then the rest.

    Whoever stays until midnight is last seen, last badged and longest present at once: three figures, one reason. What
    else was strange would come fourth, and is read first by nobody. `early` channels that are told are among the
    READ_FIRST, for they change what is to be done next, however little they weigh.
    """
    strong = [i for i in np.argsort(-parts, kind="stable").tolist() if parts[i] > LEAST_SHARE * parts.sum()]
    first: dict[str, int] = {}
    for i in strong:
        first.setdefault(families[i], i)
    leading = list(first.values())
    told = leading + [i for i in strong if i not in leading]
    for i in early:
        if i in told[READ_FIRST:]:
            told.remove(i)
            told.insert(READ_FIRST - 1, i)
    return told[:TOLD]
