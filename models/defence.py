"""What a baseline may do against whoever teaches it: ways to absorb a person-day, to be chosen where it is rolled.

`Baseline.rolled` takes a night's values as they are. `capped` limits what any one night may teach: a value beyond what
was to be expected is absorbed as the border of the expected, so that to move the own mean or deviation takes many
nights, each of them seen (winsorising: Huber & Ronchetti, Robust Statistics, 2009, 1.3). `silence` tells what is
missing: a feed that a person never leaves empty and that is empty today, though they were there.
"""

from collections.abc import Callable, Sequence

import numpy as np

from features.behaviour import Kind
from models.arrays import Array, People, aligned
from models.baseline import Baseline
from models.tail import FLOOR, bits, scale, unscale

Absorb = Callable[[Baseline, People, Array, Sequence[Kind]], Array]
"""State, people, their values → the values to absorb."""

CAP = 3.0
"""Own deviations beyond which a night teaches nothing more: one night in 370 of a normal person would reach it."""

FEWEST_NIGHTS = 10.0
"""Own nights, by weight, before a cap: until then there is no telling what is beyond the expected."""


def as_they_are(state: Baseline, people: People, values: Array, kinds: Sequence[Kind]) -> Array:
    """No defence: the values."""
    return values


def capped(state: Baseline, people: People, values: Array, kinds: Sequence[Kind]) -> Array:
    """Values drawn back to within CAP own deviations of the own mean, where enough is known; NaN stays NaN.

    The deviation has a floor, that of the tail model or one event, so that whoever never did a thing may begin to.
    """
    mean, variance, weight = (
        aligned(told, state.people, people) for told in (state.mean(), state.variance(), state.weight)
    )
    out = values.copy()
    for j, kind in enumerate(kinds):
        spread = CAP * np.sqrt(variance[:, j] + FLOOR.get(kind, 1.0) ** 2)
        scaled = scale(values[:, j], kind)
        held = np.clip(scaled, mean[:, j] - spread, mean[:, j] + spread)
        known = (weight[:, j] >= FEWEST_NIGHTS) & (held != scaled) & ~np.isnan(scaled)
        out[known, j] = unscale(held[known], kind)
    return out


def silence(state: Baseline, people: People, values: Array, counts: Sequence[int]) -> Array:
    """Bits of how few events each person left: the most of the behaviours at `counts`, each the count of a feed.

    `values` are of people who were there by some feed or other. Higher is stranger.
    """
    mean, variance, weight = (
        aligned(told, state.people, people)[:, list(counts)] for told in (state.mean(), state.variance(), state.weight)
    )
    told = np.column_stack([
        bits(values[:, j], mean[:, k], variance[:, k], weight[:, k], "count", "low") for k, j in enumerate(counts)
    ])  # fmt: skip
    return np.asarray(np.where(weight >= FEWEST_NIGHTS, told, 0.0).max(axis=1, initial=0.0), dtype=np.float64)
