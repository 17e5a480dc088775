"""Rows that the driver holds, as a frame that the planner holds: no Python worker is started to read them back."""

from collections.abc import Sequence
from typing import Any, cast

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType


def frame(spark: SparkSession, rows: Sequence[Sequence[Any]], schema: StructType | str) -> DataFrame:
    """A small frame; `schema` as a StructType or as `name type, …`. Timestamps are aware datetimes."""
    kinds = cast("StructType", StructType.fromDDL(schema)) if isinstance(schema, str) else schema
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    arrow = to_arrow_schema(kinds, timezone="UTC")
    arrays = [pa.array(list(column), field.type) for column, field in zip(columns, arrow, strict=True)]
    table: Any = pa.Table.from_arrays(arrays, schema=arrow)
    return spark.createDataFrame(table, kinds)
