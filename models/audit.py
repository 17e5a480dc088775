"""Does the list treat groups of people alike? Flag rate, rank and calibration of each group, with intervals.

A group whose days are read more often than others' is not thereby treated wrongly: administrators do reach more
machines. But somebody has to know it, and decide. What a group is comes from the roster or from what the site supplies
for this audit alone; nothing here is read by training. Flag rates and parity are those of Fairlearn (Bird et al. 2020:
selection rate, demographic parity), held against it in the tests; the ratio of a group is to everybody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People
from models.groups import FEWEST_PEOPLE, pooled
from models.intervals import Interval, counted, interval, reaching, resampled

ONCE_IN = 100.0
"""A day said to be this rare should be seen once in so many person-days, in every group. At 1000 a group of twenty
people would have to be watched for a year before it could be wrong."""

TENURE = (90, 365, 1825)
"""Nights known to the site that separate newcomers, first year, established and old hands."""


ROTATING = 6.0
"""Hours between early and late beginnings of somebody without a fixed shift: flexible office hours span less."""


@dataclass(frozen=True)
class Cell:
    """One group. Intervals are 95 %, people being drawn: the same people hold many of a group's days.

    Where nobody is flagged, or nothing called, an interval reaches to what may have been to be expected all the same.
    """

    group: str
    people: int
    person_days: int
    flag_rate: float
    """Share of its ranked person-days within the budget."""
    flag_interval: Interval
    disparity: float
    """Its flag rate / everybody else's: 1 is alike; infinity when nobody else is flagged, NaN when nobody is."""
    disparity_interval: Interval
    rank: float
    """Mean rank as a share of the night's list: 0 is the top, 0.5 is chance."""
    rank_interval: Interval
    calibration: float
    """Scored days called at least once in 100 / one in a hundred of the scored days: 1 keeps its word, 2 is called
    strange twice as often as it says. NaN when none is scored."""
    calibration_interval: Interval

    @property
    def told(self) -> bool:
        """Whether it surely differs from everybody else: the interval of the disparity leaves 1 out."""
        low, high = self.disparity_interval
        return bool(low > 1 or high < 1)


@dataclass(frozen=True)
class Parity:
    """Fairlearn's demographic parity of being flagged, over all groups. Intervals are 95 %, people being drawn.

    The largest of many groups' rates is large by luck, too: an interval of parity leaves out 0 and 1 wherever groups
    are many or small, and says how far apart they are, not whether; that is what each cell's disparity is for.
    """

    difference: float
    """Largest flag rate less the smallest: 0 is alike."""
    difference_interval: Interval
    ratio: float
    """Smallest over largest: 1 is alike. NaN where nobody is flagged."""
    ratio_interval: Interval


@dataclass(frozen=True)
class Audit:
    """How one attribute's groups were treated."""

    cells: list[Cell]
    parity: Parity


def audit(
    groups: Sequence[str] | NDArray[np.str_],
    people: People,
    nights: NDArray[np.int64],
    rank: NDArray[np.int64],
    once_in: Array,
    budget: int,
    fewest: int = FEWEST_PEOPLE,
    seed: int = 0,
) -> Audit:
    """A cell for each group of ranked person-days, one row each; groups of fewer than `fewest` people are pooled.

    `rank` is within the night from 1; `once_in` what the score said of the day, NaN where it was not scored. A cross of
    two attributes is a group of its own: give 'guard × night'. There must be a row.
    """
    label = pooled(groups, people, fewest)
    names, group = np.unique(label, return_inverse=True)
    everybody, person = np.unique(people, return_inverse=True)
    _, night, sizes = np.unique(nights, return_inverse=True, return_counts=True)
    place = (rank - 0.5) / sizes[night]
    scored = ~np.isnan(once_in)
    columns = np.column_stack(
        [np.ones(len(people)), rank <= budget, place, scored, np.nan_to_num(once_in) >= ONCE_IN]
    ).astype(np.float64)
    sums = np.zeros((everybody.size, names.size, columns.shape[1]))
    np.add.at(sums, (person, group), columns)
    both = sums.sum(axis=1)
    found = _figures(np.ones((1, everybody.size)), sums)
    drawn = _figures(resampled(np.zeros(everybody.size, dtype=np.int64), seed), sums)
    cells = [
        Cell(
            group=str(name),
            people=int(np.count_nonzero(sums[:, at, 0])),
            person_days=int(sums[:, at, 0].sum()),
            flag_rate=float(found["flag"][0, at]),
            flag_interval=reaching(interval(drawn["flag"][:, at]), found["flag"][0, at], 1 / sums[:, at, 0].sum()),
            disparity=float(found["disparity"][0, at]),
            disparity_interval=_apart(interval(drawn["disparity"][:, at]), sums[:, at], both - sums[:, at]),
            rank=float(found["rank"][0, at]),
            rank_interval=interval(drawn["rank"][:, at]),
            calibration=float(found["calibration"][0, at]),
            calibration_interval=reaching(
                interval(drawn["calibration"][:, at]),
                found["calibration"][0, at],
                ONCE_IN / max(1.0, sums[:, at, 3].sum()),
            ),
        )
        for at, name in enumerate(names)
    ]
    (difference,), (ratio,) = _parity(found["flag"])
    differences, ratios = _parity(drawn["flag"])
    return Audit(cells, Parity(float(difference), interval(differences), float(ratio), interval(ratios)))


def tenure(nights: NDArray[np.int64], since: NDArray[np.int64]) -> NDArray[np.str_]:
    """The band of each row's tenure on its night; `since` is the first night of the person's employment."""
    bands = (f"under {TENURE[0]} days", "under a year", "1 to 5 years", "over 5 years")
    return np.array(bands)[np.searchsorted(TENURE, nights - since, side="right")]


def shift(people: People, hours: Array, day_begins: float) -> NDArray[np.str_]:
    """Each row's person's shift pattern, by when they usually are first seen: one band per person, not per day.

    `hours` is how long after the operational day began, which is at `day_begins` o'clock, the person was first seen
    that day, never NaN. A day that is strange because of its hour so counts in the group in which it is strange. Nine
    tenths of the days of a 'rotating' person do not fit in ROTATING hours.
    """
    told = np.empty(len(people), dtype="<U8")
    for person in np.unique(people):
        rows = people == person
        low, usual, high = np.quantile(hours[rows], (0.05, 0.5, 0.95))
        begins = (usual + day_begins) % 24
        band = "early" if 5 <= begins < 12 else "late" if 12 <= begins < 20 else "night"
        told[rows] = "rotating" if high - low > ROTATING else band
    return told


def _apart(drawn: Interval, mine: Array, rest: Array) -> Interval:
    """The interval of a disparity, from what was drawn and both sides' sums (people × columns).

    One side without a lead has none in any draw, however few were to be expected. Then people with leads are counted,
    for one person's leads come together: the other side's people, over the days of this one.
    """
    (low, high), none = drawn, counted(0)[1]
    (days, leads), (other_days, other_leads) = (
        (float(side[:, 0].sum()), int(np.count_nonzero(side[:, 1]))) for side in (mine, rest)
    )
    if other_leads and not leads:
        high = none * other_days / (other_leads * days)
    elif leads and other_days and not other_leads:
        low = leads * other_days / (none * days)
    return low, high


def _figures(weights: Array, sums: Array) -> dict[str, Array]:
    """Draws × groups, from weights (draws × people) and sums (people × groups × columns)."""
    days, flagged, place, scored, strange = np.moveaxis(np.einsum("dp,pgc->dgc", weights, sums, optimize=True), 2, 0)
    rest_days, rest_flagged = (part.sum(axis=1, keepdims=True) - part for part in (days, flagged))
    rate = _ratio(flagged, days)
    with np.errstate(divide="ignore", invalid="ignore"):
        disparity = rate / _ratio(rest_flagged, rest_days)
    return {
        "flag": rate,
        "disparity": disparity,
        "rank": _ratio(place, days),
        "calibration": _ratio(strange * ONCE_IN, scored),
    }


def _parity(rates: Array) -> tuple[Array, Array]:
    """Difference and ratio of each draw, from flag rates (draws × groups); a group that was not drawn has none."""
    most, least = np.nanmax(rates, axis=1), np.nanmin(rates, axis=1)
    return most - least, _ratio(least, most)


def _ratio(found: Array, of: Array) -> Array:
    known = np.nan_to_num(of) > 0
    return np.asarray(np.divide(found, of, out=np.full(np.shape(of), np.nan), where=known), dtype=np.float64)
