"""Parquet files: what is typed there stays typed."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from feeds.feed import Feed
from feeds.site import FeedConfig
from feeds.text import sources, trimmed, wanted
from jobs.landing.files import LandedFile, below_landing, escaped, told
from jobs.landing.layout import Raw, check_columns, positions, unknown
from jobs.rows import frame


def read_parquet(
    spark: SparkSession,
    feed: Feed,
    config: FeedConfig,
    kind: str,
    files: Mapping[int, LandedFile],
    counts: dict[int, int],
    extra: dict[int, tuple[str, ...]],
) -> list[Raw]:
    """Rows of Parquet files. Files with the same columns are read together."""

    def schema_of(file: LandedFile) -> Any:
        with told(feed.name, [file]):
            return spark.read.parquet(escaped(file.path)).schema

    with ThreadPoolExecutor(8) as pool:
        schemas = dict(zip(files, pool.map(schema_of, files.values()), strict=True))
    layouts: dict[str, list[int]] = {}
    for number, file in files.items():
        header = schemas[number].names
        check_columns(feed, config, file, header)
        extra[number], counts[number] = unknown(feed, config, header), 0
        layouts.setdefault(schemas[number].json(), []).append(number)
    raw = []
    for numbers in layouts.values():
        schema = schemas[numbers[0]]
        rows = spark.read.schema(schema).parquet(*(escaped(files[number].path) for number in numbers))
        path = F.col("_metadata.file_path")
        number_of = {files[number].name: number for number in numbers}
        known = []
        for at, count in rows.groupBy(path).count().collect():
            known.append((at, number_of[below_landing(at)]))
            counts[number_of[below_landing(at)]] = count
        if known:
            raw.append(parsed_parquet(rows, frame(spark, known, "_path string, _file int"), feed, config))
    return raw


def parsed_parquet(rows: DataFrame, known: DataFrame, feed: Feed, config: FeedConfig) -> Raw:
    """Cells of Parquet rows of one layout: text trimmed, lists of texts joined, times as they are typed."""
    kinds = {field.name: field.dataType.typeName() for field in rows.schema}
    quoted = {name: F.col("`" + name.replace("`", "``") + "`") for name in kinds}
    lists = {
        field.name
        for field in rows.schema
        if isinstance(field.dataType, T.ArrayType) and isinstance(field.dataType.elementType, T.StringType)
    }
    everything = F.to_json(F.struct(*quoted.values()))
    where, times = positions(list(kinds)), sources(feed, config, feed["at"])
    names = list(kinds)
    cells, kept = {}, []
    for n, name in enumerate(wanted(feed, config)):
        if name.casefold() not in where:
            continue
        theirs = names[where[name.casefold()]]
        typed = name in times and (kinds[theirs].startswith("timestamp") or kinds[theirs] == "date")
        # Bytes may be no text at all, and a text column is only said to be UTF-8 by whoever wrote it.
        plain = F.array_join(quoted[theirs], ";") if theirs in lists else quoted[theirs].cast("string")
        written = F.make_valid_utf8(plain)
        kept.append((quoted[theirs] if typed else trimmed(written)).alias(f"_c{n}"))
        cells[name] = F.col(f"_c{n}")
    # A NULL is hashed as itself: xxhash64 passes over NULLs, so that moving a value to the next column would not show.
    content = [F.coalesce(column.cast("string"), F.lit("\0")) for column in quoted.values()]
    found = rows.select(
        F.col("_metadata.file_path").alias("_path"),
        (F.col("_metadata.row_index") + 1).alias("_line"),
        everything.alias("_raw"),
        F.xxhash64(F.lit(feed.name), *content).alias("_hash"),
        F.lit(None).cast("string").alias("_broken"),
        *kept,
    )
    return Raw(found.join(F.broadcast(known), "_path", "inner").drop("_path"), cells)
