"""One feed's deliveries: parsed, resolved to people, without what came before, and counted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from feeds import clock, text
from feeds.feed import Feed
from feeds.site import Site
from jobs.days import Days
from jobs.identity import keyed
from jobs.lake import Lake
from jobs.landing.files import LandedFile, told
from jobs.landing.layout import Raw
from jobs.landing.rows import Landed, read
from jobs.people import Rosters
from jobs.places import let_into
from jobs.rows import frame

log = logging.getLogger("postern")

FILE_STRIDE = 1 << 40  # lines a file may have: one long orders rows by (file, line)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the logs we read were kept: a clock that lost its battery


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


def mapped(lake: Lake, site: Site, feed: Feed, landed: Landed, raw: Raw, identifier: str) -> DataFrame:
    """A layout's rows with their silver columns, all but the person; `_reason` tells what is wrong with a row."""
    config = site.feeds[feed.name]
    texts = {field.name: text.text_of(field, feed, config, raw.cells).alias(field.name) for field in feed.fields}
    rows = raw.rows.select("_file", "_line", "_raw", "_hash", "_broken", *texts.values())
    reason = F.coalesce("_broken", text.first_reason(text.faults(feed, config)))
    meant = [text.meant(field, config).alias(field.name) for field in feed.fields if field.name != "at"]
    written, typed = config.time_format or feed.time_format or "", rows.schema["at"].dataType
    at = clock.instant(F.col("at"), typed, written, site.zone_of(feed.name))
    rows = rows.select("_file", "_line", "_raw", "_hash", reason.alias("_reason"), at.alias("at"), *meant)
    deliveries = frame(
        lake.spark,
        [(n, file.landed, clock.ends(file.landed, site)) for n, file in enumerate(landed.files)],
        "_file int, landed date, _until timestamp",
    )
    rows = rows.join(F.broadcast(deliveries), "_file", "inner")
    form = "a timestamp" if not written else f"of the form {written}"
    found = [
        (F.col("at").isNull(), f"the time is not {form}"),
        (F.col("at") >= F.col("_until"), "the time is after the end of the day it was delivered for"),
        (F.col("at") < F.lit(OLDEST), "the time is before 1990"),
        *feed.rejects(site),
    ]
    reason = F.coalesce("_reason", text.first_reason(found))
    return rows.select(
        "_file",
        (F.col("_file") * F.lit(FILE_STRIDE) + F.col("_line")).alias("_order"),
        "_raw",
        F.col("_hash").alias("event"),
        reason.alias("_reason"),
        "at",
        clock.operational_day(F.col("at"), site).alias("day"),
        "landed",
        F.col(identifier).alias("_identifier"),
        F.lit(identifier).alias("_kind"),
        *(column.alias(name) for name, column in feed.columns(site).items()),
    )


def resolved(lake: Lake, site: Site, feed: Feed, rows: DataFrame, people: Rosters, landed: Landed) -> DataFrame:
    """The person behind each row; rows without one are quarantined as unresolved."""
    rows = people.resolve(rows, [file.landed for file in landed.files])
    key = people.pseudonyms.key
    for name in feed.keyed:
        many = feed.table[name].type == "array<long>"
        rows = rows.withColumn(name, keyed(key, "email\0" if many else f"{name}\0", many=many)(F.col(name)))
    if "door" in feed.table.names and site.doors:
        rows = rows.join(F.broadcast(let_into(lake, site)), "door", "left")
        behind = F.when(F.col("direction") == "out", F.col("_from")).otherwise(F.col("_to"))
        rows = rows.withColumn("zone", F.coalesce("zone", behind))
    unresolved = F.col("_reason").isNull() & F.col("person").isNull()
    reason = F.when(unresolved, F.concat(F.lit("unknown "), "_kind", F.lit(" at that time"))).otherwise(
        F.col("_reason")
    )
    return rows.select(
        *(name for name in feed.table.names),
        "_file",
        "_order",
        "_identifier",
        unresolved.alias("_unresolved"),
        reason.alias("_reason"),
        # Raw text is kept for what is quarantined: the rest can be found in its file.
        F.when(reason.isNotNull(), F.col("_raw")).alias("_raw"),
    )


def duplicates(
    lake: Lake, feed: Feed, good: DataFrame, touched: set[date], days: Days
) -> tuple[DataFrame | None, dict[tuple[int, date], int]]:
    """`_order` of rows whose event came before, in these deliveries or in silver, and how many of each (file, day).

    Of several the first by delivery, file name and line is kept. Two different rows with one 64-bit hash would count
    as a repeat: about one chance in 40,000 for 30 million rows.
    """
    firsts = good.groupBy("event").agg(F.min("_order").alias("_first"), F.count("*").alias("_times"))
    firsts = firsts.where("_times > 1").select("event", "_first")
    again = good.join(firsts, "event", "inner").where(F.col("_order") != F.col("_first")).select("_order", "day")
    if touched and lake.exists(feed.table):
        known = lake.read(feed.table).where(F.col("landed") < F.lit(days.start)).where(F.col("day").isin(list(touched)))
        again = again.union(good.join(known.select("event"), "event", "left_semi").select("_order", "day")).distinct()
    again = again.persist(StorageLevel.MEMORY_AND_DISK)
    number = F.shiftright("_order", FILE_STRIDE.bit_length() - 1).cast("int").alias("file")
    counted = again.groupBy(number, "day").count().collect()
    repeated = {(row["file"], row["day"]): row["count"] for row in counted}
    if repeated:
        return again, repeated
    again.unpersist()
    return None, {}


def warn_of_later(lake: Lake, feed: Feed, good: DataFrame, touched: set[date], days: Days) -> None:
    """Warn of rows that later deliveries brought to silver before: they count twice until those are read again.

    The first delivery keeps a row, so that a range gives what its nights give, and a file that was moved to another
    folder is never taken for a repeat of itself.
    """
    if not touched or not lake.exists(feed.table):
        return
    later = lake.read(feed.table).where(F.col("landed") >= F.lit(days.end)).where(F.col("day").isin(list(touched)))
    (found,) = later.join(good, "event", "left_semi").agg(F.count("*").alias("rows"), F.max("landed")).collect()
    if found["rows"]:
        log.warning(
            "%s: %d row(s) of %s came with later deliveries before and count twice: run `postern backfill --from %s "
            "--to %s`, which keeps each once", feed.name, found["rows"], days, days.start, found[1],
        )  # fmt: skip


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
