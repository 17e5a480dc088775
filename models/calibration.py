"""One scale for all: a map from any measure of strangeness to the bits it is really worth.

A measure is worth −log₂ of the share of past person-days that showed at least as much. Heavy-tailed behaviours, and
detectors without a unit, so become comparable; the map is monotone, so that no order within a measure changes. It is
the split-conformal p-value (Vovk, Gammerman & Shafer 2005, ch. 2) up to where person-days are too few to count;
beyond, an exponential tail (Davison & Smith 1990, with shape 0) of which a bit is the median excess: half of those who
went so far went further. Of the mean excess a single person makes whatever they like, for everybody: one insider in a
young past, and what the next one does is worth nothing.

No past can vouch for a claim of hundreds of bits, and one night of it would hold a place on the list for a month: what
one night alone is worth has a heavier tail.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from models.arrays import Array, People

FEWEST_BEYOND = 10
"""Person-days that must lie at or beyond a knot for its share to be counted, not extrapolated. What fewer showed
counts as if so many had: it is at least so rare."""

KNOTS_PER_BIT = 8
"""Resolution of the stored map; finer changes no rank that matters."""

HEAVY = 0.5
"""Shape of a single night's tail. Sizes and counts of what people do at computers have shapes of ½ to 1 (Crovella &
Bestavros 1997); 0.3 to 1 found the same people within five on CERT r4.2 and in eight facilities."""


@dataclass(frozen=True)
class Calibration:
    """A piecewise linear, never falling map. Unfitted, it leaves bits as they are."""

    knots: Array
    worth: Array
    """Bits at the knots, from 0."""
    slope: float
    """Bits for each unit beyond the last knot; at most 1: data may temper a model's claims, never sharpen them."""

    @classmethod
    def identity(cls) -> Self:
        """The map to use before there is a past."""
        return cls(np.zeros(1), np.zeros(1), 1.0)

    @classmethod
    def fit(cls, past: Array, people: People | None = None) -> Self:
        """The map for `past`, a measure of past person-days (higher is stranger; NaN: not measured).

        `people` says whose they are; None: each another's.
        """
        ordered = np.sort(past[~np.isnan(past)])
        values, first = np.unique(ordered, return_index=True)
        beyond = ordered.size - first
        counted = beyond >= FEWEST_BEYOND
        if not counted.any():
            return cls.identity()
        if values.size == 1:
            # Nobody ever showed more: what somebody does for the first time is believed as it is claimed, as far as so
            # many person-days can vouch for it.
            least = -np.log2((FEWEST_BEYOND + 0.5) / (ordered.size + 1.0))
            return cls(np.append(values, values + least), np.array([0.0, least]), 1.0)
        # What fewer showed is worth what FEWEST_BEYOND would be, from the least of it on: where most person-days are
        # alike, as where nobody did anything, a tail begun at the last counted knot would begin at nothing.
        rest, fewest = values[~counted][:1], beyond[counted].min() > FEWEST_BEYOND
        values = np.append(values[counted], rest if fewest else [])
        beyond = np.append(beyond[counted], [FEWEST_BEYOND] * (rest.size if fewest else 0))
        worth = -np.log2((beyond + 0.5) / (ordered.size + 1.0))
        worth[0] = 0.0
        grid = np.arange(0.0, worth[-1], 1.0 / KNOTS_PER_BIT)
        kept = np.unique(np.append(np.searchsorted(worth, grid), worth.size - 1))
        far = past > values[-1]
        whose = np.arange(past.size) if people is None else people
        return cls(values[kept], worth[kept], 1.0 / _median_excess(past[far] - values[-1], whose[far]))

    @property
    def past(self) -> float:
        """Person-days that the map was fitted to, at least: its last knot is what FEWEST_BEYOND of them reached."""
        return float((FEWEST_BEYOND + 0.5) * 2.0 ** self.worth[-1] - 1.0) if self.worth[-1] > 0 else 0.0

    def bits(self, measure: Array) -> Array:
        """What the measure is worth; 0 where it is NaN."""
        measured = np.nan_to_num(measure, nan=-np.inf)
        beyond = np.maximum(measured - self.knots[-1], 0.0)
        return np.asarray(np.interp(measured, self.knots, self.worth) + self.slope * beyond, dtype=np.float64)

    def of_one_night(self, measure: Array) -> Array:
        """The same with a heavier tail: what a single night claims beyond the last knot counts ever less.

        A generalised Pareto of shape HEAVY in place of the exponential, with the same slope at the last knot.
        """
        worth = self.bits(measure)
        if self.worth[-1] <= 0:
            return worth
        beyond = np.maximum(worth - self.worth[-1], 0.0)
        heavier = np.log1p(HEAVY * np.log(2.0) * beyond) / (HEAVY * np.log(2.0))
        return np.asarray(np.minimum(worth, self.worth[-1]) + heavier, dtype=np.float64)


def _median_excess(excess: Array, people: People) -> float:
    """The median of what each person's nights were beyond on average, and one person's who went as far as is claimed.

    Everybody counts once, and that one more so that nobody alone sets the scale; never less than a bit.
    """
    _, row_of = np.unique(people, return_inverse=True)
    each = np.bincount(row_of, excess) / np.bincount(row_of)
    return max(1.0, float(np.quantile(np.append(each, 1.0), 0.5, method="lower")))
