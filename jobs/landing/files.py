"""Landed files, found: `<lake>/landing/<feed>/<delivery day>/<any name>`."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from expectations.errors import ConfigurationError, LandingError
from jobs.days import Days


@dataclass(frozen=True, slots=True, order=True)
class LandedFile:
    """One file of one delivery."""

    feed: str
    landed: date
    name: str
    """Below the landing folder: `access/2026-01-05/readers.csv`."""
    path: str
    size: int

    def format(self, otherwise: str) -> str:
        """csv, jsonl or parquet, by the name's ending, else as the site says."""
        stem = self.name.lower().removesuffix(".gz")
        endings = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
        return next((kind for ending, kind in endings.items() if stem.endswith(ending)), otherwise)


def find(spark: SparkSession, root: str, feeds: Sequence[str], days: Days | None = None) -> list[LandedFile]:
    """Files of the deliveries in `days` (of all when None), in order of feed, delivery and name.

    Raises LandingError when a delivery's folder names a day that is in no calendar.
    """
    few = days is not None and len(days) <= 40
    folder = (
        "{" + ",".join(map(str, days)) + "}"
        if days is not None and few
        else "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
    )
    pattern = f"{escaped(root)}/landing/{{{','.join(feeds)}}}/{folder}"
    try:
        files = spark.read.format("binaryFile").load(pattern)
        sizes = {located(row["path"]): row["length"] for row in files.select("path", "length").collect()}
    except PySparkException as error:
        if error.getCondition() == "PATH_NOT_FOUND":
            return []
        raise
    # Spark reads no row from an empty file, but lists it.
    sizes = {located(unquote(path)): 0 for path in files.inputFiles()} | sizes
    found = []
    for path, size in sizes.items():
        feed, day, name = path.rsplit("/", 3)[1:]
        landed = delivery(feed, day)
        if days is None or landed in days:
            found.append(LandedFile(feed, landed, f"{feed}/{day}/{name}", path, size))
    return sorted(found)


def delivery(feed: str, folder: str) -> date:
    """The day that a delivery's folder names. Raises LandingError when there is no such day."""
    try:
        return date.fromisoformat(folder)
    except ValueError:
        raise LandingError(
            f"landing/{feed}/{folder}/ is no delivery: expected a folder named by a day, such as 2026-03-30, got a day "
            "that is in no calendar. Nothing was written. Next: move its files to the folder of the day they came for."
        ) from None


def located(path: str) -> str:
    """One spelling of a path: Spark writes a local one as file:/x in rows and as file:///x in lists."""
    return re.sub(r"^file:/+", "file:/", path)


def escaped(path: str) -> str:
    """A path whose characters mean themselves where Spark expects a pattern."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


def below_landing(path: str) -> str:
    """`<feed>/<day>/<name>` of a path as Spark's metadata tells it, which is URL-encoded."""
    return "/".join(unquote(path).rsplit("/", 3)[1:])


@contextmanager
def told(feed: str, files: Sequence[LandedFile]) -> Iterator[None]:
    """Turn Spark's complaint about a file, or about a time format, into ours."""
    try:
        yield
    except (ConfigurationError, LandingError):
        raise
    except Exception as error:
        message = str(error)
        if re.search(r"DATETIME\w*_PATTERN|pattern letter|Illegal pattern", message):
            raise ConfigurationError(
                f"'feeds.{feed}.time_format' is no Spark pattern: {message.splitlines()[0][:200]}. "
                'Next: write one such as "yyyy-MM-dd HH:mm:ss", or epoch_ms.'
            ) from None
        untyped = re.search(r"PARQUET_TYPE_(ILLEGAL|NOT_SUPPORTED|NOT_RECOGNIZED)", message)
        damaged = re.search(r"FAILED_READ_FILE|CANNOT_READ_FILE_FOOTER|EOFException|ZipException|Parquet", message)
        if not untyped and not damaged:
            raise
        readable = unquote(message)
        one = files[0].name if len(files) == 1 else f"one of {len(files)} files of {feed}"
        named = [file.name for file in files if file.name in readable] or [one]
        if untyped:
            raise LandingError(
                f"landing/{named[0]} has a column of a type that cannot be read, most often of timestamps in "
                "nanoseconds: expected microseconds. Nothing was written. Next: have it written with these "
                "(pandas: coerce_timestamps='us', allow_truncated_timestamps=True)."
            ) from error
        raise LandingError(
            f"landing/{named[0]} is damaged or cut short: expected a whole file, got one that cannot be read to its "
            "end. Nothing was written. Next: have it delivered again, or move it out of the landing folder."
        ) from error
