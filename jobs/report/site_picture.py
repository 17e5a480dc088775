"""The site's graph as a picture: what an area holds is told by shape and outline, consequence by size and figure.

Black on white, so that it can be printed; the same site is always drawn the same way.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import networkx as nx
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from expectations.errors import ConfigurationError
from features.site_graph import Door, SiteGraph, Zone
from feeds.site import Site
from jobs.site_graph import graph_of

FORMATS = (".svg", ".pdf", ".png")
LOOK: Mapping[str, tuple[str, float, str]] = {
    # marker, width of its outline, fill: more protected is more angular and darker
    "outside": ("o", 0.8, "white"),
    "office": ("o", 1.6, "white"),
    "protected": ("s", 1.6, "white"),
    "vital": ("D", 2.4, "0.75"),
    "inner": ("p", 2.4, "black"),
}
SMALLEST, LARGER = 9.0, 2.2
"""Points across of a zone of consequence 0, and by how many points it grows with the square root of consequence."""
ROOM = 1.6
"""Inches of paper that a zone needs with its label, along one side of a square."""
BEND = 0.12
"""Of its length, how far a line is bent off where another leads back."""
WALL = ("solid", "one reader on either side")
FREE = ((0, (5, 3)), "way back without a badge")
ONE_WAY = ((0, (1, 2)), "one way, as the arrow points")


def draw(site: Site, file: Path) -> None:
    """Write the picture; its name says the format.

    Raises ConfigurationError when the site declares no doors, or the format is none of FORMATS.
    """
    graph = graph_of(site)
    if graph is None:
        raise ConfigurationError(
            f"{site.site.name} declares no doors: expected a graph to draw. Next: declare `doors` as in "
            "sites/example.yaml."
        )
    if file.suffix.lower() not in FORMATS:
        raise ConfigurationError(
            f"{file.name}: expected a name that ends in one of {', '.join(FORMATS)}. Next: --draw {file.stem}.svg."
        )
    # Text stays text, and ids do not change from one drawing to the next.
    with matplotlib.rc_context({"svg.hashsalt": "postern", "svg.fonttype": "none", "font.size": 8}):
        side = ROOM * max(len(graph.zones), 9) ** 0.5
        figure = Figure(figsize=(1.3 * side, side), layout="constrained")
        axes = figure.add_subplot()
        axes.axis("off")
        axes.margins(0.12)
        put(axes, graph, site.site.name)
        file.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(file, metadata={"Date": None} if file.suffix.lower() == ".svg" else None, dpi=150)


def put(axes: Axes, graph: SiteGraph, name: str) -> None:
    """Doors as lines between zones, zones as shapes with name and consequence, and what the shapes mean."""
    placed = nx.kamada_kawai_layout(graph.ways.to_undirected())
    at = {name: (float(x), float(y)) for name, (x, y) in placed.items()}
    for doors, both in lines(graph):
        line(axes, doors, at, bent=both)
    for zone in graph.zones:
        marker(axes, zone, at[zone.name])
    areas = [area for area in LOOK if any(zone.area == area for zone in graph.zones)]
    keys = [sample(area, LOOK[area]) for area in areas]
    keys += [Line2D([], [], color="black", linewidth=0.8, linestyle=look, label=says) for look, says in (WALL, FREE)]
    keys += [Line2D([], [], color="black", linewidth=0.8, linestyle=ONE_WAY[0], label=ONE_WAY[1])]
    axes.legend(handles=keys, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=4, frameon=False)
    axes.set_title(f"{name}: zones by area and consequence (figure and size), doors between them")


def lines(graph: SiteGraph) -> list[tuple[tuple[Door, ...], bool]]:
    """The doors that each line between two zones stands for, and whether a line of its own leads back.

    Doors side by side share one; where all of them are one way, those that lead there and those that lead back do not.
    """
    joined: dict[tuple[str, str], list[Door]] = {}
    for door in graph.doors:
        joined.setdefault((min(door.from_zone, door.to_zone), max(door.from_zone, door.to_zone)), []).append(door)
    found = []
    for doors in joined.values():
        ways = {door.from_zone for door in doors} if all(door.one_way for door in doors) else {None}
        shared = [[door for door in doors if way in (None, door.from_zone)] for way in sorted(ways, key=str)]
        found += [(tuple(those), len(shared) > 1) for those in shared]
    return found


def line(axes: Axes, doors: Sequence[Door], at: Mapping[str, tuple[float, float]], *, bent: bool) -> None:
    """One line with its doors' name; bent, and the name nearer to where it comes from, when another leads back."""
    # Of doors side by side the one with the least control tells what the way is worth.
    door = min(doors, key=lambda door: (door.one_way, door.exit_reader))
    look, _ = ONE_WAY if door.one_way else WALL if door.exit_reader else FREE
    axes.annotate(
        "",
        xy=at[door.to_zone],
        xytext=at[door.from_zone],
        zorder=1,
        arrowprops={
            "arrowstyle": "-|>" if door.one_way else "-",
            "connectionstyle": f"arc3,rad={BEND if bent else 0:g}",
            "linestyle": look,
            "shrinkA": 8,
            "shrinkB": 8,
            "color": "black",
            "linewidth": 0.8,
        },
    )
    (x1, y1), (x2, y2) = at[door.from_zone], at[door.to_zone]
    along = 1 / 3 if bent else 1 / 2
    told = doors[0].name + (f" +{len(doors) - 1}" if len(doors) > 1 else "")
    axes.text(
        *(x1 + (x2 - x1) * along, y1 + (y2 - y1) * along, told),
        fontsize=6,
        ha="center",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        zorder=2,
    )


def marker(axes: Axes, zone: Zone, at: tuple[float, float]) -> None:
    """One zone: its shape, and below it name, consequence and what is in force."""
    shape, width, fill = LOOK[zone.area]
    size = SMALLEST + LARGER * zone.consequence**0.5
    axes.plot(
        *at, marker=shape, markersize=size, markeredgewidth=width, markerfacecolor=fill, color="black", zorder=3
    )  # fmt: skip
    rules = "\n" + ", ".join(zone.in_force) if zone.in_force else ""
    axes.annotate(
        f"{zone.name} · {zone.consequence:g}{rules}",
        at,
        xytext=(0, -size * 0.6 - 3),
        textcoords="offset points",
        ha="center",
        va="top",
        weight="bold" if zone.area in ("vital", "inner") else "normal",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
        zorder=4,
    )


def sample(area: str, look: tuple[str, float, str]) -> Line2D:
    """The shape of an area, for the legend."""
    shape, width, fill = look
    style = {"marker": shape, "markeredgewidth": width, "markerfacecolor": fill, "linestyle": "none", "color": "black"}
    return Line2D([], [], label=area, **style)  # type: ignore[arg-type]
