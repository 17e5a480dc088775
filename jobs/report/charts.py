"""Small charts as inline SVG. Nothing is told by colour alone; every figure is also in the text beside it."""

from datetime import date

from markupsafe import Markup, escape

from jobs.report.night import Lead, Reason

WIDTH, HEIGHT, PAD = 280, 64, 7


def short(value: float | None) -> str:
    """A figure with no more digits than it deserves; an en dash for none."""
    if value is None or value != value:
        return "–"
    size = abs(value)
    if size >= 1e6:
        return f"{value / 1e6:,.1f} M"
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def history(reason: Reason) -> Markup:
    """Own values as dots, the night told of as an open diamond, the peers' range as a band, own usual dashed."""
    points = [(day, value) for day, value in reason.history if value is not None]
    if not points:
        return Markup("")
    first, last = reason.history[0][0], reason.history[-1][0]
    levels = [value for _, value in points]
    levels += [level for level in (reason.usual, *(reason.peers or ())) if level is not None]
    low, high = min(0.0, *levels), max(levels)
    span_x, span_y = max((last - first).days, 1), (high - low) or 1.0

    def x(day: date) -> float:
        return PAD + (WIDTH - 2 * PAD) * (day - first).days / span_x

    def y(value: float) -> float:
        return HEIGHT - PAD - (HEIGHT - 2 * PAD) * (value - low) / span_y

    drawn = []
    if reason.peers:
        top, bottom = y(reason.peers[1]), y(reason.peers[0])
        height = max(bottom - top, 2)
        drawn.append(f'<rect class="band" x="0" y="{top:.1f}" width="{WIDTH}" height="{height:.1f}"/>')
    if reason.usual is not None:
        level = y(reason.usual)
        drawn.append(f'<line class="usual" x1="0" x2="{WIDTH}" y1="{level:.1f}" y2="{level:.1f}"/>')
    drawn += [
        f'<circle class="was" cx="{x(d):.1f}" cy="{y(v):.1f}" r="1.8"/>' for d, v in points if d != reason.seen_on
    ]
    for at, level in ((x(day), y(value)) for day, value in points if day == reason.seen_on):
        drawn.append(f'<path class="now" d="M{at:.1f} {level - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5-5.5z"/>')
    told = (
        f"{reason.channel}: {short(reason.value)} on {reason.seen_on}, own usual {short(reason.usual)}, "
        f"over {len(points)} nights from {first} to {last}, {short(min(v for _, v in points))} to "
        f"{short(max(v for _, v in points))}"
    )
    if reason.peers:
        told += f"; most peers {short(reason.peers[0])} to {short(reason.peers[1])}"
    return svg(WIDTH, HEIGHT, told, drawn, "history")


def waterfall(lead: Lead, position: int) -> Markup:
    """Reason `position` (from 0) as a bar that begins where the one before ended; the last ends at the risk."""
    whole = sum(reason.part for reason in lead.reasons) or 1.0
    begin = sum(reason.part for reason in lead.reasons[:position]) / whole
    length = lead.reasons[position].part / whole
    left, wide = 200 * begin, max(200 * length, 1.5)
    drawn = [
        '<rect class="track" x="0" y="2" width="200" height="10"/>',
        f'<rect class="part" x="{min(left, 198.5):.1f}" y="2" width="{wide:.1f}" height="10"/>',
    ]
    return svg(200, 14, f"{lead.reasons[position].part:.2f} of {lead.risk:.2f} bits", drawn, "waterfall")


def bar(share: float) -> Markup:
    """A share of the highest risk, as a bar."""
    drawn = [f'<rect class="part" x="0" y="2" width="{max(80 * share, 1):.1f}" height="8"/>']
    return svg(80, 12, f"{100 * share:.0f} % of the highest risk", drawn, "bar")


def svg(width: float, height: float, told: str, drawn: list[str], kind: str) -> Markup:
    """A picture with its text alternative."""
    return Markup(  # noqa: S704 - every text in it is escaped where it is put in
        f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
        f'aria-label="{escape(told)}">{"".join(drawn)}</svg>'
    )
