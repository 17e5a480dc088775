"""How innocent a night's list is: as much as the lists of past nights, unless it stands out from them.

If nobody did anything, as many people as in an ordinary night's list reach its last risk: people × the share of past
person-days that showed as much. That number scatters, and not as if people were drawn at random: a weekend, a wave of
absences, a change for everybody moves many at once, and what was strange yesterday still is today. Held at the length
of the list from above, as any count of its leads must be, it comes out too low on average: 7.3 of 10 on CERT r4.2,
where 9.5 were innocent. So it is compared with the same number of past nights. Unless it is lower than on 19 of 20 of
them, the list is one of innocent people as far as anybody can tell; below, in proportion. That is asked of the list's
first lead, of its first two, and so on: two who stand out before three who do not are two, where the last risk alone
tells of the three.

On some nights nearly everybody is strange: an outage, a re-organisation, a feed that changed. Such a list stands out
from past lists and is innocent all the same. It is known by those behind the list: where they stand out far, too, it is
the night that does, and nobody on it.
"""

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array

LONGEST = 200
"""Lists are told apart up to this length; a longer one is judged by its first so many."""

BEHIND = 4
"""A list is compared with the people behind it, three times as many: so few are led by its own leads, and more would
be people whom an upheaval of one shift or one role leaves alone."""
FAR = 0.5
"""Those behind stand out where fewer than half the people of an ordinary night are to be expected: further than by the
chance that leaves one quiet night in twenty below it."""

ORDINARY = 0.05
"""One past night in twenty had fewer people at its list's last risk: the usual level of a one-sided test."""


def usual(nights: NDArray[np.int64], once_in: Array) -> Array:
    """For lists of 1 to LONGEST: how many people were to be expected at the last lead's risk, in an ordinary night.

    `nights`, ascending, and `once_in`, how seldom so much risk is, have one row per past person-day. 0 for lists longer
    than any night's people: nothing is known.
    """
    _, starts, counts = np.unique(nights, return_index=True, return_counts=True)
    found = np.full((starts.size, LONGEST), np.nan)
    for row, (start, people) in enumerate(zip(starts, counts, strict=True)):
        strange = np.sort(once_in[start : start + people])[::-1][:LONGEST]
        found[row, : strange.size] = people / strange
    return np.array([_quantile(column[~np.isnan(column)]) for column in found.T])


def innocent(once_in: Array, people: int, budget: int, ordinary: Array) -> float:
    """How many of the first `budget` leads of a night with `people` ranked are to be expected to be innocent.

    `once_in` of the night's risks, in any order; `ordinary` is what `usual` told.
    """
    listed = np.sort(once_in)[::-1][:budget]
    if not listed.size:
        return 0.0
    if upheaval(once_in, people, budget, ordinary):
        return float(listed.size)
    first = np.arange(1, listed.size + 1)
    told = np.array([_as_ordinary(listed[:leads], people, ordinary) for leads in first])
    return float((first * told + listed.size - first).min())


def upheaval(once_in: Array, people: int, budget: int, ordinary: Array) -> bool:
    """Whether the night stands out and not its list alone: past nights then say nothing of how innocent that is.

    Arguments as for `innocent`. Not where fewer people than BEHIND lists came, or no past list was as long.
    """
    behind = np.sort(once_in)[::-1][: BEHIND * budget]
    told = BEHIND * budget == behind.size <= ordinary.size
    return told and _as_ordinary(behind, people, ordinary) < FAR


def _as_ordinary(strange: Array, people: int, ordinary: Array) -> float:
    """People expected at the last risk of a list, as a share of an ordinary night's; 1 where that is not known."""
    last = min(strange.size, ordinary.size) - 1
    return 1.0 if ordinary[last] <= 0 else float(min(1.0, people / strange[last] / ordinary[last]))


def _quantile(column: Array) -> float:
    # Lower: a figure that was seen. With fewer than twenty nights it is the lowest.
    return float(np.quantile(column, ORDINARY, method="lower")) if column.size else 0.0
