"""One night of a large site, gates included: `python -m benchmarks.night [--people 20000] [--events 5000000]`.

Simulates a short, quiet history and one night of that many events, backfills and trains on the history, then runs the
night in a process of its own. Prints its seconds, each stage's share, and the peak memory of the process and all its
children. The history is short so that it can be made in minutes: learning is shortened with it; what a night costs does
not depend on its length (see benchmarks.history).
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psutil
import yaml

from jobs.simulate import END
from simulation import facility
from simulation.calibrate import pace_for

HISTORY = 8
"""Nights before the one that is timed."""
LEARNING = {"guard_nights": 2, "warm_up_nights": 3, "train_every": 7}
AT_COMPUTERS = 25
"""Events per person and day beside badge reads, measured on the simulated facility."""


def land(lake: Path, people: int, events: int) -> int:
    """Write the landing files; returns the rows of the last night."""
    whole = facility.open_facility(people, HISTORY + 1, END, seed=7, insiders={})
    quiet = replace(pace_for(whole, 10), days=whole.days[:-1])
    for _ in facility.run(quiet, lake, facility.FEEDS, "parquet"):
        pass
    busy = replace(pace_for(whole, events / people - AT_COMPUTERS), days=whole.days[-1:])
    rows = sum(facility.run(busy, lake, facility.FEEDS, "parquet"))
    site = yaml.safe_load((lake / "site.yaml").read_text())
    (lake / "site.yaml").write_text(yaml.safe_dump({**site, "learning": LEARNING}, sort_keys=False))
    return rows


@contextmanager
def peak(process: int, found: list[dict[str, int]]) -> Iterator[None]:
    """Inside the block, keep the memory of a process and all that it started, in bytes by program, twice a second."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            held: dict[str, int] = {}
            try:
                top = psutil.Process(process)
                for one in (top, *top.children(recursive=True)):
                    name = "driver" if one == top else one.name()
                    held[name] = held.get(name, 0) + proportional(one)
            except psutil.Error:
                continue  # one of them has just ended
            found.append(held)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def proportional(process: psutil.Process) -> int:
    """Resident bytes, pages that several processes share being divided among them where the system tells them apart:
    Spark's Python workers are forks of one, and would else be counted as if each had its own libraries."""
    held = process.memory_full_info() if psutil.LINUX else process.memory_info()
    return int(getattr(held, "pss", held.rss))


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--lake", type=Path, help="keep the lake there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lake = given.lake or Path(scratch)
        rows = land(lake, given.people, given.events)
        print(f"{rows:,} landed rows on the night, {given.people:,} people, {HISTORY} quiet nights before", flush=True)
        place = {**os.environ, "POSTERN_LAKE": str(lake), "POSTERN_SITE": str(lake / "site.yaml")}
        postern = [sys.executable, "-m", "jobs"]
        first, before = END - timedelta(days=HISTORY), END - timedelta(days=1)
        subprocess.run([*postern, "backfill", "--from", str(first), "--to", str(before)], env=place, check=True)
        timed(postern, place, END)


def timed(postern: list[str], place: dict[str, str], day: date) -> None:
    """Run the night and print what it cost."""
    memory: list[dict[str, int]] = []
    started = time.monotonic()
    night = subprocess.Popen([*postern, "night", "--day", str(day)], env=place, stderr=subprocess.PIPE, text=True)
    assert night.stderr is not None
    with peak(night.pid, memory):
        told = night.stderr.read()
    seconds = time.monotonic() - started
    if night.wait():
        sys.exit(told)
    most = max(memory, key=lambda held: sum(held.values()))
    parts = ", ".join(f"{name} {held / 2**30:.1f}" for name, held in sorted(most.items()))
    whole = sum(most.values()) / 2**30
    print(f"the night took {seconds:.0f} s (target: 600), peak memory {whole:.1f} GiB ({parts}; target: 8)")
    stages = re.findall(r"\] (\w+) \S+ … ([\d.]+) s(?:, its gate ([\d.]+) s)?", told)
    for name, took, gate in stages:
        print(f"  {name:12} {float(took):6.1f} s {float(took) / seconds:5.0%}   of it gate {float(gate or 0):5.1f} s")
    print(
        f"  {'the rest':12} {seconds - sum(float(took) for _, took, _ in stages):6.1f} s        Spark's start and end"
    )


if __name__ == "__main__":
    main()
