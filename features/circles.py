"""The shape of the company that a person keeps over four weeks: a star, a clique, heavy, or leaning on few.

A circle is everybody with whom the person spent an hour in zones that were no crowd, or shared a computer, or exchanged
four messages, faded over four weeks; of each person's closest only, 200 at most. See models/circles.py for the laws
behind them.
"""

from pyspark.sql import Column

from features.behaviour import daily
from features.rows import most, rows_of

CIRCLES = rows_of("access", "circle")


@daily(
    source="access",
    family="together",
    kind="share",
    tail="both",
    unit="share of pairs",
    absent=None,
    rows=CIRCLES,
    named="heavy",
    says="Of the people kept company with over four weeks, {value:.0%} of the pairs keep company with each other, too "
    "(none is a star, all a clique); usually {usual:.0%}, colleagues {peers:.0%}.",
    innocent="an errand among departments; a new team; a leave that took others out of the circle",
)
def circle_tied() -> Column:
    """Share of the pairs of people of the circle who keep company with each other (edges against neighbours)."""
    return most("tied", CIRCLES)


@daily(
    source="access",
    family="together",
    kind="amount",
    unit="hours a pair",
    absent=None,
    rows=CIRCLES,
    named="heavy",
    says="The circle kept company with over four weeks comes to {value:.1f} hours a pair, a shared computer as one, a "
    "message as a quarter; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a deadline; a new shared office; a training of several days",
)
def circle_heavy() -> Column:
    """Company of a pair of the circle, the person's own pairs included (weight against edges)."""
    return most("heavy", CIRCLES)


@daily(
    source="access",
    family="together",
    kind="share",
    unit="share",
    absent=None,
    rows=CIRCLES,
    named="heavy",
    says="The company kept over four weeks leans on few: {value:.0%} (one pair alone is 100%, three alike 58%); "
    "usually {usual:.0%}, colleagues {peers:.0%}.",
    innocent="two who were put on one task; the others on leave; a new colleague to be shown round",
)
def circle_dominated() -> Column:
    """How far the circle's company leans on few of its pairs (principal eigenvalue against weight)."""
    return most("dominated", CIRCLES)
