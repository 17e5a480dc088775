"""Person-day tables as numpy matrices and back: people are held on the driver, events never are.

Rows are ordered by day, then by person, whatever order and partitioning Spark read them in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

from expectations.table import Table

Floats = npt.NDArray[np.float64]


def arrow(frame: DataFrame, *order: str) -> pa.Table:
    """The frame's rows in one Arrow table, ordered by the columns named."""
    table = frame.toArrow().combine_chunks()
    return table.take(pc.sort_indices(table, sort_keys=[(column, "ascending") for column in order])).combine_chunks()


def matrix(table: pa.Table, columns: Sequence[str]) -> Floats:
    """The named columns as float64 of shape (rows, columns); NULL and absent columns come as NaN."""
    out = np.full((table.num_rows, len(columns)), np.nan)
    for position, name in enumerate(columns):
        if name in table.column_names:
            out[:, position] = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    return out


def unfolded(column: pa.ChunkedArray, width: int) -> Floats:
    """An array column as float64 of shape (rows, width); every row's array must be that long."""
    if len(column) == 0:
        return np.empty((0, width))
    flat: Floats = pc.list_flatten(column).to_numpy(zero_copy_only=False).astype(np.float64)
    return flat.reshape(len(column), width)


def folded(values: Floats) -> pa.Array:
    """Rows of a matrix as an array column; NaN stays NaN."""
    rows, width = values.shape
    offsets = pa.array(np.arange(0, rows * width + 1, width if width else 1, dtype=np.int32)[: rows + 1])
    return pa.ListArray.from_arrays(offsets, pa.array(np.ascontiguousarray(values).reshape(-1)))


def frame(spark: SparkSession, table: Table, columns: dict[str, Any]) -> DataFrame:
    """A Spark frame of the declared table from Arrow-able columns."""
    return spark.createDataFrame(pa.table({name: columns[name] for name in table.names}), schema=table.schema())


def rows_of(days: npt.NDArray[np.datetime64], day: date) -> slice:
    """The rows of one day in a column ordered by day."""
    wanted = np.datetime64(day, "D")
    return slice(int(np.searchsorted(days, wanted, "left")), int(np.searchsorted(days, wanted, "right")))


def stacked(counts: Sequence[tuple[date, int]]) -> npt.NDArray[np.datetime64]:
    """Each day repeated as often as it has rows, as a column."""
    days = np.array([day for day, _ in counts], dtype="datetime64[D]")
    return np.repeat(days, [rows for _, rows in counts])
