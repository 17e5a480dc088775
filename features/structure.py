"""The day as a graph beside the person's usual graph: which ways are new, which are missing, what shape it has.

Edges against nodes and weight against edges are the two laws of an egonet in L. Akoglu, M. McGlohon, C. Faloutsos,
OddBall: Spotting Anomalies in Weighted Graphs (PAKDD 2010); here own days and peers say what is normal.

The end of a shift that began the day before, or an errand, has no shape to compare: it leaves out nearly everything,
and beside such days whoever skips a round would be nothing unusual.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.feasibility import some
from features.routes import DAY, MOVES, ZONES, average
from features.rows import both, known, least, most, new, number, rows_of, total
from features.usual_ways import exact

BRIEF = 7200
"""Seconds: a quarter of a shift of eight hours."""


def shaped(value: Column) -> Column:
    """The value; NULL on a day of fewer than half the usual number of moves whose reads all lie within BRIEF."""
    briefly = most("last_second", DAY) - least("first_second", DAY) < BRIEF
    return F.when(~(briefly & (2 * number(MOVES) < some("usual_moves", DAY))), value)


def usual() -> Column:
    """Moves gone on at least half of the days before."""
    return F.col("usual_move") == 1


def stays() -> Column:
    """Zones in which some time was spent, as far as reads tell."""
    return rows_of("access", "zone")() & (F.col("stayed") > 0)


@daily(
    source="access",
    family="structure",
    kind="amount",
    unit="moves",
    absent=None,
    rows=both(MOVES, new),
    named="bits",
    says="The day's moves lie {value:.1f} away from the usual ones, new ones gone and usual ones left out; usually "
    "{usual:.1f}, colleagues {peers:.1f}.",
    innocent="a day of training or meetings; half a day; a new task",
    once_known=True,
)
def moves_away() -> Column:
    """Edit distance to the usual graph: for each move gone, one less the share of days it is gone on; for each move
    left out, that share."""
    gone = F.sum(F.when(MOVES(), known()))
    days = most("days_seen", DAY)
    shares = F.when(days > 0, (most("known_moves", DAY) - 2 * F.coalesce(gone, F.lit(0))) / days)
    return shaped(number(MOVES) + shares)


@daily(
    source="access",
    family="structure",
    unit="moves",
    rows=both(MOVES, new),
    named="bits",
    says="Went {value:.0f} ways between zones not gone before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new task; building work on the usual way; an escort",
    once_known=True,
)
def moves_new() -> Column:
    """Distinct moves from zone to zone that were not gone before the last fortnight."""
    return number(both(MOVES, new))


@daily(
    source="access",
    family="structure",
    unit="moves",
    rows=MOVES,
    says="Left out {value:.0f} of the ways gone on most days; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="half a day; leave; another post; a reader that was silent",
    once_known=True,
)
def moves_left_out() -> Column:
    """Moves gone on at least half of the days before, and not today; a round that was skipped shows here, unless hardly
    a read was made that day: that is told by the round's zones (features.together.zones_skipped)."""
    return shaped(some("usual_moves", DAY) - number(both(MOVES, usual)))


@daily(
    source="access",
    family="structure",
    kind="amount",
    tail="both",
    unit="bits",
    absent=None,
    rows=stays,
    named="stayed",
    says="Time was spread as over {value:times} zones alike; usually {usual:times}, colleagues {peers:times}.",
    innocent="a round of inspections; a day at the desk; a visit to escort",
)
def time_spread() -> Column:
    """Entropy of the time spent in zones: 0 in one, 1 bit in two alike, 3 in eight alike."""
    seconds = total("stayed", stays)
    logs = F.sum(F.when(stays(), exact(F.col("stayed") * F.log2("stayed"))))
    return shaped(F.when(seconds > 0, F.greatest(F.lit(0.0), F.log2(seconds) - logs / seconds)))


@daily(
    source="access",
    family="structure",
    kind="share",
    tail="both",
    unit="share",
    absent=None,
    needs_graph=True,
    rows=ZONES,
    named="centrality",
    says="On average {value:.0%} of the site's quickest ways lead through the zones entered; usually {usual:.0%}, "
    "colleagues {peers:.0%}.",
    innocent="work at the edge of the site for once; a day of errands through its middle",
)
def zones_central() -> Column:
    """Mean betweenness of the zones entered: 0 in dead ends, high on the corridors that everything passes."""
    return shaped(average("centrality", ZONES))


@daily(
    source="access",
    family="structure",
    kind="amount",
    tail="both",
    unit="moves a zone",
    absent=None,
    rows=MOVES,
    says="Went {value:.1f} different ways for each zone entered; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a round in a ring instead of there and back; a tour",
)
def moves_a_zone() -> Column:
    """Distinct moves over distinct zones: how far the day's graph is from a star or a line (edges against nodes)."""
    entered = number(ZONES)
    return shaped(F.when(entered > 0, number(MOVES) / entered))


@daily(
    source="access",
    family="structure",
    kind="amount",
    unit="times a move",
    absent=None,
    rows=MOVES,
    named="events",
    says="Went each way {value:.1f} times on average; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="carrying things; a reader that reads twice; a smoker's day",
)
def times_a_move() -> Column:
    """Passages over distinct moves: pacing to and fro (weight against edges)."""
    gone = number(MOVES)
    return F.when(gone > 0, total("events", MOVES) / gone)
