"""Risk: surprise × consequence, remembered with a half-life reason by reason, and only then fused.

What a family of behaviours, or a detector, showed over the nights is remembered as the root of the sum of squares of
its bits, which halve in a half-life. Squares lie between a sum, where a week of mild nights counts like an event and
whoever is a little odd is so for a week, and the fourth power of `models.fusion`, where a second night hardly counts.
What is remembered is then calibrated in its turn (`Worth`): a family that is mildly strange for a week on end in many
people has no larger share of the list than any other. The families' bits are fused by the same p-norm as one night's,
so the channels' parts sum to the risk exactly. A state holds two figures for each person and channel, and a night
rolls it forward in one line.

Consequence is declared for zones alone, and most people are somewhere grave on most days: taken as it is, it would
multiply all that doors tell, the mildest too, and push what was done at a computer behind it. So it counts as a
multiple of what is usual.

Behaviours that no habit explains are another matter (features.behaviour.Behaviour.excused). Under the claim that a
person is as their peers, one night says nothing of the next, so the bits of several nights add up, as the logarithms of
independent p-values do (Fisher 1932, section 21.1); what has faded of them fades by the same half-life.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People, aligned
from models.calibration import Calibration
from models.fusion import P, energy, norm, parts, split

Flags = NDArray[np.bool_]

HALF_LIFE_NIGHTS = 5
"""What was strange is half as strange after a working week. 3 to 7 gave the same leads on CERT r4.2."""

FORGOTTEN = 2.0**-20
"""Squares below this, a thousandth of a bit, are nothing: the person's row is dropped."""


@dataclass(frozen=True)
class Consequence:
    """What could have been done where people were, `weight` of each row: it weighs the `heavy` channels, others 1."""

    weight: Array
    heavy: Flags

    def of(self, rows: slice) -> Array:
        """Rows × channels, as `Risk.rolled` takes it."""
        return np.where(self.heavy[None, :], self.weight[rows][:, None], 1.0)

    @property
    def usual(self) -> Array:
        """The median of each channel's consequence over all rows; 1 where there are none, or it is 0."""
        median = float(np.median(self.weight)) if self.weight.size else 1.0
        return np.where(self.heavy, median or 1.0, 1.0)


@dataclass(frozen=True)
class Worth:
    """What a remembered figure is worth, in bits, for each family of behaviours and each detector."""

    families: tuple[str, ...]
    """Of each channel."""
    maps: Mapping[str, Calibration]
    weights: Mapping[str, float]
    """How loud a detector is heard; a family that is not named: as it is."""
    usual: Array | float = 1.0
    """The usual consequence of each channel, `Consequence.usual`."""

    def members(self) -> dict[str, list[int]]:
        """The channels of each family, families in their order."""
        found: dict[str, list[int]] = {}
        for at, name in enumerate(self.families):
            found.setdefault(name, []).append(at)
        return found

    def bits(self, remembered: Array) -> Array:
        """What the families' remembered figures are worth, people × families, as `Risk.remembered` gives them."""
        columns = zip(self.members(), remembered.T, strict=True)
        return np.column_stack([self.weights.get(name, 1.0) * self.maps[name].bits(figure) for name, figure in columns])


@dataclass(frozen=True)
class Risk:
    """What is remembered of `people` (ascending) as of the end of a night: people × channels."""

    people: People
    squares: Array
    """Decayed sum of the channel's squared bits."""
    weighed: Array
    """The same of bits × consequence."""

    @classmethod
    def empty(cls, channels: int) -> Self:
        """Nothing remembered, of nobody."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros((0, channels)), np.zeros((0, channels)))

    def rolled(
        self,
        people: People,
        tonight: Array,
        consequence: Array | float = 1.0,
        half_life: float = HALF_LIFE_NIGHTS,
        adding: Flags | None = None,
    ) -> Self:
        """One night on: memory fades, tonight's squared bits (people × channels, `squares`) are added.

        `consequence` ≥ 0 multiplies bits and broadcasts against people × channels: zone and material category, access,
        authority. 1 changes nothing. `half_life` is in nights. `adding` marks the channels whose bits, not squares,
        add up. Whoever had no event has no row in `tonight` and only fades.
        """
        everybody = np.union1d(self.people, people)
        fading = 0.5 ** (2 / half_life)

        def later(held: Array, added: Array) -> Array:
            faded, fresh = aligned(held, self.people, everybody) * fading, aligned(added, people, everybody)
            sums: Array = faded + fresh
            if adding is not None:
                sums[:, adding] = (np.sqrt(faded[:, adding]) + np.sqrt(fresh[:, adding])) ** 2
            return sums

        squares = later(self.squares, tonight)
        weighed = later(self.weighed, tonight * np.asarray(consequence) ** 2)
        kept = (squares.sum(axis=1) > FORGOTTEN) | np.isin(everybody, people)
        return type(self)(everybody[kept], squares[kept], weighed[kept])

    def remembered(self, worth: Worth, of: Flags | None = None) -> Array:
        """What each family remembers of each person, in bits at consequence 1: people × families.

        `of` marks the channels that are asked; None: all.
        """
        squares = self.squares if of is None else np.where(of, self.squares, 0.0)
        return np.column_stack([np.sqrt(squares[:, at].sum(axis=1)) for at in worth.members().values()])

    def energies(self, worth: Worth) -> Array:
        """What each channel adds to the p-norm that is the risk: people × channels.

        Consequence, as a multiple of what is usual, multiplies bits.
        """
        found, remembered = np.zeros_like(self.squares), self.remembered(worth)
        heard, graver = worth.bits(remembered), self.weighed / worth.usual**2
        for family, at in enumerate(worth.members().values()):
            weighed, figure = graver[:, at], remembered[:, family]
            heavy = np.sqrt(weighed.sum(axis=1))
            gravity = np.divide(heavy, figure, out=np.ones_like(figure), where=figure > 0)
            found[:, at] = split(energy(gravity * heard[:, family]), weighed)
        return found

    def risk(self, worth: Worth) -> Array:
        """The risk of each person, in bits."""
        return norm(self.energies(worth))

    def parts(self, worth: Worth) -> Array:
        """What each channel adds: people × channels, rows sum to `risk`."""
        return parts(self.energies(worth))


def squares(energies: Array, families: Sequence[str]) -> Array:
    """Squared bits of each channel, from the energies that it adds to a night's score: people × channels.

    They sum to the square of the family's bits, and are in the same proportion as the energies.
    """
    found = np.zeros_like(energies)
    for name in dict.fromkeys(families):
        at = [i for i, family in enumerate(families) if family == name]
        found[:, at] = split(energies[:, at].sum(axis=1) ** (2 / P), energies[:, at])
    return found


def ranked(people: People, risk: Array, candidates: People) -> People:
    """Rank of each of `people` among `candidates`, from 1; 0 for others. Equal risks: the lower pseudonym first."""
    taking_part = np.isin(people, candidates)
    order = np.lexsort((people, -risk, ~taking_part))
    rank = np.empty(people.size, dtype=np.int64)
    rank[order] = np.arange(1, people.size + 1)
    return np.where(taking_part, rank, 0)


def replayed(
    nights: NDArray[np.int64], people: People, tonight: Array, half_life: float, adding: Flags,
    consequence: Consequence | None,
) -> Iterator[tuple[Risk, People]]:  # fmt: skip
    """What is remembered as of each night, had the model scored these nights one after the other, and who was there."""
    state = Risk.empty(tonight.shape[1])
    starts = np.searchsorted(nights, np.arange(int(nights[0]), int(nights[-1]) + 2))
    for start, stop in pairwise(starts):
        who, gravity = people[start:stop], consequence.of(slice(start, stop)) if consequence else 1.0
        state = state.rolled(who, tonight[start:stop], gravity, half_life, adding)
        yield state, who
