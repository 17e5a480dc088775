"""Adversaries who know the method: how much more they must do against the champion than against an undefended baseline.

A deed is what it adds to a person's day, behaviour by behaviour. An attack spreads, hides or prepares it, for so many
nights or with so many accomplices as its adversary has patience for. Measured is the greatest share of the deed that
can then be done without being named: a half means twice as many nights for the whole of it. Named is whom a list has
within the budget that would not have had them anyway. The undefended baseline is what is often built first: each
person's own mean and deviation over all nights so far, last night's included, z-scores summed. Its adversaries cannot
do everything either; the ratio of the two shares is how much more effort the champion costs them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from features.behaviour import Behaviour
from models.arrays import Array, People
from models.baseline import GUARD_NIGHTS, Baseline
from models.champion import Champion
from models.defence import Absorb, as_they_are
from models.risk import Risk
from models.surprise import WARM_UP_NIGHTS, surprise
from models.tail import FLOOR, scale

SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Of the deed, in rising order."""

FOLLOWED_NIGHTS = 3
"""Nights after an attack's last on which a memory may still name the attacker."""


@dataclass(frozen=True)
class Night:
    """The person-days of one night: people ascending, values people × behaviours, NaN where one does not apply."""

    people: People
    values: Array


@dataclass(frozen=True)
class Step:
    """What an attacker does on one night: `amount` of the deed, behaviour by behaviour, as a peer if so wished."""

    amount: Array
    as_peer: bool = False


@dataclass(frozen=True)
class Attack:
    """A family of attacks: `steps(patience, parts)` are its nights, `unit` is what patience counts.

    `parts` are the rows of a matrix that sum to ones: the deed by feed. `credentials` people share each night's deed.
    """

    name: str
    says: str
    unit: str
    patience: float
    steps: Callable[[float, Array], list[Step]]
    credentials: Callable[[float], int] = lambda patience: 1


def _at_once(patience: float, parts: Array) -> list[Step]:
    return [Step(np.ones(parts.shape[1]))]


def _drift(patience: float, parts: Array) -> list[Step]:
    ramp = [(k + 1) / (patience + 1) for k in range(int(patience))]
    return [Step(np.full(parts.shape[1], share)) for share in [*ramp, 1.0]]


def _flood(patience: float, parts: Array) -> list[Step]:
    # Every other night, so that the deviation grows as well as the mean.
    noise = [0.5 * (k % 2) for k in range(int(patience))]
    return [Step(np.full(parts.shape[1], share)) for share in [*noise, 1.0]]


def _mimic(patience: float, parts: Array) -> list[Step]:
    none = np.zeros(parts.shape[1])
    return [*(Step(none, as_peer=True) for _ in range(int(patience))), Step(none + 1.0, as_peer=True)]


def _split_days(patience: float, parts: Array) -> list[Step]:
    return [Step(np.full(parts.shape[1], 1.0 / patience)) for _ in range(int(patience))]


def _split_feeds(patience: float, parts: Array) -> list[Step]:
    nights = [part.sum(axis=0) for part in np.array_split(parts, min(int(patience), len(parts)))]
    return [Step(amount) for amount in nights]


def _split_credentials(patience: float, parts: Array) -> list[Step]:
    return [Step(np.full(parts.shape[1], 1.0 / patience))]


def _delete(patience: float, parts: Array) -> list[Step]:
    return [Step(np.full(parts.shape[1], 1.0 - patience))]


ATTACKS = (
    Attack("at once", "the deed on one night, unprepared", "nights", 1, _at_once),
    Attack("slow drift", "a little more each night (the boiled frog)", "nights", 42, _drift),
    Attack("flooding", "half the deed every other night before, harmlessly", "nights", 28, _flood),
    Attack("mimicry", "lives as the busiest colleague before and on the night", "nights", 28, _mimic),
    Attack("split over days", "the same in equal parts", "nights", 16, _split_days),
    Attack("split over feeds", "one kind of log each night", "nights", 4, _split_feeds),
    Attack("split over credentials", "with accomplices, on one night", "people", 4, _split_credentials, int),
    Attack("log deletion", "a share of the deed never arrives", "share", 0.5, _delete),
)
"""Flipped labels are no attack here: no disposition reaches a training."""

Ranking = Callable[[Sequence[Night], Mapping[int, str]], list[tuple[People, Array]]]
"""Nights after the history → each night's people and their figures, higher is stranger."""


def champion(
    behaviours: Sequence[Behaviour], history: Sequence[Night], peers: Mapping[int, str], trained: int,
    absorb: Absorb = as_they_are,
) -> Ranking:  # fmt: skip
    """The nightly pipeline from person-days on: baseline with its guard, surprise, calibration, fusion, risk.

    Fitted to `history` from its night `trained` on. Without detectors that need tables, and with consequence 1.
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
        return state.rolled(leaving.people, absorb(state, leaving.people, leaving.values, kinds), kinds)

    state = Baseline.empty(len(behaviours))
    learnt: list[tuple[NDArray[np.int64], People, Array]] = []
    for place, night in enumerate(history):
        bits, ready = judged(state, night)
        if place >= trained:
            learnt.append((np.full(ready.sum(), place), night.people[ready], bits[ready]))
        state = on(state, history, place)
    places, people_of, bits_of = (np.concatenate(column) for column in zip(*learnt, strict=True))
    model = Champion.fit(behaviours, places, people_of, bits_of, {})
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


def attacked(
    nights: Sequence[Night], attackers: Sequence[int], busiest: Mapping[int, int], deed: Array, steps: Sequence[Step],
    whole: NDArray[np.bool_],
) -> tuple[list[Night], int]:  # fmt: skip
    """The nights with the deed in them, and the last that is looked at: attackers act on nights on which they came.

    Behaviours marked `whole` are done in whole numbers; what is left over is done on a later night.
    """
    out, last = list(nights), 0
    for person in attackers:
        present = [n for n, night in enumerate(nights) if person in night.people]
        owed = np.zeros(deed.size)
        for step, place in zip(steps, present, strict=False):
            night = out[place]
            values, row = night.values.copy(), int(np.searchsorted(night.people, person))
            if step.as_peer and busiest[person] in nights[place].people:
                values[row] = nights[place].values[np.searchsorted(night.people, busiest[person])]
            owed += deed * step.amount
            done = np.where(whole, np.floor(owed + 0.5), owed)
            owed -= done
            values[row] = values[row] + done
            out[place], last = replace(night, values=values), max(last, place)
    return out, min(last + FOLLOWED_NIGHTS, len(nights) - 1)


def named(
    ranking: Ranking, nights: Sequence[Night], peers: Mapping[int, str], groups: Sequence[Sequence[int]], budget: int
) -> list[set[int]]:
    """For each group of people: the nights on which one of them stands within the budget.

    People of other groups are left out of the count: they would not be there together.
    """
    everybody = {person for group in groups for person in group}
    found: list[set[int]] = [set() for _ in groups]
    for place, (people, figure) in enumerate(ranking(nights, peers)):
        others = np.sort(figure[~np.isin(people, list(everybody))])[::-1]
        line = others[budget - 1] if others.size >= budget else -np.inf
        for number, group in enumerate(groups):
            mine = figure[np.isin(people, list(group))]
            if mine.size and mine.max() > line:
                found[number].add(place)
    return found


def unseen(
    attack: Attack, ranking: Ranking, nights: Sequence[Night], peers: Mapping[int, str],
    attackers: Sequence[Sequence[int]], busiest: Mapping[int, int], deed: Array, parts: Array, whole: NDArray[np.bool_],
    budget: int,
) -> list[float]:  # fmt: skip
    """For each attacker, the greatest of SHARES of the deed that this attack gets away with; 0 where none.

    `attackers` lists each with the accomplices they would bring, in order.
    """
    groups = [list(one[: attack.credentials(attack.patience)]) for one in attackers]
    everybody = [person for group in groups for person in group]
    steps = attack.steps(attack.patience, parts)
    greatest = [0.0] * len(groups)
    anyway: list[set[int]] = []
    for share in SHARES:
        told, until = attacked(nights, everybody, busiest, deed * share, steps, whole)
        # Without the deed the same nights are looked at, whatever its share.
        anyway = anyway or named(ranking, nights[: until + 1], peers, groups, budget)
        for number, seen in enumerate(named(ranking, told[: until + 1], peers, groups, budget)):
            if seen <= anyway[number]:
                greatest[number] = share
    return greatest
