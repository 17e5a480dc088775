"""Walks that the site's graph does not allow: a read missing on the way, or no time for it. NULL at a site without one.

A reader with which many people's reads did not fit that day is in doubt (features.doubt): what it says of one person
is left out here. The first read of an operational day follows none and always fits: let the day begin
(`site.day_begins`) when fewest are inside.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import Rows, any_of, both, rows_of, total, trusted

GAPS = both(rows_of("access", "gap"), trusted)
DOORS = both(rows_of("access", "door"), trusted)


def some(measure: str, rows: Rows) -> Column:
    """Sum of the measure over the rows, 0 when there are none."""
    return F.coalesce(total(measure, rows), F.lit(0))


def in_vain() -> Column:
    """Doors that refused more than once and opened at no time of the day."""
    return (F.col("refused") == F.col("events")) & (F.col("refused") > 1)


@daily(
    source="access",
    family="movement",
    unit="moves",
    needs_graph=True,
    rows=both(GAPS, any_of("skipped")),
    named="skipped",
    says="{value:.0f} times in a zone without the read that the way there needs; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="following a colleague through; a door held open; a badge read without walking through",
)
def reads_missing() -> Column:
    """Reads elsewhere than the badge was let into: a read on the way is missing, though there was time for the way."""
    return some("skipped", GAPS)


@daily(
    source="access",
    family="movement",
    unit="moves",
    needs_graph=True,
    rows=both(GAPS, any_of("at_once")),
    named="at_once",
    says="{value:.0f} times in two zones at once, as far as reads tell; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="clocks of readers that disagree; a second badge in somebody else's hand by mistake",
)
def zones_at_once() -> Column:
    """Reads in another zone with neither the reads that the way needs nor the time for it: a lent or copied badge."""
    return some("at_once", GAPS)


@daily(
    source="access",
    family="movement",
    unit="entries",
    needs_graph=True,
    rows=both(GAPS, any_of("entered_again")),
    named="entered_again",
    says="{value:.0f} entries to a zone that the badge had not left; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="leaving with a colleague; a door held open; a badge read without walking through",
)
def entries_without_exit() -> Column:
    """Entries where the badge was already, the read on the way out missing: a badge handed back (anti-passback)."""
    return some("entered_again", GAPS)


@daily(
    source="access",
    family="movement",
    unit="exits",
    needs_graph=True,
    rows=both(GAPS, any_of("left_again")),
    named="left_again",
    says="{value:.0f} exits from a zone that the badge had not entered; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="entering with a colleague; a door held open; a badge read without walking through",
)
def exits_without_entry() -> Column:
    """Exits when the badge was out already, the read on the way in missing: somebody let in without one."""
    return some("left_again", GAPS)


@daily(
    source="access",
    family="movement",
    unit="moves",
    needs_graph=True,
    rows=both(DOORS, any_of("hurried")),
    named="hurried",
    says="{value:.0f} moves between doors faster than the site says is possible; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="clocks of readers that disagree; a distance declared too long",
)
def moves_impossible() -> Column:
    """Reads at another door sooner than anybody can walk there: a lent or copied badge."""
    return some("hurried", DOORS)


@daily(
    source="access",
    family="movement",
    unit="refusals",
    rows=both(DOORS, in_vain),
    named="refused",
    says="Tested doors {value:.0f} times that opened at no time of the day; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a right not yet in the access system; a worn badge; a door that others open for them",
)
def doors_tested() -> Column:
    """Refused reads at doors that refused more than once and never opened for the person that day."""
    return some("refused", both(DOORS, in_vain))
