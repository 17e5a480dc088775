"""Clocks of readers that disagree: how far behind each door's is, from how long ways through two of them take.

A way there and the same way back take as long. If the second door's clock is behind, the way there seems short, or to
run backwards, and the way back long by as much: half the difference is how far, as between two hosts in NTP (Mills et
al., RFC 5905, 2010, section 8). Which of the two is wrong their other ways tell: the door is moved that makes the most
of them agree, one after the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

PEOPLE = 5
"""Least people on a way, and on the way back, before it says that a clock is wrong."""
FEW = 2
"""Least people before it has a voice in which of two clocks that is."""
LEAST = 30
"""Seconds that nobody would notice: less is left as it is."""


@dataclass(frozen=True, slots=True)
class Way:
    """Walks of one day through one door and then another, by the zone between them."""

    first: str
    then: str
    via: int
    quick: float
    """Seconds that the quicker quarter of the walks took at most; negative where they seem to run backwards."""
    people: int


@dataclass(frozen=True, slots=True)
class _Pair:
    first: str
    then: str
    there: float
    back: float
    """Infinite where nobody comes back that way, as on a round: then it only must not run backwards."""
    people: int

    @property
    def goes_back(self) -> bool:
        return self.back < np.inf

    def shift(self, told: Mapping[str, float]) -> float:
        """Seconds that the way there seems shorter than it is."""
        return told.get(self.then, 0.0) - told.get(self.first, 0.0)

    def left(self, told: Mapping[str, float]) -> float:
        """Seconds by which the two clocks still disagree, at the least."""
        if not self.goes_back:
            return max(0.0, -(self.there + self.shift(told)))
        return abs((self.back - self.there) / 2 - self.shift(told))

    def impossible(self, told: Mapping[str, float]) -> bool:
        """Whether one of the ways still runs backwards, and not by a moment."""
        backwards = min(self.there + self.shift(told), self.back - self.shift(told)) < 0
        return self.goes_back and self.people >= PEOPLE and backwards and self.left(told) >= LEAST

    def wanted(self, door: str, told: Mapping[str, float]) -> float:
        """How far behind the door is if the other one is right by now."""
        ahead = (self.back - self.there) / 2
        return told.get(self.first, 0.0) + ahead if door == self.then else told.get(self.then, 0.0) - ahead


def behind(ways: Iterable[Way]) -> dict[str, tuple[int, int]]:
    """Door → seconds its clock is behind (ahead: negative), and people who show it, of the ways of one day.

    Nothing is said of a door none of whose ways runs backwards: how long a way takes says little, who comes out before
    going in says that a clock is wrong. The result does not depend on the order of the ways.
    """
    pairs = _pairs(ways)
    doors = sorted({door for pair in pairs for door in (pair.first, pair.then)})
    at = {door: [pair for pair in pairs if door in (pair.first, pair.then)] for door in doors}
    told: dict[str, float] = {}
    for _ in doors:
        suspects = [door for door in doors if any(pair.impossible(told) for pair in at[door])]
        moved = {door: _median(at[door], door, told) for door in suspects}
        gains = {door: _gain(at[door], told, {**told, door: moved[door]}) for door in suspects}
        best = max(suspects, key=lambda door: gains[door], default=None)
        if best is None or gains[best] <= 0:
            break
        told[best] = moved[best]
    return {
        door: (round(seconds), max(pair.people for pair in at[door] if pair.goes_back))
        for door, seconds in sorted(told.items())
        if abs(seconds) >= LEAST
    }


def _pairs(ways: Iterable[Way]) -> list[_Pair]:
    """Each way with the way back, where some went both, and there and back is not less than nothing; else alone."""
    known = {(way.first, way.then, way.via): way for way in ways if way.people >= FEW}
    found = []
    for (first, then, via), there in sorted(known.items()):
        back = known.get((then, first, via))
        if back is None or there.quick + back.quick < 0:
            # Rounds that come by again run backwards, too: of these nothing is known.
            found += [_Pair(first, then, there.quick, np.inf, there.people)] if there.quick >= 0 else []
        elif first < then:
            found.append(_Pair(first, then, there.quick, back.quick, min(there.people, back.people)))
    return found


def _median(pairs: list[_Pair], door: str, told: Mapping[str, float]) -> float:
    """How far behind the door is, as most of its ways say, each heard as loud as people went there."""
    said = sorted((pair.wanted(door, told), pair.people) for pair in pairs if pair.goes_back)
    people = np.cumsum([number for _, number in said])
    return said[int(np.searchsorted(people, people[-1] / 2))][0]


def _gain(pairs: list[_Pair], now: Mapping[str, float], then: Mapping[str, float]) -> float:
    """Seconds × people by which these ways disagree less."""
    before, after = (sum(pair.left(told) * pair.people for pair in pairs) for told in (now, then))
    return before - after
