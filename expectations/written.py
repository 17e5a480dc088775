"""Rules that no declaration tells, each a sentence with its severity and the next step: see expectations.rules."""

from collections.abc import Sequence

from pyspark.sql import functions as F

from expectations.gold import SCORE
from expectations.gold_together import COMMUNITY
from expectations.rules import ENOUGH, Rule, Severity, broken, per_cent, promises, worst
from expectations.silver import ACCESS, EVENTS, LEDGER, PEOPLE
from expectations.table import Table

UNRESOLVED_WARNS, UNRESOLVED_STOPS = 2.0, 20.0
"""Per cent of landed rows whose person is unknown. A few visitors are normal; a fifth means the roster is wrong."""

QUARANTINED_WARNS, QUARANTINED_STOPS = 2.0, 20.0
"""Per cent of landed rows that cannot be read. Beyond a fifth a night would judge people on what is left."""

DENIED_WARNS = 50.0
"""Per cent of badge reads that were refused: more than half is a failing controller, not people."""

APART_WARNS = 50.0
"""Per cent of people whose company is not their team's: beyond half, peers by team are not who people work with."""

TOLERANCE = 1e-6
"""Bits by which parts may miss their sum: far above rounding, far below anything shown."""


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


ZONES_NAMED = 6
"""Zones without a declaration told by name, those of most rows."""


def zones_declared(feed: str, strange: Sequence[str]) -> Rule:
    """A log spells zones as the site's configuration does; `strange` are those it does not, foremost first.

    A warning whose number the gate tells. Names of zones are nobody's: they are said, for somebody must map them.
    """
    shown = ", ".join(map(repr, strange[:ZONES_NAMED])).replace("{", "{{").replace("}", "}}")
    more = f" and {len(strange) - ZONES_NAMED} more" if len(strange) > ZONES_NAMED else ""
    instead = f"write theirs: ours for each zone in feeds.{feed}.values.zone, or declare the zone"
    return Rule(
        "zone: declared",
        f"the zones that the log {feed} names are declared at the site",
        severity="warning",
        finding=f"{{n:,.0f}} of {{rows:,}} rows name others, in this run {shown}{more}: no read fits there, and nobody "
        f"is judged by rules of such a zone. Next: {instead}",
        then=instead,
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
