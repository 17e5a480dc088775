"""Figures of a site's graph that a night looks up: ways out of a zone, ways that need it, and how central it is.

Plain values in and out, on the driver: a site has tens to hundreds of zones.
"""

from collections.abc import Collection, Iterator

import networkx as nx
import numpy as np
import numpy.typing as npt

from features.site_graph import SiteGraph, Zone

DOOR_SECONDS = 1.0
"""What a door costs beside its declared seconds: at a site that declares none, the quickest way has fewest doors."""
GRAVE = ("vital", "inner")
"""Areas whose zones are not on the way to anything: sabotage there, or theft, has consequences by definition (IAEA NSS
13: vital and inner areas)."""


def grave(zones: Collection[Zone]) -> frozenset[str]:
    """The zones through which nobody should pass without need: vital and inner ones, and whichever is declared of as
    high a consequence as one of these; at a site that declares no such area, those of the highest consequence. What is
    declared of the site's lowest consequence is grave by its area alone."""
    by_area = {zone.name for zone in zones if zone.area in GRAVE}
    told = [zone.consequence for zone in zones]
    high = min((zone.consequence for zone in zones if zone.name in by_area), default=max(told, default=0.0))
    by_consequence = {zone.name for zone in zones if zone.consequence >= high and zone.consequence > min(told)}
    return frozenset(by_area | by_consequence)


def ways_out(graph: SiteGraph) -> dict[str, int]:
    """How many other zones doors lead to from each zone: what a walk may choose from."""
    return {zone: int(degree) for zone, degree in graph.ways.out_degree()}


def centrality(graph: SiteGraph) -> dict[str, float]:
    """Share, 0 to 1, of the quickest ways between two other zones that lead through each zone (betweenness).

    Freeman, A set of measures of centrality based on betweenness, Sociometry 40 (1977), normalised; ways of equal
    length share.
    """
    return {zone: float(share) for zone, share in nx.betweenness_centrality(_timed(graph), weight="cost").items()}


def needed(graph: SiteGraph) -> Iterator[tuple[int, int, int]]:
    """(start, end, grave zone) wherever a quickest way from start to end leads through that zone, or ends there.

    Zones are numbered in the graph's order. Where several ways are quickest, each is needed: nobody is asked why not
    the other.
    """
    at = {zone.name: number for number, zone in enumerate(graph.zones)}
    costs: npt.NDArray[np.float64] = np.full((len(at), len(at)), np.inf)
    for start, ends in nx.all_pairs_dijkstra_path_length(_timed(graph), weight="cost"):
        for end, cost in ends.items():
            costs[at[start], at[end]] = cost
    reached = np.isfinite(costs)
    for zone in sorted(grave(graph.zones)):
        through = costs[:, at[zone], None] + costs[None, at[zone], :]
        on_the_way = reached & (through <= costs + 1e-6)
        for start, end in np.argwhere(on_the_way):
            yield int(start), int(end), at[zone]


def _timed(graph: SiteGraph) -> "nx.DiGraph[str]":
    ways: nx.DiGraph[str] = nx.DiGraph()
    ways.add_nodes_from(graph.ways)
    for before, after, way in graph.ways.edges(data=True):
        ways.add_edge(before, after, cost=way["seconds"] + DOOR_SECONDS)
    return ways
