"""The words behaviours are written in: conditions on place rows, and sums over the rows of a person-day.

All are Columns over gold.place_day. An aggregate is NULL on a day without the rows it needs.
"""

from collections.abc import Callable
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from features.habit import GUARD

LEARNING = 14
"""Nights before the guard gap that a person must be known for; until then everything would be new."""
RARE = 0.05
"""Share of a person's days below which a known place is rare: less than one working day a month."""

Rows = Callable[[], Column]


def apart(rows: DataFrame, *told: tuple[Column, Callable[[DataFrame], DataFrame]]) -> DataFrame:
    """Place `rows`, those that meet a condition as its function tells them; none may meet two of the conditions.

    Each function is given the rows themselves, not what another made of them: one after the other, each of the many
    readings of its rows would plan and reckon all before it anew.
    """
    parts = [tell(rows.where(mine)).select(*rows.columns) for mine, tell in told]
    rest = reduce(lambda left, met: left & ~met, (mine for mine, _ in told), F.lit(True))
    return reduce(DataFrame.unionByName, parts, rows.where(rest))


def rows_of(source: str, kind: str) -> Rows:
    """The feed's rows of one kind of place."""
    return lambda: (F.col("source") == source) & (F.col("kind") == kind)


def used(source: str) -> Rows:
    """The one row that holds the feed's whole day."""
    return rows_of(source, "use")


def both(*conditions: Rows) -> Rows:
    """Rows that meet all the conditions."""

    def met() -> Column:
        first, *others = [condition() for condition in conditions]
        for other in others:
            first = first & other
        return first

    return met


def new() -> Column:
    """Places not known before the guard gap."""
    return F.col("is_new")


def familiar() -> Column:
    """Places known since before the guard gap."""
    return ~F.col("is_new")


def opened() -> Column:
    """Places where not every read was refused."""
    return F.col("events") > F.col("refused")


def shut() -> Column:
    """Places where every read was refused."""
    return F.col("events") == F.col("refused")


def any_of(measure: str) -> Rows:
    """Rows where the measure is not zero."""
    return lambda: F.col(measure) > 0


UNCOUNTED = 2
"""What `doubted` holds at a door whose own reads are believed, while those of the way through it are in doubt."""


def trusted() -> Column:
    """Places whose reader is not in doubt that day: see features.doubt."""
    return F.coalesce("doubted", F.lit(0)).isin(0, UNCOUNTED)


def counted() -> Column:
    """Trusted places whose reads in and out are all there that day."""
    return F.coalesce("doubted", F.lit(0)) == 0


def whose(*relations: str) -> Rows:
    """Places that belong by habit to such a person: 'own', 'supervisor', 'other'."""
    return lambda: F.col("whose").isin(*relations)


def total(measure: str, rows: Rows) -> Column:
    """Sum of the measure over the rows."""
    return F.sum(F.when(rows(), F.col(measure)))


def number(rows: Rows) -> Column:
    """How many of the rows there are: distinct places."""
    return F.count_if(rows())


def least(measure: str, rows: Rows) -> Column:
    """Smallest value of the measure."""
    return F.min(F.when(rows(), F.col(measure)))


def most(measure: str, rows: Rows) -> Column:
    """Largest value of the measure."""
    return F.max(F.when(rows(), F.col(measure)))


def most_of(value: Column, rows: Rows) -> Column:
    """Largest of a value over the rows."""
    return F.max(F.when(rows(), value))


def known() -> Column:
    """Days seen there, none for a place not known before the guard gap."""
    return F.when(new(), F.lit(0)).otherwise(F.col("days_seen"))


def hours(seconds: Column) -> Column:
    """Seconds as hours."""
    return seconds / F.lit(3600.0)


def once_known(value: Column) -> Column:
    """The value, once the person is known long enough for anything to be new; NULL before."""
    since = least("first_day", rows_of("presence", "presence"))
    return F.when(F.datediff(F.col("day"), since) >= GUARD + LEARNING, value)


def rarity(rows: Rows) -> Column:
    """Bits of the rarest of the rows' places: −log2 of the share of the person's days spent there.

    Half a day is added to the visits and a day to the days (the Krichevsky–Trofimov estimate), so a place never
    seen costs more bits the longer the person is known. A place inside the guard gap counts as never seen.
    """
    days = most("days_seen", both(rows_of("presence", "presence"), lambda: F.col("place") == "any"))
    return F.log2((days + 1.0) / (F.min(F.when(rows(), known())) + 0.5))
