"""Silver events written as small tables, only the cells that matter; and sites and days that several files share."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.silver import EVENTS
from features.passages import Ways
from jobs.site_graph import sides, ways
from tests.features import plant, seven_people
from tests.features.walked import GRAPH, Events

DAY = date(2024, 5, 15)  # a Wednesday
BASE: Mapping[str, Any] = {
    "event": 0,
    "landed": DAY,
    "credential": 1,
    "zone": None,
    "direction": None,
    "outcome": "granted",
    "recipients": 1,
    "outside": 0,
    "size": 100,
    "attachments": 0,
    "private_sender": False,
    "blind": 0,
    "counterparts": [],
    "outsiders": [],
    "extension": None,
    "medium": None,
    "to_media": False,
    "from_media": False,
    "category": None,
    "machine": "PC",
}
KINDS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "long": int,
    "boolean": lambda cell: cell == "yes",
    "array<long>": lambda cell: [int(number) for number in cell.split(",")],
}
TABLES = {table.name.removeprefix("silver."): table for table in EVENTS}


@pytest.fixture(scope="session")
def events(spark: SparkSession) -> Events:
    """(feed, text of a table) → its silver frame. `at` is a time of DAY, or of the next day before 04:00."""

    def frame(feed: str, text: str) -> DataFrame:
        table = TABLES[feed]
        header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
        rows = []
        for number, cells in enumerate(lines, start=1):
            row = {**BASE, "event": number, "day": DAY}
            for name, cell in zip(header, cells, strict=True):
                if name == "at":
                    hour, minute, *second = (int(part) for part in cell.split(":"))
                    midnight = datetime(DAY.year, DAY.month, DAY.day) + timedelta(days=int(hour < 4))  # noqa: DTZ001
                    row["at"] = midnight + timedelta(hours=hour, minutes=minute, seconds=sum(second))
                else:
                    row[name] = KINDS.get(table[name].type, str)(cell) if cell else None
            rows.append(tuple(row[name] for name in table.names))
        return spark.createDataFrame(rows, table.schema())

    return frame


@pytest.fixture(scope="session")
def doors(spark: SparkSession) -> DataFrame:
    """The doors of the site that `walked` walks on."""
    return sides(spark, GRAPH)


@pytest.fixture(scope="session")
def walks(spark: SparkSession) -> Ways:
    """What a night looks up of the plant's ways."""
    return ways(spark, plant.graph(**plant.AREAS))


@pytest.fixture(scope="session")
def place_day(spark: SparkSession, events: Events) -> DataFrame:
    """Place rows of the day of seven people, cut off from how they were made: each look would plan all that anew."""
    return seven_people.folded(spark, events).localCheckpoint()
