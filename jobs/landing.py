"""Landed files, found and read: every row with its file, its line, its raw text and its cells.

Layout: `<lake>/landing/<feed>/<delivery day>/<any name>`. Whatever makes a whole file unreadable is a LandingError
here, before anything is written; what is wrong with one row is left to quarantine.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from expectations.errors import ConfigurationError, LandingError
from feeds.feed import Feed
from feeds.site import FeedConfig
from feeds.text import BROKEN, csv_cells, decodable, json_cells, trimmed, wanted
from jobs.days import Days
from jobs.rows import frame

UTF8_BOM = b"\xef\xbb\xbf"


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


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows of files of one layout: `_file` (index), `_line`, `_raw`, `_hash`, `_broken`, and the cells by name."""

    rows: DataFrame
    cells: dict[str, Column]


@dataclass(frozen=True, slots=True)
class Landed:
    """A feed's files, read lazily; `counts` and `extra` are one entry per file, in order."""

    files: tuple[LandedFile, ...]
    raw: tuple[Raw, ...]
    counts: tuple[int, ...]
    extra: tuple[tuple[str, ...], ...]


def find(spark: SparkSession, root: str, feeds: Sequence[str], days: Days | None = None) -> list[LandedFile]:
    """Files of the deliveries in `days` (of all when None), in order of feed, delivery and name."""
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
        landed = date.fromisoformat(day)
        if days is None or landed in days:
            found.append(LandedFile(feed, landed, f"{feed}/{day}/{name}", path, size))
    return sorted(found)


def located(path: str) -> str:
    """One spelling of a path: Spark writes a local one as file:/x in rows and as file:///x in lists."""
    return re.sub(r"^file:/+", "file:/", path)


def escaped(path: str) -> str:
    """A path whose characters mean themselves where Spark expects a pattern."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


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
        if not re.search(r"FAILED_READ_FILE|CANNOT_READ_FILE_FOOTER|EOFException|ZipException|Parquet", message):
            raise
        readable = unquote(message)
        named = [file.name for file in files if file.name in readable] or [f"one of {len(files)} files of {feed}"]
        raise LandingError(
            f"landing/{named[0]} is damaged or cut short: expected a whole file, got one that cannot be read to its "
            "end. Nothing was written. Next: have it delivered again, or move it out of the landing folder."
        ) from error


# Text ---------------------------------------------------------------------------------------------------------------


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


def below_landing(path: str) -> str:
    """`<feed>/<day>/<name>` of a path as Spark's metadata tells it, which is URL-encoded."""
    return "/".join(unquote(path).rsplit("/", 3)[1:])


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


def positions(header: Sequence[str]) -> dict[str, int]:
    """Column name, compared without case, → its place; the first when a name repeats."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        found.setdefault(name.casefold(), place)
    return found


def check_columns(feed: Feed, config: FeedConfig, file: LandedFile, header: Sequence[str]) -> None:
    """Raises LandingError when a column that the feed cannot do without is missing, or stands there twice."""
    folded = [name.casefold() for name in header]
    needed = wanted(feed, config)
    missing = [name for name, required in needed.items() if required and name.casefold() not in folded]
    twice = [name for name in needed if folded.count(name.casefold()) > 1]
    if not missing and not twice:
        return
    wrong = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(twice)} twice"
    raise LandingError(
        f"landing/{file.name} {wrong}: expected columns {', '.join(n for n, must in needed.items() if must)}; got "
        f"{', '.join(header)}. Nothing was written. Next: map the log's columns under feeds.{feed.name}.columns in the "
        "site's configuration, or have the file delivered again."
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


def unknown(feed: Feed, config: FeedConfig, header: Sequence[str]) -> tuple[str, ...]:
    """Columns that the feed neither reads nor expects."""
    known = {name.casefold() for name in (*wanted(feed, config), *feed.known)}
    return tuple(sorted({name for name in header if name.casefold() not in known}))


# Parquet ------------------------------------------------------------------------------------------------------------


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
    """Cells of Parquet rows of one layout: text trimmed, times and numbers as they are typed."""
    kinds = {field.name: field.dataType.typeName() for field in rows.schema}
    quoted = {name: F.col("`" + name.replace("`", "``") + "`") for name in kinds}
    everything = F.to_json(F.struct(*quoted.values()))
    where = positions(list(kinds))
    names = list(kinds)
    cells, kept = {}, []
    for n, name in enumerate(wanted(feed, config)):
        if name.casefold() not in where:
            continue
        theirs = names[where[name.casefold()]]
        typed = kinds[theirs].startswith("timestamp") or kinds[theirs] == "date"
        kept.append((quoted[theirs] if typed else trimmed(quoted[theirs].cast("string"))).alias(f"_c{n}"))
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
