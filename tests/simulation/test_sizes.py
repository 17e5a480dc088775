"""Badge reads in other formats and numbers, as benchmarks ask for them."""

from datetime import date
from pathlib import Path

import pandas as pd
import yaml

from jobs.simulate import END, simulate
from simulation import shifts
from simulation.calibrate import pace_for
from simulation.facility import open_facility
from simulation.movement import walk


def test_parquet_holds_utc_milliseconds_of_the_operational_day(tmp_path: Path) -> None:
    simulate(tmp_path, people=60, days=2, feeds=("access",), access_format="parquet")
    frame = pd.read_parquet(tmp_path / "landing" / "access" / str(END) / "access.parquet")
    begins = pd.Timestamp("2026-03-31T04:00:00").value // 10**6  # 05:00 in London is 04:00 UTC
    assert frame.event_time.between(begins - 420_000, begins + 86_400_000).all()
    assert set(frame.direction) == {"IN", "OUT"}
    declared = yaml.safe_load((tmp_path / "site.yaml").read_text())["feeds"]
    assert declared == {"access": declared["access"]}
    assert (declared["access"]["format"], declared["access"]["time_format"]) == ("parquet", "epoch_ms")


def test_json_lines_hold_the_rows_of_the_csv(tmp_path: Path) -> None:
    for form in ("csv", "jsonl"):
        simulate(tmp_path / form, people=60, days=2, feeds=("access",), access_format=form)  # type: ignore[arg-type]
    folder = Path("landing") / "access" / str(END)
    csv = (tmp_path / "csv" / folder / "access.csv").read_text(errors="replace").splitlines()[1:]
    jsonl = (tmp_path / "jsonl" / folder / "access.jsonl").read_text(errors="replace").splitlines()
    assert abs(len(csv) - len(jsonl)) <= 3  # malformed rows are drawn for each format
    assert jsonl[0].startswith('{"event_time":"2026-03-31T')


def test_reads_per_person_are_met() -> None:
    facility = open_facility(400, 7, date(2026, 3, 31), 7, {})
    busy = pace_for(facility, 60)
    reads = 0
    for day in facility.days:
        stays = shifts.stints(facility.population, day, 7)
        reads += len(walk(facility.population, facility.layout, stays, day, 7, busy.pace).door)
    assert 0.95 < reads / (400 * 7 * 60) < 1.05
