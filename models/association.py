"""The association of people: layers of company, rolled one night on and decayed, and what company to expect.

What is expected of a pair is a degree-corrected block model (Karrer & Newman, "Stochastic blockmodels and community
structure in networks", Phys. Rev. E 83, 2011) whose degrees are presence: in an hour in which both are on site, two
people meet in a zone by the share of their time that each spends there, or of that hour, whichever lets expect more;
how much more than that members of their teams meet in general multiplies it. On site in an hour is who usually is, or
whose team is tonight, and two at once for as much of their time as they used to be: so a shift explains its hours, and
a strange hour explains nothing.

State and night are people × zones and pairs, of a person's only the closest and the least explained: nobody is crossed
with everybody, and two who meet in secret for an hour are not forgotten behind a room of colleagues. Of people ×
zones × hours the cells that anybody was in are kept, a few for each person however many zones a site has.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.arrays import Array, People, Rows, aligned, at_cells, places_of, rows_of_cells, spread, with_cells

WINDOW_NIGHTS = 28
"""Four weeks: every shift pattern has come round. The state fades by 1 − 1/28 a night, so its weights sum to 28."""
FADE = 1.0 - 1.0 / WINDOW_NIGHTS
FORGOTTEN = 1e-3
"""Weight below this is nothing: a single night, after about 190 more."""
HOURS, HOUR = 24, 3600.0
SECONDS, TIMES, EXPECTED, WORK_SECONDS, WORK_TIMES, WORK_EXPECTED = range(6)
APART_SECONDS, APART_TIMES, APART_EXPECTED, MACHINES, MESSAGES, PASSAGES, ON_SITE = range(6, 13)
LAYERS = 13
MEETINGS = [TIMES, WORK_TIMES, APART_TIMES]
"""The layers that count meetings in zones."""
UNEXPLAINED = 5
"""Pairs kept of each person for the bits by which their company exceeds what explains it, however little it was."""
CLOSENESS = np.array([*3 * (1 / HOUR, 0.0, 0.0), 1.0, 0.25, 0.25, 0.0])
"""How the layers weigh where one figure is needed: an hour together as much as a shared computer or four messages."""


@dataclass(frozen=True)
class Presence:
    """One night's presence of `people` (ascending) and `zones` (ascending)."""

    people: People
    zones: tuple[str, ...]
    hours: Array
    """People × 24: 1 where the person was on site in that hour of the UTC clock."""
    seconds: Array
    """People: time on site."""
    spans: Array
    """People: seconds from the day's first read to the end of the last stay."""
    cells: csr_array
    """People × (zones × 24): seconds there in each hour of the UTC clock, outside crowds."""
    visited: csr_array
    """People × zones: 1 where the person was, crowd or not."""


@dataclass(frozen=True)
class Whereabouts:
    """Decayed presence of `people` (ascending) in `zones` (ascending)."""

    people: People
    zones: tuple[str, ...]
    known: Array
    nights: Array
    hours: Array
    seconds: Array
    work: Array
    """Meetings in zones under the two-person rule."""
    chance: Array
    """Of them expected with any one shift-mate."""
    work_nights: Array
    """Nights of such work with whomever, those in each zone counted by themselves."""
    cells: csr_array
    """People × (zones × 24): seconds there in each hour of the UTC clock, outside crowds."""
    zone_nights: csr_array

    @property
    def zone_seconds(self) -> csr_array:
        """People × zones: time there outside crowds."""
        found = in_zones(self.cells)
        found.sum_duplicates()
        return found

    @classmethod
    def empty(cls) -> Self:
        """Nobody seen yet."""
        none, nothing = np.zeros(0), csr_array((0, 0))
        return cls(np.zeros(0, np.int64), (), none, none, np.zeros((0, HOURS)), *4 * (none,), nothing, nothing)

    def over(self, people: People, zones: tuple[str, ...]) -> Self:
        """The same with rows for `people` and columns for `zones`; whoever and whatever is neither is left out."""
        number = {zone: at for at, zone in enumerate(zones)}
        column = np.array([number.get(zone, -1) for zone in self.zones], dtype=np.intp)
        row = places_of(self.people, people)

        def wide(values: csr_array, hours: int) -> csr_array:
            there = row[rows_of_cells(values)]
            where = column[values.indices // hours]
            kept = (there >= 0) & (where >= 0)
            columns = where[kept] * hours + values.indices[kept] % hours
            return spread(values.data[kept], there[kept], columns, (people.size, len(zones) * hours))

        parts = {name: aligned(getattr(self, name), self.people, people) for name in FLAT}
        return type(self)(people, zones, **parts, cells=wide(self.cells, HOURS), zone_nights=wide(self.zone_nights, 1))

    def rolled(self, night: Presence) -> Self:
        """One night on: everything fades, the night is added; whoever and whatever has faded away is dropped."""
        people = np.union1d(self.people, night.people)
        zones = tuple(sorted({*self.zones, *night.zones}))
        old = self.over(people, zones)
        seen = Whereabouts(
            *(night.people, night.zones, np.zeros(night.people.size), np.ones(night.people.size), night.hours),
            *(night.seconds, *3 * (np.zeros(night.people.size),)),
            *(night.cells, night.visited),
        ).over(people, zones)
        told = {name: getattr(old, name) * FADE + getattr(seen, name) for name in (*FLAT, *WIDE)}
        told["known"] = old.known * FADE + 1.0
        nights = told["zone_nights"]
        known = with_cells(nights, (nights.data >= FORGOTTEN).astype(np.float64))
        known.eliminate_zeros()
        stays, held = told["nights"] >= FORGOTTEN, np.bincount(known.indices, minlength=len(zones)) > 0
        told["zone_nights"] = nights.multiply(known).tocsr()
        told["cells"] = _remembered(told["cells"], known)
        kept = {name: told[name][stays] for name in FLAT}
        kept |= {
            "zone_nights": told["zone_nights"][stays][:, held],
            "cells": told["cells"][stays][:, np.repeat(held, HOURS)],
        }
        names = tuple(zone for zone, here in zip(zones, held, strict=True) if here)
        return type(self)(people[stays], names, **kept)

    def keeping(self, counts: csr_array) -> Self:
        """With what tonight `counts` towards zones that people were not in (people × zones), once it is rolled on."""
        return replace(self, zone_nights=(self.zone_nights + counts / FADE).tocsr())

    def working(self, people: People, times: Array, chance: Array, nights: Array) -> Self:
        """With tonight's meetings in zones under the two-person rule of `people`, in so many zones."""
        return replace(
            self,
            work=self.work + aligned(times, people, self.people),
            chance=self.chance + aligned(chance, people, self.people),
            work_nights=self.work_nights + aligned(nights, people, self.people),
        )


FLAT = ("known", "nights", "hours", "seconds", "work", "chance", "work_nights")
WIDE = ("cells", "zone_nights")


def in_zones(cells: csr_array) -> csr_array:
    """The same values by zone: people × zones, a cell for each hour, none of them shared."""
    shape = (cells.shape[0], cells.shape[1] // HOURS)
    return csr_array((cells.data, cells.indices // HOURS, cells.indptr), shape=shape, copy=True)


def _remembered(cells: csr_array, known: csr_array) -> csr_array:
    """Those of a second or more in zones that are `known`, people × zones."""
    kept = (at_cells(known, in_zones(cells)) > 0) & (cells.data >= 1.0)
    found = with_cells(cells, cells.data * kept)
    found.eliminate_zeros()
    return found


@dataclass(frozen=True)
class Association:
    """Pairs `one` < `other`, ascending, and their decayed layers (pairs × LAYERS)."""

    one: People
    other: People
    layers: Array

    @classmethod
    def empty(cls) -> Self:
        """No pair yet."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, LAYERS)))

    def rolled(self, night: "Association") -> Self:
        """One night on: everything fades, the night's layers are added."""
        one, other = np.concatenate([self.one, night.one]), np.concatenate([self.other, night.other])
        order = np.lexsort((other, one))
        one, other = one[order], other[order]
        layers = np.vstack([self.layers * FADE, night.layers])[order]
        first = np.ones(one.size, dtype=bool)
        first[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
        starts = np.flatnonzero(first)
        summed = np.add.reduceat(layers, starts, axis=0) if starts.size else layers
        return type(self)(one[starts], other[starts], summed)

    def closest(self, partners: int, bits: Array | None = None) -> Self:
        """Each person's closest `partners`, and the UNEXPLAINED of the most `bits`, one figure for each pair: a pair
        stays when either side counts it among them and it is not faded."""
        kept = self._foremost(self.layers @ CLOSENESS, partners)
        if bits is not None:
            kept |= self._foremost(bits, UNEXPLAINED) & (bits > 0)
        kept &= self.layers[:, [*MEETINGS, MACHINES, MESSAGES, PASSAGES]].sum(axis=1) >= FORGOTTEN
        return self.of(kept)

    def of(self, pairs: NDArray[np.bool_]) -> Self:
        """Only these pairs."""
        return type(self)(self.one[pairs], self.other[pairs], self.layers[pairs])

    def _foremost(self, weight: Array, most: int) -> NDArray[np.bool_]:
        """Which pairs one of the two counts among their first `most` by `weight`."""
        owner = np.concatenate([self.one, self.other])
        with_whom = np.concatenate([self.other, self.one])
        order = np.lexsort((with_whom, -np.concatenate([weight, weight]), owner))
        begins = np.searchsorted(owner[order], owner[order], "left")
        first = np.empty(owner.size, dtype=np.bool_)
        first[order] = np.arange(owner.size) - begins < most
        return first[: self.one.size] | first[self.one.size :]

    def at(self, one: People, other: People) -> Rows:
        """Where the pairs stand; −1 for those that are not there."""
        return pairs_at(self.one, self.other, one, other)


def pairs_at(one: People, other: People, wanted_one: People, wanted_other: People) -> Rows:
    """Where each wanted pair stands among the pairs (one, other), which ascend; −1 for those that are not there."""
    people = np.union1d(np.union1d(one, other), np.union1d(wanted_one, wanted_other))
    width = max(people.size, 1)

    def number(first: People, second: People) -> People:
        return np.searchsorted(people, first) * width + np.searchsorted(people, second)

    return places_of(number(wanted_one, wanted_other).astype(np.int64), number(one, other).astype(np.int64))
