"""One Spark session for the whole run; one empty lake per test."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.lake import Lake

LONGEST = ("nights", "properties", "injection")
"""Folders of tests that take minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: begun last, they would keep one process waiting minutes for the other."""
    items.sort(key=lambda item: not set(LONGEST) & set(item.path.parts))


UNPLANNED = {
    # Two thirds of what a test of places costs is the planning of wide queries over a few rows. A twentieth of that is
    # Spark's look, after each rule that changed a plan, at whether the plan still is one: a check of Spark's own rules.
    "spark.sql.lightweightPlanChangeValidation": "false",
    # Delta's shortcuts for the counters of a MERGE and for OPTIMIZE by Z-order: neither finds anything in a query of
    # ours, and each looks for it in every expression some forty times.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.delta.metric.OptimizeConditionalIncrementMetric,"
    "org.apache.spark.sql.delta.optimizer.RangePartitionIdRewrite",
}
"""Steps of planning that change no row, left out where plans are most of the work."""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[SparkSession]:
    """A local session sized for tables of a few rows.

    Its queries are interpreted, as those of a small night are: compiled, the heaviest of its files took a third more of
    the processor. Compiled queries are what deployment tests run, and the backfill of the demonstration.
    """
    from jobs.session import CLASS_PATH, jars, local_settings, settings, small_settings

    compiled = pytestconfig.getoption("markexpr") == "deployment"

    # As session() does: workers must run this interpreter.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    scratch = tmp_path_factory.mktemp("spark")
    small = small_settings()
    # A night lives for two minutes, these sessions for ten and more: the last of their tests took two thirds as long.
    # Of an option given twice Java takes the last.
    small["spark.driver.defaultJavaOptions"] += " -XX:TieredStopAtLevel=4 -XX:MaxNodeLimit=20000"
    builder = SparkSession.builder.master("local[2]").appName("postern-tests")
    for key, value in {
        **settings(),
        **local_settings(),
        **({} if compiled else {**small, **UNPLANNED}),
        "spark.driver.memory": "3g",
        "spark.sql.shuffle.partitions": "2",
        # As session() has them: beside Spark's own, whose archived classes fit no other class path.
        CLASS_PATH: ":".join(map(str, jars())),
        "spark.sql.warehouse.dir": str(scratch),
        # Files are skipped as on a real site: what is tested is what runs there.
        "spark.databricks.delta.stats.skipping": "true",
    }.items():
        builder = builder.config(key, value)
    running = builder.getOrCreate()
    running.sparkContext.setLogLevel("ERROR")
    yield running
    running.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    """A lake with nothing in it."""
    return Lake(spark, tmp_path / "lake")
