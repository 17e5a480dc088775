"""Test data from the declarations: rows that a table may hold, drawn from its types, units, bounds, NULLs and keys."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from expectations.gold import SCORE
from expectations.gold_together import COMMUNITY
from expectations.silver import ACCESS, EVENTS, LEDGER, PEOPLE
from expectations.table import Column, Table

Row = dict[str, Any]
Rows = list[Row]

UNITS = {"flag": (0, 1), "share": (0, 1)}
"""Bounds that a unit says by itself."""
WHOLE = {"int": 2**31 - 1, "long": 2**63 - 1}
MUCH = 1e9
"""Doubles are drawn up to it: sums of a few keep their last digits."""


def rows(table: Table, most: int = 4) -> st.SearchStrategy[Rows]:
    """One to `most` rows of one day that keep all that is promised of the table, the hand-written rules too.

    A table without a day is drawn as a whole. Rows are cells by column, in declared order.
    """
    row = st.fixed_dictionaries({column.name: cells(column) for column in table.columns})
    # The day comes in front of the uniqueness, so that keys differ within it.
    one_day = st.just({}) if table.day is None else st.fixed_dictionaries({table.day: cells(table[table.day])})
    return one_day.flatmap(
        lambda day: st.lists(
            row.map(lambda drawn: drawn | day),
            min_size=1,
            max_size=most,
            unique_by=lambda drawn: tuple(drawn[key] for key in table.keys),
        )
    ).map(SETTLED.get(table.name, list))


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Values that the column may hold; NULL among them unless it is required."""
    given = st.sampled_from(column.allowed) if column.allowed else values(column.type, *bounds(column))
    return given if column.required else st.none() | given


def bounds(column: Column) -> tuple[float | None, float | None]:
    """The declared bounds, and those that the unit says."""
    least, most = UNITS.get(column.unit, (None, None))
    return (least if column.low is None else column.low), (most if column.high is None else column.high)


def values(declared: str, low: float | None = None, high: float | None = None) -> st.SearchStrategy[Any]:
    """Values of a declared type within inclusive bounds."""
    if declared.startswith("array<"):
        return st.lists(values(declared.removeprefix("array<").removesuffix(">")), max_size=4)
    if most := WHOLE.get(declared):
        return st.integers(-most - 1 if low is None else math.ceil(low), most if high is None else math.floor(high))
    simple: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "string": lambda: st.text(st.characters(codec="utf-8"), max_size=8),
        "double": lambda: st.floats(-MUCH if low is None else low, MUCH if high is None else high),
        "boolean": st.booleans,
        "date": lambda: st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        "timestamp": lambda: st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    }
    return simple[declared]()


def each(settle: Callable[[Row], Row]) -> Callable[[Rows], Rows]:
    """The same for every row."""
    return lambda drawn: [row | settle(row) for row in drawn]


def reconciled(row: Row) -> Row:
    """A file whose rows add up, of which at most one in a hundred is in quarantine."""
    bad, good, again = (row[name] % 1000 for name in ("quarantined", "silver", "duplicates"))
    told = {
        "quarantined": bad,
        "silver": 100 * bad + good,
        "duplicates": again,
        "unresolved": row["unresolved"] % 2 * bad,
    }
    return {**told, "rows": 101 * bad + good + again, "extra_columns": []}


def employed(row: Row) -> Row:
    """An interval that ends after it begins."""
    ends = row["valid_to"]
    return {"valid_to": ends if ends is None or ends > row["valid_from"] else row["valid_from"] + timedelta(seconds=1)}


def summed(row: Row) -> Row:
    """A score that is the sum of its parts."""
    parts = [abs(part) for part in row["parts"]]
    return {"parts": parts, "score": math.fsum(parts)}


def seldom(name: str, value: Any, usual: Any) -> Callable[[Rows], Rows]:
    """At most every second row has the value."""

    def settle(drawn: Rows) -> Rows:
        return [row | ({name: usual} if n % 2 == 0 and row[name] == value else {}) for n, row in enumerate(drawn)]

    return settle


landed_by_then = each(lambda row: {"day": min(row["day"], row["landed"])})
rarely_denied = seldom("outcome", "denied", "granted")

SETTLED: dict[str, Callable[[Rows], Rows]] = {
    **{table.name: landed_by_then for table in EVENTS},
    ACCESS.name: lambda drawn: rarely_denied(landed_by_then(drawn)),
    PEOPLE.name: each(employed),
    LEDGER.name: each(reconciled),
    SCORE.name: each(summed),
    COMMUNITY.name: seldom("apart", True, False),
}
"""What the rules written by hand (expectations.written.WRITTEN) ask of drawn rows: no declaration tells it."""
