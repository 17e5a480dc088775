"""Who acts deeds out, and how large a deed is at this site.

Attackers are drawn among those who have the means: who come on most nights, and do more of what the deed adds than half
of them do anyway, for a first time cannot be hidden. Whoever they are, nobody has done anything: their days are copied.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from features.behaviour import Behaviour
from features.deeds import Deed
from models.arrays import Array
from models.attacks import Attacker
from models.rankings import Night

ATTACKERS = 24
"""Of each deed: six groups of four accomplices, and a share of unseen deeds known to a tenth or so."""

FEW = 0.25
"""The largest share of steady people who are attackers at once: who is left is what the list is otherwise made of."""

STEADY = 0.5
"""Of all nights, on which an attacker came."""

BUSIEST = 0.9
"""Quantile of person-days that did any of it: what the busiest tenth do, where most people do nothing of the kind."""


def amount(deed: Deed, behaviours: Sequence[Behaviour], nights: Sequence[Night]) -> Array:
    """What all of the deed adds to a day, behaviour by behaviour: at least one of each thing that the site can show.

    A kind of log in which nobody did anything on these nights does not reach this site: nothing of it is added.
    """
    values = np.concatenate([night.values for night in nights])
    known = np.array([bool((values[:, j] > 0).any()) for j in range(len(behaviours))])
    shown = {b.source for b, some in zip(behaviours, known, strict=True) if some}
    added = np.zeros(len(behaviours))
    for j, behaviour in enumerate(behaviours):
        if behaviour.name in deed.adds and behaviour.source in shown:
            busy = float(np.quantile(values[:, j][values[:, j] > 0], BUSIEST)) if known[j] else 1.0
            added[j] = deed.adds[behaviour.name] * max(busy, 1.0)
    return added


def drawn(
    deeds: Mapping[str, Array], behaviours: Sequence[Behaviour], history: Sequence[Night], ahead: Sequence[Night],
    peers: Mapping[int, str], seed: int = 0, most: int = ATTACKERS,
) -> list[Attacker]:  # fmt: skip
    """As many attackers of each deed, at most `most`; nobody acts out two. Deeds that add nothing have none."""
    deeds = {name: added for name, added in deeds.items() if added.any()}
    draw, out, taken = np.random.default_rng(seed), [], set[int]()
    came = np.unique(np.concatenate([night.people for night in [*history, *ahead]]), return_counts=True)
    often = came[0][came[1] > STEADY * (len(history) + len(ahead))].tolist()
    # Only who comes on the nights of the attacks too can act.
    steady = [p for p in often if sum(p in night.people for night in ahead) > STEADY * len(ahead)]
    each = min(most, int(FEW * len(steady)) // max(len(deeds), 1))
    for name, added in deeds.items():
        means = doing(history, added)
        able = sorted(steady, key=lambda p: (-means.get(p, 0.0), p))[: len(steady) // 2]
        free = [int(p) for p in draw.permutation(np.array(able, dtype=np.int64)) if int(p) not in taken][:each]
        taken |= set(free)
        sources = sorted({b.source for b, much in zip(behaviours, added, strict=True) if much > 0})
        parts = np.array([[float(b.source == source) for b in behaviours] for source in sources])
        out += [Attacker(p, busiest(p, means, peers), name, added, parts) for p in free]
    return out


def whole(behaviours: Sequence[Behaviour]) -> NDArray[np.bool_]:
    """Which behaviours are done in whole numbers."""
    return np.array([behaviour.kind in ("count", "flag") for behaviour in behaviours])


def doing(history: Sequence[Night], added: Array) -> dict[int, float]:
    """How much of what the deed adds each person does anyway, in deeds."""
    sums: dict[int, float] = {}
    for night in history:
        much = np.nansum(night.values * (added > 0) / np.maximum(added, 1e-9), axis=1)
        for person, done in zip(night.people.tolist(), much.tolist(), strict=True):
            sums[person] = sums.get(person, 0.0) + done
    return sums


def busiest(person: int, means: Mapping[int, float], peers: Mapping[int, str]) -> int:
    """The colleague who does most of what the deed adds."""
    colleagues = [p for p in means if p != person and peers.get(p) == peers.get(person)]
    return max(colleagues, key=lambda other: (means[other], other), default=person)
