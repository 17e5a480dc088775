"""The group behind a lead as a graph: people are circles, this lead has a double outline, ties tell hours and place."""

from collections.abc import Sequence
from datetime import date

import networkx as nx
from markupsafe import Markup, escape
from pyspark.sql import functions as F

from expectations.gold_together import MEMBER, TIE
from features.pseudonym import code
from jobs.lake import Lake
from jobs.report.charts import short, svg
from jobs.report.night import Group, Lead, Tie

CHANNEL = "company_unexplained"
"""The behaviour that a group is a reason of."""
WIDTH, HEIGHT, MARGIN = 760, 300, 60


def groups_of(lake: Lake, leads: Sequence[Lead]) -> dict[int, Group]:
    """The group behind each lead who has one among the reasons, as of the night that the reason tells of."""
    nights = {lead.person: reason.seen_on for lead in leads for reason in lead.reasons if reason.channel == CHANNEL}
    if not nights:
        return {}
    days = sorted(set(nights.values()))
    members = lake.read(MEMBER).where(F.col("day").isin(days)).collect()
    group_of = {(row["day"], row["person"]): row["group"] for row in members}
    wanted = {(day, group_of[day, person]) for person, day in nights.items() if (day, person) in group_of}
    bits = {(row["day"], row["group"]): row["bits"] for row in members}
    people: dict[tuple[date, int], list[int]] = {key: [] for key in wanted}
    ties: dict[tuple[date, int], list[Tie]] = {key: [] for key in wanted}
    for row in members:
        people.get((row["day"], row["group"]), []).append(row["person"])
    for row in lake.read(TIE).where(F.col("day").isin(days)).collect() if wanted else []:
        if (row["day"], row["group"]) in wanted:
            given = {name: row[name] for name in Tie.__dataclass_fields__ if name in TIE.names}
            ties[row["day"], row["group"]].append(Tie(one=row["person"], other=row["partner"], **given))
    told = {
        key: Group(key[0], bits[key], tuple(sorted(people[key])), tuple(sorted(ties[key], key=strongest)))
        for key in wanted
    }
    return {p: told[day, group_of[day, p]] for p, day in nights.items() if (day, p) in group_of}


def strongest(tie: Tie) -> tuple[float, int, int]:
    """Ties by bits; equal ones by people."""
    return (-tie.bits, tie.one, tie.other)


def picture(group: Group, lead: Lead, leads: Sequence[Lead]) -> Markup:
    """The group as inline SVG, readable without colour."""
    at = positions(group)
    ranks = {other.person: other.rank for other in leads}
    drawn = [line(tie, at, group) for tie in group.ties]
    drawn += [person(who, at[who], ranks.get(who), is_lead=who == lead.person) for who in group.people]
    told = f"{len(group.people)} people and {len(group.ties)} ties between them, {group.bits:.1f} bits"
    return svg(WIDTH, HEIGHT, told, drawn, "day group")


def positions(group: Group) -> dict[int, tuple[float, float]]:
    """People on an ellipse, in the order of their pseudonyms: the same group is always drawn the same way."""
    circle = nx.circular_layout(nx.empty_graph(list(group.people)))
    half_x, half_y = WIDTH / 2 - 2 * MARGIN, HEIGHT / 2 - MARGIN
    return {who: (WIDTH / 2 + half_x * float(x), HEIGHT / 2 + half_y * float(y)) for who, (x, y) in circle.items()}


def line(tie: Tie, at: dict[int, tuple[float, float]], group: Group) -> str:
    """A tie, the thicker the less likely; beside it the hours, the hours expected and the place."""
    (x1, y1), (x2, y2) = at[tie.one], at[tie.other]
    most = max(other.bits for other in group.ties) or 1.0
    told = f"{short(tie.minutes / 60)} h{' *' if tie.apart else ''}, {short(tie.expected / 60)} expected"
    where = f" · {tie.place}" if tie.place else ""
    # A third of the way along, so that the texts of lines that cross do not lie upon each other.
    x, y = x1 + (x2 - x1) * 0.42, y1 + (y2 - y1) * 0.42
    return (
        f"<g><title>{escape(told + where)}</title>"
        f'<path class="move" style="stroke-width:{1 + 3 * tie.bits / most:.1f}" '
        f'd="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'
        f'<text class="times" x="{x:.0f}" y="{y - 5:.0f}" text-anchor="middle">{escape(told)}</text>'
        f'<text class="note" x="{x:.0f}" y="{y + 9:.0f}" text-anchor="middle">{escape(tie.place or "")}</text></g>'
    )


def person(who: int, at: tuple[float, float], rank: int | None, *, is_lead: bool) -> str:
    """A circle with the code; a second outline for this lead, # and the rank for another one."""
    x, y = at
    shape = f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
    if is_lead:
        shape += f'<circle class="new" cx="{x:.1f}" cy="{y:.1f}" r="14"/>'
    label = code(who) + (" · this lead" if is_lead else f" · #{rank}" if rank else "")
    look = "name fresh" if is_lead else "name"
    return (
        f'<g>{shape}<text class="{look}" x="{x:.0f}" y="{y + 29:.0f}" text-anchor="middle">{escape(label)}</text></g>'
    )
