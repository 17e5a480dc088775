"""The investigators' page: one file that needs nothing else, readable on paper and without a network."""

from datetime import datetime
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from features.pseudonym import code
from jobs.report import against, charts, day_graph, group_graph, walk_picture
from jobs.report.fairness import Measured
from jobs.report.night import Night

HERE = Path(__file__).parent


def clock(at: datetime | None) -> str:
    """A local time of the day."""
    return "" if at is None else f"{at:%H:%M}"


def innocent(night: Night) -> str:
    """Expected innocent leads as words."""
    expected, on_list = night.innocent, len(night.leads)
    if not on_list or expected is None:
        return "–"
    if expected >= on_list - 0.5:
        return f"all {on_list} may be"
    return f"about {expected:.0f} of {on_list}" if expected >= 1 else f"fewer than 1 of {on_list}"


def spread(told: Measured, form: str, scale: float = 1.0) -> str:
    """A figure, times `scale`, in the form of a %-pattern, and the ends of its interval; – where one is not known."""
    figure, low, high = ("–" if end is None else form % (end * scale) for end in told)
    return f"{figure} ({low} – {high})"


@cache
def template() -> jinja2.Template:
    """The page's template: everything put into it is escaped; what is not there is an error."""
    loader = jinja2.FileSystemLoader(HERE)
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).get_template("page.html.j2")


def as_html(night: Night) -> str:
    """The page of one night."""
    return template().render(
        night=night,
        most=max((lead.risk for lead in night.leads), default=0.0),
        innocent=innocent(night),
        against=against.against,
        rare=against.rare,
        unsure=against.unsure,
        style=Markup((HERE / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        short=charts.short,
        spread=spread,
        bar=charts.bar,
        history=charts.history,
        group_picture=group_graph.picture,
        waterfall=charts.waterfall,
        picture=day_graph.picture,
        walk=walk_picture.picture,
        most_left_out=walk_picture.LEFT_OUT,
        clock=clock,
        code=code,
    )
