"""Seconds to simulate a facility of 2,000 people for 120 days, all feeds, on one core; or any other size.

python -m benchmarks.simulate
python -m benchmarks.simulate --people 5000 --days 90 --feeds access --format parquet --events-per-person 80
python -m benchmarks.simulate --people 20000 --days 1 --feeds access --format parquet --events-per-person 300
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from jobs.simulate import END, simulate
from simulation.facility import FEEDS

MOST_SECONDS = 120.0  # what the project promises for the default size


def main() -> int:
    """Print the figure; 1 if the default size took longer than promised."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=2_000)
    arguments.add_argument("--days", type=int, default=120)
    arguments.add_argument("--feeds", default=",".join(FEEDS), help="comma-separated (default: all)")
    arguments.add_argument("--format", choices=("csv", "jsonl", "parquet"), default="csv", help="of the access feed")
    arguments.add_argument("--events-per-person", type=float, help="badge reads per person and day")
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--lake", type=Path, help="keep the files here (default: a directory removed afterwards)")
    given = arguments.parse_args()
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with tempfile.TemporaryDirectory() as scratch:
        lake = given.lake or Path(scratch)
        begin = time.perf_counter()
        rows = simulate(
            lake, given.people, given.days, END, given.seed, feeds=given.feeds.split(","), access_format=given.format,
            events_per_person=given.events_per_person,
        )  # fmt: skip
        seconds = time.perf_counter() - begin
        size = sum(file.stat().st_size for file in lake.rglob("*") if file.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "linux" else 2**30)
    print(
        f"{given.people:,} people x {given.days:,} days: {rows:,} rows, {size / 1e6:,.0f} MB "
        f"in {seconds:.1f} s, peak {peak:.2f} GB"
    )
    asked = (given.people, given.days, given.feeds) == (2_000, 120, ",".join(FEEDS))
    return int(asked and seconds > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
