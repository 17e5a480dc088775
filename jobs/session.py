"""The Spark session. Every setting that differs from Spark's own stands here with its reason."""

import os
import re
import sys
from pathlib import Path

from py4j.java_gateway import java_import
from pyspark.sql import SparkSession

from jobs import classes, java
from jobs.jars import jars as jars

LOGGING = Path(__file__).with_name("log4j2.properties").as_uri()

# Errors only: the night's log is ours. The stack holds a plan as deep as the iterations of ALS, twice over. Twenty
# thousand classes are no reason to collect garbage: of its own accord Java collects all of it each time they outgrow
# a threshold that begins at 21 MB.
COMMON = f"-Xss4m -XX:MetaspaceSize=256m -Dlog4j2.configurationFile={LOGGING}"

CLASS_PATH = "spark.driver.extraClassPath"
SPLITS = "spark.sql.files.minPartitionNum"


def settings() -> dict[str, str]:
    """The settings of every session, on a laptop and on a cluster."""
    return {
        # Events are UTC; the site's zone is applied by name where it is meant.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        # A night's commit is small; fifty tasks to read a log of a few files cost seconds each time.
        "spark.databricks.delta.snapshotPartitions": "2",
        # Files are found by day, and rows within by their keys, which are declared first; least and greatest of every
        # measure beside them would be reckoned with each row written and asked for by no query.
        "spark.databricks.delta.properties.defaults.dataSkippingNumIndexedCols": "4",
        # A day is a partition: what it replaces is whole files, found in the log; no DELETE need be planned for them.
        "spark.databricks.delta.replaceWhere.dataColumns.enabled": "false",
        # Where in our code each column was made would be told in errors of the analyser: a walk up the stack and three
        # questions to Java for every `F.col`, a hundred thousand of them a night.
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        # A replay reads tables as they were when the list was published; Delta's default is thirty days.
        "spark.databricks.delta.properties.defaults.logRetentionDuration": "interval 400 days",
        # A table's columns may be added to by a newer catalogue of behaviours, never silently cast.
        "spark.sql.storeAssignmentPolicy": "STRICT",
        # People × behaviours travel to numpy as columns, not as pickled rows.
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # They are meant to come to the driver (docs/decisions/0001), also where they are more than the one gigabyte at
        # which Spark gives up: a backfill's pass over 20,000 people is as much. What comes is bounded where it is read.
        "spark.driver.maxResultSize": "0",
    }


def local_settings() -> dict[str, str]:
    """What a single machine wants on top; a cluster's own configuration decides there."""
    return {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": os.environ.get("POSTERN_DRIVER_MEMORY", "5g"),
        # Throughput over pauses: measured 10 % faster than G1 on two cores. And no method is worth ten seconds of the
        # optimising compiler, as a query's over a hundred columns are: what outgrows the limit is compiled plainly.
        "spark.driver.defaultJavaOptions": f"-XX:+UseParallelGC -XX:MaxNodeLimit=20000 {COMMON} {classes.use()}",
        # A fold of a month has more groups than the small map in front of the large one holds: each row asks both.
        "spark.sql.codegen.aggregate.map.twolevel.enabled": "false",
        # Every sort, hash table and broadcast begins with a page; of its own accord Spark makes it 64 MB, all zeros.
        "spark.buffer.pageSize": "4m",
        # Two cores do not gain from 200 shuffle partitions.
        "spark.sql.shuffle.partitions": "8",
        **(small_settings() if os.environ.get("POSTERN_SMALL") == "1" else {}),
    }


def small_settings() -> dict[str, str]:
    """What nights of some thousand events want on top: most of their time is a JVM that is still warming up."""
    return {
        # Ten thousand rows never repay an optimised compilation, of the JVM's code or of a query's. The cache's size is
        # that of both compilers: with one alone it would be 48 MB, full in a minute, and compiling would end.
        # A heap that grows from a small one is collected 390 times in such a night, ten seconds of its two minutes.
        "spark.driver.defaultJavaOptions": "-XX:+UseSerialGC -Xms1g -Xmn640m -XX:TieredStopAtLevel=1 "
        f"-XX:ReservedCodeCacheSize=240m {COMMON} {classes.use()}",
        "spark.sql.codegen.wholeStage": "false",
        # Nor a projection: its Java is written and compiled anew for each, a fifth of all work in a fold of 200 people.
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.shuffle.partitions": "2",
        # Nor is there anything to adapt to: each stage would be planned anew when the one before it has ended.
        "spark.sql.adaptive.enabled": "false",
        # The log of a few files is one task's work, and each task's code for it is written anew.
        "spark.databricks.delta.snapshotPartitions": "1",
        # A handful of files is read sooner than statistics of them are asked.
        "spark.databricks.delta.stats.skipping": "false",
    }


def submitted() -> bool:
    """Whether spark-submit started this process, so that master, memory and jars are the submitter's to say."""
    return "PYSPARK_GATEWAY_PORT" in os.environ


def session(app: str = "postern", master: str = "local[*]") -> SparkSession:
    """The running session, or a new one on `master`; under spark-submit, on the submitter's master."""
    # Workers must run this interpreter: another Python would lack the pinned environment.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName(app)
    chosen = settings() if submitted() else {**deployment(master), "spark.master": master}
    for key, value in chosen.items():
        builder = builder.config(key, value)
    if not submitted():
        java.export()
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    known_by_name(spark)
    pin_splits(spark)
    return spark


def pin_splits(spark: SparkSession) -> None:
    """Let every scan of a file split it alike, whatever executors come and go meanwhile.

    Lines are counted by split and then numbered in a second scan of the same splits (jobs.landing.text). Spark sizes
    them by the least number of partitions that it wants, of its own accord one for each core it has at that moment.
    Whoever configures that number, as a cluster whose executors come late should, keeps it.
    """
    if spark.conf.get(SPLITS, None) is None:
        cores = spark.conf.get("spark.sql.leafNodeDefaultParallelism", None) or spark.sparkContext.defaultParallelism
        spark.conf.set(SPLITS, str(cores))


def known_by_name(spark: SparkSession) -> None:
    """Tell the bridge to Java where the classes are that PySpark asks for by their last name alone, thousands of times.

    Otherwise each question goes through every jar on the class path for a package that does not hold them.
    """
    for name in ("org.apache.spark.api.python.PythonUtils", "org.apache.spark.sql.api.python.PythonSQLUtils"):
        java_import(spark.sparkContext._jvm, name)


def local(master: str) -> bool:
    """Whether driver and executors are one process; `local-cluster[…]` is a cluster on one machine."""
    return re.match(r"local(\[|$)", master) is not None


def deployment(master: str) -> dict[str, str]:
    """Every setting of a session on `master` that this machine submits to itself."""
    if local(master):
        # Asked for before the JVM starts: a machine without a network cannot look its own name up.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    names = list(map(str, jars()))
    return {
        **settings(),
        **(local_settings() if local(master) else {}),
        # On the class path they are archived with Spark's own classes; a cluster's executors must be sent them.
        **({CLASS_PATH: ":".join(names)} if local(master) else {"spark.jars": ",".join(names)}),
    }


def write_properties(file: Path, master: str) -> Path:
    """Write the settings as a properties file for spark-submit; the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = {**deployment(master), "spark.pyspark.python": sys.executable}
    file.write_text("".join(f"{key} {value}\n" for key, value in lines.items()))
    return file
