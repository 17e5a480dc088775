"""A lake on top of another: it reads the other's tables until it has its own, and never writes into the other."""

from collections.abc import Collection
from pathlib import Path

from pyspark.sql import DataFrame

from expectations.table import Table
from jobs.days import Days
from jobs.lake import Lake


class Overlay(Lake):
    """Tables of `base`, but for those `hidden`, below what was written here."""

    def __init__(self, base: Lake, root: str | Path, hidden: Collection[str] = ()) -> None:
        super().__init__(base.spark, root)
        self.base, self.hidden, self.own = base, frozenset(hidden), Lake(base.spark, root)

    def path(self, table: Table) -> str:
        """Where the table is read from."""
        here = table.name in self.hidden or self.own.exists(table)
        return self.own.path(table) if here else self.base.path(table)

    def write(self, table: Table, frame: DataFrame, days: Days | None = None) -> None:
        """Replace days, or all, of our own table."""
        self.own.write(table, frame, days)

    def merge(self, table: Table, frame: DataFrame, instead_of: str | None = None) -> None:
        """Merge into our own table, which begins as what is read until now."""
        if not self.own.exists(table):
            self.own.write(table, self.read(table))
        self.own.merge(table, frame, instead_of)
