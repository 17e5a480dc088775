"""What is usual among peers, and what to expect of a person: own habits shrunk toward peers', peers' to the site's.

Everything is pooled from the people's own statistics at the moment of use, so there is no second state to keep in step,
and nobody's change of role has to be undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, Rows
from models.baseline import Baseline

OWN_PRIOR_NIGHTS = 5.0
"""Peers speak as loud as this many own nights: a working week. 3 to 7 gave the same leads on CERT r4.2."""

PEER_PRIOR_NIGHTS = 50.0
"""The site speaks as loud as this many person-nights of a group of peers."""


@dataclass(frozen=True)
class Pool:
    """Groups × behaviours: how members' nights spread. Total variance = within + between (law of total variance)."""

    weight: Array
    mean: Array
    within: Array
    """Average variance of one member from night to night."""
    between: Array
    """Variance of the members' means."""


@dataclass(frozen=True)
class Expected:
    """What the next night should bring, people × behaviours on the averaging scale."""

    mean: Array
    variance: Array
    evidence: Array
    """Own nights and the prior's, behind the figures."""
    colleagues: Array
    """The peers' mean."""


def pooled(baseline: Baseline, group: Rows, groups: int) -> Pool:
    """The figures of each group of peers; `group` gives each person's, from 0 to `groups` − 1.

    A group of few nights is shrunk toward the site; a group without members is the site.
    """
    mean, variance = baseline.mean(), baseline.variance()
    site_weight = np.maximum(baseline.weight.sum(axis=0), 1e-9)
    site_mean = baseline.total.sum(axis=0) / site_weight
    site_within = (baseline.weight * variance).sum(axis=0) / site_weight
    site_between = (baseline.weight * (mean - site_mean) ** 2).sum(axis=0) / site_weight

    order = np.argsort(group, kind="stable")
    present, starts = np.unique(group[order], return_index=True)

    def summed(values: Array) -> Array:
        sums = np.zeros((groups, values.shape[1]))
        sums[present] = np.add.reduceat(values[order], starts, axis=0)
        return sums

    weight = summed(baseline.weight)
    prior = PEER_PRIOR_NIGHTS
    shrunk = (summed(baseline.total) + prior * site_mean) / (weight + prior)
    within = (summed(baseline.weight * variance) + prior * site_within) / (weight + prior)
    spread = baseline.weight * (mean - shrunk[group]) ** 2
    return Pool(weight, shrunk, within, (summed(spread) + prior * site_between) / (weight + prior))


def expected(baseline: Baseline, group: Rows, groups: int, excused: NDArray[np.bool_]) -> Expected:
    """What to expect of everybody in the baseline.

    The less is known of a person, the more the peers' mean counts and the wider the prediction is: a newcomer may be
    like any of them. So may everybody in behaviours that an own habit does not excuse (`excused`, one for each).
    """
    pool = pooled(baseline, group, groups)
    evidence = baseline.weight + OWN_PRIOR_NIGHTS
    trust = np.where(excused, OWN_PRIOR_NIGHTS / evidence, 1.0)
    peers = pool.mean[group]
    mean = (1.0 - trust) * baseline.mean() + trust * peers
    variance = (1.0 - trust) * baseline.variance() + trust * (pool.within[group] + pool.between[group])
    return Expected(mean, variance, evidence, peers)


def named(roles: Mapping[int, str], communities: Mapping[int, int], unknown: str) -> dict[int, str]:
    """Each person's group of peers: the role by the roster; where that is `unknown`, the community of their company.

    Where the roster speaks it is believed, so that nobody chooses their peers by choosing their company. Communities
    need no names that last: what is usual in one is pooled from its members' own statistics when it is asked for.
    """
    found = {person: f"community {number}" for person, number in communities.items()}
    return {person: found.get(person, role) if role == unknown else role for person, role in roles.items()}


def grouped(labels: Sequence[str]) -> tuple[Rows, tuple[str, ...]]:
    """Number the labels of peers: each person's group, and the groups in ascending order."""
    names, group = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
    return group.astype(np.intp), tuple(str(name) for name in names)
