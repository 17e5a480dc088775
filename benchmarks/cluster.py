"""Does a cluster compute the same tables? `python -m benchmarks.cluster`.

Backfills one simulated facility twice, on `local[*]` and on Spark's own small cluster (a master and two workers, each a
process of its own), then compares every table, sorted by its keys, byte for byte. Exits with 1 when any differs.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pyarrow as pa

from expectations.table import Table
from jobs.lake import Lake
from jobs.session import session
from jobs.simulate import END, simulate
from jobs.tables import TABLES

CLUSTER = "local-cluster[2,1,1536]"
"""Two workers with one core and 1.5 GiB each."""


def backfilled(landed: Path, lake: Path, master: str, days: int) -> None:
    """The same files in a lake of its own, computed on `master`."""
    shutil.copytree(landed, lake)
    place = {**os.environ, "POSTERN_LAKE": str(lake), "POSTERN_SITE": str(lake / "site.yaml"), "POSTERN_MASTER": master}
    # Trained when a quarter is left, so that there are nights to score.
    first, last = str(END - timedelta(days=days - 1)), str(END)
    span = ["--from", first, "--to", last, "--train-every", str(days * 3 // 4)]
    command = [sys.executable, "-m", "jobs", "backfill", *span]
    started = time.monotonic()
    told = subprocess.run(command, env=place, capture_output=True, text=True, check=False)
    if told.returncode:
        sys.exit(f"on {master}:\n{told.stderr}")
    print(f"{master}: {days} nights in {time.monotonic() - started:.0f} s", flush=True)


def digest(lake: Lake, table: Table) -> tuple[int, str]:
    """Rows, and a hash of all of them in the order of the table's keys."""
    rows = lake.read(table).orderBy(*table.keys).toArrow().combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return rows.num_rows, hashlib.sha256(sink.getvalue()).hexdigest()[:16]


def main() -> int:
    """Run it, print one line per table; 1 when the tables differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--days", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        landed, lakes = Path(scratch) / "landed", [Path(scratch) / "local", Path(scratch) / "cluster"]
        simulate(landed, people=given.people, days=given.days)
        for lake, master in zip(lakes, ("local[*]", CLUSTER), strict=True):
            backfilled(landed, lake, master, given.days)
        spark = session("benchmark")
        differ = 0
        for table in TABLES.values():
            (rows, one), (others, other) = (digest(Lake(spark, lake), table) for lake in lakes)
            same = (rows, one) == (others, other)
            differ += not same
            print(f"{table.name:20} {rows:9,} rows  {one}  {'the same' if same else f'DIFFERS: {others:,} {other}'}")
        spark.stop()
    print(f"{differ} of {len(TABLES)} tables differ")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
