"""What the gates found, night by night: counts only, never a value."""

from expectations.silver import DAY
from expectations.table import Column, Table

VERDICT = Table(
    "quality.verdict",
    "one rule checked on one day of one table",
    (
        DAY,
        Column("table", "string", "Table that was checked"),
        Column("rule", "string", "Short name of the rule"),
        Column("job", "string", "Job behind whose gate it was checked"),
        Column("says", "string", "The rule as a sentence: what holds on a good day"),
        Column("severity", "string", "What breaking it means", allowed=("critical", "warning")),
        Column("rows", "long", "Rows checked", unit="rows", low=0),
        Column("violations", "double", "What was counted against the rule; its unit is the rule's"),
        Column("passed", "boolean", "Whether the rule was kept"),
        Column("finding", "string", "What was found, as a sentence; empty when the rule was kept"),
    ),
    keys=("day", "table", "rule"),
    sort=("table", "rule"),
    notes="The day is the table's own: operational for gold, of the delivery for silver.",
)

QUALITY = (VERDICT,)
