"""The shapes of models/: matrices of people × behaviours, people in ascending order of their pseudonyms."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

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


def spread(values: Array, row: Rows, column: Rows, shape: tuple[int, int]) -> csr_array:
    """A sparse matrix of `values`, each cell at most once, in one order whatever theirs is; zeros are not kept."""
    found = csr_array((values, (row, column)), shape=shape)
    found.eliminate_zeros()
    found.sort_indices()
    return found


def rows_of_cells(matrix: csr_array) -> Rows:
    """The row of each cell that is kept."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))


def with_cells(matrix: csr_array, values: Array) -> csr_array:
    """The same cells with other values; nothing is shared, for dropping zeros of one would change the other."""
    return csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape, copy=True)


def at_cells(matrix: csr_array, where: csr_array) -> Array:
    """The matrix's values at the cells that `where`, of the same shape, keeps; 0 where it keeps none itself."""
    width = max(matrix.shape[1], 1)
    wanted, known = (rows_of_cells(told) * width + told.indices for told in (where, matrix))
    return aligned(matrix.data, known, wanted)
