"""SynapseML's AccessAnomaly (CyberML), its published method written anew: its jars and ours do not run together.

Implicit collaborative filtering of users and resources (Hu, Koren & Volinsky, ICDM 2008) with its defaults: rank 10, 25
iterations, regularisation 1, alpha 1, access counts scaled linearly to [5, 10]. A pair is as anomalous as its predicted
preference is low, in standard deviations from the mean over the training's pairs; +∞ when user and resource are in
different connected components, nothing when either is new. With known pairs as history, those score 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from models.arrays import Array, Rows

RANK, ITERATIONS, REGULARISATION, ALPHA = 10, 25, 1.0, 1.0
LOW, HIGH = 5.0, 10.0
REFIT_NIGHTS, WINDOW_NIGHTS = 28, 182
"""As every other rival of this comparison is fitted."""


@dataclass(frozen=True)
class Visits:
    """One row per night, user and resource, nights ascending; users and resources are positions."""

    night: NDArray[np.int64]
    user: Rows
    resource: Rows
    count: Array

    def rows(self, rows: slice) -> "Visits":
        """Some of the rows."""
        return Visits(self.night[rows], self.user[rows], self.resource[rows], self.count[rows])


def periods(visits: Visits, first: int, last: int) -> Iterator[tuple[slice, slice]]:
    """(rows to learn from, rows to score): four weeks by the half year before, where there are visits in both."""
    for begin in range(first, last + 1, REFIT_NIGHTS):
        start, now, end = np.searchsorted(visits.night, (begin - WINDOW_NIGHTS, begin, begin + REFIT_NIGHTS)).tolist()
        if start < now < end:
            yield slice(start, now), slice(now, end)


class AccessAnomaly:
    """The model of `past` visits."""

    def __init__(self, past: Visits, users: int, resources: int) -> None:
        pair, position = np.unique(past.user * resources + past.resource, return_inverse=True)
        count = np.bincount(position, weights=past.count)
        user, resource = pair // resources, pair % resources
        spread = count.max() - count.min()
        scaled = LOW + (HIGH - LOW) * (count - count.min()) / spread if spread > 0 else np.full(count.size, HIGH)
        self.pairs, self.resources = pair, resources
        self.known_user = np.bincount(user, minlength=users)
        self.known_resource = np.bincount(resource, minlength=resources)
        graph = coo_array((np.ones(pair.size), (user, users + resource)), shape=(users + resources,) * 2)
        component = connected_components(graph, directed=False)[1]
        self.user_component, self.resource_component = component[:users], component[users:]
        draw = np.random.default_rng(0)
        self.theirs = draw.normal(size=(users, RANK)) / np.sqrt(RANK)
        self.places = np.abs(draw.normal(size=(resources, RANK))) / np.sqrt(RANK)
        for _ in range(ITERATIONS):
            self.theirs = solved(user, resource, scaled, self.places, users)
            self.places = solved(resource, user, scaled, self.theirs, resources)
        told = self.preference(user, resource)
        self.mean, self.spread = told.mean(), max(told.std(), 1e-12)

    def preference(self, user: Rows, resource: Rows) -> Array:
        """What the factors predict."""
        return np.asarray((self.theirs[user] * self.places[resource]).sum(axis=1), dtype=np.float64)

    def score(self, tonight: Visits, *, history: bool) -> Array:
        """The anomaly of each row; NaN for a new user or resource. With `history`, a known pair is 0."""
        low = (self.mean - self.preference(tonight.user, tonight.resource)) / self.spread
        apart = self.user_component[tonight.user] != self.resource_component[tonight.resource]
        found = np.where(apart, np.inf, low)
        new = (self.known_user[tonight.user] == 0) | (self.known_resource[tonight.resource] == 0)
        found = np.where(new, np.nan, found)
        seen = np.isin(tonight.user * self.resources + tonight.resource, self.pairs)
        return np.where(history & seen, 0.0, found)


def solved(mine: Rows, other: Rows, rating: Array, factors: Array, size: int) -> Array:
    """One half step of implicit least squares: the factors of `size` users, those of the resources held fixed.

    Regularisation grows with the number of ratings, as in Spark's.
    """
    order = np.argsort(mine, kind="stable")
    present, starts, held = np.unique(mine[order], return_index=True, return_counts=True)
    vectors, trust = factors[other[order]], ALPHA * rating[order]
    outer = np.add.reduceat(trust[:, None, None] * vectors[:, :, None] * vectors[:, None, :], starts, axis=0)
    right = np.add.reduceat((1.0 + trust)[:, None] * vectors, starts, axis=0)
    left = factors.T @ factors + outer + (REGULARISATION * held)[:, None, None] * np.eye(RANK)
    found = np.zeros((size, RANK))
    found[present] = np.linalg.solve(left, right[..., None])[..., 0]
    return found


def access_anomaly(visits: Visits, first: int, last: int, *, history: bool) -> Array:
    """The score of each visit, by a model of the half year before, fitted anew every four weeks; 0 without a past."""
    users, resources = int(visits.user.max()) + 1, int(visits.resource.max()) + 1
    found = np.zeros(visits.night.size)
    for then, now in periods(visits, first, last):
        model = AccessAnomaly(visits.rows(then), users, resources)
        scores = model.score(visits.rows(now), history=history)
        # A pair nobody can judge is no reason, and one that nothing connects is the strongest.
        finite = scores[np.isfinite(scores)]
        beyond = (finite.max() if finite.size else 0.0) + 1.0
        found[now] = np.nan_to_num(scores, nan=0.0, posinf=beyond)
    return found


def worst(visits: Visits, scores: Array, nights: NDArray[np.int64], users: Rows) -> Array:
    """The most anomalous visit of each row (night, user); 0 for a row without visits."""
    width = int(users.max()) + 1
    order = np.lexsort((scores, visits.user, visits.night))
    key = (visits.night * width + visits.user)[order]
    last = np.append(np.flatnonzero(np.diff(key)), key.size - 1)
    wanted = nights * width + users
    at = np.minimum(np.searchsorted(key[last], wanted), last.size - 1)
    return np.where(key[last][at] == wanted, scores[order][last][at], 0.0)
