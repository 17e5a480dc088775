"""Landing files: rows become files of the systems' own formats, in the folder of the day they are delivered."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from simulation import faults
from simulation.clock import CERT, DAY_BEGINS, ISO, epoch_ms, length, text, wall_text
from simulation.draws import Ints, stream

Format = Literal["csv", "jsonl", "parquet"]
FILES = {
    **{"access": "access", "logon": "logon", "mail": "email", "media": "device", "file": "file", "web": "http"},
    "alarm": "alarm",
}
PREFIX = {"logon": "L", "mail": "M", "media": "D", "file": "F", "web": "W", "alarm": "A"}
PLAIN = pa.csv.WriteOptions(include_header=False, quoting_style="none")


@dataclass
class Desk:
    """Delivers one feed, day by day: keeps what happened after the day's end, and what comes late, for later days."""

    landing: Path
    feed: str
    format: Format
    seed: int
    after: pa.Table | None = None
    late: dict[date, list[tuple[str, bytes]]] = field(default_factory=dict)

    def deliver(self, rows: pa.Table, day: date) -> int:
        """Write this day's file from rows with `second`, and late files that are due; how many rows the day has."""
        if self.after is not None:
            rows = pa.concat_tables([self.after, rows])
        second = rows["second"].to_numpy()
        order = np.argsort(second, kind="stable")
        ended = int(np.searchsorted(second[order], DAY_BEGINS + length(day)))
        self.after = _told_from(rows.take(pa.array(order[ended:])), length(day))
        table = self._text(rows.take(pa.array(order[:ended])), second[order[:ended]], day)
        draw = stream(self.seed, f"delivery {self.feed}", day)
        folder = self.landing / self.feed / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        for name, late in self.late.pop(day, []):
            (folder / name).write_bytes(late)
        if self.format == "parquet":
            pa.parquet.write_table(table, folder / f"{FILES[self.feed]}.parquet", use_dictionary=True)
            return ended
        begin, end, wait = faults.late_part(ended, draw)
        on_time = np.r_[np.arange(begin), np.arange(end, ended)]
        on_time = on_time[faults.repeats(len(on_time), draw)]
        name = f"{FILES[self.feed]}.{self.format}"
        (folder / name).write_bytes(self._bytes(table.take(pa.array(on_time)), draw))
        if end > begin:
            late = self._bytes(table.slice(begin, end - begin), draw)
            self.late.setdefault(day + timedelta(days=wait), []).append((f"late-{day.isoformat()}-{name}", late))
        return ended

    def _text(self, rows: pa.Table, second: Ints, day: date) -> pa.Table:
        rest = rows.drop_columns(["second"])
        if self.feed != "access":
            columns = {"id": _ids(PREFIX[self.feed], day, len(rows)), "date": wall_text(day, second, CERT)}
        elif self.format == "parquet":
            columns = {"event_time": pa.array(epoch_ms(day, second))}
        else:
            columns = {"event_time": wall_text(day, second, ISO)}
        return pa.table(columns | {name: rest[name] for name in rest.column_names})

    def _bytes(self, table: pa.Table, draw: np.random.Generator) -> bytes:
        if self.format == "jsonl":
            lines = table.to_pandas().to_json(orient="records", lines=True).encode()
            return faults.with_malformed(lines, len(table), draw)
        sink = io.BytesIO()
        pa.csv.write_csv(table, sink, PLAIN)
        header = ",".join(table.column_names).encode() + b"\n"
        return header + faults.with_malformed(sink.getvalue(), len(table), draw)


def _told_from(rows: pa.Table, later: int) -> pa.Table:
    shifted = pa.array(rows["second"].to_numpy() - later)
    return rows.set_column(rows.column_names.index("second"), "second", shifted)


def _ids(prefix: str, day: date, count: int) -> pa.Array:
    """Identifiers like {L0B5A4D-0000017}: unique within a feed, whatever the span."""
    head = np.frombuffer(f"{{{prefix}{day.toordinal():06X}-".encode(), dtype=np.uint8)
    digits = np.arange(count)[:, None] // 10 ** np.arange(6, -1, -1) % 10 + ord("0")
    tail = np.full((count, 1), ord("}"))
    return text(np.concatenate([np.tile(head, (count, 1)), digits, tail], axis=1).astype(np.uint8))


def rows_to_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A small file, such as the roster, the cards or the answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
