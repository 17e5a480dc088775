"""Rules a table must keep: those its declaration promises, and those written by hand beside it.

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

from expectations.gold import SCORE
from expectations.gold_together import COMMUNITY
from expectations.silver import ACCESS, EVENTS, LEDGER, PEOPLE
from expectations.table import Column as Declared
from expectations.table import Table, spark_type

Severity = Literal["critical", "warning"]
"""A broken critical rule stops the night; a broken warning is published with a banner."""

UNRESOLVED_WARNS, UNRESOLVED_STOPS = 2.0, 20.0
"""Per cent of landed rows whose person is unknown. A few visitors are normal; a fifth means the roster is wrong."""

QUARANTINED_WARNS, QUARANTINED_STOPS = 2.0, 20.0
"""Per cent of landed rows that cannot be read. Beyond a fifth a night would judge people on what is left."""

ENOUGH = 1_000
"""Landed rows from which on a feed's share counts by itself: some bad rows of a quiet feed are no failure."""

DENIED_WARNS = 50.0
"""Per cent of badge reads that were refused: more than half is a failing controller, not people."""

APART_WARNS = 50.0
"""Per cent of people whose company is not their team's: beyond half, peers by team are not who people work with."""

TOLERANCE = 1e-6
"""Bits by which parts may miss their sum: far above rounding, far below anything shown."""


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


def graded(warns: float, stops: float) -> tuple[tuple[Severity, float], ...]:
    """One bound that warns and a wider one that stops."""
    return (("warning", warns), ("critical", stops))


EACH = f", also of each feed with {ENOUGH:,} or more,"
LOOK_AT_QUARANTINE = (
    "read silver.quarantine by feed and reason; correct the mapping or the roster, then run conform again"
)

NO_FUTURE = Rule(
    "day: landed by then",
    "no event lies after the delivery that brought it",
    measure=broken(lambda: F.col("day") > F.col("landed")),
)


def sums(parts: str, whole: str) -> Rule:
    """The parts of a sum add up to it."""
    return Rule(
        f"{parts}: sum",
        f"{parts} sum to the {whole} within {TOLERANCE:g} bits",
        measure=broken(lambda: F.abs(F.aggregate(parts, F.lit(0.0), lambda a, b: a + b) - F.col(whole)) > TOLERANCE),
    )


WRITTEN: dict[str, tuple[Rule, ...]] = {
    **{table.name: (NO_FUTURE,) for table in EVENTS},
    ACCESS.name: (
        NO_FUTURE,
        Rule(
            "outcome: mostly granted",
            f"at most {DENIED_WARNS:g} % of badge reads are refused",
            severity="warning",
            measure=per_cent(lambda: (F.col("outcome") == "denied").cast("long"), lambda: F.lit(1)),
            most=DENIED_WARNS,
            finding="{n:.1f} % of {rows:,} were",
            then="ask whether a reader or controller failed",
        ),
    ),
    PEOPLE.name: (
        Rule(
            "validity: not empty",
            "an interval of employment ends after it begins",
            measure=broken(lambda: F.col("valid_to") <= F.col("valid_from")),
        ),
    ),
    LEDGER.name: (
        Rule(
            "rows: reconciled",
            "every landed row is in silver, in quarantine, or an exact repeat",
            measure=broken(lambda: F.col("rows") != F.col("silver") + F.col("quarantined") + F.col("duplicates")),
            finding="{n:.0f} of {rows} files do not add up",
            then="run conform again for this delivery; if it stays so, keep the files and report it",
        ),
        Rule(
            "identity: resolved (warning)",
            f"at most {UNRESOLVED_WARNS:g} % of landed rows{EACH} name nobody on the roster",
            severity="warning",
            measure=worst(lambda: F.col("unresolved"), lambda: F.col("rows"), "feed"),
            most=UNRESOLVED_WARNS,
            finding="{n:.1f} % of the rows in {rows} files, or of the worst feed among them, do",
            then=LOOK_AT_QUARANTINE,
        ),
        Rule(
            "identity: resolved (critical)",
            # Not of each feed: of a log of accounts a fifth may well be machines'.
            f"at most {UNRESOLVED_STOPS:g} % of landed rows name nobody on the roster",
            measure=per_cent(lambda: F.col("unresolved"), lambda: F.col("rows")),
            most=UNRESOLVED_STOPS,
            finding="{n:.1f} % of the rows in {rows} files do",
            then=LOOK_AT_QUARANTINE,
        ),
        *(
            Rule(
                f"rows: readable ({severity})",
                f"at most {most:g} % of landed rows{EACH} cannot be read",
                severity=severity,
                measure=worst(lambda: F.col("quarantined") - F.col("unresolved"), lambda: F.col("rows"), "feed"),
                most=most,
                finding="{n:.1f} % of the rows in {rows} files, or of the worst feed among them, cannot",
                then=LOOK_AT_QUARANTINE,
            )
            for severity, most in graded(QUARANTINED_WARNS, QUARANTINED_STOPS)
        ),
        Rule(
            "columns: known",
            "no landed file has columns its feed does not know",
            severity="warning",
            measure=broken(lambda: F.size("extra_columns") > 0),
            finding="{n:.0f} of {rows} files have",
            then="the columns were ignored; map them in the site's configuration if they matter",
        ),
    ),
    SCORE.name: (sums("parts", "score"),),
    COMMUNITY.name: (
        Rule(
            "peers: as behaviour has them",
            f"at most {APART_WARNS:g} % of people keep other company than most of their team",
            severity="warning",
            measure=per_cent(lambda: F.col("apart").cast("long"), lambda: F.lit(1)),
            most=APART_WARNS,
            finding="{n:.1f} % of {rows:,} do",
            then="ask whether the roster's teams are still true: they say who is compared with whom",
        ),
    ),
}
"""Hand-written rules, beside what the declarations promise."""


def rules_for(table: Table) -> tuple[Rule, ...]:
    """Promises first, then the hand-written rules."""
    return promises(table) + WRITTEN.get(table.name, ())
