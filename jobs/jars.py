"""Delta's two jars: resolved once, pinned by checksum, kept in the project."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from expectations.errors import SetupError
from jobs.settings import home

PACKAGE = "io.delta:delta-spark_4.2_2.13:4.4.0"

PINNED = {
    "delta-spark_4.2_2.13-4.4.0.jar": "27d4fd8b1f879535c573ed1c718177d6a27f24d3e626ba02e216369725721ead",
    "delta-storage-4.4.0.jar": "c46735481fa8e326b0957be02b4420cbcab4b325bb08009b7f2045a95133f1cc",
}
"""SHA-256 of each jar. What comes from a mirror must be the same bytes."""

SPARK_HAS = (
    *("com.fasterxml.jackson.core", "com.fasterxml.jackson.datatype", "com.fasterxml.jackson.module"),
    *("com.github.ben-manes.caffeine", "com.google.code.findbugs", "com.google.errorprone", "com.google.guava"),
    *("commons-codec", "commons-io", "commons-logging", "io.dropwizard.metrics", "io.unitycatalog"),
    *("jakarta.annotation", "org.antlr", "org.apache.avro", "org.apache.commons", "org.apache.hadoop"),
    *("org.apache.httpcomponents", "org.apache.logging.log4j", "org.apache.parquet", "org.apache.spark"),
    *("org.checkerframework", "org.openapitools", "org.roaringbitmap", "org.scala-lang", "org.slf4j"),
)
"""Groups that Delta asks for and that are left out: Spark brings them, or only a catalogue server needs them."""

RESOLVE = """
import sys
from pyspark.sql import SparkSession
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
for pair in sys.argv[1:]:
    builder = builder.config(*pair.split("=", 1))
builder.getOrCreate().stop()
"""
"""A throw-away session: Spark's own resolver fetches, so mirrors and proxies work as they do for any Spark job."""


def folder() -> Path:
    """Where the jars are kept."""
    return home() / "jars"


def jars() -> list[Path]:
    """The jars, as set-up left them. Raises SetupError when one is not there."""
    found = [folder() / name for name in PINNED]
    if missing := [jar.name for jar in found if not jar.exists()]:
        raise SetupError(f"{' and '.join(missing)} not in {folder()}. Next: run `./postern setup` once with a network.")
    return found


def checked(jar: Path) -> bool:
    """Whether the file is there and is the pinned one."""
    return jar.exists() and hashlib.sha256(jar.read_bytes()).hexdigest() == PINNED[jar.name]


def ensure() -> list[Path]:
    """The jars, fetched if need be. Raises SetupError when they cannot be had or are not the pinned ones."""
    if all(checked(folder() / name) for name in PINNED):
        return jars()
    fetched = resolve()
    folder().mkdir(parents=True, exist_ok=True)
    for name in PINNED:
        source = fetched / f"{group(name)}_{name}"
        if not source.exists():
            raise SetupError(
                f"{name} was not resolved. Next: check the network, or name a mirror's Ivy settings file in "
                f"POSTERN_IVY_SETTINGS, or put the jar into {folder()} by hand (SHA-256 {PINNED[name]})."
            )
        if hashlib.sha256(source.read_bytes()).hexdigest() != PINNED[name]:
            source.unlink()
            raise SetupError(f"{name} is not the pinned file (SHA-256 {PINNED[name]}). Next: check where it came from.")
        part = folder() / f"{name}.part"
        shutil.copyfile(source, part)
        part.rename(folder() / name)
    shutil.rmtree(fetched.parent)
    return jars()


def group(name: str) -> str:
    """The Maven group that Ivy puts before a jar's name: both are Delta's."""
    assert name in PINNED
    return PACKAGE.partition(":")[0]


def resolve() -> Path:
    """Let Spark's resolver fetch the package; the folder it left the jars in."""
    ivy = home() / "ivy"
    options = {
        "spark.jars.packages": PACKAGE,
        "spark.jars.ivy": str(ivy),
        "spark.jars.excludes": ",".join([*(f"{name}:*" for name in SPARK_HAS), "io.delta:delta-kernel*"]),
    }
    if mirror := os.environ.get("POSTERN_IVY_SETTINGS"):
        options["spark.jars.ivySettings"] = mirror
    told = subprocess.run(
        [sys.executable, "-c", RESOLVE, *(f"{key}={value}" for key, value in options.items())],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        reason = next((line for line in told.stderr.splitlines() if "unresolved" in line or "Exception" in line), "")
        raise SetupError(
            f"Delta's jars could not be resolved ({reason.strip() or 'no reason given'}). Next: check the network, or "
            "name a mirror's Ivy settings file in POSTERN_IVY_SETTINGS."
        )
    return ivy / "jars"
