"""A contrastive model of context and action: whose act is this? As a rival, in the manner of Facade.

Facade (Kantchelian et al., "Facade: High-Precision Insider Threat Detection Using Deep Contextual Anomaly Detection",
2024) embeds who acts and what is acted on by two encoders, trained so that pairs that happened lie nearer than pairs
put together at random; no label is used. Here, at the size of a facility: a person is the mean of the places of their
half year and their role, a place the mean of the people who used it, each without the pair in question, so that nothing
is known by heart. In numpy; a test holds its gradients against differences.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from benchmarks.access_anomaly import Visits, periods
from benchmarks.adam import Adam
from models.arrays import Array, Rows

WIDTH, PASSES, BATCH, RATE = 16, 10, 256, 0.02
WARMTH = 0.1
"""Cosines are divided by it before the softmax: the usual temperature (Chen et al., SimCLR, ICML 2020)."""


@dataclass(frozen=True)
class Past:
    """Who used what in a half year, users × resources, and each user's newest role."""

    used: csr_array
    role: Rows

    @classmethod
    def of(cls, visits: Visits, role: Rows, users: int, resources: int) -> "Past":
        """`role` is of each visit, nights ascending; 0 stands for a user who is not in them."""
        pairs = np.unique(visits.user * resources + visits.resource)
        used = csr_array((np.ones(pairs.size), (pairs // resources, pairs % resources)), shape=(users, resources))
        newest = np.zeros(users, dtype=np.intp)
        newest[visits.user] = role
        return cls(used, newest)

    def without(self, user: Rows, resource: Rows) -> tuple[csr_array, csr_array]:
        """For each pair the shares of the user's other resources, and those of the resource's other users."""
        return _others(self.used, user, resource), _others(csr_array(self.used.T), resource, user)


class Contrastive:
    """The two encoders: `tables` are the embeddings of resources, of users, and of roles."""

    def __init__(self, past: Past, roles: int, width: int = WIDTH) -> None:
        draw = np.random.default_rng(0)
        users, resources = past.used.shape
        self.past = past
        self.tables = [draw.normal(size=(size, width)) / np.sqrt(width) for size in (resources, users, roles)]
        self.adam = Adam(RATE)

    def encoded(self, user: Rows, resource: Rows) -> tuple[Array, Array, csr_array, csr_array]:
        """Contexts and actions of the pairs, not yet of length one, and what they are the means of."""
        theirs, its = self.past.without(user, resource)
        places, people, roles = self.tables
        return theirs @ places + roles[self.past.role[user]], its @ people, theirs, its

    def gradients(self, user: Rows, resource: Rows) -> tuple[float, list[Array]]:
        """Mean −log of the share that a pair's own act has among the batch's (InfoNCE), and its gradients by table.

        What the person is known to do besides is no counter-example.
        """
        context, action, theirs, its = self.encoded(user, resource)
        (c, long), (a, far) = _unit(context), _unit(action)
        known = self.past.used[user][:, resource].toarray() > 0
        np.fill_diagonal(known, False)
        told = np.where(known, -np.inf, c @ a.T / WARMTH)
        share = np.exp(told - told.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        wrong = (share - np.eye(user.size)) / (WARMTH * user.size)
        by_context, by_action = _through_unit(wrong @ a, c, long), _through_unit(wrong.T @ c, a, far)
        by_role = np.zeros_like(self.tables[2])
        np.add.at(by_role, self.past.role[user], by_context)
        loss = float(-np.log(np.diagonal(share)).mean())
        return loss, [theirs.T @ by_context, its.T @ by_action, by_role]

    def learn(self, user: Rows, resource: Rows) -> float:
        """One step of Adam on a batch; its loss."""
        loss, found = self.gradients(user, resource)
        step = self.adam.step({str(at): gradient for at, gradient in enumerate(found)})
        self.tables = [table - step[str(at)] for at, table in enumerate(self.tables)]
        return loss

    def fit(self) -> "Contrastive":
        """Learn from every pair of the past, PASSES times."""
        user, resource = self.past.used.nonzero()
        draw = np.random.default_rng(1)
        for _ in range(PASSES):
            order = draw.permutation(user.size)
            for begin in range(0, order.size, BATCH):
                batch = order[begin : begin + BATCH]
                self.learn(user[batch].astype(np.intp), resource[batch].astype(np.intp))
        return self

    def score(self, tonight: Visits) -> tuple[Array, NDArray[np.bool_]]:
        """1 − cosine of each visit, 0 where nobody else was seen there; and which pairs are known."""
        context, action, _, its = self.encoded(tonight.user, tonight.resource)
        told = 1.0 - (_unit(context)[0] * _unit(action)[0]).sum(axis=1)
        known = np.asarray(self.past.used[tonight.user, tonight.resource]).ravel() > 0
        return np.where(np.diff(its.indptr) == 0, 0.0, told), known


def contrastive(visits: Visits, role: Rows, first: int, last: int) -> tuple[Array, Array]:
    """The score of each visit by a model of the half year before, fitted anew every four weeks, 0 without a past; and
    the same with known pairs at 0."""
    users, resources = int(visits.user.max()) + 1, int(visits.resource.max()) + 1
    found, new = np.zeros(visits.night.size), np.zeros(visits.night.size)
    for then, now in periods(visits, first, last):
        past = Past.of(visits.rows(then), role[then], users, resources)
        model = Contrastive(past, int(role.max()) + 1).fit()
        found[now], known = model.score(visits.rows(now))
        new[now] = np.where(known, 0.0, found[now])
    return found, new


def _others(used: csr_array, row: Rows, column: Rows) -> csr_array:
    """Rows of `used` with one column of each left out, each summing to 1, or to 0 where nothing else is."""
    at = np.arange(row.size)
    own = csr_array((np.asarray(used[row, column]).ravel(), (at, column)), shape=(row.size, used.shape[1]))
    left = csr_array(used[row] - own)
    left.eliminate_zeros()
    return csr_array(diags_array(1.0 / np.maximum(left.sum(axis=1), 1.0)) @ left)


def _unit(vectors: Array) -> tuple[Array, Array]:
    length = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors / length, length


def _through_unit(gradient: Array, unit: Array, length: Array) -> Array:
    return np.asarray((gradient - unit * (gradient * unit).sum(axis=1, keepdims=True)) / length, dtype=np.float64)
