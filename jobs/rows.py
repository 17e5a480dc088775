"""Rows that the driver holds, as a frame that the planner holds: no Python worker is started to read them back.

And small tables, which are written whole.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from expectations.table import Table
from jobs.lake import Lake


def frame(spark: SparkSession, rows: Sequence[Sequence[Any]], schema: StructType | str) -> DataFrame:
    """A small frame; `schema` as a StructType or as `name type, …`. Timestamps are aware datetimes."""
    kinds = cast("StructType", StructType.fromDDL(schema)) if isinstance(schema, str) else schema
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrow = to_arrow_schema(kinds, timezone="UTC")
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, arrow, strict=True)]
    table: Any = pa.Table.from_arrays(arrays, schema=arrow)
    return spark.createDataFrame(table, kinds)


def replace_if_changed(lake: Lake, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write a small table whole, unless it holds these rows already."""
    if lake.exists(table) and sorted(map(tuple, lake.read(table).collect()), key=repr) == sorted(
        (tuple(map(as_read, row)) for row in rows), key=repr
    ):
        return
    lake.write(table, frame(lake.spark, rows, table.schema()))


def as_read(value: Any) -> Any:
    """A value as Spark gives it back: instants as naive times of this process's zone."""
    return datetime.fromtimestamp(value.timestamp()) if isinstance(value, datetime) else value  # noqa: DTZ006
