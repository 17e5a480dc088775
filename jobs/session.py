"""The Spark session. Every setting that differs from Spark's own stands here with its reason."""

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from expectations.errors import SetupError

HOME = Path(os.environ.get("POSTERN_HOME", Path(__file__).resolve().parent.parent / ".postern"))
"""Where set-up keeps what it fetched once: jars, tools, keys."""


def jars() -> list[Path]:
    """Delta's jars as set-up left them. Raises SetupError when they are not there."""
    found = sorted((HOME / "jars").glob("*.jar"))
    if len(found) < 2:
        raise SetupError(
            f"Delta's two jars are not in {HOME / 'jars'}. Next: run `./postern setup` once with a network."
        )
    return found


def settings() -> dict[str, str]:
    """The settings of every session, on a laptop and on a cluster."""
    return {
        # Events are UTC; the site's zone is applied by name where it is meant.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        # A night's commit is small; fifty tasks to read a log of a few files cost seconds each time.
        "spark.databricks.delta.snapshotPartitions": "2",
        # A table's columns may be added to by a newer catalogue of behaviours, never silently cast.
        "spark.sql.storeAssignmentPolicy": "STRICT",
        # People × behaviours travel to numpy as columns, not as pickled rows.
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }


def local_settings() -> dict[str, str]:
    """What a single machine wants on top; a cluster's own configuration decides there."""
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": os.environ.get("POSTERN_DRIVER_MEMORY", "5g"),
        # Throughput over pauses: measured 10 % faster than G1 on two cores.
        "spark.driver.defaultJavaOptions": "-XX:+UseParallelGC",
        # Two cores do not gain from 200 shuffle partitions.
        "spark.sql.shuffle.partitions": os.environ.get("POSTERN_SHUFFLE_PARTITIONS", "8"),
    }


def session(app: str = "postern") -> SparkSession:
    """The running session, or a new one.

    Under `spark-submit` the master and the deployment's settings are the submitter's; otherwise the master is
    POSTERN_MASTER, by default this machine (`local[*]`).
    """
    # Workers must run this interpreter: another Python would lack the pinned environment.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(app)
    for key, value in settings().items():
        builder = builder.config(key, value)
    submitted = "SPARK_SUBMITTED" in os.environ or os.environ.get("SPARK_ENV_LOADED") == "1"
    if not submitted:
        master = os.environ.get("POSTERN_MASTER", "local[*]")
        builder = builder.master(master).config("spark.jars", ",".join(map(str, jars())))
        if master.startswith("local"):
            for key, value in local_settings().items():
                builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
