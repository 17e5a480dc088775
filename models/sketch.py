"""A night's distribution of one figure in a few hundred numbers, that add up over nights.

Counts by logarithmic buckets, two per cent wide: DDSketch (Masson, Rim & Lee, VLDB 2019) without its limit on buckets,
which person-days do not reach. Nights are added without looking at their person-days again, so that watching a week
against a month costs a night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array

ACCURACY = 0.01
"""A value is told from another a hundredth larger: five minutes at half past eight."""

_GAMMA = np.log((1 + ACCURACY) / (1 - ACCURACY))
_ZERO = 2000
"""Bucket of 1: so many steps below it lies 4e-18, which is nothing to count."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Sketch:
    """Person-days of one figure. Buckets are ascending as the values are; 0 is a bucket of its own."""

    keys: Counts
    counts: Counts
    missing: int
    """Person-days without a value."""

    @classmethod
    def of(cls, values: Array) -> Self:
        """The sketch of person-days, one value each; NaN: the figure did not apply."""
        known = values[~np.isnan(values)]
        keys, counts = np.unique(bucket(known), return_counts=True)
        return cls(keys, counts.astype(np.int64), int(values.size - known.size))

    @classmethod
    def sum(cls, nights: Sequence[Self]) -> Self:
        """All nights together."""
        if not nights:
            return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 0)
        keys, at = np.unique(np.concatenate([night.keys for night in nights]), return_inverse=True)
        counts = np.zeros(keys.size, dtype=np.int64)
        np.add.at(counts, at, np.concatenate([night.counts for night in nights]))
        return cls(keys, counts, sum(night.missing for night in nights))

    @property
    def known(self) -> int:
        """Person-days with a value."""
        return int(self.counts.sum())

    @property
    def size(self) -> int:
        """All person-days."""
        return self.known + self.missing

    def at_least(self, value: float) -> int:
        """Person-days whose value is at least that, as far as buckets tell."""
        return int(self.counts[self.keys >= int(bucket(np.array([value]))[0])].sum())


def bucket(values: Array) -> Counts:
    """The bucket of each value."""
    steps = np.zeros(values.shape, dtype=np.int64)
    size = np.abs(values)
    there = size > 0
    steps[there] = np.maximum(1, np.floor(np.log(size[there]) / _GAMMA + 1e-9).astype(np.int64) + _ZERO)
    return np.where(values < 0, -steps, steps)
