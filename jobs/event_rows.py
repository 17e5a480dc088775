"""Landed rows as events: their silver columns, what is wrong with each, and the person behind it."""

from datetime import UTC, datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from feeds import clock, text
from feeds.feed import Feed
from feeds.site import Site
from jobs.identity import keyed
from jobs.lake import Lake
from jobs.landing.layout import Raw
from jobs.landing.rows import Landed
from jobs.people import Rosters
from jobs.places import let_into
from jobs.rows import frame

FILE_STRIDE = 1 << 40  # lines a file may have: one long orders rows by (file, line)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the logs we read were kept: a clock that lost its battery


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
