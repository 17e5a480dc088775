"""Risk: surprise × consequence, remembered with a half-life.

The same p-norm that fuses the reasons of one night fuses the nights: risk = (Σ over nights and channels of
(2^(−age/h) · consequence · bits)ᵖ)^(1/p). So only the decayed energy of each channel has to be kept, a night rolls it
forward in one line, and the channels' parts sum to the risk exactly. A strong night is remembered, a week of mild
nights does not add up to one: whoever is a little odd is so for a week.

Behaviours that no habit explains are another matter (features.behaviour.Behaviour.excused). Under the claim that a
person is as their peers, one night says nothing of the next, so the bits of several nights add up, as the logarithms of
independent p-values do (Fisher 1932, section 21.1); what has faded of them fades by the same half-life.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People, aligned
from models.fusion import P, norm, parts

Flags = NDArray[np.bool_]

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
        adding: Flags | None = None,
    ) -> Self:
        """One night on: memory fades, tonight's energies (people × channels) are added.

        `consequence` ≥ 0 multiplies bits and broadcasts against people × channels: zone and material category, access,
        authority. 1 changes nothing. `half_life` is in nights. `adding` marks the channels whose bits, not energies,
        add up. Whoever had no event has no row in `tonight` and only fades.
        """
        everybody = np.union1d(self.people, people)
        fading = 0.5 ** (P / half_life)
        faded = aligned(self.energy, self.people, everybody) * fading
        fresh = aligned(tonight * np.asarray(consequence) ** P, people, everybody)
        energy = faded + fresh
        if adding is not None:
            energy[:, adding] = (faded[:, adding] ** (1.0 / P) + fresh[:, adding] ** (1.0 / P)) ** P
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
