"""How much company two people may expect by chance: see models.association for the model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.arrays import Array, Rows, at_cells, rows_of_cells, with_cells
from models.association import (
    APART_EXPECTED,
    APART_SECONDS,
    APART_TIMES,
    EXPECTED,
    HOUR,
    SECONDS,
    TIMES,
    WORK_EXPECTED,
    WORK_SECONDS,
    WORK_TIMES,
    Whereabouts,
)

BLOCK = 50_000
"""Pairs worked on at once: their people's rows of cells are copied."""
KINDS = (
    (SECONDS, TIMES, EXPECTED),
    (WORK_SECONDS, WORK_TIMES, WORK_EXPECTED),
    (APART_SECONDS, APART_TIMES, APART_EXPECTED),
)
"""Columns of company in zones where both go often; in zones under the two-person rule, where nobody is meant to be
alone; and apart, in zones where either of the two seldom goes."""
USUAL, WORK, APART = range(3)
SELDOM = 0.2
"""Whoever is in a zone on fewer than one in five of the days on site seldom goes there."""
SETTLED_NIGHTS = 8.0
"""Nights on site, decayed, before anybody's zones are known: of whoever has fewer none is one where they seldom go."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Profile:
    """Who may be where tonight: people × 24 and people × zones."""

    usual: Array
    """Share of the nights known on which the person is on site in the hour."""
    tonight: Array
    """The same, or the share of the person's team on site tonight where that is more."""
    share: csr_array
    """Share of the time on site spent in each zone, outside crowds."""
    often: csr_array
    """Of it that in zones where the person goes often."""
    work: Flags
    """Zones under the two-person rule."""


def profile(state: Whereabouts, on_site: Array, team: Rows, work: Flags, often: csr_array) -> Profile:
    """From the state with tonight in it; `on_site` is people × 24 of tonight, `team` numbers each person's team, and
    `often` tells the zones that each goes to often: see `frequented`."""
    usual = np.minimum(state.hours / np.maximum(state.known, 1.0)[:, None], 1.0)
    here, size = summed(on_site, team), summed(np.ones((team.size, 1)), team)[:, 0]
    # Without the person: nobody is the explanation of their own hours.
    mates = (here[team] - on_site) / np.maximum(size[team] - 1.0, 1.0)[:, None]
    spent = state.zone_seconds
    share = with_cells(spent, spent.data / np.maximum(state.seconds, 1.0)[rows_of_cells(spent)])
    there = with_cells(share, share.data * at_cells(often, share))
    there.eliminate_zeros()
    return Profile(usual, np.maximum(usual, mates), share, there, work)


def frequented(before: Whereabouts, state: Whereabouts) -> csr_array:
    """People × zones of `state`: 1 where the person went often as of the evening `before`; every zone of tonight of
    whoever is not settled."""
    past = before.over(state.people, state.zones)
    nights = past.nights[rows_of_cells(state.zone_nights)]
    often = (nights < SETTLED_NIGHTS) | (at_cells(past.zone_nights, state.zone_nights) >= SELDOM * nights)
    found = with_cells(state.zone_nights, often.astype(np.float64))
    found.eliminate_zeros()
    return found


def chance(
    told: Profile, one: Rows, other: Rows, *, nights: Array | None = None, at_once: Array | None = None
) -> Array:
    """Seconds of company by chance, pairs × kinds: tonight, or of so many `nights` like the usual ones.

    `at_once`: hours for which each pair's habit lets expect both on site tonight, where that is known.
    """
    hours = told.tonight if nights is None else told.usual
    found = np.zeros((one.size, len(KINDS)))
    for start in range(0, one.size, BLOCK):
        a, b = one[start : start + BLOCK], other[start : start + BLOCK]
        both = (hours[a] * hours[b]).sum(axis=1) * HOUR
        if at_once is not None:
            both = np.maximum(both, at_once[start : start + BLOCK] * HOUR)
        shared, where_both = told.share[a].multiply(told.share[b]), told.often[a].multiply(told.often[b])
        rest, work = (~told.work).astype(np.float64), told.work.astype(np.float64)
        found[start : start + BLOCK, USUAL] = both * (where_both @ rest)
        found[start : start + BLOCK, WORK] = both * (shared @ work)
        found[start : start + BLOCK, APART] = both * np.maximum(shared @ rest - where_both @ rest, 0.0)
    return found if nights is None else found * nights[:, None]


def summed(values: Array, group: Rows) -> Array:
    """Sums of the rows of each group; `group` numbers from 0 without a gap."""
    if not group.size:
        return np.zeros((0, values.shape[1]))
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 1))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0), dtype=np.float64)
