"""The lake: the only module that reads and writes tables.

A day is replaced whole, never appended to, so every job may run twice, late, or beside itself. Of two runs that write
the same day at once one commits first; the other meets Delta's conflict, writes again, and leaves the same rows.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.errors import ContractBroken, MissingState
from expectations.table import Table
from jobs.days import Days

log = logging.getLogger("postern")

ATTEMPTS = 5
"""Tries at a write that meets another writer's commit; each waits longer than the one before."""


class Lake:
    """Delta tables below one root, which may be a local path or any URI that Spark reads."""

    def __init__(self, spark: SparkSession, root: str | Path) -> None:
        self.spark = spark
        self.root = str(root).rstrip("/")
        self._written: set[str] = set()
        """Tables that were seen: none is ever taken away."""

    def path(self, table: Table) -> str:
        """Where the table lives: `<root>/<schema>/<table>`."""
        return f"{self.root}/{table.name.replace('.', '/')}"

    def exists(self, table: Table) -> bool:
        """Whether anything was ever written to the table."""
        from delta.tables import DeltaTable

        if table.name not in self._written and DeltaTable.isDeltaTable(self.spark, self.path(table)):
            self._written.add(table.name)
        return table.name in self._written

    def version(self, table: Table) -> int | None:
        """The table's newest Delta version, None before its first write."""
        if not self.exists(table):
            return None
        # Of the log itself: Delta's history is a query, and takes ten times as long.
        assert self.spark._jvm is not None
        logs = self.spark._jvm.org.apache.spark.sql.delta.DeltaLog
        return int(logs.forTableWithSnapshot(self.spark._jsparkSession, self.path(table))._2().version())

    def digest(self, table: Table, days: Days | None = None) -> str:
        """A short hash of what `read` gives, whatever the order of rows: equal digests, equal rows.

        XXH64 of every row, folded by sums that no order changes: against mistakes, not against a forger.
        """
        row = F.xxhash64(*[F.col(name) for name in table.names])
        halves = F.sum(F.shiftrightunsigned(row, 32)), F.sum(row.bitwiseAND(0xFFFFFFFF))
        told = self.read(table, days).select(F.count("*"), *halves, F.bit_xor(row)).first()
        return hashlib.sha256(repr(tuple(told or ())).encode()).hexdigest()[:16]

    def read(self, table: Table, days: Days | None = None) -> DataFrame:
        """The declared columns of the table, of `days` when given; an empty frame before the first write.

        Columns declared since the table was last written come as NULL. Raises ContractBroken when a column has
        another type than declared.
        """
        if not self.exists(table):
            return self.empty(table)
        frame = self.spark.read.format("delta").load(self.path(table))
        if days is not None:
            frame = frame.where(within(table, days))
        return conformed(frame, table)

    def empty(self, table: Table) -> DataFrame:
        """No rows of the table."""
        return self.spark.createDataFrame([], table.schema())

    def days(self, table: Table, days: Days | None = None) -> list[date]:
        """Days that hold rows, oldest first."""
        assert table.day is not None
        rows = self.read(table, days).select(table.day).distinct().collect()
        return sorted(row[0] for row in rows)

    def state(self, table: Table, day: date, wanted_by: str) -> DataFrame:
        """The state as of the end of `day`; raises MissingState when that day is not kept."""
        frame = self.read(table, Days.one(day))
        if frame.isEmpty():
            held = self.days(table)
            earlier = [at for at in held if at < day]
            begin = str(earlier[-1] + timedelta(days=1)) if earlier else "<the first night>"
            # To the newest night: what later nights know follows from this one.
            raise MissingState(
                f"{wanted_by} needs {table.name} as of {day}, which is not kept; "
                f"newest before it: {earlier[-1] if earlier else 'none'}. "
                f"Next: `postern backfill --from {begin} --to {max([day, *held])}`."
            )
        return frame

    def write(self, table: Table, frame: DataFrame, days: Days | None = None) -> None:
        """Replace `days` of the table (or all of it, for tables without a day) by `frame`.

        Raises ContractBroken when the frame lacks a declared column or holds another type.
        """
        frame = conformed(frame, table, strict=True)
        # By partition, so that a day is a few files; Spark splits what is too large for one task.
        by = [F.col(column) for column in table.partition]
        frame = frame.hint("rebalance", *by) if by else frame.coalesce(1)
        if table.sort or table.keys:
            frame = frame.sortWithinPartitions(*table.partition, *(table.sort or table.keys))
        if days is None and table.day is not None and self.exists(table):
            raise ValueError(f"{table.name} is written by day: say which days are replaced")

        def replace() -> None:
            writer = frame.write.format("delta").mode("overwrite").option("mergeSchema", "true")
            if days is not None:
                # Also of a table that is not there yet: another run may create it now, with other days.
                writer = writer.option("replaceWhere", condition(table, days))
            if table.partition and not self.exists(table):
                writer = writer.partitionBy(*table.partition)
            writer.save(self.path(table))

        started = time.monotonic()
        retry(replace, table)
        log.info("%s: wrote %s in %.1f s", table.name, days or "whole", time.monotonic() - started)
        if days is not None:
            self.retain(table, days)

    def merge(self, table: Table, frame: DataFrame, instead_of: str | None = None) -> None:
        """Rows of the frame in place of those with the same keys; all others stay, also what another writer adds now.

        For a few rows at a time: of two at once the later one is merged into what the first left. `instead_of`, in
        SQL, says which other rows the frame replaces besides.
        """
        from delta.tables import DeltaTable

        frame = conformed(frame, table, strict=True)
        same = " AND ".join(f"held.{key} = said.{key}" for key in table.keys)

        def merged() -> None:
            if not self.exists(table):
                new = DeltaTable.createIfNotExists(self.spark).location(self.path(table)).addColumns(table.schema())
                new.partitionedBy(*table.partition).execute()
            held = DeltaTable.forPath(self.spark, self.path(table)).alias("held")
            merging = held.merge(frame.alias("said"), same).whenMatchedUpdateAll().whenNotMatchedInsertAll()
            if instead_of is not None:
                merging = merging.whenNotMatchedBySourceDelete(instead_of)
            merging.withSchemaEvolution().execute()

        retry(merged, table)

    def retain(self, table: Table, days: Days) -> None:
        """Delete what the table's retention keeps neither as of its newest day nor as of the last of `days`.

        These were written just now: nights of the past, too, are rolled on from the evening before. What they leave
        goes with the next write of the newest night.
        """
        if table.retention.nights is None or table.day is None:
            return
        held = self.days(table)
        ends = {held[-1], days.last} if held else set()
        gone = [day for day in held if not any(day <= end and kept(table, day, end) for end in ends)]
        if gone:
            from delta.tables import DeltaTable

            doomed = F.col(table.day).isin(gone)
            retry(lambda: DeltaTable.forPath(self.spark, self.path(table)).delete(doomed), table)


def kept(table: Table, day: date, newest: date) -> bool:
    """Whether the table's retention keeps `day` when its newest day is `newest`."""
    rule = table.retention
    if rule.nights is None or day > newest - timedelta(days=rule.nights):
        return True
    return rule.month_starts and day.day == 1


def kept_days(table: Table, days: Days) -> list[date]:
    """The days of a range whose state is worth writing, the range's last day being the newest."""
    return [day for day in days if kept(table, day, days.last)]


def within(table: Table, days: Days) -> Column:
    """Rows of `days`."""
    assert table.day is not None, f"{table.name} has no day"
    day = F.col(table.day)
    return (day >= F.lit(days.start)) & (day < F.lit(days.end))


def condition(table: Table, days: Days) -> str:
    """The same as SQL, for replaceWhere."""
    return f"{table.day} >= DATE'{days.start}' AND {table.day} < DATE'{days.end}'"


def conformed(frame: DataFrame, table: Table, *, strict: bool = False) -> DataFrame:
    """Exactly the declared columns, in declared order; when `strict`, none may be missing."""
    found = {field.name: field.dataType for field in frame.schema}
    missing = [name for name in table.names if name not in found]
    wrong = [
        f"{field.name} is {found[field.name].simpleString()}, declared {field.dataType.simpleString()}"
        for field in table.schema()
        if field.name in found and found[field.name].simpleString() != field.dataType.simpleString()
    ]
    if wrong or (strict and missing):
        told = [*wrong, *(f"{name} is missing" for name in missing if strict)]
        raise ContractBroken(
            f"{table.name} does not keep its declaration: {'; '.join(told)}. Next: fix the job, or declare it."
        )
    if tuple(found) == tuple(table.names):
        return frame  # as it is: a question to Java for each of two hundred columns, at each read and write, is seconds
    return frame.select(
        *[
            F.col(field.name) if field.name in found else F.lit(None).cast(field.dataType).alias(field.name)
            for field in table.schema()
        ]
    )


def retry(write: Callable[[], None], table: Table) -> None:
    """Run `write`, again when another writer committed first. Raises the last conflict after ATTEMPTS tries."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return write()
        except Exception as error:
            if attempt == ATTEMPTS or not conflicts(error):
                raise
            log.warning("%s: another run committed first; writing again (try %d)", table.name, attempt + 1)
            time.sleep(0.5 * 2**attempt)


def conflicts(error: Exception) -> bool:
    """Whether a write lost against another one, or raced it to create the table."""
    told = f"{type(error).__name__} {error}"
    return any(
        word in told
        for word in (
            "DELTA_CONCURRENT",
            "ConcurrentAppend",
            "ConcurrentDelete",
            "ConcurrentWrite",
            "MetadataChanged",
            "ProtocolChanged",
            "DELTA_METADATA_CHANGED",
        )
    )
