"""Drawn rows keep every promise of their table, and each promise, broken on purpose, is found broken."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyspark.sql import SparkSession

from expectations.gate import check
from expectations.rules import COLUMNS, KEYS
from expectations.table import Column, Table
from expectations.written import rules_for
from jobs.gates import AT_ONCE
from jobs.rows import frame
from jobs.tables import TABLES
from tests.expectations.drawn import Row, Rows, each, rows

Breach = Callable[[Rows], Rows]

EXAMPLES = 12
"""Of each table. Each becomes a day of its own, so that Spark and Great Expectations are asked once for all."""
FIRST = date(2101, 1, 1)  # after every drawn date
SCHEMAS = sorted({name.split(".")[0] for name in TABLES})


def examples(table: Table) -> list[Rows]:
    """The same ones in every run, the simplest first."""
    found: list[Rows] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn=rows(table))
    def draw(drawn: Rows) -> None:
        found.append(drawn)

    draw()
    return found


def first(name: str, value: Callable[[Row], Any]) -> Breach:
    """Another value in the first row."""
    return lambda drawn: [drawn[0] | {name: value(drawn[0])}, *drawn[1:]]


def declared(column: Column) -> dict[str, list[Breach]]:
    """Each promise of a column with the ways to break it."""
    name, found = column.name, dict[str, list[Breach]]()
    if column.required:
        found[f"{name}: given"] = [first(name, lambda _: None)]
    if column.type == "double":
        found[f"{name}: finite"] = [first(name, lambda _, odd=odd: odd) for odd in (math.nan, math.inf, -math.inf)]
    if column.allowed:
        found[f"{name}: allowed"] = [first(name, lambda _: "neither"), first(name, lambda _: "")]
    for bound, away in ((column.low, -math.inf), (column.high, math.inf)):
        if bound is not None:
            past = math.nextafter(bound, away) if column.type == "double" else int(bound + math.copysign(1, away))
            found.setdefault(f"{name}: range", []).append(first(name, lambda _, past=past: past))
    return found


def filed(**counts: int) -> Breach:
    """A hundred rows in each file, none in silver."""
    return each(lambda _: {"rows": 100, "silver": 0, "duplicates": 0, **counts})


WRITTEN: dict[str, Breach] = {
    "day: landed by then": first("day", lambda _: date.max),
    "outcome: mostly granted": each(lambda _: {"outcome": "denied"}),
    "validity: not empty": first("valid_to", lambda row: row["valid_from"]),
    "rows: reconciled": first("rows", lambda row: row["rows"] + 1),
    **{f"identity: resolved ({how})": filed(quarantined=100, unresolved=100) for how in ("warning", "critical")},
    **{f"rows: readable ({how})": filed(quarantined=100, unresolved=0) for how in ("warning", "critical")},
    "columns: known": first("extra_columns", lambda _: ["colour"]),
    "parts: sum": first("score", lambda row: row["score"] + 1),
    "peers: as behaviour has them": each(lambda _: {"apart": True}),
}
"""How each rule written by hand is broken."""


def breaches(table: Table) -> list[tuple[str, Breach]]:
    """Every rule of the table but that of its columns' types, with each way to break it."""
    told = {KEYS: [lambda drawn: [*drawn, drawn[0]]]}
    for column in table.columns:
        told |= declared(column)
    # A row without its day is of no night: the lake refuses to write it, and no gate reads it.
    told.pop(f"{table.day}: given", None)
    wanted = {rule.name for rule in rules_for(table)} - {COLUMNS, f"{table.day}: given"}
    told |= {name: [WRITTEN[name]] for name in wanted - set(told)}
    assert set(told) == wanted
    return [(name, way) for name, ways in told.items() for way in ways]


def dated(table: Table) -> Table:
    """The table; one that is judged as a whole gets a day, so that many examples of it are judged at once."""
    if table.day:
        return table
    return replace(
        table, day="example", partition=("example",), columns=(*table.columns, Column("example", "date", "Example"))
    )


def faults(spark: SparkSession, table: Table) -> list[str]:
    """Rules that examples break, and breaches that nobody finds."""
    kept, ways = examples(table), breaches(table)
    cases = [*kept, *(way(kept[n % len(kept)]) for n, (_, way) in enumerate(ways))]
    table = dated(table)
    days = [FIRST + timedelta(days=n) for n in range(len(cases))]
    told = [row | {table.day: day} for day, case in zip(days, cases, strict=True) for row in case]
    cells = [tuple(row[name] for name in table.names) for row in told]
    verdict = check(frame(spark, cells, table.schema()), table, days)
    found = {(count.day, count.rule.name) for count in verdict.counts if not count.passed}
    wrong = sorted({name for day, name in found if day in days[: len(kept)]})
    missed = [name for day, (name, _) in zip(days[len(kept) :], ways, strict=True) if (day, name) not in found]
    return [*(f"{name} is broken" for name in wrong), *(f"{name} is not found broken" for name in missed)]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_drawn_rows_keep_every_promise_and_each_one_broken_is_found(spark: SparkSession, schema: str) -> None:
    tables = [table for table in TABLES.values() if table.name.startswith(f"{schema}.")]
    # Side by side as in a night's gates: Spark mostly plans.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(partial(faults, spark), tables))
    assert {table.name: told for table, told in zip(tables, found, strict=True) if told} == {}
