"""One night's company as values: who met whom, and what is to be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People, Rows
from models.association import pairs_at


@dataclass(frozen=True)
class Meetings:
    """Tonight's pairs, one row per pair, kind and place, `one` < `other`, in this order."""

    one: People
    other: People
    kind: NDArray[np.str_]
    seconds: Array
    times: Array
    first: People
    place: NDArray[np.str_]
    events: tuple[tuple[int | None, int | None], ...]
    """An event of `one` and one of `other` behind it, where there is one."""

    def by_pair(self, wanted: NDArray[np.bool_]) -> Self:
        """The `wanted` rows, those of a pair as one: its sums, when it began and the event of then, the place with most
        of it (of equal ones the first)."""
        rows = np.flatnonzero(wanted)
        one, other = self.one[rows], self.other[rows]
        begins = np.ones(rows.size, dtype=np.bool_)
        begins[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
        starts, pair = np.flatnonzero(begins), np.cumsum(begins) - 1
        earliest = rows[np.lexsort((self.first[rows], pair))[starts]]
        most = rows[np.lexsort((-self.times[rows], -self.seconds[rows], pair))[starts]]
        seconds, times = (
            np.bincount(pair, told[rows], starts.size).astype(np.float64) for told in (self.seconds, self.times)
        )
        return replace(
            self,
            one=one[starts],
            other=other[starts],
            kind=self.kind[earliest],
            seconds=seconds,
            times=times,
            first=self.first[earliest],
            place=self.place[most],
            events=tuple(self.events[row] for row in earliest.tolist()),
        )

    def at(self, one: People, other: People) -> Rows:
        """Where the pairs stand, of rows that are `by_pair`; −1 for those that are not there."""
        return pairs_at(self.one, self.other, one, other)


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
