"""The way through the site: moves that are rare from where one stands, detours, lingering, doors tried in a row.

What is usual leans on own days, then the role's, then the site's: see features.usual_ways. Bits count surprise there.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.feasibility import some
from features.rows import Rows, any_of, both, most, opened, rows_of, used

DAY = used("access")
ZONES = both(rows_of("access", "zone"), opened)
MOVES = rows_of("access", "move")
STAYS = rows_of("access", "stay")
DOORS = rows_of("access", "door")


def average(measure: str, rows: Rows) -> Column:
    """Mean of the measure over the rows; NULL without any."""
    return F.avg(F.when(rows(), F.col(measure)))


@daily(
    source="access",
    family="route",
    kind="amount",
    unit="bits a move",
    absent=None,
    rows=MOVES,
    named="bits",
    says="On average a move was one that is made {value:odds} times from there; usually {usual:odds}, colleagues "
    "{peers:odds}.",
    innocent="a new task; building work on the usual way; an errand for a colleague",
    once_known=True,
)
def route_surprise() -> Column:
    """Mean surprise of the day's moves, each given the zone it leaves: a Markov chain over the site's zones."""
    return average("bits", MOVES)


@daily(
    source="access",
    family="route",
    kind="amount",
    unit="bits",
    absent=None,
    rows=MOVES,
    named="bits",
    says="The rarest move is made {value:odds} times from its zone; usually {usual:odds}, colleagues {peers:odds}.",
    innocent="a rare errand; cover for a colleague; the usual door out of order",
    once_known=True,
)
def move_rarest() -> Column:
    """Surprise of the day's rarest move, given the zone it leaves."""
    return most("bits", MOVES)


@daily(
    source="access",
    family="route",
    unit="passages",
    needs_graph=True,
    rows=both(MOVES, any_of("detours")),
    named="detours",
    says="Passed zones of high consequence {value:.0f} times that were not on the way; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a short errand there; a round of inspections; the usual way closed",
)
def detours() -> Column:
    """Passages of a zone of high consequence, of under five minutes, that no quickest way between the stops needs."""
    return some("detours", MOVES)


@daily(
    source="access",
    family="route",
    kind="amount",
    unit="bits",
    absent=None,
    rows=STAYS,
    named="bits",
    says="The rarest stay is so long, or short, {value:odds} times there; usually {usual:odds}, colleagues "
    "{peers:odds}.",
    innocent="a meeting in another's place; repairs; leaving through a door that needs no badge",
    once_known=True,
)
def stay_rarest() -> Column:
    """Surprise of the longest stay for its zone: how rarely somebody is in that zone for at least as long."""
    return most("bits", STAYS)


@daily(
    source="access",
    family="refusals",
    unit="refusals",
    rows=both(DOORS, any_of("tried_on")),
    named="tried_on",
    says="After a refusal went on to another door {value:.0f} times and was refused there too; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a right not yet in the access system; a worn badge; looking for an open door in a strange building",
)
def doors_tried_on() -> Column:
    """Refusals within ten minutes of a refusal at another door, nothing opened in between."""
    return some("tried_on", DOORS)
