"""What an attack is run against: a model's whole way from person-days to risk, and what is often built first.

At the grain of person-days: detectors that need tables are silent, and consequence is as usual. The undefended
baseline is each person's own mean and deviation over all nights so far, last night's included, z-scores summed: no
guard, no peers, no calibration, no memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from features.behaviour import Behaviour
from models.arrays import Array, People, aligned
from models.baseline import GUARD_NIGHTS, Baseline
from models.champion import Champion
from models.risk import HALF_LIFE_NIGHTS, Risk
from models.surprise import WARM_UP_NIGHTS, claims, surprise
from models.tail import FLOOR, scale
from models.tonight import Tonight


@dataclass(frozen=True)
class Night:
    """The person-days of one night: people ascending, values people × behaviours, NaN where one does not apply."""

    people: People
    values: Array

    def of(self, wanted: People | None) -> "Night":
        """Those of `wanted` who came; everybody where it is None."""
        here = slice(None) if wanted is None else np.isin(self.people, wanted)
        return Night(self.people[here], self.values[here])


Ranking = Callable[[Sequence[Night], People | None], list[tuple[People, Array]]]
"""Nights after the history, and of whom figures are wanted (None: everybody) → who of them came each night, with their
figures, higher is stranger. What a figure leans on, as peers' habits, is everybody's in either case."""


@dataclass(frozen=True)
class Habits:
    """How a site learns: nights of the guard gap, own nights before a score, nights of the risk's half-life."""

    guard: int = GUARD_NIGHTS
    warm_up: float = WARM_UP_NIGHTS
    half_life: float = HALF_LIFE_NIGHTS


@dataclass(frozen=True)
class Evening:
    """What is usual as of the end of a history, which the nights after it are judged by."""

    behaviours: tuple[Behaviour, ...]
    history: tuple[Night, ...]
    """Consecutive nights, also those on which nobody came."""
    peers: Mapping[int, str]
    habits: Habits
    state: Baseline
    judged: tuple[tuple[People, Array], ...]
    """People with enough history and their surprise in bits, for each night of the history from `since` on."""
    ahead: tuple[Tonight, ...]
    """What everybody shows on the nights after it, as long as nobody does anything: attackers would not be there
    together, so what each shows is conditioned by these and not by the others."""

    @classmethod
    def of(
        cls, behaviours: Sequence[Behaviour], history: Sequence[Night], peers: Mapping[int, str], since: int = 0,
        habits: Habits | None = None, ahead: Sequence[Night] = (),
    ) -> Self:  # fmt: skip
        """Roll the baseline through the history; its nights from `since` on are judged: a model is fitted to them.

        `ahead` are the nights after it as they were, before anybody acts in them.
        """
        blank = Baseline.empty(len(behaviours))
        evening = cls(tuple(behaviours), tuple(history), peers, habits or Habits(), blank, (), ())
        state, judged, calm, whole = blank, [], [], [*history, *ahead]
        for place, night in enumerate(history):
            if place >= since:
                bits, ready = evening.surprise(state, night)
                judged.append((night.people[ready], bits[ready]))
            state = evening.after(state, history, place)
        evening = replace(evening, state=state, judged=tuple(judged))
        for place, night in enumerate(ahead, start=len(history)):
            calm.append(evening.shown(state, night))
            state = evening.after(state, whole, place)
        return replace(evening, ahead=tuple(calm))

    def surprise(
        self, state: Baseline, night: Night, tonight: Tonight | None = None
    ) -> tuple[Array, NDArray[np.bool_]]:
        """The night's bits by `state`, and who has enough history to be scored.

        They are conditioned by what people show `tonight`; None: these people.
        """
        if not night.people.size:
            return np.zeros((0, len(self.behaviours))), np.zeros(0, dtype=bool)
        told = surprise(state, night.people, night.values, self.behaviours, self.peers, tonight)
        return told.bits, told.history >= self.habits.warm_up

    def shown(self, state: Baseline, night: Night) -> Tonight:
        """What the night's people show."""
        if not night.people.size:
            return Tonight.of(np.zeros((0, len(self.behaviours))), ())
        told = claims(state, night.people, night.values, self.behaviours, self.peers)
        return Tonight.of(told.bits, told.peers)

    def after(self, state: Baseline, nights: Sequence[Night], place: int) -> Baseline:
        """The state as of the end of the night at `place`: the night that leaves the guard is learnt."""
        learnt = place - self.habits.guard
        nobody = Night(np.zeros(0, dtype=np.int64), np.zeros((0, len(self.behaviours))))
        leaving = nights[learnt] if learnt >= 0 else nobody
        return state.rolled(leaving.people, leaving.values, [behaviour.kind for behaviour in self.behaviours])

    @property
    def unexcused(self) -> list[str]:
        """Behaviours whose bits add up."""
        return [behaviour.name for behaviour in self.behaviours if not behaviour.excused]


def fitted(evening: Evening, trust: Mapping[str, float] | None = None) -> Champion:
    """A model of the nights that the evening has judged, with `trust` in families of reasons."""
    sizes = [people.size for people, _ in evening.judged]
    nights = np.repeat(np.arange(len(sizes)), sizes)
    people, bits = (np.concatenate(column) for column in zip(*evening.judged, strict=True))
    return Champion.fit(evening.behaviours, nights, people, bits, {}, evening.habits.half_life, trust=trust)


def ranked_by(evening: Evening, model: Champion, trust: Mapping[str, float] | None = None) -> Ranking:
    """The nightly pipeline from person-days on, with a fitted model: surprise, calibration, fusion, risk.

    What is remembered begins with the nights that the evening has judged. `trust` is what labels would turn families to
    in a fit to the same nights. It calibrates what is remembered anew, so that a family that is heard less loses its
    bits once, in what they are worth: here too.
    """
    adding = np.isin(model.names, evening.unexcused)
    worth = replace(model, trust={**model.trust, **(trust or {})}, gravity=1.0).worth()

    def later(risk: Risk, people: People, squares: Array) -> Risk:
        return risk.rolled(people, squares, half_life=evening.habits.half_life, adding=adding)

    memory = Risk.empty(len(model.names))
    for people, bits in evening.judged:
        memory = later(memory, people, model.scored(bits, {}).squares)

    def ranking(nights: Sequence[Night], of: People | None = None) -> list[tuple[People, Array]]:
        known = np.isin(memory.people, memory.people if of is None else of)
        risk = Risk(memory.people[known], memory.squares[known], memory.weighed[known])
        state, out, whole = evening.state, [], [*evening.history, *nights]
        for place in range(len(evening.history), len(whole)):
            night = whole[place].of(of)
            number = place - len(evening.history)
            shown = evening.ahead[number] if number < len(evening.ahead) else None
            bits, ready = evening.surprise(state, night, shown)
            risk = later(risk, night.people, model.scored(bits, {}).squares * ready[:, None])
            at = np.searchsorted(risk.people, night.people)
            out.append((night.people, risk.risk(worth)[at]))
            state = evening.after(state, whole, place)
        return out

    return ranking


def undefended(behaviours: Sequence[Behaviour], history: Sequence[Night]) -> Ranking:
    """Own mean and deviation over all nights so far, no guard, no peers, no calibration, no memory."""
    kinds = [behaviour.kind for behaviour in behaviours]
    floor = np.array([FLOOR.get(kind, 1.0) for kind in kinds])  # as in the champion's tails: one event, for counts
    sides = np.array([behaviour.tail for behaviour in behaviours])

    def learnt(sums: Array, everybody: People, night: Night) -> Array:
        at = np.searchsorted(everybody, night.people)
        values = _scaled(night.values, kinds)
        seen = np.nan_to_num(values)
        new = sums.copy()
        new[at] += np.stack([~np.isnan(values), seen, seen**2], axis=2)
        return new

    known = np.unique(np.concatenate([night.people for night in history]))
    begun = np.zeros((known.size, len(behaviours), 3))
    for night in history:
        begun = learnt(begun, known, night)

    def ranking(nights: Sequence[Night], of: People | None = None) -> list[tuple[People, Array]]:
        told = [night.of(of) for night in nights]
        everybody = np.unique(np.concatenate([night.people for night in told]))
        sums, out = aligned(begun, known, everybody), []
        for night in told:
            count, total, square = np.moveaxis(sums[np.searchsorted(everybody, night.people)], 2, 0)
            mean = total / np.maximum(count, 1)
            spread = np.sqrt(np.maximum(square / np.maximum(count, 1) - mean**2, 0) + floor**2)
            away = (_scaled(night.values, kinds) - mean) / spread
            away = np.where(sides == "both", np.abs(away), np.where(sides == "low", -away, away))
            out.append((night.people, np.nansum(np.maximum(np.where(count > 1, away, 0), 0), axis=1)))
            sums = learnt(sums, everybody, night)
        return out

    return ranking


def _scaled(values: Array, kinds: Sequence[str]) -> Array:
    return np.column_stack([scale(values[:, j], kind) for j, kind in enumerate(kinds)])  # type: ignore[arg-type]
