"""Does a night cost more when there is more history? `python -m benchmarks.history`.

Simulates one facility over 300 days and backfills it twice: its last 30 nights, and all of them. Then times the last
night alone, in a process of its own: the same events on a short and on a long history. Prints both and their ratio.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import yaml

from benchmarks.night import LEARNING
from jobs.simulate import simulate

END = date(2026, 3, 31)


def timed(landed: Path, nights: int, runs: int) -> float:
    """Seconds of the fastest run of the last night after `nights` of history."""
    with tempfile.TemporaryDirectory() as scratch:
        lake = Path(scratch) / "lake"
        shutil.copytree(landed, lake)
        place = {**os.environ, "POSTERN_LAKE": str(lake), "POSTERN_SITE": str(lake / "site.yaml")}

        def postern(*command: str) -> float:
            started = time.monotonic()
            done = subprocess.run([sys.executable, "-m", "jobs", *command], env=place, capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            return time.monotonic() - started

        first = END - timedelta(days=nights - 1)
        postern("backfill", "--from", str(first), "--to", str(END - timedelta(days=1)))
        return min(postern("night", "--day", str(END)) for _ in range(runs))


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--short", type=int, default=30)
    parser.add_argument("--long", type=int, default=300)
    parser.add_argument("--runs", type=int, default=2)
    given = parser.parse_args()
    seconds = {}
    with tempfile.TemporaryDirectory() as landed:
        simulate(Path(landed), people=given.people, days=given.long, end=END, insiders={})
        # So that thirty nights are enough to be scored: learning is shortened for both.
        site = yaml.safe_load((Path(landed) / "site.yaml").read_text())
        (Path(landed) / "site.yaml").write_text(yaml.safe_dump({**site, "learning": LEARNING}, sort_keys=False))
        for nights in (given.short, given.long):
            seconds[nights] = timed(Path(landed), nights, given.runs)
            print(f"night {nights}: {seconds[nights]:.1f} s, {given.people} people, simulated", flush=True)
    print(f"ratio {seconds[given.long] / seconds[given.short]:.2f}; the target is at most 1.2")


if __name__ == "__main__":
    main()
