"""A person's circle: the people kept company with, and what these are to each other.

The four figures of an egonet in L. Akoglu, M. McGlohon & C. Faloutsos, "OddBall: Spotting Anomalies in Weighted Graphs"
(PAKDD 2010), and three of its laws as shares that can be said aloud: edges against neighbours (a star or a clique),
weight against edges (a heavy vicinity), principal eigenvalue against weight (a dominant pair). Where the paper fits a
power law to all egonets, here own nights and peers say what is normal.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from models.arrays import Array, People, Rows, places_of
from models.association import CLOSENESS, FADE, WINDOW_NIGHTS, Association, Presence, Whereabouts
from models.meetings import Fact

KEEPS_COMPANY = 1.0
"""Weight over four weeks from which on two people keep company: an hour together, a computer, or four messages."""
FEWEST = 3
"""People in a circle before it has a shape."""
SETTLED = WINDOW_NIGHTS * (1.0 - FADE**WINDOW_NIGHTS)
"""What `known` is after four weeks of nights: before, a circle is still filling."""
MEMBERS = 200
"""Of a circle, the person's closest: a hub whom thousands count among theirs has no more, and costs no more."""
CELLS = 2_000_000
"""Of egonets worked on at once: people × members × members."""


@dataclass(frozen=True)
class Circles:
    """The circles of some people, in their order."""

    neighbours: Rows
    edges: Rows
    """Pairs who keep company: with the person, and among the neighbours."""
    weight: Array
    """Of those pairs, summed."""
    eigenvalue: Array
    """Principal eigenvalue of their weights: that of a single pair is its weight."""
    closest: People
    """With whom most company is kept, the lowest of equally close; −1 for whoever keeps none."""

    @property
    def tied(self) -> Array:
        """Share of the pairs of neighbours who keep company with each other: 0 in a star, 1 in a clique."""
        pairs: Array = self.neighbours * (self.neighbours - 1) / 2.0
        among = (self.edges - self.neighbours).astype(np.float64)
        return np.divide(among, pairs, out=np.zeros_like(pairs), where=pairs > 0)

    @property
    def heavy(self) -> Array:
        """Weight of a pair, on average."""
        return np.divide(self.weight, self.edges, out=np.zeros(self.weight.size), where=self.edges > 0)

    @property
    def dominated(self) -> Array:
        """Eigenvalue over weight: 1 when one pair is all of it, 1 / √n in a star of n pairs alike, 2 / n in a clique of
        n people alike."""
        return np.divide(self.eigenvalue, self.weight, out=np.zeros(self.weight.size), where=self.weight > 0)


def circles(association: Association, wanted: People) -> Circles:
    """The circles of `wanted` (ascending): of each one's company the closest MEMBERS, the lowest of equally close."""
    weight = association.layers @ CLOSENESS
    close = weight >= KEEPS_COMPANY
    one, other, weight = association.one[close], association.other[close], weight[close]
    people = np.union1d(np.union1d(one, other), wanted)
    a, b = np.searchsorted(people, one), np.searchsorted(people, other)
    size = people.size + 1  # the last is nobody: small circles are filled up with them
    web = sparse.csr_array(
        (np.concatenate([weight, weight]), (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(size, size)
    )
    web.sort_indices()
    at = np.searchsorted(people, wanted)
    neighbours = np.minimum(np.diff(web.indptr)[at], MEMBERS).astype(np.intp)
    edges, total, eigenvalue = np.zeros(wanted.size, np.intp), np.zeros(wanted.size), np.zeros(wanted.size)
    closest = np.full(wanted.size, -1, dtype=np.int64)
    order = np.argsort(neighbours, kind="stable")
    order = order[neighbours[order] > 0]
    while order.size:
        # From the largest down, so that what a block is filled up to fits all of it.
        members = int(neighbours[order[-1]]) + 1
        order, block = np.split(order, [max(0, order.size - max(1, CELLS // members**2))])
        who = np.full((block.size, members), people.size)
        who[:, 0] = at[block]
        for row, person in enumerate(at[block].tolist()):
            cells = slice(web.indptr[person], web.indptr[person + 1])
            mine = web.indices[cells]
            closest[block[row]] = people[mine[np.argmax(web.data[cells])]]
            if mine.size > MEMBERS:
                mine = np.sort(mine[np.lexsort((mine, -web.data[cells]))[:MEMBERS]])
            who[row, 1 : 1 + mine.size] = mine
        upper = np.triu_indices(members, 1)
        pairs = np.asarray(web[who[:, upper[0]].ravel(), who[:, upper[1]].ravel()]).reshape(block.size, -1)
        edges[block], total[block] = np.count_nonzero(pairs, axis=1), pairs.sum(axis=1)
        dense = np.zeros((block.size, members, members))
        dense[:, upper[0], upper[1]] = pairs
        eigenvalue[block] = np.linalg.eigvalsh(dense, UPLO="U")[:, -1]
    return Circles(neighbours, edges, total, eigenvalue, closest)


def circle_facts(state: Whereabouts, association: Association, presence: Presence) -> list[Fact]:
    """A fact for everybody on site tonight whose circle has a shape, of people known for four weeks; its place is the
    person they keep most company with."""
    at = places_of(presence.people, state.people)
    settled = presence.people[(at >= 0) & (state.known[at] >= SETTLED)]
    found = circles(association, settled)
    told = {"tied": found.tied, "heavy": found.heavy, "dominated": found.dominated}
    return [
        Fact(person, "circle", str(closest), measures={name: float(shape[row]) for name, shape in told.items()})
        for row, (person, closest) in enumerate(zip(settled.tolist(), found.closest.tolist(), strict=True))
        if found.neighbours[row] >= FEWEST
    ]
