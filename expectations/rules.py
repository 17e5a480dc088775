"""Rules a table must keep, how they are counted, and those that its declaration promises.

A rule is a sentence, a severity and one number that may not exceed a bound. The number is an aggregate over one day's
rows, so that a whole suite costs one pass over the table, or is told by the job that asks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.table import Column as Declared
from expectations.table import Table, spark_type

Severity = Literal["critical", "warning"]
"""A broken critical rule stops the night; a broken warning is published with a banner."""

ENOUGH = 1_000
"""Landed rows from which on a feed's share counts by itself: some bad rows of a quiet feed are no failure."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `measure` builds the aggregate that may not exceed `most`; None: the job tells the number."""

    name: str
    says: str
    """What holds on a good day."""
    severity: Severity = "critical"
    measure: Callable[[], Column] | None = None
    most: float = 0.0
    finding: str = "{n:,.0f} of {rows:,} rows are not so"
    """What is said when broken, formatted with `n` (the number) and `rows` (rows checked)."""
    then: str = "find the cause in the job that wrote it, then run the night again"
    """Next step for whoever is called."""

    def found(self, n: float, rows: int) -> str:
        """The broken rule in one sentence."""
        return f"“{self.says}” does not hold: {self.finding.format(n=n, rows=rows)}."


def broken(predicate: Callable[[], Column]) -> Callable[[], Column]:
    """Counts the rows for which `predicate` is true; NULL counts as false."""
    return lambda: F.count_if(predicate()).cast("double")


def per_cent(part: Callable[[], Column], whole: Callable[[], Column]) -> Callable[[], Column]:
    """100 × part / whole, both summed; 0 for nothing of nothing."""

    def measure() -> Column:
        total = F.sum(whole()).cast("double")
        return F.when(total > 0, 100.0 * F.sum(part()).cast("double") / total).otherwise(0.0)

    return measure


def worst(part: Callable[[], Column], whole: Callable[[], Column], of: str) -> Callable[[], Column]:
    """The greatest of `per_cent` of all rows and of each value of the column `of` whose `whole` is ENOUGH.

    What a small log lost would else be hidden by a large one.
    """

    def measure() -> Column:
        rows = F.collect_list(F.struct(F.col(of).alias("of"), part().alias("part"), whole().alias("whole")))

        def share(value: Column) -> Column:
            mine = F.filter(rows, lambda row: row["of"] == value)
            total = F.aggregate(mine, F.lit(0.0), lambda found, row: found + row["whole"].cast("double"))
            parts = F.aggregate(mine, F.lit(0.0), lambda found, row: found + row["part"].cast("double"))
            return F.when(total >= ENOUGH, 100.0 * parts / total)

        return F.greatest(per_cent(part, whole)(), F.array_max(F.transform(F.array_distinct(rows["of"]), share)))

    return measure


def promised(column: Declared) -> list[Rule]:
    """What one declared column promises, a rule each."""
    name, kept = column.name, []
    if column.required:
        kept.append(Rule(f"{name}: given", f"{name} is never NULL", measure=broken(lambda: F.col(name).isNull())))
    if column.type == "double":
        infinite = (float("inf"), float("-inf"))
        kept.append(
            Rule(
                f"{name}: finite",
                f"{name} is never NaN or infinite",
                measure=broken(lambda: F.isnan(name) | F.col(name).isin(*infinite)),
            )
        )
    if column.allowed:
        told = ", ".join(column.allowed)
        kept.append(
            Rule(
                f"{name}: allowed",
                f"{name} is one of {told}",
                measure=broken(lambda: ~F.col(name).isin(*column.allowed)),
            )
        )
    bounds: list[tuple[str, Callable[[], Column]]] = []
    if (low := column.low) is not None:
        bounds.append((f"at least {low:g}", lambda: F.col(name) < low))
    if (high := column.high) is not None:
        bounds.append((f"at most {high:g}", lambda: F.col(name) > high))
    if bounds:
        kept.append(
            Rule(
                f"{name}: range",
                f"{name} is {' and '.join(text for text, _ in bounds)}{f' {column.unit}' if column.unit else ''}",
                measure=broken(lambda: reduce(or_, [outside() for _, outside in bounds])),
            )
        )
    return kept


def types_differ(table: Table, found: dict[str, str]) -> int:
    """How many declared columns are missing from `found` (name to Spark type) or have another type there."""
    return sum(found.get(c.name) != spark_type(c.type).simpleString() for c in table.columns)


COLUMNS = "columns: declared"
KEYS = "keys: unique"


def promises(table: Table) -> tuple[Rule, ...]:
    """Everything the table's declaration promises."""
    return (
        Rule(COLUMNS, "every declared column is there with its declared type", finding="{n:.0f} columns are not"),
        Rule(KEYS, f"no two rows share {', '.join(table.keys)}", finding="{n:,.0f} of {rows:,} rows repeat another"),
        *(rule for column in table.columns for rule in promised(column)),
    )
