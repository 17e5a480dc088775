"""Risk: surprise × consequence, remembered with a half-life.

The same p-norm that fuses the reasons of one night fuses the nights: risk = (Σ over nights and channels of
(2^(−age/h) · consequence · bits)ᵖ)^(1/p). So only the decayed energy of each channel has to be kept, a night rolls it
forward in one line, and the channels' parts sum to the risk exactly. A strong night is remembered, a week of mild
nights does not add up to one.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from models.arrays import Array, People, aligned
from models.fusion import P, norm, parts

HALF_LIFE_NIGHTS = 5
"""What was strange is half as strange after a working week. 3 to 7 gave the same leads on CERT r4.2."""

FORGOTTEN = 2.0**-40
"""Energy below this is nothing: the person's row is dropped."""


@dataclass(frozen=True)
class Risk:
    """What is remembered of `people` (ascending) as of the end of a night."""

    people: People
    energy: Array
    """People × channels: the state."""

    @classmethod
    def empty(cls, channels: int) -> Self:
        """Nothing remembered, of nobody."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros((0, channels)))

    def rolled(
        self,
        people: People,
        tonight: Array,
        consequence: Array | float = 1.0,
        half_life: float = HALF_LIFE_NIGHTS,
    ) -> Self:
        """One night on: memory fades, tonight's energies (people × channels) are added.

        `consequence` ≥ 0 multiplies bits and broadcasts against people × channels: zone and material category, access,
        authority. 1 changes nothing. `half_life` is in nights. Whoever had no event has no row in `tonight` and only
        fades.
        """
        everybody = np.union1d(self.people, people)
        fading = 0.5 ** (P / half_life)
        faded = aligned(self.energy, self.people, everybody) * fading
        energy = faded + aligned(tonight * np.asarray(consequence) ** P, people, everybody)
        kept = (energy.sum(axis=1) > FORGOTTEN) | np.isin(everybody, people)
        return type(self)(everybody[kept], energy[kept])

    def risk(self) -> Array:
        """The risk of each person, in bits."""
        return norm(self.energy)

    def parts(self) -> Array:
        """What each channel adds: people × channels, rows sum to `risk`."""
        return parts(self.energy)


def ranked(people: People, risk: Array, candidates: People) -> People:
    """Rank of each of `people` among `candidates`, from 1; 0 for others. Equal risks: the lower pseudonym first."""
    taking_part = np.isin(people, candidates)
    order = np.lexsort((people, -risk, ~taking_part))
    rank = np.empty(people.size, dtype=np.int64)
    rank[order] = np.arange(1, people.size + 1)
    return np.where(taking_part, rank, 0)
