"""Java's class data: what every session loads is parsed and verified once, at set-up, and mapped from a file after.

Of the seconds before a cold session's first write, a third is the loading of twenty thousand classes (application
class-data sharing, JEP 350).
"""

import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.settings import home

log = logging.getLogger("postern")

QUIET = "-Xlog:cds=off -Xlog:cds+dynamic=off"
"""An archive that fits another Java or other jars is ignored by Java itself: then sessions start as without one."""

EXERCISE = """
import sys
from pathlib import Path
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F
from delta.tables import DeltaTable
folder = sys.argv[1]
builder = SparkSession.builder
for pair in sys.argv[2:]:
    builder = builder.config(*pair.split("=", 1))
spark = builder.getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
Path(folder, "rows.csv").write_text("person,day,at\\n1,2020-01-01,2020-01-01 08:00:00\\n2,2020-01-02,x\\n")
rows = spark.read.option("header", True).csv(f"{folder}/rows.csv", schema="person long, day date, at timestamp")
told = rows.groupBy("person", "day").agg(F.count_distinct("at").alias("times"), F.max("at").alias("last"))
before = F.lag("last").over(Window.partitionBy("person").orderBy("day"))
told = told.withColumn("before", before).join(F.broadcast(rows.select("person").distinct()), "person", "left")
for _ in range(2):
    place = f"{folder}/table"
    writer = told.write.format("delta").mode("overwrite").option("mergeSchema", "true")
    if DeltaTable.isDeltaTable(spark, place):
        writer = writer.option("replaceWhere", "day >= DATE'2020-01-01' AND day < DATE'2020-02-01'")
    writer.partitionBy("day").save(place)
    spark.read.format("delta").load(place).where("day > DATE'2020-01-01'").toPandas()
DeltaTable.forPath(spark, place).delete("person = 1")
spark.stop()
"""
"""A session that does what jobs do: read text, group, join, look back, write and read Delta, hand columns over."""


def archive() -> Path:
    """Where the archive is, once it was made."""
    return home() / "classes.jsa"


def use() -> str:
    """What tells a JVM to use it."""
    return f"-XX:SharedArchiveFile={archive()} {QUIET}" if archive().exists() else QUIET


def make(settings: Callable[[], Mapping[str, str]]) -> None:
    """Run a session and archive what it loaded. A machine where that fails starts slower, no more.

    The settings are asked for once the last archive is gone: no JVM makes an archive while it is told to use one.
    """
    archive().unlink(missing_ok=True)
    made = archive().with_suffix(".part")
    key = "spark.driver.defaultJavaOptions"
    chosen = dict(settings())
    chosen[key] += f" -XX:ArchiveClassesAtExit={made}"
    with TemporaryDirectory() as folder:
        told = subprocess.run(
            [sys.executable, "-c", EXERCISE, folder, *(f"{name}={value}" for name, value in chosen.items())],
            capture_output=True,
            text=True,
            check=False,
        )
    if told.returncode or not made.exists():
        made.unlink(missing_ok=True)
        log.warning("Java's classes could not be archived, so sessions start slower: %s", told.stderr.strip()[-300:])
        return
    made.rename(archive())
