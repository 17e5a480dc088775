"""A table, declared once: columns with type, unit, meaning and constraints; grain, keys, retention.

From a declaration come the Spark schema, the Great Expectations suite, the data dictionary and the tests' data.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pyspark.sql.types import DataType, StructType

Type = Literal[
    "string", "long", "int", "double", "boolean", "date", "timestamp", "array<double>", "array<long>", "array<string>"
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, and what may never be found in it."""

    name: str
    type: Type
    meaning: str
    unit: str = ""
    required: bool = True
    """Never NULL."""
    allowed: tuple[str, ...] = ()
    """The only values; empty means any."""
    low: float | None = None
    """Inclusive lower bound."""
    high: float | None = None
    """Inclusive upper bound."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Which days a table keeps, told from the newest day it holds.

    `nights` most recent days, plus the first day of each month when `month_starts` (checkpoints to roll on from).
    `nights=None` keeps every day.
    """

    nights: int | None = None
    month_starts: bool = False


KEEP_ALL = Retention()
KEEP_STATE = Retention(nights=7, month_starts=True)


@dataclass(frozen=True, slots=True)
class Table:
    """A promise about one Delta table.

    `name` is `schema.table`. `day` names the partition column that a night replaces whole; None for tables that are
    replaced as a whole. `keys` identify a row; `sort` is the layout inside a day's files.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    day: str | None = "day"
    partition: tuple[str, ...] = ("day",)
    sort: tuple[str, ...] = ()
    retention: Retention = KEEP_ALL
    personal: bool = False
    """Holds names or identifiers, or who asked for them: no job but conform reads it, and no command but `name`."""
    notes: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name} declares a column twice: {sorted(n for n in names if names.count(n) > 1)}")
        for wanted in (*self.keys, *self.partition, *self.sort, *((self.day,) if self.day else ())):
            if wanted not in names:
                raise ValueError(f"{self.name} has no column {wanted!r}; it declares {names}")
        if self.day and self.day not in self.partition:
            raise ValueError(f"{self.name} is not partitioned by {self.day!r}: a night replaces whole partitions")

    def __getitem__(self, column: str) -> Column:
        return next(declared for declared in self.columns if declared.name == column)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in declared order."""
        return tuple(column.name for column in self.columns)

    def schema(self) -> "StructType":
        """The Spark schema. Nullability is a promise for the gate, not for Spark: every field is nullable here."""
        from pyspark.sql.types import StructField, StructType

        return StructType([StructField(column.name, spark_type(column.type), True) for column in self.columns])


def spark_type(declared: str) -> "DataType":
    """The Spark type of a declared one."""
    from pyspark.sql import types as T

    if declared.startswith("array<"):
        return T.ArrayType(spark_type(declared.removeprefix("array<").removesuffix(">")), True)
    simple: dict[str, DataType] = {
        "string": T.StringType(),
        "long": T.LongType(),
        "int": T.IntegerType(),
        "double": T.DoubleType(),
        "boolean": T.BooleanType(),
        "date": T.DateType(),
        "timestamp": T.TimestampType(),
    }
    return simple[declared]
