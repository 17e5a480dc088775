"""The sums over people that the nightly-list protocol's figures are ratios of.

One function of people's weights gives every figure: all weights being 1, the figure; with weights drawn by
`models.intervals`, what it might have been with other people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People

DETECTED = 5
"""An insider ranked so high is met: the protocol's rank for the time to detection, whatever the budget."""

ONE_IN_20, ONE_IN_100 = 20, 100
"""False-positive rates, as one in so many innocent person-days: counts compare exactly, shares do not."""


@dataclass(frozen=True)
class Sums:
    """What the figures are made of, by person."""

    malicious: Array
    """Malicious person-days of each person."""
    within: Mapping[int, Array]
    """Of them, ranked at most k."""
    leads: Array
    """Person-days within the budget."""
    hits: Array
    """Of them, malicious."""
    delay: Array
    """Nights to detection; of insiders only."""
    owner: NDArray[np.intp]
    """Whose each malicious person-day is."""
    innocent: Array
    """Innocent person-days of each person."""
    reach: Array
    """People × malicious person-days: how many of the person's innocent days show as much, or more."""
    exceed: Array
    """The same: more."""

    @classmethod
    def of(
        cls,
        nights: NDArray[np.int64],
        people: People,
        figure: Array,
        rank: NDArray[np.int64],
        at: NDArray[np.intp],
        begun: Mapping[int, int],
        innocent: NDArray[np.bool_],
        listed: NDArray[np.bool_],
        ks: Sequence[int],
    ) -> Self:
        """From rows: `at` are the malicious ones, `innocent` and `listed` say which rows are.

        `begun` is the first malicious night of each insider, whether or not it left a row.
        """
        everybody, person = np.unique(people, return_inverse=True)

        def count(rows: NDArray[np.bool_] | NDArray[np.intp]) -> Array:
            return np.bincount(person[rows], minlength=everybody.size).astype(np.float64)

        first = np.array([begun.get(known, np.inf) for known in everybody.tolist()], dtype=np.float64)
        met = np.full(everybody.size, np.inf)
        later = np.flatnonzero((rank <= DETECTED) & (nights >= first[person]))
        np.minimum.at(met, person[later], nights[later].astype(np.float64))
        delay = np.where(np.isfinite(met), met, np.inf) - np.where(np.isfinite(first), first, 0.0)
        levels, level = np.unique(figure[at], return_inverse=True)
        beyond = {}
        for side in ("left", "right"):
            # How many of the malicious figures an innocent day exceeds (left), or reaches (right); then, turned round,
            # how many innocent days reach each.
            passed = np.searchsorted(levels, figure[innocent], side=side)
            cells = np.bincount(
                person[innocent] * (levels.size + 1) + passed, minlength=everybody.size * (levels.size + 1)
            ).reshape(everybody.size, -1)
            beyond[side] = cells[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:][:, level].astype(np.float64)
        return cls(
            malicious=count(at),
            within={k: count(at[rank[at] <= k]) for k in ks},
            leads=count(listed),
            hits=count(at[listed[at]]),
            delay=delay,
            owner=person[at],
            innocent=count(innocent),
            reach=beyond["right"],
            exceed=beyond["left"],
        )

    def figures(self, weights: Array) -> dict[str, Array]:
        """Each figure for each row of `weights` (draws × people); NaN where a draw holds nobody to count."""
        insider = self.malicious > 0
        insiders, days = weights @ insider, weights @ self.malicious
        out = {}
        for k, within in self.within.items():
            out[f"night_recall@{k}"] = _share(weights @ within, days)
            out[f"person_recall@{k}"] = _share(weights @ (within > 0), insiders)
        out["precision"] = _share(weights @ self.hits, weights @ self.leads)
        each, rest = weights[:, self.owner], (weights @ self.innocent)[:, None]
        reach, exceed = weights @ self.reach, weights @ self.exceed
        below = (each * (rest - (reach + exceed) / 2)).sum(axis=1)
        out["auc"] = _share(below, days * rest[:, 0])
        for name, one_in in (("recall_at_fpr", ONE_IN_20), ("recall_at_1_fpr", ONE_IN_100)):
            out[name] = _share((each * (reach * one_in <= rest)).sum(axis=1), days * (rest[:, 0] > 0))
        delay, times = self.delay[insider], weights[:, insider].astype(np.int64)
        out["nights_to_detection"] = np.array(
            [np.median(np.repeat(delay, row)) if row.any() else np.nan for row in times]
        )
        return out


def _share(found: Array, of: Array) -> Array:
    return np.asarray(np.divide(found, of, out=np.full(np.shape(of), np.nan), where=of > 0), dtype=np.float64)
