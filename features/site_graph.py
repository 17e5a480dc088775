"""The site as a graph: zones joined by doors. What a walk between two zones needs: reads, seconds, which read first.

Plain values in and out, on the driver: a site has tens to hundreds of zones. Results do not depend on the order in
which zones and doors are declared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

OUTSIDE = "outside"
"""The zone where every day begins and ends; it need not be declared."""
ARROW = " → "
"""Stands between the zones of a way, as it is told."""
NAMED = 6
"""Zones or doors listed in one complaint."""


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone, the weight of what could be done there, the rules in force and the category of material there."""

    name: str
    area: str = "office"
    consequence: float = 1.0
    rules: tuple[str, ...] = ()
    material: str | None = None

    @property
    def in_force(self) -> tuple[str, ...]:
        """Rules and category in words."""
        category = (f"category {self.material} material",) if self.material else ()
        return (*(rule.replace("_", " ") for rule in self.rules), *category)


@dataclass(frozen=True, slots=True)
class Door:
    """One door: `in` leads from its first zone to its second, `out` back.

    `one_way`: nobody comes back through it. Without `exit_reader` the way back needs no badge.
    """

    name: str
    from_zone: str
    to_zone: str
    least_seconds: float = 0.0
    one_way: bool = False
    exit_reader: bool = True

    @property
    def ways(self) -> tuple[tuple[str, str, str, int], ...]:
        """(direction, zone before, zone after, reads it takes) of each way through."""
        inward = ("in", self.from_zone, self.to_zone, 1)
        return (inward,) if self.one_way else (inward, ("out", self.to_zone, self.from_zone, int(self.exit_reader)))


@dataclass(frozen=True, slots=True)
class SiteGraph:
    """Zones and doors by name, and `ways`: an edge where some door leads from zone to zone.

    An edge has `doors` (names), `reads` (1, or 0 when one of them needs no badge) and `seconds` (the least of them).
    """

    zones: tuple[Zone, ...]
    doors: tuple[Door, ...]
    ways: "nx.DiGraph[str]"


def site_graph(zones: Iterable[Zone], doors: Iterable[Door]) -> SiteGraph:
    """The graph of all zones declared or named by a door, and the outside."""
    doors = tuple(sorted(doors, key=lambda door: (door.name, door.from_zone, door.to_zone)))
    known = {zone.name: zone for zone in zones}
    named = {OUTSIDE, *(end for door in doors for end in (door.from_zone, door.to_zone))}
    known |= {name: Zone(name, OUTSIDE if name == OUTSIDE else "office") for name in named - set(known)}
    ways: nx.DiGraph[str] = nx.DiGraph()
    ways.add_nodes_from(sorted(known))
    found: dict[tuple[str, str], list[tuple[str, int, float]]] = {}
    for door in doors:
        for _, before, after, reads in door.ways:
            found.setdefault((before, after), []).append((door.name, reads, door.least_seconds))
    for (before, after), through in sorted(found.items()):
        names, reads_of, seconds = zip(*through, strict=True)
        ways.add_edge(before, after, doors=names, reads=min(reads_of), seconds=min(seconds))
    return SiteGraph(tuple(zone for _, zone in sorted(known.items())), doors, ways)


def faults(graph: SiteGraph) -> list[str]:
    """What is wrong with the declared site, a sentence each with the next step; empty when nothing is."""
    told = [
        f"door {door.name!r} leads from zone {door.to_zone!r} to itself: expected two zones. "
        "Next: write the zone on its other side"
        for door in graph.doors
        if door.from_zone == door.to_zone
    ]
    names = [door.name for door in graph.doors]
    told += [
        f"door {name!r} is declared {names.count(name)} times: a read there would not tell where it leads. "
        "Next: give each door the name that its reader has in the log"
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    inside = {OUTSIDE} | nx.descendants(graph.ways, OUTSIDE)
    leaving = {OUTSIDE} | nx.ancestors(graph.ways, OUTSIDE)
    closed = sorted(set(graph.ways) - inside)
    if closed:
        told.append(
            f"{_named('zone', closed)} cannot be reached from {OUTSIDE!r}: expected a way through doors, found "
            f"{_at(graph, closed)}. Next: declare the door that lets in (from, to), or take the zone out"
        )
    traps = sorted(inside - leaving)
    if traps:
        told.append(
            f"{_named('zone', traps)} can be entered and not left: expected a way back to {OUTSIDE!r}, found "
            f"{_at(graph, traps)}. Next: declare the way out, or take one_way from a door that opens both ways"
        )
    return told


def least_seconds(graph: SiteGraph) -> dict[tuple[str, str], float]:
    """Least seconds of doors walked through between two zones: each door's declared time to the next, summed."""
    return _lengths(graph, "seconds")


def least_reads(graph: SiteGraph) -> dict[tuple[str, str], int]:
    """Least badge reads it takes between two zones; 0 where no reader is on the way."""
    return {pair: int(reads) for pair, reads in _lengths(graph, "reads").items()}


def unread(graph: SiteGraph) -> dict[str, list[str]]:
    """For each zone those from which it is reached without a read, itself included, by name."""
    free: nx.DiGraph[str] = nx.DiGraph()
    free.add_nodes_from(graph.ways)
    free.add_edges_from(edge for edge in graph.ways.edges if not graph.ways.edges[edge]["reads"])
    return {zone: sorted({zone, *nx.ancestors(free, zone)}) for zone in sorted(free)}


def gaps(graph: SiteGraph) -> dict[tuple[str, str], str]:
    """For each two zones that nobody gets between unread: the first reader on the way, as 'zone → zone'.

    The way is that of fewest reads, then of least seconds.
    """
    edges = graph.ways.edges
    whole = 1.0 + sum(edges[edge]["seconds"] for edge in edges)

    def weight(before: str, after: str, way: Mapping[str, Any]) -> float:
        return float(way["reads"] * whole + way["seconds"])

    found = {}
    for start, (_, paths) in nx.all_pairs_dijkstra(graph.ways, weight=weight):
        for end, path in paths.items():
            read = next((pair for pair in pairwise(path) if edges[pair]["reads"]), None)
            if read:
                found[start, end] = gap_name(*read)
    return found


def gap_name(before: str, after: str) -> str:
    """A way between two neighbouring zones, as it is told."""
    return f"{before}{ARROW}{after}"


def paces(graph: SiteGraph) -> npt.NDArray[np.float64]:
    """Least seconds from a read at one door to a read at another, shape (doors, doors) in the graph's order.

    0 from a door to itself and to one between the same zones: badges are presented there twice, or side by side.
    A badge may have been read and the door not walked through, so the nearer side of each door counts.
    """
    at = {zone.name: number for number, zone in enumerate(graph.zones)}
    apart = np.full((len(at), len(at)), np.inf)
    for (start, end), seconds in least_seconds(graph).items():
        apart[at[start], at[end]] = seconds
    sides = np.array([(at[door.from_zone], at[door.to_zone]) for door in graph.doors]).reshape(-1, 2)
    ends = [apart[np.ix_(sides[:, one], sides[:, other])] for one in (0, 1) for other in (0, 1)]
    least: npt.NDArray[np.float64] = np.array([[door.least_seconds] for door in graph.doors]).reshape(-1, 1)
    least = least + np.minimum.reduce(ends)
    ordered = np.sort(sides, axis=1)
    return np.where((ordered[:, None] == ordered[None]).all(axis=2), 0.0, least)


def _lengths(graph: SiteGraph, weight: str) -> dict[tuple[str, str], float]:
    lengths = nx.all_pairs_dijkstra_path_length(graph.ways, weight=weight)
    return {(start, end): length for start, ends in lengths for end, length in ends.items()}


def _named(kind: str, names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:NAMED])) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    return f"{kind}{'s' if len(names) > 1 else ''} {shown}"


def _at(graph: SiteGraph, zones: list[str]) -> str:
    """The doors of these zones."""
    doors = [door.name for door in graph.doors if door.from_zone in zones or door.to_zone in zones]
    return _named("door", doors) if doors else "no door"
