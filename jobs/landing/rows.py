"""Landed rows: every row with its file, its line, its raw text and its cells.

Whatever makes a whole file unreadable is a LandingError here, before anything is written; what is wrong with one row
is left to quarantine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import SparkSession

from feeds.feed import Feed
from feeds.site import FeedConfig
from jobs.landing.files import LandedFile, told
from jobs.landing.layout import Raw
from jobs.landing.parquet import read_parquet
from jobs.landing.text import read_text


@dataclass(frozen=True, slots=True)
class Landed:
    """A feed's files, read lazily; `counts` and `extra` are one entry per file, in order."""

    files: tuple[LandedFile, ...]
    raw: tuple[Raw, ...]
    counts: tuple[int, ...]
    extra: tuple[tuple[str, ...], ...]


def read(spark: SparkSession, feed: Feed, config: FeedConfig, files: Sequence[LandedFile]) -> Landed:
    """A feed's files, every row still as it was landed. Raises LandingError for a file that cannot be read."""
    raw: list[Raw] = []
    counts: dict[int, int] = {}
    extra: dict[int, tuple[str, ...]] = {}
    with told(feed.name, files):
        for kind, reader in (("csv", read_text), ("jsonl", read_text), ("parquet", read_parquet)):
            some = {n: file for n, file in enumerate(files) if file.format(config.format) == kind}
            if some:
                raw += reader(spark, feed, config, kind, some, counts, extra)
    numbers = range(len(files))
    return Landed(tuple(files), tuple(raw), tuple(counts[n] for n in numbers), tuple(extra[n] for n in numbers))
