"""Has a behaviour changed for everybody? A week of person-days against the four weeks before it.

A model that was fitted to the old habits is asked about the new ones: then retraining is proposed, never done by
itself. Whole weeks are compared, so that a Sunday is not a change.

- Population stability index (Lewis, An Introduction to Credit Scoring, 1994): Σ (now − before) · ln(now / before) over
  ten bins that held equal shares before. Below 0.1 nothing has changed, from 0.25 on much has (Siddiqi 2006). By chance
  alone it is χ² with bins − 1 degrees of freedom, times 1/n + 1/m (Yurdakul 2018), which small sites reach easily.
- Two-sample Kolmogorov–Smirnov: the largest distance between the two distributions, and how often chance makes one.
- Missingness: a feed that falls silent.

Missingness and the index decide the verdict. Kolmogorov–Smirnov is told beside it and decides nothing: of many
person-days the smallest difference is surely there, of few it overlooks a tail that the index sees. All three are asked
of sketches (models.sketch), so that a night is looked at once.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import chi2, kstwobign, poisson

from models.sketch import Sketch

REFERENCE_NIGHTS, RECENT_NIGHTS = 28, 7
BINS = 10
FEWEST_PERSON_DAYS = 100
"""On either side: with fewer a tenth of them is an accident."""
MOVING, MOVED = 0.1, 0.25
"""The index's customary marks."""
MISSING = 0.1
"""Growth of the share of person-days without a value that is no accident of a week."""
CHANCE = 0.99
"""An index that one behaviour in a hundred reaches by chance is not told: there are about a hundred."""

ONCE_IN = 100
"""The rarity whose word is watched: a site of two hundred people shows ten such days a week."""

HALF, TWICE = 1.5, 2.0
"""Called half as often again as it may be is moving, twice as often is moved; and so below."""

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
        """In one word; what is missing comes first, for what is left then is another population.

        More values than before are no loss: a site that has just begun gains them as its people become known.
        """
        if self.missing - self.missing_before > MISSING:
            return "missing"
        if np.isnan(self.psi):
            return "too few"
        if self.psi <= max(MOVING, self.psi_by_chance):
            return "stable"
        return "moved" if self.psi >= MOVED else "moving"


def drift(before: Sketch, now: Sketch) -> Drift:
    """Compare the person-days of two windows; what is missing in them: the behaviour did not apply."""
    old, new = before.known, now.known
    gone_before, gone = (sketch.missing / max(sketch.size, 1) for sketch in (before, now))
    if min(old, new) < FEWEST_PERSON_DAYS:
        return Drift(np.nan, np.nan, np.nan, np.nan, gone_before, gone, now.size)
    index, bins = psi(before, now)
    chance = float(chi2.ppf(CHANCE, bins - 1)) * (1 / old + 1 / new) if bins > 1 else 0.0
    distance = ks(before, now)
    by_chance = float(kstwobign.sf(distance * np.sqrt(old * new / (old + new))))
    return Drift(index, chance, distance, by_chance, gone_before, gone, now.size)


def psi(before: Sketch, now: Sketch) -> tuple[float, int]:
    """The population stability index, and over how many bins: equal values share a bin, so that counts have fewer.

    Half a person-day is added to each bin: an empty one would make the index infinite.
    """
    reached = np.searchsorted(before.counts.cumsum(), np.arange(1, BINS) / BINS * before.known, side="left")
    edges = np.unique(before.keys[reached])
    old, new = (
        np.bincount(np.searchsorted(edges, s.keys, side="left"), weights=s.counts, minlength=edges.size + 1)
        for s in (before, now)
    )
    used = (old > 0) | (new > 0)
    share_old, share_new = ((counts[used] + 0.5) / (counts.sum() + used.sum() / 2) for counts in (old, new))
    return float(((share_new - share_old) * np.log(share_new / share_old)).sum()), int(used.sum())


def ks(before: Sketch, now: Sketch) -> float:
    """The largest distance of the two distribution functions."""
    keys = np.union1d(before.keys, now.keys)
    old, new = (
        np.append(0, s.counts.cumsum())[np.searchsorted(s.keys, keys, side="right")] / s.known for s in (before, now)
    )
    return float(np.abs(old - new).max())


@dataclass(frozen=True)
class Called:
    """Whether the scores of a week keep the word they were calibrated to."""

    ratio: float
    """Scored days called at least once in ONCE_IN, over those that may be; NaN when none was scored."""
    by_chance: float
    """What the ratio stays below in 99 of 100 weeks of a model that keeps its word, days being independent."""
    person_days: int

    @property
    def verdict(self) -> Verdict:
        """Beyond chance and off by half or more is moved; a score that sleeps is as wrong as one that cries."""
        if self.person_days < FEWEST_PERSON_DAYS:
            return "too few"
        if 2 - self.by_chance <= self.ratio <= self.by_chance or 1 / HALF <= self.ratio <= HALF:
            return "stable"
        return "moving" if 1 / TWICE <= self.ratio <= TWICE else "moved"


def called(once_in: Sketch) -> Called:
    """From what a week's scores said of their days: once in so many."""
    days = once_in.known
    if not days:
        return Called(np.nan, np.nan, 0)
    expected = days / ONCE_IN
    return Called(once_in.at_least(ONCE_IN) / expected, float(poisson.ppf(CHANCE, expected)) / expected, days)
