"""Peer groups found from behaviour: communities of the association graph, beside the teams of the roster.

Louvain's method (Blondel, Guillaume, Lambiotte & Lefebvre, "Fast unfolding of communities in large networks", 2008) on
the pairs that are kept, seeded and in a stated order, so that the same state gives the same communities.
"""

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, Rows, places_of
from models.association import CLOSENESS, Association
from models.company import summed


def communities(association: Association, people: NDArray[np.int64]) -> Rows:
    """The community of each of `people` (ascending), the largest being 1; 0 for whoever has no tie.

    Of equally large communities the one with the lowest person comes first.
    """
    one, other = places_of(association.one, people), places_of(association.other, people)
    weight: Array = association.layers @ CLOSENESS
    here = np.flatnonzero((one >= 0) & (other >= 0) & (weight > 0))
    web: nx.Graph[int] = nx.Graph()
    web.add_nodes_from(np.union1d(one[here], other[here]).tolist())
    web.add_weighted_edges_from(zip(one[here].tolist(), other[here].tolist(), weight[here].tolist(), strict=True))
    found = nx.community.louvain_communities(web, seed=0) if web.number_of_edges() else []
    label = np.zeros(people.size, dtype=np.intp)
    for number, members in enumerate(sorted(found, key=lambda members: (-len(members), min(members))), start=1):
        label[sorted(members)] = number
    return label


def apart(label: Rows, team: Rows) -> NDArray[np.bool_]:
    """Whether a person's community is another than that of most of the team; nobody without a community is.

    `team` numbers each person's team from 0 without a gap. Where two communities hold as many of a team, the larger
    community is the team's.
    """
    if not label.size:
        return np.zeros(0, dtype=bool)
    held = np.zeros((label.size, int(label.max()) + 1))
    held[np.arange(label.size), label] = label > 0
    most = summed(held, team).argmax(axis=1)
    strangers: NDArray[np.bool_] = (label > 0) & (label != most[team])
    return strangers
