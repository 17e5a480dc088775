"""How unlikely the company of two people is beside what is to be expected of them (models.company)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special
from scipy.sparse import csr_array

from models.arrays import Array, Rows, rows_of_cells, with_cells
from models.association import HOUR, HOURS
from models.company import APART, KINDS, USUAL, WORK, Flags, Profile, chance

PRIOR_MEETINGS = 1.0
"""The site speaks as loud as one meeting for how much more than chance two teams meet: little, so that teams that do
meet are soon known for it, and wide, so that of teams nobody knows nothing is sure."""
MOST_BITS = 1000.0
TEAMS = 1000
"""Teams crossed with all others at once: so many rows of figures are held."""


@dataclass(frozen=True)
class Excess:
    """Pairs: meetings seen and expected, and the bits by which the one exceeds the other."""

    bits: Array
    meetings: Array
    expected: Array
    minutes: Array
    minutes_expected: Array
    apart: Flags
    """Whether these are of company apart alone, and not of all company."""
    most: Array
    """Bits of the less likely of both, whichever is told."""


def excess(
    layers: Array, told: Profile, one: Rows, other: Rows, team: Rows, nights: float, met: Flags, met_apart: Flags
) -> Excess:
    """How unlikely each pair's company is by what hours, places and teams explain.

    A pair's company counts in meetings of its own length, for the minutes of one meeting do not come one by one. How
    much more than chance two teams meet, if more, is learnt from the other pairs of the two, with the site's figure as
    prior; it is uncertain, gamma distributed, so that meetings are negative binomial (as in models.tail).

    Beside an office that two share all day a few meetings elsewhere are nothing. So it is asked twice, of all company
    and of company apart; the less likely answer counts, for as much as the less likely of two is worth (Šidák). Of a
    pair that `met` tonight, but not apart (`met_apart`), the answer of all company is told.
    """
    low, high = np.minimum(team[one], team[other]), np.maximum(team[one], team[other])
    teams = int(team.max(initial=0)) + 1
    block, at = np.unique(low * teams + high, return_inverse=True)
    due = _between(told, team, block // teams, block % teams) * nights
    usual = chance(told, one, other, nights=np.full(one.size, nights))
    found = [_kind(kind, layers, due[:, kind], usual[:, kind], at) for kind in range(len(KINDS))]
    whole, elsewhere = found[USUAL] + found[WORK] + found[APART], found[APART]
    of_all, of_apart = (unlikely(told[0], told[1], _ratio(told[2], told[1])) for told in (whole, elsewhere))
    apart = (of_apart > of_all) & (met_apart | ~met)
    meetings, expected, _, minutes, minutes_expected = np.where(apart, elsewhere, whole)
    bits, most = of_two(np.where(apart, of_apart, of_all)), of_two(np.maximum(of_all, of_apart))
    return Excess(bits, meetings, expected, minutes, minutes_expected, apart, most)


def of_two(bits: Array) -> Array:
    """How unlikely it is that the less likely of two answers is so unlikely: 1 − (1 − p)², in bits; 0 stays 0."""
    return bits - np.log2(2.0 - 2.0**-bits)


def _kind(kind: int, layers: Array, due: Array, usual: Array, at: Rows) -> Array:
    """Of one of KINDS, by row: meetings, those expected, their size, minutes, those expected; a column for each pair.

    `due` are the seconds that chance lets expect of each pair of teams and `usual` those of each pair of people, were
    all nights like the usual ones; `at` tells which pair of teams each pair is of.
    """
    lasted, met, by_chance = KINDS[kind]
    times, length = layers[:, met], _ratio(layers[:, lasted], layers[:, met])
    mean_length = _ratio(layers[:, lasted].sum(), times.sum()) or HOUR
    chances = layers[:, by_chance] / np.where(length > 0, length, mean_length)
    seen = np.bincount(at, times, due.size)
    # Of pairs that are kept it is known what their nights let expect, however they differ from the usual ones.
    unkept = np.maximum(due - np.bincount(at, usual, due.size), 0.0) / mean_length
    due = unkept + np.bincount(at, chances, due.size)
    # Neither of the two speaks for itself: where hardly anybody meets, its own meetings would be the site's figure.
    site = (PRIOR_MEETINGS + seen.sum() - times) / np.maximum(PRIOR_MEETINGS + due.sum() - chances, PRIOR_MEETINGS)
    others_seen, others_due = seen[at] - times, np.maximum(due[at] - chances, 0.0)
    shape = PRIOR_MEETINGS + others_seen
    # What keeps two teams apart is mostly their shifts, of which the hours of each tell little: it makes no meeting of
    # theirs stranger than chance does.
    factor = np.maximum(shape / (PRIOR_MEETINGS / site + others_due), 1.0)
    return np.stack([
        times, factor * chances, shape * factor * chances, layers[:, lasted] / 60.0,
        factor * layers[:, by_chance] / 60.0,
    ])  # fmt: skip


def unlikely(meetings: Array, expected: Array, shape: Array) -> Array:
    """−log₂ P(at least so many meetings), negative binomial with mean `expected` and shape `shape`; 0 without any."""
    mean, shape = np.maximum(expected, 1e-9), np.maximum(shape, PRIOR_MEETINGS)
    tail = special.betainc(np.maximum(meetings, 1e-9), shape, mean / (mean + shape))
    bits = -np.log2(np.clip(tail, 2.0**-MOST_BITS, 1.0)) + 0.0
    return np.where((meetings > 0) & (meetings > expected), bits, 0.0)


def _between(told: Profile, team: Rows, low: Rows, high: Rows) -> Array:
    """Seconds of company by chance on a usual night between all pairs of two teams, pairs of teams × kinds; `low`
    ascends. As of people: whenever they are on site, or hour by hour, whichever is more."""
    teams = int(team.max(initial=-1)) + 1
    members = csr_array((np.ones(team.size), (team, np.arange(team.size))), shape=(teams, team.size))

    def then(rate: csr_array) -> Array:
        return _crossed(rate, members, low, high)

    def whenever(share: csr_array) -> Array:
        row, hours = rows_of_cells(share), told.usual.T
        return sum((then(with_cells(share, share.data * usual[row])) for usual in hours), np.zeros(low.size))

    shares = _by_kind(told.share, told.often, told.work, whenever)
    rates = _by_kind(told.rate, told.often_rate, np.repeat(told.work, HOURS), then)
    return np.maximum(shares, rates) * HOUR


def _by_kind(spent: csr_array, often: csr_array, work: Flags, crossed: Callable[[csr_array], Array]) -> Array:
    """What `crossed` tells of the places of each of KINDS, a column for each."""
    rest, at_work = np.flatnonzero(~work), np.flatnonzero(work)
    usual = crossed(often[:, rest])
    return np.stack([usual, crossed(spent[:, at_work]), np.maximum(crossed(spent[:, rest]) - usual, 0.0)], axis=1)


def _crossed(presence: csr_array, members: csr_array, low: Rows, high: Rows) -> Array:
    """Sums over all pairs of two of two teams of the products of their `presence`."""
    total, teams = np.zeros(low.size), members.shape[0]
    sums, own = (members @ presence).tocsr(), members @ presence.power(2).sum(axis=1)
    for start in range(0, teams, TEAMS):
        mine = slice(*np.searchsorted(low, [start, start + TEAMS]))
        if mine.start == mine.stop:
            continue
        a, b = low[mine], high[mine]
        crossed = (sums[start : start + TEAMS] @ sums.T).toarray()[a - start, b]
        total[mine] = np.where(a == b, (crossed - own[a]) / 2.0, crossed)
    return total


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(np.asarray(part, dtype=np.float64)), where=np.asarray(whole) > 0)
