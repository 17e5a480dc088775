"""Has a behaviour changed for everybody? A week of person-days against the four weeks before it.

A model that was fitted to the old habits is asked about the new ones: then retraining is proposed, never done by
itself. Whole weeks are compared, so that a Sunday is not a change.

- Population stability index (Lewis, An Introduction to Credit Scoring, 1994): Σ (now − before) · ln(now / before) over
  ten bins that held equal shares before. Below 0.1 nothing has changed, from 0.25 on much has (Siddiqi 2006). By chance
  alone it is χ² with bins − 1 degrees of freedom, times 1/n + 1/m (Yurdakul 2018), which small sites reach easily.
- Two-sample Kolmogorov–Smirnov: the largest distance between the two distributions.
- Missingness: a feed that falls silent, or a new one.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import chi2, ks_2samp

from models.arrays import Array

REFERENCE_NIGHTS, RECENT_NIGHTS = 28, 7
BINS = 10
FEWEST_PERSON_DAYS = 100
"""On either side: with fewer a tenth of them is an accident."""
MOVING, MOVED = 0.1, 0.25
"""The index's customary marks."""
MISSING = 0.1
"""Change in the share of person-days without a value that is no accident of a week."""
CHANCE = 0.99
"""An index that one behaviour in a hundred reaches by chance is not told: there are about a hundred."""

Verdict = Literal["stable", "moving", "moved", "missing", "too few"]


@dataclass(frozen=True)
class Drift:
    """What has become of one behaviour, or of the score."""

    psi: float
    """NaN when there are too few values on either side, as are the next three."""
    psi_by_chance: float
    """What the index stays below in 99 of 100 comparisons when nothing has changed."""
    ks: float
    """Largest distance of the two distributions, in [0, 1]."""
    ks_p: float
    """How often two samples of one distribution are at least that far apart, person-days being independent: they are
    not quite, so that it is too small."""
    missing_before: float
    """Share of person-days without a value."""
    missing: float
    person_days: int
    """Of the recent week."""

    @property
    def verdict(self) -> Verdict:
        """In one word; what is missing comes first, for what is left then is another population."""
        if abs(self.missing - self.missing_before) > MISSING:
            return "missing"
        if np.isnan(self.psi):
            return "too few"
        if self.psi <= max(MOVING, self.psi_by_chance):
            return "stable"
        return "moved" if self.psi >= MOVED else "moving"


def drift(before: Array, now: Array) -> Drift:
    """Compare the person-days of two windows, one value each; NaN: the behaviour did not apply."""
    old, new = before[~np.isnan(before)], now[~np.isnan(now)]
    gone_before, gone = (1 - known.size / max(every.size, 1) for known, every in ((old, before), (new, now)))
    if min(old.size, new.size) < FEWEST_PERSON_DAYS:
        return Drift(np.nan, np.nan, np.nan, np.nan, gone_before, gone, now.size)
    index, bins = psi(old, new)
    chance = float(chi2.ppf(CHANCE, bins - 1)) * (1 / old.size + 1 / new.size) if bins > 1 else 0.0
    distance = ks_2samp(old, new, method="asymp")
    return Drift(index, chance, float(distance.statistic), float(distance.pvalue), gone_before, gone, now.size)


def psi(before: Array, now: Array) -> tuple[float, int]:
    """The population stability index, and over how many bins: equal values share a bin, so that counts have fewer.

    Half a person-day is added to each bin: an empty one would make the index infinite.
    """
    deciles = np.quantile(before, np.arange(1, BINS) / BINS, method="inverted_cdf")
    edges = np.unique(deciles)
    old, new = (np.bincount(np.searchsorted(edges, x, side="left"), minlength=edges.size + 1) for x in (before, now))
    used = (old > 0) | (new > 0)
    share_old, share_new = ((counts[used] + 0.5) / (counts.sum() + used.sum() / 2) for counts in (old, new))
    return float(((share_new - share_old) * np.log(share_new / share_old)).sum()), int(used.sum())
