"""What an attack is run against: the champion's whole way from person-days to risk, and what is often built first.

The undefended baseline is each person's own mean and deviation over all nights so far, last night's included, z-scores
summed: no guard, no peers, no calibration, no memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.behaviour import Behaviour
from models.arrays import Array, People
from models.baseline import GUARD_NIGHTS, Baseline
from models.champion import Champion
from models.risk import Risk
from models.surprise import WARM_UP_NIGHTS, surprise
from models.tail import FLOOR, scale


@dataclass(frozen=True)
class Night:
    """The person-days of one night: people ascending, values people × behaviours, NaN where one does not apply."""

    people: People
    values: Array


Ranking = Callable[[Sequence[Night], Mapping[int, str]], list[tuple[People, Array]]]
"""Nights after the history → each night's people and their figures, higher is stranger."""


def champion(
    behaviours: Sequence[Behaviour], history: Sequence[Night], peers: Mapping[int, str], trained: int,
    trust: Mapping[str, float] | None = None,
) -> Ranking:  # fmt: skip
    """The nightly pipeline from person-days on: baseline with its guard, surprise, calibration, fusion, risk.

    Fitted to `history` from its night `trained` on, with `trust` in families of reasons. Without detectors that need
    tables, and with consequence 1.
    """
    kinds = [behaviour.kind for behaviour in behaviours]
    adding = np.array([not b.excused for b in behaviours])

    def judged(state: Baseline, night: Night) -> tuple[Array, NDArray[np.bool_]]:
        told = surprise(state, night.people, night.values, behaviours, peers)
        return told.bits, told.history >= WARM_UP_NIGHTS

    def on(state: Baseline, nights: Sequence[Night], place: int) -> Baseline:
        leaving = nights[place - GUARD_NIGHTS] if place >= GUARD_NIGHTS else None
        if leaving is None:
            leaving = Night(np.zeros(0, dtype=np.int64), np.zeros((0, len(behaviours))))
        return state.rolled(leaving.people, leaving.values, kinds)

    state = Baseline.empty(len(behaviours))
    learnt: list[tuple[NDArray[np.int64], People, Array]] = []
    for place, night in enumerate(history):
        bits, ready = judged(state, night)
        if place >= trained:
            learnt.append((np.full(ready.sum(), place), night.people[ready], bits[ready]))
        state = on(state, history, place)
    places, people_of, bits_of = (np.concatenate(column) for column in zip(*learnt, strict=True))
    model = Champion.fit(behaviours, places, people_of, bits_of, {}, trust=trust)
    channels = len(model.names)
    additive = np.r_[adding, np.zeros(channels - len(behaviours), dtype=bool)]
    evening = state
    memory = Risk.empty(channels)
    for nights, people, bits in learnt:
        if len(nights):
            memory = memory.rolled(people, model.scored(bits, {}).squares, adding=additive)

    def ranking(nights: Sequence[Night], _: Mapping[int, str]) -> list[tuple[People, Array]]:
        state, risk, out = evening, memory, []
        whole = [*history, *nights]
        for place in range(len(history), len(whole)):
            night = whole[place]
            bits, ready = judged(state, night)
            squares = model.scored(bits, {}).squares * ready[:, None]
            risk = risk.rolled(night.people, squares, adding=additive)
            at = np.searchsorted(risk.people, night.people)
            out.append((night.people, risk.risk(model.worth())[at]))
            state = on(state, whole, place)
        return out

    return ranking


def undefended(behaviours: Sequence[Behaviour], history: Sequence[Night]) -> Ranking:
    """Own mean and deviation over all nights so far, no guard, no peers, no calibration, no memory."""
    kinds = [behaviour.kind for behaviour in behaviours]
    floor = np.array([FLOOR.get(kind, 1.0) for kind in kinds])  # as in the champion's tails: one event, for counts
    everybody = np.unique(np.concatenate([night.people for night in history]))

    def learnt(sums: Array, night: Night) -> Array:
        at = np.searchsorted(everybody, night.people)
        values = _scaled(night.values, kinds)
        seen = np.nan_to_num(values)
        new = sums.copy()
        new[at] += np.stack([~np.isnan(values), seen, seen**2], axis=2)
        return new

    begun = np.zeros((everybody.size, len(behaviours), 3))
    for night in history:
        begun = learnt(begun, night)

    def ranking(nights: Sequence[Night], _: Mapping[int, str]) -> list[tuple[People, Array]]:
        sums, out = begun, []
        for night in nights:
            at = np.searchsorted(everybody, night.people)
            count, total, square = np.moveaxis(sums[at], 2, 0)
            mean = total / np.maximum(count, 1)
            spread = np.sqrt(np.maximum(square / np.maximum(count, 1) - mean**2, 0) + floor**2)
            away = (_scaled(night.values, kinds) - mean) / spread
            sides = np.array([b.tail for b in behaviours])
            away = np.where(sides == "both", np.abs(away), np.where(sides == "low", -away, away))
            out.append((night.people, np.nansum(np.maximum(np.where(count > 1, away, 0), 0), axis=1)))
            sums = learnt(sums, night)
        return out

    return ranking


def _scaled(values: Array, kinds: Sequence[str]) -> Array:
    return np.column_stack([scale(values[:, j], kind) for j, kind in enumerate(kinds)])  # type: ignore[arg-type]
