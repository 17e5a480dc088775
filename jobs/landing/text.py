"""CSV and JSON lines: numbered as they stand in their file, whatever order they are read in."""

import csv
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from expectations.errors import LandingError
from feeds.feed import Feed
from feeds.site import FeedConfig
from feeds.text import BROKEN, csv_cells, decodable, json_cells, trimmed, wanted
from jobs.landing.files import LandedFile, below_landing, escaped
from jobs.landing.layout import Raw, check_columns, positions, unknown
from jobs.rows import frame

UTF8_BOM = b"\xef\xbb\xbf"


def read_text(
    spark: SparkSession,
    feed: Feed,
    config: FeedConfig,
    kind: str,
    files: Mapping[int, LandedFile],
    counts: dict[int, int],
    extra: dict[int, tuple[str, ...]],
) -> list[Raw]:
    """Lines of CSV or JSON files. Files with the same header are parsed together."""
    lines = spark.read.text([escaped(file.path) for file in files.values()]).select(
        F.col("value").alias("_raw"),
        F.col("_metadata.file_path").alias("_path"),
        F.col("_metadata.file_block_start").alias("_block"),
        # Consecutive inside a block of a file, whatever else Spark reads in the same task.
        F.monotonically_increasing_id().alias("_id"),
    )
    must = [name for name, required in wanted(feed, config).items() if required]
    blocks = (
        lines.groupBy("_path", "_block")
        .agg(
            F.count("*").alias("lines"),
            F.count_if(F.trim("_raw") != "").alias("filled"),
            F.min("_id").alias("first"),
            *(F.max(F.col("_raw").contains(f'"{name}"')).alias(f"has{n}") for n, name in enumerate(must)),
        )
        .collect()
    )
    blocks.sort(key=lambda row: (row["_path"], row["_block"]))
    by_file = {below_landing(path): list(rows) for path, rows in groupby(blocks, key=lambda row: row["_path"])}
    heads = first_lines(lines, by_file)
    plan: list[tuple[str, int, int, int, int]] = []
    layouts: dict[tuple[str, ...], int] = {}
    for number, file in files.items():
        mine, head = by_file.get(file.name, []), heads.get(file.name)
        if kind == "csv":
            header = header_of(file, head, config.delimiter)
            check_columns(feed, config, file, header)
            extra[number] = unknown(feed, config, header)
        else:
            check_keys(file, head, must, mine)
            extra[number] = unknown(feed, config, keys_of(head))
            header = ("JSON",)
        counts[number] = sum(row["filled"] for row in mine) - (kind == "csv")
        layout = layouts.setdefault(header, len(layouts))
        before = 0
        for row in mine:
            plan.append((row["_path"], row["_block"], number, before + 1 - row["first"], layout))
            before += row["lines"]
    if not plan:
        return []
    schema = "_path string, _block long, _file int, _base long, _layout int"
    placed = lines.join(F.broadcast(frame(spark, plan, schema)), ["_path", "_block"], "inner").select(
        "_raw", "_file", (F.col("_id") + F.col("_base")).alias("_line"), "_layout"
    )
    placed = placed.where(F.trim("_raw") != "").where(F.col("_line") > int(kind == "csv"))
    return [
        parsed_text(placed.where(F.col("_layout") == layout), feed, config, kind, header)
        for header, layout in layouts.items()
    ]


def first_lines(lines: DataFrame, by_file: Mapping[str, list[Row]]) -> dict[str, bytes]:
    """Each file's first line, as bytes."""
    firsts = {rows[0]["first"]: name for name, rows in by_file.items()}
    found = lines.where(F.col("_id").isin(list(firsts))).select("_id", F.col("_raw").cast("binary").alias("head"))
    return {firsts[row["_id"]]: bytes(row["head"]) for row in found.collect()}


def parsed_text(lines: DataFrame, feed: Feed, config: FeedConfig, kind: str, header: tuple[str, ...]) -> Raw:
    """Cells of lines of one layout."""
    line = decodable(F.col("_raw"), config.delimiter if kind == "csv" else ",")
    names = list(wanted(feed, config))
    parsed = csv_cells(line, len(header), config.delimiter) if kind == "csv" else json_cells(line, names)
    rows = lines.select(
        "_file",
        "_line",
        F.make_valid_utf8("_raw").alias("_raw"),
        F.xxhash64(F.lit(feed.name), F.rtrim("_raw")).alias("_hash"),
        F.when(~F.is_valid_utf8("_raw"), F.lit("the line is not valid UTF-8")).alias("_undecodable"),
        parsed.alias("_cells"),
    )
    complaint = (
        f"the line does not have the header's {len(header)} cells" if kind == "csv" else "the line is no JSON object"
    )
    broken = F.col("_cells").isNull() | F.col("_cells")[BROKEN].isNotNull()
    rows = rows.withColumn("_broken", F.coalesce("_undecodable", F.when(broken, F.lit(complaint))))
    if kind == "csv":
        where = positions(header)
        cells = {name: F.col("_cells")[f"c{where[name.casefold()]}"] for name in names if name.casefold() in where}
    else:
        cells = {name: F.col("_cells").getField(name) for name in names}
    return Raw(rows, {name: trimmed(cell) for name, cell in cells.items()})


def header_of(file: LandedFile, head: bytes | None, delimiter: str) -> tuple[str, ...]:
    """A CSV file's column names. Raises LandingError when its first line cannot be a header."""
    if head is None or not head.strip():
        raise LandingError(
            f"landing/{file.name} has no header: expected column names in its first line, got "
            f"{'an empty file' if head is None else 'an empty line'}. Nothing was written. "
            "Next: have it delivered again; a quiet day is a header without rows."
        )
    text = decoded(file, head)
    return tuple(name.strip() for name in next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), []))


def decoded(file: LandedFile, head: bytes) -> str:
    """A first line as text. Raises LandingError for UTF-16, for gzip under another name, for anything but UTF-8."""
    got = None
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in head:
        got = "UTF-16 or binary data"
    elif head[:2] == b"\x1f\x8b":
        got = "gzip data (its name must end in .gz)"
    else:
        try:
            return head.removeprefix(UTF8_BOM).decode("utf-8")
        except UnicodeDecodeError:
            got = "another encoding"
    raise LandingError(
        f"landing/{file.name} cannot be read: expected text in UTF-8, got {got}. Nothing was written. "
        "Next: have it exported as UTF-8, or convert it (iconv -t UTF-8)."
    )


def check_keys(file: LandedFile, head: bytes | None, must: Sequence[str], blocks: Sequence[Row]) -> None:
    """Raises LandingError when no line of a JSON file has a key that the feed cannot do without."""
    if head is not None:
        decoded(file, head)
    missing = [name for n, name in enumerate(must) if not any(row[f"has{n}"] for row in blocks)]
    if missing and any(row["filled"] for row in blocks):
        raise LandingError(
            f"landing/{file.name} lacks {', '.join(missing)}: expected JSON objects with the keys {', '.join(must)}, "
            "got none with it. Nothing was written. Next: map the log's keys in the site's configuration, or have the "
            "file delivered again."
        )


def keys_of(head: bytes | None) -> tuple[str, ...]:
    """Keys of a JSON file's first object: what stands for its columns."""
    try:
        first: Any = json.loads(head or b"{}")
    except ValueError:
        return ()
    return tuple(first) if isinstance(first, dict) else ()
