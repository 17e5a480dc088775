"""Small groups that are together more than hours, places and teams explain: found, scored as groups, shared out.

A tie is a pair whose company is so unlikely that fewer than one such would be expected of all pairs by chance
(Bonferroni). Tied people are a group, as long as it is small; a larger web is cut into its cliques, the strongest
first. Of a group's ties those of a maximum spanning tree are independent of each other, the rest follow from them; so
their bits add up to the group's, and each tie's are shared by its two ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, Rows

LARGEST = 8
"""More people than that are a department, not a group that keeps a secret."""


@dataclass(frozen=True)
class Group:
    """One group: `members` ascending, `parts` in their order, `ties` as positions of pairs."""

    members: tuple[int, ...]
    parts: tuple[float, ...]
    ties: tuple[int, ...]

    @property
    def bits(self) -> float:
        """How unlikely the group's company is; its members' parts sum to it."""
        return float(sum(self.parts))


def groups(one: Rows, other: Rows, bits: Array, met: NDArray[np.bool_], people: int) -> list[Group]:
    """The groups among pairs (`one`, `other`: people by position) with at least one tie `met` tonight, strongest first.

    Of `people` all pairs might have met; those that never did are among the chances that a tie must stand out from.

    Each person is in one group at most. Equal strength: the group of the lowest person first.
    """
    strong = np.flatnonzero(bits > np.log2(max(people * (people - 1) / 2, 2)))
    web: nx.Graph[int] = nx.Graph()
    for at in sorted(strong.tolist(), key=lambda at: (int(one[at]), int(other[at]))):
        web.add_edge(int(one[at]), int(other[at]), bits=float(bits[at]), at=at)
    found = [shared_out(web.subgraph(members)) for part in nx.connected_components(web) for members in small(web, part)]
    told = [group for group in found if any(met[at] for at in group.ties)]
    return sorted(told, key=lambda group: (-group.bits, group.members))


def small(web: "nx.Graph[int]", part: set[int]) -> Iterator[set[int]]:
    """The part itself, or the cliques of a part too large to be a group: the strongest first, without their members."""
    if len(part) <= LARGEST:
        yield part
        return
    # The strongest tie and whoever is tied to all chosen so far: greedy, each tie looked at once, so that a web of
    # thousands, as an assembly makes, costs little more than its ties.
    taken: set[int] = set()
    by_strength = sorted((-told["bits"], min(a, b), max(a, b)) for a, b, told in web.subgraph(part).edges(data=True))
    for _, a, b in by_strength:
        if a in taken or b in taken:
            continue
        chosen, common = {a, b}, (set(web[a]) & set(web[b])) - taken
        while common and len(chosen) < LARGEST:
            mine = sorted(chosen)
            closest = min(common, key=lambda one: (-sum(web.edges[one, of]["bits"] for of in mine), one))
            chosen.add(closest)
            common &= set(web[closest])
        taken |= chosen
        yield chosen


def shared_out(web: "nx.Graph[int]") -> Group:
    """The group's ties, its bits and what each member has of them."""
    ordered: nx.Graph[int] = nx.Graph()
    ordered.add_edges_from(
        sorted(((min(a, b), max(a, b), told) for a, b, told in web.edges(data=True)), key=lambda tie: tie[:2])
    )
    members = sorted(ordered)
    parts = dict.fromkeys(members, 0.0)
    tree = nx.maximum_spanning_edges(ordered, weight="bits", data=True)
    for a, b, told in sorted((min(a, b), max(a, b), told["bits"]) for a, b, told in tree):
        parts[a] += told / 2.0
        parts[b] += told / 2.0
    ties = tuple(sorted(ordered.edges[edge]["at"] for edge in ordered.edges))
    return Group(tuple(members), tuple(parts[member] for member in members), ties)


def best_of(one: Rows, other: Rows, bits: Array, people: int) -> tuple[Array, Rows]:
    """Each person's strongest pair: half its bits, as a group of two would share them, and its position; −1 without."""
    owner = np.concatenate([one, other])
    pair = np.concatenate([np.arange(one.size), np.arange(one.size)])
    order = np.lexsort((pair, bits[pair], owner))
    last = np.searchsorted(owner[order], np.arange(people), "right") - 1
    has = (
        (last >= 0) & (owner[order][np.maximum(last, 0)] == np.arange(people)) if owner.size else np.zeros(people, bool)
    )
    at = np.where(has, pair[order][np.maximum(last, 0)] if owner.size else -1, -1).astype(np.intp)
    return np.where(at >= 0, bits[at] / 2.0 if bits.size else 0.0, 0.0), at
