"""Lines are numbered over two scans of a file, so both must split it alike, whatever the cluster does meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from pyspark.sql import SparkSession

from jobs import session
from jobs.session import SPLITS

CORES, COST = "spark.sql.leafNodeDefaultParallelism", "spark.sql.files.openCostInBytes"


@pytest.fixture
def file(spark: SparkSession, tmp_path: Path) -> Iterator[str]:
    """A file of two hundred lines in a session that splits also small ones."""
    before = {key: spark.conf.get(key, None) for key in (SPLITS, CORES, COST)}
    spark.conf.unset(SPLITS)
    spark.conf.set(COST, "1")
    path = tmp_path / "landed.csv"
    path.write_text("a line of it\n" * 200)
    yield str(path)
    for key, value in before.items():
        spark.conf.unset(key) if value is None else spark.conf.set(key, value)


def splits(spark: SparkSession, file: str, cores: int) -> int:
    """Into how many pieces a scan divides the file while the cluster has so many cores."""
    spark.conf.set(CORES, cores)
    return spark.read.text(file).selectExpr("_metadata.file_block_start AS at").distinct().count()


def begin(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a run in the session that the tests share, whose other settings stay as they are."""
    builder = MagicMock(getOrCreate=lambda: spark)
    builder.appName.return_value = builder.config.return_value = builder
    monkeypatch.setattr(session, "SparkSession", MagicMock(builder=builder))
    monkeypatch.setattr(session, "submitted", lambda: True)
    session.session()


def test_executors_that_register_between_two_scans_do_not_move_the_splits(
    spark: SparkSession, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (splits(spark, file, 2), splits(spark, file, 8)) == (2, 8), "this is what Spark does by itself"
    spark.conf.set(CORES, "2")
    begin(spark, monkeypatch)
    assert (splits(spark, file, 2), splits(spark, file, 8)) == (2, 2)


def test_a_number_that_the_cluster_configures_is_kept(
    spark: SparkSession, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spark.conf.set(SPLITS, "5")
    begin(spark, monkeypatch)
    assert (splits(spark, file, 2), splits(spark, file, 8)) == (5, 5)
