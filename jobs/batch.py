"""One feed's deliveries: parsed, resolved to people, without what came before, and counted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from feeds import text
from feeds.feed import Feed
from feeds.site import Site
from jobs.days import Days
from jobs.event_rows import FILE_STRIDE, mapped, resolved
from jobs.lake import Lake
from jobs.landing.files import LandedFile, told
from jobs.landing.rows import Landed, read
from jobs.people import Rosters
from jobs.repeats import duplicates, warn_of_later
from jobs.rows import frame

log = logging.getLogger("postern")


@dataclass(frozen=True, slots=True)
class Batch:
    """One feed's rows, parsed and resolved, kept until they are written."""

    feed: Feed
    files: Sequence[LandedFile]
    rows: DataFrame
    """The silver columns, `_file`, `_order`, `_identifier`, `_reason` and `_raw` (of what is quarantined only)."""
    repeats: DataFrame | None
    """`_order` of the exact duplicates; None when there are none."""
    ledger: list[dict[str, Any]]
    touched: set[date]
    kind: str
    """What identifies people in it."""

    def events(self) -> DataFrame:
        """What goes to silver."""
        good = self.rows.where(F.col("_reason").isNull())
        return good if self.repeats is None else good.join(self.repeats, "_order", "left_anti")

    def quarantine(self) -> DataFrame:
        """What does not."""
        names = frame(
            self.rows.sparkSession,
            [(n, file.landed, file.name) for n, file in enumerate(self.files)],
            "_file int, landed date, file string",
        )
        bad = self.rows.where(F.col("_reason").isNotNull()).drop("landed").join(F.broadcast(names), "_file", "inner")
        return bad.select(
            F.lit(self.feed.name).alias("feed"),
            "landed",
            "file",
            F.col("_order").bitwiseAND(FILE_STRIDE - 1).alias("line"),
            F.col("_reason").alias("reason"),
            F.col("_raw").alias("raw"),
        )


def batch(
    lake: Lake, site: Site, feed: Feed, files: Sequence[LandedFile], people: Rosters, days: Days, later: bool = False
) -> Batch:
    """Parse, resolve, find the duplicates, count. `later`: deliveries after `days` were conformed before."""
    config = site.feeds[feed.name]
    kind = next(kind for kind in feed.identified_by if text.sources(feed, config, feed[kind]))
    with told(feed.name, files):
        landed = read(lake.spark, feed, config, files)
        parts = [
            resolved(lake, site, feed, mapped(lake, site, feed, landed, raw, kind), people, landed)
            for raw in landed.raw
        ]
        if not parts:
            ledger = [entry(landed, n, {}, 0) for n in range(len(files))]
            return Batch(feed, files, nothing(lake, feed), None, ledger, set(), kind)
        rows = parts[0]
        for part in parts[1:]:
            rows = rows.unionByName(part)
        rows = rows.persist(StorageLevel.MEMORY_AND_DISK)
        good = F.col("_reason").isNull()
        counts = (
            rows.groupBy("_file", F.when(good, F.col("day")).alias("day"))
            .agg(
                F.count("*").alias("rows"),
                F.count_if(good).alias("good"),
                F.count_if(F.col("_unresolved")).alias("unresolved"),
            )
            .collect()
        )
    seen = {row["day"] for row in counts if row["day"] is not None}
    repeats, repeated = duplicates(lake, feed, rows.where(good), seen, days)
    if later:
        warn_of_later(lake, feed, rows.where(good), seen, days)
    touched = {row["day"] for row in counts if row["good"] > repeated.get((row["_file"], row["day"]), 0)}
    by_file: dict[int, dict[Any, Any]] = {n: {} for n in range(len(files))}
    for row in counts:
        by_file[row["_file"]][row["day"]] = row
    ledger = [
        entry(landed, n, by_file[n], sum(count for (file, _), count in repeated.items() if file == n))
        for n in range(len(files))
    ]
    log.info("conform %s: read %d file(s): %s", feed.name, len(files), sums(ledger))
    return Batch(feed, files, rows, repeats, ledger, touched, kind)


def sums(ledger: Sequence[Mapping[str, Any]]) -> str:
    """What became of the rows of some files."""
    told = ("rows", "silver", "quarantined", "duplicates", "unresolved")
    return ", ".join(f"{sum(row[name] for row in ledger)} {name}" for name in told)


def nothing(lake: Lake, feed: Feed) -> DataFrame:
    """No rows, with a batch's columns."""
    empty = lake.empty(feed.table)
    for name, kind in (
        ("_file", "int"),
        ("_order", "long"),
        ("_identifier", "string"),
        ("_reason", "string"),
        ("_raw", "string"),
    ):
        empty = empty.withColumn(name, F.lit(None).cast(kind))
    return empty


def entry(landed: Landed, n: int, by_day: dict[Any, Any], repeated: int) -> dict[str, Any]:
    """A file's line in the ledger."""
    file, rows = landed.files[n], sum(row["rows"] for row in by_day.values())
    good, days = sum(row["good"] for row in by_day.values()), [day for day in by_day if day is not None]
    return {
        "feed": file.feed,
        "landed": file.landed,
        "file": file.name,
        "bytes": file.size,
        "rows": landed.counts[n],
        "silver": good - repeated,
        "quarantined": rows - good,
        "duplicates": repeated,
        "unresolved": sum(row["unresolved"] for row in by_day.values()),
        "first_day": min(days, default=None),
        "last_day": max(days, default=None),
        "extra_columns": list(landed.extra[n]),
    }
