"""Adversaries who know the method: how a deed is spread, hidden or prepared, night by night.

A deed is what it adds to a person's day, behaviour by behaviour (features.deeds, models.attackers). An attack spreads,
hides or prepares it, for so many nights or with so many accomplices as its adversary has patience for. What can then be
done without being named is counted by models.effort.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array
from models.rankings import Night

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

    @property
    def together(self) -> int:
        """People who act it out together."""
        return self.credentials(self.patience)

    def nights(self, present: int, parts: Array) -> list[Step]:
        """The nights of somebody who comes on `present`: whoever comes less often is less patient."""
        fits = max(1, min(self.patience, present - 1)) if self.unit == "nights" else self.patience
        return self.steps(fits, parts)


@dataclass(frozen=True)
class Attacker:
    """Who acts a deed out."""

    person: int
    busiest: int
    """Whose days a mimic puts on: the colleague who does most of what the deed adds."""
    deed: str
    """Its name."""
    amount: Array
    """What all of it adds to a day, behaviour by behaviour."""
    parts: Array
    """The deed by feed: rows of ones and zeros that sum to ones."""


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
"""Flipped labels are the first, `at once`, against a model whose families labels turned down: models.effort."""


def attacked(
    nights: Sequence[Night], attackers: Sequence[Attacker], attack: Attack, share: float, whole: NDArray[np.bool_]
) -> tuple[list[Night], int]:  # fmt: skip
    """The nights with so large a `share` of the deeds in them, and the last that is looked at.

    Attackers act on nights on which they came. Behaviours marked `whole` are done in whole numbers; what is left over
    is done on a later night.
    """
    changed: dict[int, Array] = {}
    for one in attackers:
        present = [n for n, night in enumerate(nights) if one.person in night.people]
        owed = np.zeros(one.amount.size)
        for step, place in zip(attack.nights(len(present), one.parts), present, strict=False):
            night = nights[place]
            if place not in changed:
                changed[place] = night.values.copy()
            row, values = int(np.searchsorted(night.people, one.person)), changed[place]
            if step.as_peer and one.busiest in night.people:
                values[row] = night.values[np.searchsorted(night.people, one.busiest)]
            owed += one.amount * share * step.amount
            done = np.where(whole, np.floor(owed + 0.5), owed)
            owed -= done
            values[row] += done
    told = [replace(night, values=changed[n]) if n in changed else night for n, night in enumerate(nights)]
    return told, min(max(changed, default=0) + FOLLOWED_NIGHTS, len(nights) - 1)
