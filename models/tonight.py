"""What many show tonight is the night's doing: each claim of surprise conditioned on the night and on the role.

A baseline says how rare a value is among past nights. In an outage, a re-organisation, on a day that a gate was shut,
it is wrong of everybody at once, and a list of the most surprising is a list of who was there. The night itself tells:
as long as FEWEST people show a behaviour at least as strange as a person's, it is worth no more than their share of the
night's people, the conformal p-value among tonight's colleagues (Vovk, Gammerman & Shafer 2005, ch. 2). What the last
of these claims beyond that is the night's inflation. Whoever stands out further is divided by it, as statistics are
that a whole population inflates (genomic control: Devlin & Roeder, Biometrics 55(4), 1999). The same is asked of each
role, and the lower answer holds. Nothing gains by it, and among people of one role no order changes.

How much the night takes back, and of how many, tells what kind of night it is: see `upheaval`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from models.arrays import Array

FEWEST = 5
"""People who must show as much before it is the night's doing: fewer may be accomplices, more are half a small role."""

SLACK = 1.0
"""Bits by which claims may run ahead of their share: a night is out of order from twice as many people on. Behaviours
and small roles scatter by less on ordinary nights, and calibration sees to what lasts."""


MUCH = 10.0
"""Bits taken back from one person that are much: what happens once in a thousand times, as often as the night likes."""
MANY = 0.2
"""Share of the people from whom much is taken back on no ordinary night: every fifth, as in jobs.regimes."""
WEEK = 7
"""Nights of whose fullest that is a share: the few who come on a free day are strange to one another, as ever."""


@dataclass(frozen=True)
class Tonight:
    """The bits of a night's people, each column ascending: the site's, then each role's that has FEWEST people."""

    site: Array
    roles: Mapping[str, Array]

    @classmethod
    def of(cls, bits: Array, roles: Sequence[str]) -> Self:
        """From one night's bits, people × behaviours, and each person's role."""
        of_role = np.asarray(roles, dtype=np.str_)
        names, people = np.unique(of_role, return_counts=True)
        large = names[people >= FEWEST].tolist()
        return cls(np.sort(bits, axis=0), {name: np.sort(bits[of_role == name], axis=0) for name in large})

    def conditioned(self, bits: Array, roles: Sequence[str]) -> Array:
        """What the night leaves of the bits that people of these roles claim, rows × behaviours: never more."""
        told, of_role = _worth(self.site, bits), np.asarray(roles, dtype=np.str_)
        for name, colleagues in self.roles.items():
            mine = of_role == name
            told[mine] = np.minimum(told[mine], _worth(colleagues, bits[mine]))
        return told


def taken_back(claimed: Array, told: Array) -> Array:
    """Bits of each person's claims that the night took back: the norm over behaviours, both people × behaviours."""
    return np.asarray(np.linalg.norm(claimed - told, axis=1))


def upheaval(taken: Array, fullest: int) -> bool:
    """Whether the night takes MUCH back from MANY: `taken` holds one figure of each who was scored, and `fullest` says
    how many were on the fullest of the WEEK nights that end with it.

    Each claimed a marvel by the own past, and was believed of none: something changed for all of them at once. That is
    known on the first such night, before risk has gathered. Of fewer than FEWEST people nothing is taken.
    """
    return bool(taken.size) and int(np.count_nonzero(taken >= MUCH)) >= MANY * fullest


def _worth(ordered: Array, bits: Array) -> Array:
    """What `bits`, rows × behaviours, are worth among `ordered`, everybody's, ascending in each column."""
    people = len(ordered)
    if people < FEWEST:
        return bits.copy()
    told = np.empty_like(bits)
    least = SLACK - np.log2((FEWEST + 0.5) / (people + 1.0))
    for j in range(bits.shape[1]):
        column, claimed = ordered[:, j], bits[:, j]
        beyond = people - np.searchsorted(column, claimed, side="left")
        share = SLACK - np.log2((np.maximum(beyond, FEWEST) + 0.5) / (people + 1.0))
        inflated = max(column[people - FEWEST] / least, 1.0)
        told[:, j] = np.minimum(claimed, np.where(beyond >= FEWEST, share, claimed / inflated))
    return told
