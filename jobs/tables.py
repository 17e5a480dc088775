"""Every declared table by name: what `status`, the dictionary and the tests go through."""

from expectations import gold, gold_day, gold_together, quality, silver, vault
from expectations.table import Table
from features.catalog import PERSON_DAY

TABLES: dict[str, Table] = {
    table.name: table
    for module in (vault, silver, gold_day, gold_together, gold, quality)
    for table in vars(module).values()
    if isinstance(table, Table)
} | {PERSON_DAY.name: PERSON_DAY}  # with its behaviours
