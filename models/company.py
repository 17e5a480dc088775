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
    HOURS,
    SECONDS,
    TIMES,
    WORK_EXPECTED,
    WORK_SECONDS,
    WORK_TIMES,
    Whereabouts,
    in_zones,
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
    rate: csr_array
    """People × (zones × 24): share of the hour spent there, outside crowds, on a usual night."""
    often_rate: csr_array
    """Of it that in zones where the person goes often."""
    odds: Array
    """People × 24: `tonight` beside `usual`."""
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
    rate = with_cells(state.cells, state.cells.data / (HOUR * np.maximum(state.known, 1.0))[rows_of_cells(state.cells)])
    often_rate = with_cells(rate, rate.data * at_cells(often, in_zones(rate)))
    often_rate.eliminate_zeros()
    tonight = np.maximum(usual, mates)
    odds = np.divide(tonight, usual, out=np.ones_like(usual), where=usual > 0)
    return Profile(usual, tonight, share, there, rate, often_rate, odds, work)


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

    By what share of their time both spend in each zone whenever they are on site, or by where each is in each hour:
    whichever lets expect more. A room that is empty but for its first hour brings the same few together every day.

    `at_once`: hours for which each pair's habit lets expect both on site tonight, where that is known.
    """
    hours = told.tonight if nights is None else told.usual
    by_hour = (told.rate, told.often_rate)
    if nights is None:
        by_hour = (_times(told.rate, told.odds), _times(told.often_rate, told.odds))
    found = np.zeros((one.size, len(KINDS)))
    for start in range(0, one.size, BLOCK):
        a, b = one[start : start + BLOCK], other[start : start + BLOCK]
        both = (hours[a] * hours[b]).sum(axis=1)
        at_least = both if at_once is None else np.maximum(both, at_once[start : start + BLOCK])
        whenever = _by_kind(told.share, told.often, told.work, a, b) * at_least[:, None]
        together = at_least / np.where(both > 0, both, 1.0)
        then = _by_kind(*by_hour, np.repeat(told.work, HOURS), a, b) * together[:, None]
        found[start : start + BLOCK] = np.maximum(whenever, then) * HOUR
    return found if nights is None else found * nights[:, None]


def _times(rate: csr_array, odds: Array) -> csr_array:
    return with_cells(rate, rate.data * odds[rows_of_cells(rate), rate.indices % HOURS])


def _by_kind(spent: csr_array, often: csr_array, work: Flags, a: Rows, b: Rows) -> Array:
    """Sums over places of what both of each pair spend there, pairs × kinds."""
    shared, where_both = spent[a].multiply(spent[b]), often[a].multiply(often[b])
    rest, at_work = (~work).astype(np.float64), work.astype(np.float64)
    usual = where_both @ rest
    return np.stack([usual, shared @ at_work, np.maximum(shared @ rest - usual, 0.0)], axis=1)


def summed(values: Array, group: Rows) -> Array:
    """Sums of the rows of each group; `group` numbers from 0 without a gap."""
    if not group.size:
        return np.zeros((0, values.shape[1]))
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 1))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0), dtype=np.float64)
