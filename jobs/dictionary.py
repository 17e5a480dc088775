"""The data dictionary, written from the declarations: `python -m jobs.dictionary` renews docs/data-dictionary.md."""

from pathlib import Path

from expectations.table import Column, Table
from expectations.written import WRITTEN
from jobs.catalog import JOBS
from jobs.tables import TABLES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"

HEAD = """# Data dictionary

Written by `python -m jobs.dictionary` from the declarations in `expectations/`; a test fails when it is stale.
Spark schemas and Great Expectations suites come from the same lines. Times are UTC; a *day* is the site's operational
day; a *person* is a keyed pseudonym. A table that is *judged after* a job stops the night when its constraints or its
critical rules are broken; those of all others are declared for whoever reads them, and for tests.
"""


def kept(table: Table) -> str:
    """The table's retention in words."""
    rule = table.retention
    if rule.nights is None:
        return "every day" if table.day else "as a whole"
    return f"the newest {rule.nights} days" + (", and the first of each month" if rule.month_starts else "")


def judged(table: Table) -> str:
    """The job behind whose gate it is looked at, each night, whether the declaration is kept."""
    by = [f"`{job.name}`" for job in JOBS if table.name in {judged.name for judged in job.judges}]
    return f"Judged after {', '.join(by)}." if by else "Not judged."


def constraints(column: Column) -> str:
    """What may never be found in a column, in words."""
    told = [] if not column.required else ["never NULL"]
    if column.allowed:
        told.append("one of " + ", ".join(f"`{value}`" for value in column.allowed))
    if column.low is not None:
        told.append(f"≥ {column.low:g}")
    if column.high is not None:
        told.append(f"≤ {column.high:g}")
    return "; ".join(told)


def section(table: Table) -> str:
    """One table."""
    facts = [
        f"One row: {table.grain}.",
        f"Keys: {', '.join(f'`{key}`' for key in table.keys)}.",
        f"Kept: {kept(table)}.",
        judged(table),
    ]
    if table.personal:
        facts.append("**Personal**: no job but conform reads it.")
    if table.notes:
        facts.append(table.notes)
    lines = [f"## {table.name}", "", " ".join(facts), "", "| column | type | unit | meaning | constraints |"]
    lines.append("|---|---|---|---|---|")
    for column in table.columns:
        cells = (f"`{column.name}`", column.type, column.unit, column.meaning, constraints(column))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    rules = WRITTEN.get(table.name, ())
    if rules:
        lines += ["", "Checked besides:", ""]
        lines += [f"- {rule.says} ({'stops the night' if rule.severity == 'critical' else 'warns'})" for rule in rules]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    return HEAD + "\n" + "\n".join(section(table) for _, table in sorted(TABLES.items()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
