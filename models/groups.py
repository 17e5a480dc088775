"""Groups of people that may be told apart in a table without telling on anybody."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.arrays import People

FEWEST_PEOPLE = 5
"""Least people in a cell that is shown by itself: a role that one person holds names that person."""

SMALL = "(small groups)"


def pooled(groups: Sequence[str] | NDArray[np.str_], people: People, fewest: int = FEWEST_PEOPLE) -> NDArray[np.str_]:
    """Each row's group, those with fewer than `fewest` different people thrown together as SMALL.

    The pool takes in the next smallest groups until it is large enough itself: a lone small group beside a total would
    be told by subtraction.
    """
    names, position = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    members = np.unique(np.column_stack([position, people]), axis=0)
    sizes = np.bincount(members[:, 0], minlength=names.size)
    small = sizes < fewest
    if small.any():
        for group in np.argsort(sizes, kind="stable"):
            if np.unique(members[small[members[:, 0]], 1]).size >= fewest:
                break
            small[group] = True
    return np.asarray(np.where(small, SMALL, names)[position], dtype=np.str_)
