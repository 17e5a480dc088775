"""One night's company as values: who met whom, and what is to be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People


@dataclass(frozen=True)
class Meetings:
    """Tonight's pairs, one row per pair and kind, `one` < `other`."""

    one: People
    other: People
    kind: NDArray[np.str_]
    seconds: Array
    times: Array
    first: People
    place: NDArray[np.str_]
    events: tuple[tuple[int | None, int | None], ...]
    """An event of `one` and one of `other` behind it, where there is one."""


@dataclass(frozen=True)
class Fact:
    """One row of gold.company: what concerns one person's company tonight."""

    person: int
    kind: str
    place: str
    events: int = 0
    first: int | None = None
    evidence: tuple[int, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)
