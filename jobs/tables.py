"""Every declared table by name: what `status`, the dictionary and the tests go through."""

from expectations import gold, gold_day, quality, silver, vault
from expectations.table import Table

TABLES: dict[str, Table] = {
    table.name: table
    for module in (vault, silver, gold_day, gold, quality)
    for table in vars(module).values()
    if isinstance(table, Table)
}
