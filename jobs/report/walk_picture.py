"""A lead's day on the site's graph: ways gone as numbered arrows, new ones thick and dashed, unused doors thin.

A way gone without a read is dotted, a usual one that was left out thin and dashed; each of them says so.

What an area holds is told by shape, as in the site's own picture; nothing is told by colour, so it can be printed.
"""

from collections.abc import Mapping, Sequence
from math import cos, hypot, pi, sin

import networkx as nx
from markupsafe import Markup, escape

from features.site_graph import SiteGraph, Zone
from jobs.report.charts import svg
from jobs.report.day_graph import HEIGHT, LABEL, WIDTH, positions
from jobs.report.night import Lead
from jobs.report.walk import LeftOut, Unread, Way

MOST = 24
"""Ways drawn: more cannot be read. Detours and new ones come first, then the earliest; the table lists all."""
LEFT_OUT = 6
"""Usual ways drawn, and told below the picture, that were left out: the most usual."""
BEND = 26.0
"""How far a line is bent off where another lies between the same zones."""
CORNERS: Mapping[str, int] = {"protected": 4, "vital": 4, "inner": 5}
"""Corners of an area's shape; others are round. A vital area's square stands on its corner."""


def drawn_ways(lead: Lead) -> list[tuple[int, Way]]:
    """The ways worth an arrow, each with its place in the order of the day, from 1."""
    numbered = list(enumerate(lead.ways, start=1))
    numbered.sort(key=lambda told: (not told[1].detours, not told[1].is_new, told[0]))
    return sorted(numbered[:MOST], key=lambda told: told[0])


def picture(lead: Lead, site: SiteGraph | None) -> Markup:
    """The walk of one lead as inline SVG; empty without moves and missing reads."""
    ways, left_out = drawn_ways(lead), lead.left_out[:LEFT_OUT]
    if not (ways or lead.unread or left_out):
        return Markup("")
    beside: list[Unread | LeftOut] = [*lead.unread, *left_out]
    lines: list[Way | Unread | LeftOut] = [*(way for _, way in ways), *beside]
    names = sorted({end for way in lines for end in (way.origin, way.target)})
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from((way.origin, way.target) for way in lines)
    doors = [pair for pair in (site.ways.edges if site else ()) if pair[0] in graph and pair[1] in graph]
    tied: nx.DiGraph[str] = graph.copy()
    tied.add_edges_from(doors)
    at = positions(tied)
    unused = {frozenset(pair) for pair in doors} - {frozenset(pair) for pair in graph.edges}
    parts = [line(min(pair), max(pair), at) for pair in sorted(unused, key=sorted) if len(pair) == 2]
    pairs = [(way.origin, way.target) for _, way in ways]
    parts += [arrow(number, way, at, lead.rank, back=(way.target, way.origin) in pairs) for number, way in ways]
    for also in beside:
        path = curve(also.origin, also.target, at, bend(also.origin, also.target, pairs))
        parts.append(no_read(also, path, lead.rank) if isinstance(also, Unread) else not_gone(also, path, lead.rank))
        pairs.append((also.origin, also.target))
    zones = {zone.name: zone for zone in site.zones} if site else {}
    parts += [node(zones.get(name, Zone(name)), at[name], told=bool(site)) for name in names]
    if len(lead.ways) > len(ways):
        drawn = {number for number, _ in ways}
        left = [way for number, way in enumerate(lead.ways, start=1) if number not in drawn]
        unseen = sum(way.is_new for way in left) or "none"
        note = f"and {len(left)} more ways, {unseen} of them new: see the table"
        parts.append(f'<text class="note" x="{WIDTH - 8}" y="{HEIGHT - 8}" text-anchor="end">{note}</text>')
    marker = (
        f'<defs><marker id="way-{lead.rank}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    return svg(WIDTH, HEIGHT, summary(lead, len(names)), [marker, *parts], "day walk")


def summary(lead: Lead, zones: int) -> str:
    """The picture in a sentence, for whoever cannot see it."""
    new, detours = sum(way.is_new for way in lead.ways), sum(way.detours for way in lead.ways)
    told = f"{len(lead.ways)} ways between {zones} zones; {new} are new, {detours} passages were detours"
    told += f"; {len(lead.unread)} were gone without a read" if lead.unread else ""
    return told + (f"; {len(lead.left_out)} usual ones were left out" if lead.left_out else "")


def line(one: str, other: str, at: Mapping[str, tuple[float, float]]) -> str:
    """A door between two zones that was not used."""
    (x1, y1), (x2, y2) = at[one], at[other]
    return f'<line class="unused" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def bend(origin: str, target: str, drawn: Sequence[tuple[str, str]]) -> float:
    """How far one more line is bent, so that it lies upon none of those drawn between these zones."""
    same, back = drawn.count((origin, target)), drawn.count((target, origin))
    return BEND * (same + bool(same or back))


def curve(origin: str, target: str, at: Mapping[str, tuple[float, float]], bent: float) -> tuple[str, float, float]:
    """The path from zone to zone, and where its label stands."""
    (x1, y1), (x2, y2) = at[origin], at[target]
    length = hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    mx, my = (x1 + x2) / 2 - uy * bent, (y1 + y2) / 2 + ux * bent
    x1, y1, x2, y2 = x1 + ux * 15, y1 + uy * 15, x2 - ux * 18, y2 - uy * 18
    # The curve passes half-way between its chord and the point that bends it.
    return f"M{x1:.1f} {y1:.1f}Q{mx:.1f} {my:.1f} {x2:.1f} {y2:.1f}", (x1 + x2) / 4 + mx / 2, (y1 + y2) / 4 + my / 2 + 4


def lettered(path: tuple[str, float, float], look: str, label: str, title: str, rank: int) -> str:
    """A line with its tip, its label and what is told when it is pointed at."""
    drawn, x, y = path
    return (
        f'<g><title>{escape(title)}</title><path class="{look}" marker-end="url(#way-{rank})" d="{drawn}"/>'
        f'<text class="times" x="{x:.0f}" y="{y:.0f}" text-anchor="middle">{escape(label)}</text></g>'
    )


def arrow(number: int, way: Way, at: Mapping[str, tuple[float, float]], rank: int, *, back: bool) -> str:
    """A way gone, bent when it was gone back too, with its number in the order of the day."""
    title = f"{number}. {way.origin} to {way.target}: {way.times}×, {way.first_at:%H:%M} to {way.last_at:%H:%M}"
    marks = [str(number), f"{way.times}×" if way.times > 1 else "", "NEW" if way.is_new else ""]
    marks.append("DETOUR" if way.detours else "")
    look = "way new-way" if way.is_new else "way"
    path = curve(way.origin, way.target, at, BEND if back else 0.0)
    return lettered(path, look, " ".join(filter(None, marks)), title, rank)


def no_read(way: Unread, path: tuple[str, float, float], rank: int) -> str:
    """A way gone without the read it needs: dotted, and it says so."""
    seen = f"seen at {', '.join(way.seen_at)} {way.first_at:%H:%M}"
    title = f"{way.origin} to {way.target}: no read, {seen}{f', {way.times}×' if way.times > 1 else ''}"
    title += "; the reader is in doubt" if way.in_doubt else ""
    label = "reader in doubt" if way.in_doubt else "no read"
    label += f" {way.times}×" if way.times > 1 else ""
    return lettered(path, "way no-read", label, title, rank)


def not_gone(way: LeftOut, path: tuple[str, float, float], rank: int) -> str:
    """A usual way that was left out: thin and dashed."""
    title = f"{way.origin} to {way.target}: usual, on {way.days_seen} of {way.days} days, and left out"
    return lettered(path, "left-out", "left out", title, rank)


def node(zone: Zone, at: tuple[float, float], *, told: bool) -> str:
    """A zone in the shape of its area; name and, where the site declares it, what could be done there."""
    x, y = at
    name = zone.name if len(zone.name) <= LABEL else zone.name[: LABEL - 1] + "…"
    weight = f" · {zone.consequence:g}" if told else ""
    rules = ", ".join(rule.replace("_", " ") for rule in zone.rules)
    title = f"{zone.name}: {zone.area}, consequence {zone.consequence:g}{f'; {rules}' if rules else ''}"
    grave = " fresh" if zone.area in ("vital", "inner") else ""
    below = (
        f'<text class="note" x="{x:.0f}" y="{y + 41:.0f}" text-anchor="middle">{escape(rules)}</text>' if rules else ""
    )
    return (
        f'<g><title>{escape(title)}</title>{shape(zone.area, x, y)}<text class="name{grave}" x="{x:.0f}" '
        f'y="{y + 28:.0f}" text-anchor="middle">{escape(name + weight)}</text>{below}</g>'
    )


def shape(area: str, x: float, y: float) -> str:
    """Round outside and in offices, a square where protected, a diamond where vital, a pentagon in inner areas."""
    if area not in CORNERS:
        return f'<circle class="zone {area}" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
    corners, turn = CORNERS[area], pi / 4 if area == "protected" else 0.0
    turns = [turn - pi / 2 + 2 * pi * corner / corners for corner in range(corners)]
    points = " ".join(f"{x + 12 * cos(angle):.1f},{y + 12 * sin(angle):.1f}" for angle in turns)
    return f'<polygon class="zone {area}" points="{points}"/>'
