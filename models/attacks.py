"""Adversaries who know the method: how much more they must do against the champion than against an undefended baseline.

A deed is what it adds to a person's day, behaviour by behaviour. An attack spreads, hides or prepares it, for so many
nights or with so many accomplices as its adversary has patience for. Measured is the greatest share of the deed that
can then be done without being named: a half means twice as many nights for the whole of it. Named is whom a list has
within the budget that would not have had them anyway. The adversaries of the undefended baseline (models.rankings)
cannot do everything either; the ratio of the two shares is how much more effort the champion costs them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array
from models.rankings import Night, Ranking

SHARES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""Of the deed, in rising order."""

FOLLOWED_NIGHTS = 3
"""Nights after an attack's last on which a memory may still name the attacker."""


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
"""Flipped labels are the attack `at once` against a champion whose families labels turned down: models.feedback."""


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
