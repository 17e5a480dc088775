"""A day is a partition: replaced whole, found in the log, and nothing beside it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from delta.tables import DeltaTable
from pyspark.sql import DataFrame, DataFrameWriter

from expectations.table import Column, Table
from jobs import channels
from jobs.days import Days
from jobs.lake import Lake
from jobs.overlay import Overlay

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)

VISITS = Table(
    "test.visit",
    "one row per person and day",
    (Column("person", "long", "who"), Column("day", "date", "when"), Column("times", "long", "how often")),
    keys=("person", "day"),
)


def wrote(lake: Lake, rows: list[tuple[int, date, int]], days: Days) -> None:
    lake.write(VISITS, lake.spark.createDataFrame(rows, VISITS.schema()), days)


def merge(lake: Lake, rows: list[tuple[int, date, int]], instead_of: str | None = None) -> None:
    lake.merge(VISITS, lake.spark.createDataFrame(rows, VISITS.schema()), instead_of)


def read(lake: Lake) -> list[tuple[int, date, int]]:
    return sorted(tuple(row) for row in lake.read(VISITS).collect())


def test_a_day_written_again_replaces_that_day_alone(lake: Lake) -> None:
    wrote(lake, [(1, MONDAY, 3), (2, MONDAY, 1), (1, TUESDAY, 2)], Days.through(MONDAY, TUESDAY))
    wrote(lake, [(1, MONDAY, 9)], Days.one(MONDAY))
    assert read(lake) == [(1, MONDAY, 9), (1, TUESDAY, 2)]


def test_a_day_that_became_empty_is_empty(lake: Lake) -> None:
    wrote(lake, [(1, MONDAY, 3), (1, TUESDAY, 2)], Days.through(MONDAY, TUESDAY))
    wrote(lake, [], Days.one(TUESDAY))
    assert read(lake) == [(1, MONDAY, 3)]


def test_rows_of_another_day_are_refused_and_nothing_is_written(lake: Lake) -> None:
    wrote(lake, [(1, MONDAY, 3)], Days.one(MONDAY))
    with pytest.raises(Exception, match="REPLACE_WHERE_MISMATCH"):
        wrote(lake, [(1, TUESDAY, 7)], Days.one(MONDAY))
    assert read(lake) == [(1, MONDAY, 3)]


def test_of_two_runs_that_create_a_table_the_later_replaces_its_own_days_alone(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(*_: object) -> None:
        monkeypatch.undo()
        wrote(Lake(lake.spark, lake.root), [(1, MONDAY, 3)], Days.one(MONDAY))
        raise RuntimeError("[DELTA_METADATA_CHANGED] another run created the table")

    monkeypatch.setattr(DataFrameWriter, "save", beaten)
    wrote(lake, [(1, TUESDAY, 2)], Days.one(TUESDAY))
    assert read(lake) == [(1, MONDAY, 3), (1, TUESDAY, 2)]


def test_a_table_that_another_run_creates_meanwhile_is_merged_into(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    merge(lake, [(1, MONDAY, 3)])
    with monkeypatch.context() as looked_before:
        looked_before.setattr(Lake, "exists", lambda *_: False)
        merge(lake, [(2, MONDAY, 1)])
    assert read(lake) == [(1, MONDAY, 3), (2, MONDAY, 1)]


def test_what_is_merged_replaces_its_own_keys_and_what_it_is_said_to(lake: Lake) -> None:
    wrote(lake, [(1, MONDAY, 3), (2, MONDAY, 1), (1, TUESDAY, 2)], Days.through(MONDAY, TUESDAY))
    merge(lake, [(1, MONDAY, 9), (3, MONDAY, 4)])
    assert read(lake) == [(1, MONDAY, 9), (1, TUESDAY, 2), (2, MONDAY, 1), (3, MONDAY, 4)]
    merge(lake, [(3, MONDAY, 5)], f"day = DATE'{MONDAY}'")
    assert read(lake) == [(1, TUESDAY, 2), (3, MONDAY, 5)]


def test_a_table_from_before_a_column_was_declared_is_merged_into(lake: Lake) -> None:
    merge(lake, [(1, MONDAY, 3)])
    wider = replace(VISITS, columns=(*VISITS.columns, Column("why", "string", "what for", required=False)))
    lake.merge(wider, lake.spark.createDataFrame([(2, MONDAY, 1, "work")], wider.schema()))
    assert sorted(tuple(row) for row in lake.read(wider).collect()) == [(1, MONDAY, 3, None), (2, MONDAY, 1, "work")]


def test_a_lake_on_top_of_another_merges_into_rows_of_its_own(lake: Lake, tmp_path: Path) -> None:
    merge(lake, [(1, MONDAY, 3)])
    above, hiding = Overlay(lake, tmp_path / "above"), Overlay(lake, tmp_path / "hiding", {VISITS.name})
    for one in (above, hiding):
        merge(one, [(2, MONDAY, 1)])
    assert (read(lake), read(above)) == ([(1, MONDAY, 3)], [(1, MONDAY, 3), (2, MONDAY, 1)])
    assert read(hiding) == [(2, MONDAY, 1)]


def test_of_two_catalogues_remembered_at_once_both_are_known(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = [("doors", "a")], [("doors", "b"), ("hours", "c")]
    other: list[str] = []
    merged = Lake.merge

    def meanwhile(mine: Lake, table: Table, frame: DataFrame, instead_of: str | None = None) -> None:
        monkeypatch.undo()
        other.append(channels.remember(Lake(lake.spark, lake.root), second))
        merged(mine, table, frame, instead_of)

    monkeypatch.setattr(Lake, "merge", meanwhile)
    mine = channels.remember(lake, first)
    assert [list(channels.channels_of(lake, told)) for told in (mine, *other)] == [first, second]


def test_the_version_is_that_of_the_history(lake: Lake) -> None:
    assert lake.version(VISITS) is None
    for times in (1, 2, 3):
        wrote(lake, [(1, MONDAY, times)], Days.one(MONDAY))
    history = DeltaTable.forPath(lake.spark, lake.path(VISITS)).history(1).collect()
    assert lake.version(VISITS) == history[0]["version"] == 2


def test_columns_in_another_order_are_brought_into_the_declared_one(lake: Lake) -> None:
    frame = lake.spark.createDataFrame([(MONDAY, 4, 1)], "day date, times long, person long")
    lake.write(VISITS, frame, Days.one(MONDAY))
    assert read(lake) == [(1, MONDAY, 4)]


def test_a_table_whose_day_is_no_partition_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="not partitioned by 'day'"):
        Table("test.visit", "one row per person", VISITS.columns, keys=("person",), partition=())
