"""Systems fail as real ones do: rows damaged and repeated, files late, cards lost, forgotten and passed on."""

import csv
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from jobs.simulate import simulate
from simulation import cards, faults, layout, people, shifts
from simulation.movement import READ_ERROR, Reads

WHOLE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,V?\d+,D-\d{3},(IN|OUT),(GRANTED|DENIED_\w+)")


def lines(lake: Path, feed: str, only: str = "*") -> list[bytes]:
    files = sorted((lake / "landing" / feed).glob(f"*/{only}.csv"))
    return [line for file in files for line in file.read_bytes().split(b"\n")[1:-1]]


def readers(doors: int, **told: np.ndarray) -> faults.Readers:
    """Readers in order but for what is told."""
    fine = {name: np.zeros(doors, dtype=bool) for name in ("dead", "stutters", "silent", "propped")}
    return faults.Readers(**{"behind": np.zeros(doors, dtype=int), **fine, **told})


def test_a_few_rows_are_malformed_and_the_rest_are_whole(site: Path) -> None:
    access = lines(site, "access")
    broken = [line for line in access if not WHOLE.fullmatch(line)]
    assert len(access) > 30_000
    assert 0.0001 < len(broken) / len(access) < 0.001
    assert len({line.count(b",") for line in broken}) > 1


def test_a_few_rows_are_repeated(site: Path) -> None:
    mail = lines(site, "mail")
    assert 0 < len(mail) - len(set(mail)) < 0.005 * len(mail)


def test_identifiers_are_unique_but_for_repeated_rows(site: Path) -> None:
    whole = {
        line for line in lines(site, "logon") if re.match(rb"\{L[0-9A-F]{6}-\d{7}\},\d\d/\d\d/\d{4} \d\d:[0-5]", line)
    }
    complete = [line for line in whole if line.count(b",") == 4]
    assert len({line.split(b",")[0] for line in complete}) == len(complete)


def test_late_files_hold_rows_of_the_day_they_name(tmp_path: Path) -> None:
    simulate(tmp_path, people=60, days=60, feeds=("web",))
    late = sorted((tmp_path / "landing" / "web").glob("*/late-*.csv"))
    assert late
    for file in late:
        told = date.fromisoformat(file.name[5:15])
        assert told < date.fromisoformat(file.parent.name) <= told + timedelta(days=3)
        days = [line.split(b",")[1][:10].decode() for line in file.read_bytes().splitlines()[1:] if line[:1] == b"{"]
        assert days
        assert set(days) <= {f"{d:%m/%d/%Y}" for d in (told, told + timedelta(days=1))}


def test_a_delivery_holds_nothing_after_the_end_of_its_day(site: Path) -> None:
    for folder in (site / "landing" / "access").iterdir():
        # Late in March this crosses the change to summer time, when an operational day has 23 hours.
        end = f"{date.fromisoformat(folder.name) + timedelta(days=1)}T05:00:00".encode()
        for line in (folder / "access.csv").read_bytes().splitlines()[1:]:
            if WHOLE.fullmatch(line):
                assert line[:19] < end


def test_a_stuttering_reader_refuses_before_it_grants(monkeypatch: pytest.MonkeyPatch) -> None:
    once = Reads(*(np.array(v) for v in ([0, 0], [3, 4], [True, True], [0, 0], [100, 200])))
    state = readers(5, stutters=np.arange(5) == 3)
    monkeypatch.setattr(faults, "STUTTERS", 1.0)
    reads = faults.stuttered(once, state, np.random.default_rng(0))
    assert reads.door.tolist() == [3, 3, 4]
    assert reads.result.tolist() == [READ_ERROR, 0, 0]
    assert reads.second.tolist() == [98, 100, 200]


def test_a_dead_reader_is_silent_in_the_afternoon_and_a_slow_clock_is_behind() -> None:
    reads = Reads(*(np.array(v) for v in ([0] * 4, [0, 0, 0, 1], [True] * 4, [0] * 4, [43199, 43200, 64800, 50000])))
    state = readers(2, behind=np.array([0, 90]), dead=np.array([True, False]))
    recorded, second = faults.seen(reads, state, np.random.default_rng(0))
    assert recorded.tolist() == [True, False, True, True]
    assert second.tolist() == [43199, 43200, 64800, 49910]


def test_a_badge_is_held_by_one_person_at_a_time() -> None:
    first = date(2025, 1, 6)
    plant = layout.build(300)
    staff = people.hire(300, first, plant, 11)
    ledger = cards.CardLedger(staff, first, 11)
    for offset in range(400):
        day = first + timedelta(days=offset)
        ledger.day(day, shifts.stints(staff, day, 11))
    held: dict[str, list[list[str]]] = {}
    for badge, person, begin, end in ledger.rows:
        held.setdefault(badge, []).append([begin, end or "9", person])
    passed_on = 0
    for badge, intervals in held.items():
        intervals.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(intervals)), badge
        passed_on += badge[0] != "V" and len({person for _, _, person in intervals}) > 1
    assert passed_on > 0
    assert any(badge[0] == "V" for badge in held)


def test_each_delivery_of_cards_holds_every_earlier_issue(site: Path) -> None:
    deliveries = sorted((site / "landing" / "cards").glob("*/cards.csv"))
    issued = [{tuple(row[:3]) for row in csv.reader(file.open())} for file in deliveries]
    assert len(issued) > 3
    assert all(a <= b for a, b in pairwise(issued))
