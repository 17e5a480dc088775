"""How rare is a value at least this extreme? One tail model for each kind of behaviour, answered in bits.

A kind says on which scale a behaviour is averaged (`scale`, `unscale`) and which distribution predicts its next value:

- count: negative binomial, matched by mean and variance, where counts vary more than a Poisson's: the predictive
  distribution of a Poisson count whose rate is gamma distributed (Greenwood & Yule 1920). Where they vary less, as of
  somebody who logs on once a day, the gamma count: events that follow one another at gamma distributed intervals
  (Winkelmann, J. Business & Economic Statistics 13(4), 1995). Both are Poisson where variance and mean are equal;
- flag: Bernoulli;
- hour, share, amount, excess: Student's t, the predictive distribution of a normal value of unknown variance
  (Gelman et al., Bayesian Data Analysis, 3.2);
- minutes, bytes: Student's t of log(1 + value), durations and sizes being skewed.
"""

import math

import numpy as np
from scipy import special

from features.behaviour import Kind, Tail
from models.arrays import Array

MOST_BITS = 1000.0
"""A float cannot hold a probability below 2⁻¹⁰⁷⁴; nothing is said to be rarer than 2⁻¹⁰⁰⁰."""

FLOOR = {"hour": 0.25, "share": 0.05, "amount": 0.25, "excess": 1.0 / math.log(2.0), "minutes": 0.1, "bytes": 0.1}
"""Least standard deviation, on the averaging scale: a quarter of an hour, five points of a share, a quarter of an
amount's unit, a tenth of a duration or size. Somebody who came at 8:00 sharp on every day is not a marvel at 8:01. Of
an excess, that of chance itself: x bits come up once in 2ˣ times, which is an exponential distribution (decision 41).
"""

FEWEST_DEGREES, MOST_DEGREES = 3.0, 30.0
"""Degrees of freedom follow the evidence; beyond 30 the t is a normal whose tails are too thin for people."""

RAREST_FLAG = 1e-4
"""A flag never seen is not impossible; calibration says how rare its first time really is."""


def scale(values: Array, kind: Kind) -> Array:
    """The scale on which values of this kind are averaged. NaN stays NaN."""
    return np.log1p(np.maximum(values, 0.0)) if kind in ("minutes", "bytes") else values


def unscale(means: Array, kind: Kind) -> Array:
    """The inverse of `scale`: an average, back in the behaviour's unit."""
    return np.expm1(means) if kind in ("minutes", "bytes") else means


def bits(value: Array, mean: Array, variance: Array, evidence: Array, kind: Kind, tail: Tail) -> Array:
    """−log₂ of the probability of a value at least this extreme, in [0, 1000]; 0 where the value is NaN.

    `value`, `mean` and `variance` are on the averaging scale; `evidence` is the number of nights behind them. What lies
    on the other side of the mean than `tail` is no surprise at all: nought bits, not the one bit or less of a half.
    Else a thing that hardly anybody does is worth a little more each night that nobody does it, and to a calibration
    the newest night of nothing is the strangest yet.
    """
    seen = np.nan_to_num(value)
    if kind == "count":
        upper, lower = _count(seen, mean, variance, evidence, tail)
    elif kind == "flag":
        rate = np.clip(mean, RAREST_FLAG, 1.0)
        upper, lower = np.where(seen > 0, rate, 1.0), np.where(seen > 0, 1.0, 1.0 - rate)
    else:
        spread = np.sqrt(np.maximum(variance, 0.0) + FLOOR[kind] ** 2)
        degrees = np.clip(evidence, FEWEST_DEGREES, MOST_DEGREES)
        away = (seen - mean) / spread
        upper, lower = special.stdtr(degrees, -away), special.stdtr(degrees, away)
    upper, lower = np.where(seen <= mean, 1.0, upper), np.where(seen >= mean, 1.0, lower)
    probability = {"high": upper, "low": lower, "both": np.minimum(1.0, 2.0 * np.minimum(upper, lower))}[tail]
    rarity = -np.log2(np.clip(probability, 2.0**-MOST_BITS, 1.0)) + 0.0
    return np.where(np.isnan(value), 0.0, rarity)


def _count(seen: Array, mean: Array, variance: Array, evidence: Array, tail: Tail) -> tuple[Array, Array]:
    """P(X ≥ seen) and P(X ≤ seen) of the count; 1 where `tail` does not ask."""
    mean = np.maximum(mean, 1e-3)
    overdispersed = variance > mean * 1.001
    size = mean**2 / np.where(overdispersed, variance - mean, 1.0)
    share = mean / (mean + size)
    # A habit that was never broken might have been once in the nights that are known: the least variance.
    least = np.minimum(1.0 / np.maximum(evidence, 1.0), mean)
    regular = mean / np.clip(variance, least, mean)
    # So that the mean is the one learned, to first order (Cox, Renewal Theory, 1962, chapter 4).
    rate = regular * (mean + 0.5) - 0.5
    upper, lower = np.ones_like(seen), np.ones_like(seen)
    # The incomplete beta is nearly all the cost of a night: only those who did something are looked up.
    if tail != "low":
        mixed, even = (seen > 0) & overdispersed, (seen > 0) & ~overdispersed
        upper[mixed] = special.betainc(seen[mixed], size[mixed], share[mixed])
        upper[even] = special.gammainc(regular[even] * seen[even], rate[even])
    if tail != "high":
        lower[:] = special.gammaincc(regular * (seen + 1.0), rate)
        lower[overdispersed] = special.betaincc(seen + 1.0, size, share)[overdispersed]
    return upper, lower
