"""The shapes of models/: matrices of people × behaviours, people in ascending order of their pseudonyms."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Figures. Always float64, so that a replay gives the same bits on the same machine."""
People = NDArray[np.int64]
"""Pseudonyms."""
Rows = NDArray[np.intp]
"""Positions in an array."""


def places_of(wanted: People, people: People) -> Rows:
    """Where each of `wanted` stands in the ascending `people`; −1 for whoever is not there."""
    if not people.size:
        return np.full(wanted.shape, -1, dtype=np.intp)
    at = np.minimum(np.searchsorted(people, wanted), people.size - 1)
    return np.where(people[at] == wanted, at, -1).astype(np.intp)


def aligned(values: Array, people: People, wanted: People) -> Array:
    """The rows of `values` (of `people`) in the order of `wanted`; zeros for whoever is not there."""
    at = places_of(wanted, people)
    found = np.zeros((wanted.size, *values.shape[1:]), dtype=np.float64)
    found[at >= 0] = values[at[at >= 0]]
    return found
