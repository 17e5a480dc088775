"""Rows that came before: exact duplicates, found and counted; rows that later deliveries brought first, warned of."""

import logging
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from feeds.feed import Feed
from jobs.days import Days
from jobs.event_rows import FILE_STRIDE
from jobs.lake import Lake

log = logging.getLogger("postern")


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
