"""How sure a figure is: people drawn again with replacement, and Wilson's interval of a share.

People are drawn, never person-days: the days of one person resemble one another, and an interval that forgets it is too
narrow (the cluster bootstrap: Davison & Hinkley, Bootstrap Methods and their Application, 1997, 3.8).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from models.arrays import Array

RESAMPLES = 1000
"""Enough that the end points of a 95 % interval move by less than the second digit that is printed."""

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""

Interval = tuple[float, float]
"""Lower and upper end of a 95 % interval."""


def resampled(strata: NDArray[np.int64], seed: int) -> Array:
    """How often each is drawn: resamples × members. Each stratum is drawn from itself, so that it keeps its size."""
    generator = np.random.default_rng(seed)
    drawn = np.zeros((RESAMPLES, strata.size))
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        drawn[:, members] = generator.multinomial(members.size, np.full(members.size, 1 / members.size), size=RESAMPLES)
    return drawn


def interval(draws: Array) -> Interval:
    """The middle 95 % of what was drawn; NaN, a figure that some draws do not have, is left out.

    Its ends are among the draws, so that infinity is a possible end. (NaN, NaN) when no draw has the figure.
    """
    known = draws[~np.isnan(draws)]
    if not known.size:
        return np.nan, np.nan
    low, high = np.quantile(known, (0.025, 0.975), method="inverted_cdf")
    return float(low), float(high)


def wilson(found: float, of: float) -> Interval:
    """Wilson's score interval (1927) of the share `found` / `of`: never empty, never outside [0, 1]; NaN of nothing."""
    if of <= 0:
        return np.nan, np.nan
    share, spread = found / of, Z**2 / of
    middle = (share + spread / 2) / (1 + spread)
    half = np.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))


def counted(times: float) -> Interval:
    """Garwood's interval (1936) of how often was to be expected what was counted `times` times; from 0 for none."""
    low = float(chi2.ppf(0.025, 2 * times)) / 2 if times > 0 else 0.0
    return low, float(chi2.ppf(0.975, 2 * times + 2)) / 2


def reaching(drawn: Interval, found: float, one: float) -> Interval:
    """What was `drawn`; where nothing was `found`, up to what may have been to be expected all the same.

    Whoever is drawn again, none stays none: a bootstrap calls it certain. `one` is the figure that a single one makes.
    """
    return (drawn[0], counted(0)[1] * one) if found == 0 else drawn
