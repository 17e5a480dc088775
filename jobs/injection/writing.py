"""Planted rows written as the site's own systems would have, beside what they delivered."""

import csv
import gzip
import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from pyspark.sql import functions as F

from feeds import clock, text
from feeds.catalog import catalog
from feeds.feed import Feed
from feeds.site import Site
from jobs.context import Context
from jobs.identity import Held
from jobs.injection.planted import Planted
from jobs.injection.reading import Landing
from jobs.rows import frame
from simulation.act import Added, Seen


def link(landed: Path, out: Path) -> None:
    """The same files in another place: linked where the file system can, else copied."""
    for file in sorted(landed.rglob("*")):
        if file.is_file():
            target = out / file.relative_to(landed)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(file, target)
            except OSError:
                target.write_bytes(file.read_bytes())


def take_away(out: Path, dropped: Sequence[Seen]) -> None:
    """Write the files of these rows anew, without them; the link to the original is cut first."""
    gone: dict[str, set[int]] = {}
    for row in dropped:
        gone.setdefault(row.file, set()).add(row.line)
    for name, lines in gone.items():
        path = out / "landing" / name
        if path.suffix == ".parquet":
            table = pa.parquet.read_table(path)
            path.unlink()
            pa.parquet.write_table(table.filter(pa.array([n + 1 not in lines for n in range(table.num_rows)])), path)
            continue
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rb") as file:
            kept = [line for number, line in enumerate(file, start=1) if number not in lines]
        path.unlink()
        with opened(path, "wb") as file:
            file.writelines(kept)


def land(
    context: Context, out: Path, landings: Mapping[str, Landing], held: Sequence[Held], added: Sequence[Added]
) -> set[date]:
    """A further file in each delivery that would have brought these rows; the days of those deliveries."""
    touched = set()
    for name, told in landings.items():
        rows = sorted((row for row in added if row.feed == name), key=lambda row: (row.at, row.number))
        if not rows:
            continue
        deliveries: dict[date, list[dict[str, str]]] = {}
        landed = sorted({file.landed for file in told.files})
        for row, written, day in zip(rows, *told_times(context, name, rows), strict=True):
            # Nothing is delivered before its day has ended.
            folder = next((delivery for delivery in landed if delivery >= day), None)
            who = identifier(told, held, row)
            if folder is not None and who is not None:
                record = theirs(told.feed, context.site, {**row.fields, told.identifies: who}, written)
                deliveries.setdefault(folder, []).append(record)
        for folder, records in deliveries.items():
            like = next(file for file in told.files if file.landed == folder)
            config = context.site.feeds[name]
            write_like(out / "landing" / like.name, like.format(config.format), config.delimiter, records)
        touched |= set(deliveries)
    return touched


def told_times(context: Context, name: str, rows: Sequence[Added]) -> tuple[list[str], list[date]]:
    """Each row's time as the feed writes it, and its operational day: by the engine that will read it."""
    site, feed = context.site, catalog()[name]
    written = site.feeds[name].time_format or feed.time_format or "yyyy-MM-dd'T'HH:mm:ss"
    moments = [(n, round(row.at.timestamp() * 1e6)) for n, row in enumerate(rows)]
    told = frame(context.lake.spark, moments, "n int, micros long").withColumn("at", F.timestamp_micros("micros"))
    if written in clock.EPOCHS:
        form = (F.col("micros") / F.lit(clock.EPOCHS[written])).cast("long").cast("string")
    else:
        zone = "UTC" if clock.tells_offset(written) else site.zone_of(name)
        form = F.date_format(F.from_utc_timestamp("at", zone), written)
    day = clock.operational_day(F.col("at"), site)
    found = told.select("n", form.alias("written"), day.alias("day")).orderBy("n").collect()
    return [row["written"] for row in found], [row["day"] for row in found]


def identifier(told: Landing, held: Sequence[Held], row: Added) -> str | None:
    """What names the person of a row in this feed, at that time."""
    for known in held:
        if known.kind == told.identifies and known.number == row.number and known.start <= row.at < known.end:
            return known.identifier
    return None


def theirs(feed: Feed, site: Site, fields: Mapping[str, str], written: str) -> dict[str, str]:
    """A row in the site's own columns and values."""
    config = site.feeds[feed.name]
    record: dict[str, str] = {}
    for declared in feed.fields:
        columns = text.sources(feed, config, declared)
        value = written if declared.name == "at" else fields.get(declared.name, "")
        mapping = config.values.get(declared.name) or declared.values
        value = next((their for their, ours in mapping.items() if ours == value), value)
        parts = value.split("-", len(columns) - 1) if len(columns) > 1 else [value]
        record |= dict(zip(columns, parts, strict=False))
    return record


def write_like(like: Path, kind: str, delimiter: str, records: Sequence[Mapping[str, str]]) -> None:
    """Write the records beside a delivered file, in its form; what we do not map is as in that file's first row."""
    target = like.with_name(f"{like.name.split('.')[0]}-2.{kind}")
    if kind == "parquet":
        table = pa.parquet.read_table(like)
        first = table.slice(0, 1).to_pylist()[0] if table.num_rows else {}
        rows = [typed({**first, **matched(list(first), record)}, table.schema) for record in records]
        pa.parquet.write_table(pa.Table.from_pylist(rows, schema=table.schema), target)
        return
    opened = gzip.open if like.suffix == ".gz" else open
    with opened(like, "rt", encoding="utf-8", errors="replace", newline="") as file:
        head, first_line = file.readline(), file.readline()
    with target.open("w", encoding="utf-8", newline="") as out:
        if kind == "jsonl":
            first = json.loads(head)
            for record in records:
                told = {name: like_value(first.get(name), value) for name, value in record.items()}
                out.write(json.dumps({**first, **told}) + "\n")
            return
        names = [name.strip() for name in next(csv.reader([head], delimiter=delimiter))]
        first = dict(zip(names, next(csv.reader([first_line], delimiter=delimiter), []), strict=False))
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([{**first, **matched(names, record)}.get(name, "") for name in names] for record in records)


def matched(names: Sequence[str], record: Mapping[str, str]) -> dict[str, str]:
    """The record's cells under the file's own spelling of its columns."""
    folded = {name.casefold(): name for name in names}
    return {folded[name.casefold()]: value for name, value in record.items() if name.casefold() in folded}


def like_value(example: Any, value: str) -> Any:
    """Text as the type that the file has there."""
    if value == "" and not isinstance(example, str):
        return None
    if isinstance(example, bool):
        return value.lower() == "true"
    if isinstance(example, int):
        return int(value)
    return value


def typed(record: Mapping[str, Any], schema: pa.Schema) -> dict[str, Any]:
    """Cells as a Parquet file's own types."""
    out: dict[str, Any] = {}
    for name, value in record.items():
        kind = schema.field(name).type
        if value == "" and not pa.types.is_string(kind):
            value = None
        elif isinstance(value, str) and pa.types.is_integer(kind):
            value = int(value)
        elif isinstance(value, str) and pa.types.is_timestamp(kind):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and pa.types.is_list(kind):
            value = value.split(";")
        elif isinstance(value, str) and pa.types.is_boolean(kind):
            value = value.lower() == "true"
        out[name] = value
    return out


def write_labels(path: Path, planted: Sequence[Planted]) -> None:
    """scenario, person, day, intensity: what jobs.truth reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("scenario", "person", "day", "intensity"))
        for plant in planted:
            writer.writerows((plant.scenario, number, day, plant.intensity) for number, day in plant.deeds)
