"""A badge on its way: how fast, in and out, and which badge."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import both, counted, least, most, rows_of, total, used

DAY = used("access")
DOORS = both(rows_of("access", "door"), counted)
ZONES = rows_of("access", "zone")


@daily(
    source="access",
    family="movement",
    kind="minutes",
    tail="low",
    unit="minutes",
    absent=None,
    rows=both(ZONES, lambda: F.col("fastest").isNotNull()),
    says="Shortest time between reads in two zones was {value:.1f} minutes; usually {usual:.1f}, "
    "colleagues {peers:.1f}.",
    innocent="two readers side by side; clocks of readers that disagree",
)
def zone_change_fastest() -> Column:
    """Least minutes between consecutive reads in different zones; a badge in two places makes it short."""
    return least("fastest", DAY) / F.lit(60.0)


@daily(
    source="access",
    family="movement",
    unit="passages",
    rows=DOORS,
    says="{value:.0f} passages in without the way out, or out without the way in; usually {usual:.1f}, "
    "colleagues {peers:.1f}.",
    innocent="following a colleague through; a door held open; doors with a reader on one side only",
)
def passages_unmatched() -> Column:
    """Entries that outnumber exits, or the reverse, over the day, at doors whose readers and ways are not in doubt."""
    return F.coalesce(F.abs(total("entries", DOORS) - total("exits", DOORS)), F.lit(0))


@daily(
    source="access",
    family="movement",
    kind="flag",
    unit="yes or no",
    rows=DAY,
    says="More than one of the person's badges was read, as on {usual:.0%} of own days before "
    "(colleagues {peers:.0%}).",
    innocent="a re-issued card; a temporary card for a forgotten one",
)
def second_badge() -> Column:
    """1 when two of the person's badges were read at one door."""
    return most("second_badge", DAY)
