"""A person's day as a graph: doors are circles, machines squares, media and sorts of file triangles, addresses outside
diamonds; what is new has a double outline and says so."""

from itertools import combinations
from math import hypot

import networkx as nx
from markupsafe import Markup, escape

from features.day_graph import ITEMS
from jobs.report.charts import svg
from jobs.report.night import Lead, Move, Place

WIDTH, HEIGHT, MARGIN, TOP = 760, 440, 95, 36
MOST = 16
"""Places drawn: more cannot be read. The new and refused come first, then doors and machines, the busiest before the
rest; the table lists all."""
LABEL = 20
ROOM = (150.0, 66.0)
"""Width and height a place needs with its label."""
LOWEST = HEIGHT - TOP - 60


TRIANGLE = ((0.0, -1.2), (1.1, 0.8), (-1.1, 0.8))
DIAMOND = ((0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0))
CORNERS = dict.fromkeys(ITEMS, TRIANGLE) | {"counterpart": DIAMOND}
"""Of what somebody uses or writes to, and does not go to."""


def drawn_places(lead: Lead) -> list[Place]:
    """The places worth a node."""
    by_weight = sorted(
        lead.places, key=lambda p: (not p.is_new, not p.refused, p.kind in CORNERS, -p.events, p.kind, p.name)
    )
    return by_weight[:MOST]


def picture(lead: Lead) -> Markup:
    """The day of one lead as inline SVG; empty without places."""
    places = {place.name: place for place in drawn_places(lead)}
    if not places:
        return Markup("")
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(places)
    moves = [move for move in lead.moves if move.origin in places and move.target in places]
    graph.add_edges_from((move.origin, move.target) for move in moves)
    at = positions(graph)
    both = {(move.origin, move.target) for move in moves}
    parts = [arrow(move, at, lead.rank, both_ways=(move.target, move.origin) in both) for move in moves]
    parts += [node(place, at[name]) for name, place in places.items()]
    left = [place for place in lead.places if place.name not in places]
    told = (
        f"{len(places)} places and {len(moves)} moves between them; "
        f"{sum(place.is_new for place in places.values())} places are new"
    )
    if left:
        new = sum(place.is_new for place in left) or "none"
        note = f"and {len(left)} more places, {new} of them new: see the table"
        parts.append(f'<text class="note" x="{WIDTH - 8}" y="{HEIGHT - 8}" text-anchor="end">{note}</text>')
    marker = (
        f'<defs><marker id="tip-{lead.rank}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto">'
        '<path d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return svg(WIDTH, HEIGHT, told, [marker, *parts], "day")


def positions(graph: "nx.DiGraph[str]") -> dict[str, tuple[float, float]]:
    """Places that follow each other lie near each other; the same graph is always drawn the same way."""
    names = sorted(graph)
    if len(names) == 1:
        return {names[0]: (WIDTH / 2, HEIGHT / 2)}
    tied: nx.Graph[str] = nx.Graph()
    tied.add_nodes_from(names)
    tied.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in graph.edges}))
    for other in names[1:]:
        # Loose ends get a tie, else the layout would push them off the picture.
        if not nx.has_path(tied, names[0], other):
            tied.add_edge(names[0], other)
    placed = nx.kamada_kawai_layout(tied)
    xs, ys = [p[0] for p in placed.values()], [p[1] for p in placed.values()]
    wide, tall = (max(xs) - min(xs)) or 1.0, (max(ys) - min(ys)) or 1.0
    return apart(
        {
            name: (MARGIN + (WIDTH - 2 * MARGIN) * (x - min(xs)) / wide, TOP + LOWEST * (y - min(ys)) / tall)
            for name, (x, y) in placed.items()
        }
    )


def apart(at: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The same places, pushed apart until no two labels lie upon each other, as far as there is room."""
    moved = {name: [x, y] for name, (x, y) in at.items()}
    for _ in range(200):
        for (_, a), (_, b) in combinations(sorted(moved.items()), 2):
            over_x, over_y = ROOM[0] - abs(a[0] - b[0]), ROOM[1] - abs(a[1] - b[1])
            if over_x <= 0 or over_y <= 0:
                continue
            # The shorter way out; places at the very same spot part downwards.
            axis, step = (1, over_y / 2) if over_y / ROOM[1] <= over_x / ROOM[0] else (0, over_x / 2)
            low, high = (a, b) if a[axis] <= b[axis] else (b, a)
            low[axis] -= step
            high[axis] += step
        for spot in moved.values():
            spot[0] = min(max(spot[0], MARGIN), WIDTH - MARGIN)
            spot[1] = min(max(spot[1], TOP), TOP + LOWEST)
    return {name: (x, y) for name, (x, y) in moved.items()}


def node(place: Place, at: tuple[float, float]) -> str:
    """A circle for a door, a square for a machine; a second outline and the word NEW when it is new."""
    x, y = at
    name = place.name if len(place.name) <= LABEL else place.name[: LABEL - 1] + "…"
    hours = f"{place.first_at:%H:%M}–{place.last_at:%H:%M}" if place.first_at and place.last_at else ""
    shape = outline(place.kind, x, y, 9, "place")
    if place.is_new:
        shape += outline(place.kind, x, y, 14, "new")
    marks = [f"{place.events}×", hours]
    if place.refused:
        marks.append(f"✗ {place.refused} refused")
    title = f"{place.kind} {place.name}: {place.events} events {hours}, seen on {place.days_seen} days before"
    label = f"NEW · {name}" if place.is_new else name
    return (
        f'<g><title>{escape(title)}</title>{shape}<text class="name{" fresh" if place.is_new else ""}" x="{x:.0f}" '
        f'y="{y + 28:.0f}" text-anchor="middle">{escape(label)}</text><text class="note" x="{x:.0f}" y="{y + 41:.0f}" '
        f'text-anchor="middle">{escape(" · ".join(filter(None, marks)))}</text></g>'
    )


def outline(kind: str, x: float, y: float, size: float, look: str) -> str:
    """The outline of a node of that kind."""
    if kind in CORNERS:
        points = " ".join(f"{x + across * size:.1f},{y + down * size:.1f}" for across, down in CORNERS[kind])
        return f'<polygon class="{look}" points="{points}"/>'
    if kind == "machine":
        return f'<rect class="{look}" x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}"/>'
    return f'<circle class="{look}" cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>'


def arrow(move: Move, at: dict[str, tuple[float, float]], rank: int, *, both_ways: bool) -> str:
    """An arrow from place to place, bent when there is one back; its number is how often."""
    (x1, y1), (x2, y2) = at[move.origin], at[move.target]
    length = hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    bend = 16.0 if both_ways else 0.0
    mx, my = (x1 + x2) / 2 - uy * bend, (y1 + y2) / 2 + ux * bend
    x1, y1, x2, y2 = x1 + ux * 15, y1 + uy * 15, x2 - ux * 17, y2 - uy * 17
    title = f"{move.origin} to {move.target}: {move.times}×, {move.first_at:%H:%M} to {move.last_at:%H:%M}"
    wide = min(1 + 0.5 * (move.times - 1), 4)
    count = f'<text class="times" x="{mx:.0f}" y="{my:.0f}">{move.times}×</text>' if move.times > 1 else ""
    return (
        f'<g><title>{escape(title)}</title><path class="move" style="stroke-width:{wide:g}" '
        f'marker-end="url(#tip-{rank})" '
        f'd="M{x1:.1f} {y1:.1f}Q{mx:.1f} {my:.1f} {x2:.1f} {y2:.1f}"/>{count}</g>'
    )
