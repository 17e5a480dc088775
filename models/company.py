"""How much company to expect, and how unlikely what was seen is: see models.association for the model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.sparse import csr_array

from models.arrays import Array, Rows, rows_of_cells, with_cells
from models.association import EXPECTED, HOUR, SECONDS, TIMES, WORK_EXPECTED, WORK_SECONDS, WORK_TIMES, Whereabouts

PRIOR_MEETINGS = 1.0
"""The site speaks as loud as one meeting for how much more than chance two teams meet: little, so that teams that do
meet are soon known for it, and wide, so that of teams nobody knows nothing is sure."""
MOST_BITS = 1000.0
BLOCK = 50_000
"""Pairs worked on at once: their people's rows of cells are copied."""
KINDS = ((SECONDS, TIMES, EXPECTED), (WORK_SECONDS, WORK_TIMES, WORK_EXPECTED))
"""Columns of company in zones at large, and in zones under the two-person rule, where nobody is meant to be alone."""

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
    work: Flags
    """Zones under the two-person rule."""


def profile(state: Whereabouts, on_site: Array, team: Rows, work: Flags) -> Profile:
    """From the state with tonight in it; `on_site` is people × 24 of tonight, `team` numbers each person's team."""
    usual = np.minimum(state.hours / np.maximum(state.known, 1.0)[:, None], 1.0)
    here, size = summed(on_site, team), summed(np.ones((team.size, 1)), team)[:, 0]
    # Without the person: nobody is the explanation of their own hours.
    mates = (here[team] - on_site) / np.maximum(size[team] - 1.0, 1.0)[:, None]
    spent = state.zone_seconds
    share = with_cells(spent, spent.data / np.maximum(state.seconds, 1.0)[rows_of_cells(spent)])
    return Profile(usual, np.maximum(usual, mates), share, work)


def chance(told: Profile, one: Rows, other: Rows, *, nights: Array | None = None) -> Array:
    """Seconds of company by chance, pairs × kinds: tonight, or of so many `nights` like the usual ones."""
    hours = told.tonight if nights is None else told.usual
    found = np.zeros((one.size, len(KINDS)))
    for start in range(0, one.size, BLOCK):
        a, b = one[start : start + BLOCK], other[start : start + BLOCK]
        both = (hours[a] * hours[b]).sum(axis=1) * HOUR
        shared = told.share[a].multiply(told.share[b])
        found[start : start + BLOCK, 0] = both * (shared @ (~told.work).astype(np.float64))
        found[start : start + BLOCK, 1] = both * (shared @ told.work.astype(np.float64))
    return found if nights is None else found * nights[:, None]


@dataclass(frozen=True)
class Excess:
    """Pairs: meetings seen and expected, and the bits by which the one exceeds the other."""

    bits: Array
    meetings: Array
    expected: Array
    minutes: Array
    minutes_expected: Array


def excess(layers: Array, told: Profile, one: Rows, other: Rows, team: Rows, nights: float) -> Excess:
    """How unlikely each pair's company is by what hours, places and teams explain.

    A pair's company counts in meetings of its own length, for the minutes of one meeting do not come one by one. How
    much more than chance two teams meet is learnt from the other pairs of the two, with the site's figure as prior; it
    is uncertain, gamma distributed, so that meetings are negative binomial (as in models.tail).
    """
    low, high = np.minimum(team[one], team[other]), np.maximum(team[one], team[other])
    teams = int(team.max(initial=0)) + 1
    block, at = np.unique(low * teams + high, return_inverse=True)
    meetings, expected, seconds, size = (np.zeros(one.size) for _ in range(4))
    minutes_expected = np.zeros(one.size)
    for kind, (lasted, met, by_chance) in enumerate(KINDS):
        times, length = layers[:, met], _ratio(layers[:, lasted], layers[:, met])
        mean_length = _ratio(layers[:, lasted].sum(), times.sum()) or HOUR
        chances = layers[:, by_chance] / np.where(length > 0, length, mean_length)
        seen = np.bincount(at, times, block.size)
        due = _between(told, team, kind, block // teams, block % teams, nights) / mean_length
        # Pairs that were kept are part of what was due, however their nights differ from the usual ones.
        due = np.maximum(due, np.bincount(at, chances, block.size))
        site = (PRIOR_MEETINGS + seen.sum()) / (PRIOR_MEETINGS + due.sum())
        others_seen, others_due = seen[at] - times, np.maximum(due[at] - chances, 0.0)
        shape = PRIOR_MEETINGS + others_seen
        factor = shape / (PRIOR_MEETINGS / max(site, 1e-9) + others_due)
        meetings += times
        expected += factor * chances
        size += shape * factor * chances
        seconds += layers[:, lasted]
        minutes_expected += factor * layers[:, by_chance] / 60.0
    bits = unlikely(meetings, expected, _ratio(size, expected))
    return Excess(bits, meetings, expected, seconds / 60.0, minutes_expected)


def unlikely(meetings: Array, expected: Array, shape: Array) -> Array:
    """−log₂ P(at least so many meetings), negative binomial with mean `expected` and shape `shape`; 0 without any."""
    mean, shape = np.maximum(expected, 1e-9), np.maximum(shape, PRIOR_MEETINGS)
    tail = special.betainc(np.maximum(meetings, 1e-9), shape, mean / (mean + shape))
    bits = -np.log2(np.clip(tail, 2.0**-MOST_BITS, 1.0)) + 0.0
    return np.where((meetings > 0) & (meetings > expected), bits, 0.0)


def _between(told: Profile, team: Rows, kind: int, low: Rows, high: Rows, nights: float) -> Array:
    """Seconds of company by chance between all pairs of two teams, for each pair of teams asked for."""
    share = told.share[:, np.flatnonzero(told.work == bool(kind))]
    row, total = rows_of_cells(share), np.zeros(low.size)
    teams = int(team.max(initial=-1)) + 1
    members = csr_array((np.ones(team.size), (team, np.arange(team.size))), shape=(teams, team.size))
    for hour in range(told.usual.shape[1]):
        presence = with_cells(share, share.data * told.usual[row, hour])
        sums, own = (members @ presence).tocsr(), members @ presence.power(2).sum(axis=1)
        for start in range(0, low.size, BLOCK):
            a, b = low[start : start + BLOCK], high[start : start + BLOCK]
            crossed = sums[a].multiply(sums[b]).sum(axis=1)
            total[start : start + BLOCK] += np.where(a == b, (crossed - own[a]) / 2.0, crossed)
    return np.maximum(total, 0.0) * HOUR * nights


def summed(values: Array, group: Rows) -> Array:
    """Sums of the rows of each group; `group` numbers from 0 without a gap."""
    if not group.size:
        return np.zeros((0, values.shape[1]))
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(int(group.max()) + 1))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0), dtype=np.float64)


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(np.asarray(part, dtype=np.float64)), where=np.asarray(whole) > 0)
