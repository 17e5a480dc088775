"""Nobody is in two places, walks through walls or outruns the site; rates are those of a working plant."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from simulation import clock, layout, movement, people, programme, shifts
from simulation.deeds import Deeds

FIRST = date(2026, 2, 2)  # a Monday
PLANT = layout.build(300)
STAFF = people.hire(300, FIRST, PLANT, seed=5)
WEEKS = [FIRST + timedelta(days=i) for i in range(28)]


def test_no_two_stays_of_a_person_overlap() -> None:
    stays = [shifts.stints(STAFF, day, 5) for day in WEEKS]
    person = np.concatenate([s.person for s in stays])
    start = np.concatenate([s.start + 86400 * i for i, s in enumerate(stays)])
    end = np.concatenate([s.end + 86400 * i for i, s in enumerate(stays)])
    order = np.lexsort((start, person))
    person, start, end = person[order], start[order], end[order]
    assert (end > start).all()
    same = person[1:] == person[:-1]
    assert same.sum() > 1000
    assert (start[1:] >= end[:-1])[same].all()


def test_control_rooms_are_manned_at_every_hour() -> None:
    operators = np.flatnonzero(STAFF.is_role("operator"))
    manned = np.zeros(30 * 24, dtype=int)
    for offset, day in enumerate(WEEKS):
        stays = shifts.stints(STAFF, day, 5)
        for i in np.flatnonzero(np.isin(stays.person, operators)):
            manned[int(stays.start[i] // 3600) + 1 + 24 * offset : int(stays.end[i] // 3600) + 24 * offset] += 1
    assert manned[24 : 27 * 24].min() >= 3


def test_offices_are_quiet_at_weekends_and_on_holidays() -> None:
    clerks = STAFF.is_role("office staff", "engineer", "manager")

    def share(day: date) -> float:
        return float(shifts.on_duty(STAFF, day, 5)[clerks].mean())

    assert 0.8 < np.mean([share(day) for day in WEEKS if day.weekday() < 5]) < 0.95
    assert np.mean([share(day) for day in WEEKS if day.weekday() >= 5]) < 0.08
    assert share(date(2026, 5, 1)) < 0.08


def test_walks_follow_the_doors_and_keep_to_their_pace() -> None:
    stays = shifts.stints(STAFF, FIRST, 5)
    reads = movement.walk(STAFF, PLANT, stays, FIRST, 5)
    inside = reads.result == movement.GRANTED
    passed, second = reads.stint[inside], reads.second[inside]
    origin = np.where(reads.inward, PLANT.door_from[reads.door], PLANT.door_to[reads.door])[inside]
    target = np.where(reads.inward, PLANT.door_to[reads.door], PLANT.door_from[reads.door])[inside]
    least = PLANT.least_seconds[reads.door][inside]
    first = np.r_[True, passed[1:] != passed[:-1]]
    assert (origin[first] == movement.OUTSIDE).mean() > 0.99  # some follow a colleague through the gate
    next_ = ~first[1:]
    assert (np.diff(second)[next_] >= least[1:][next_]).all()
    # Within the protected area, where every door is read both ways, each walk goes on from where the last read led.
    strict = np.isin(np.array(PLANT.areas)[target[:-1]], ["protected", "vital", "inner"]) & next_
    assert strict.sum() > 1000
    assert (origin[1:] == target[:-1])[strict].mean() > 0.98


def test_nobody_who_is_awaited_in_company_is_at_lunch() -> None:
    told = 0
    for day in WEEKS:
        stays = shifts.stints(STAFF, day, 5, outage=True)
        badged = np.ones(len(stays), dtype=bool)
        plan = programme.appointments(STAFF, PLANT, stays, day, 5, badged=badged, planted=Deeds())
        stint, begins = (column[np.lexsort((plan.near, plan.stint))] for column in (plan.stint, plan.leaves))
        stint, begins = stint[~np.isnan(begins)], begins[~np.isnan(begins)]
        again = stint[1:] == stint[:-1]
        told += again.sum()
        assert (np.diff(begins)[again] >= 0).all(), day
    assert told > 1000


def test_nobody_is_granted_a_zone_they_may_not_enter() -> None:
    refused = []
    for day in WEEKS[:7]:
        stays = shifts.stints(STAFF, day, 5)
        reads = movement.walk(STAFF, PLANT, stays, day, 5)
        target = np.where(reads.inward, PLANT.door_to[reads.door], PLANT.door_from[reads.door])
        allowed = STAFF.may_enter[stays.person[reads.stint], target]
        assert allowed[reads.result == movement.GRANTED].all()
        assert not allowed[reads.result == movement.NO_ACCESS].any()
        refused.append((reads.result == movement.NO_ACCESS).mean())
    assert 0.0001 < np.mean(refused) < 0.005


def test_every_zone_can_be_reached_from_every_other() -> None:
    apart = ~np.eye(len(PLANT.zones), dtype=bool)
    assert (PLANT.steps[apart] > 0).all()
    assert 25 <= len(PLANT.zones) <= 60
    assert len(layout.build(30).zones) < len(layout.build(20_000).zones) <= 60


def test_summer_time_is_crossed_as_a_clock_crosses_it() -> None:
    eve = clock.wall_text(date(2026, 3, 28), np.array([25 * 3600 - 1, 25 * 3600]), clock.CERT).to_pylist()
    assert eve == ["03/29/2026 00:59:59", "03/29/2026 02:00:00"]
    assert clock.epoch_ms(date(2026, 3, 28), np.array([25 * 3600])).tolist() == [1774746000000]
    assert clock.at(date(2026, 3, 29), clock.DAY_BEGINS) == "2026-03-29T05:00:00"


@pytest.mark.parametrize(
    ("feed", "file", "least", "most"),
    [("access", "access", 12, 60), ("logon", "logon", 2, 6), ("mail", "email", 2, 10), ("web", "http", 3, 15)],
)
def test_a_working_day_leaves_the_rows_of_a_working_day(
    site: Path, feed: str, file: str, least: float, most: float
) -> None:
    rows = len((site / "landing" / feed / "2026-03-25" / f"{file}.csv").read_bytes().splitlines())
    on_duty = shifts.on_duty(people.hire(120, date(2026, 3, 2), layout.build(120), 7), date(2026, 3, 25), 7).sum()
    assert least < rows / on_duty < most


def test_the_configuration_names_every_reader_that_is_read(site: Path) -> None:
    declared = yaml.safe_load((site / "site.yaml").read_text())
    names = {door["name"] for door in declared["doors"]}
    rows = pd.read_csv(
        site / "landing" / "access" / "2026-03-25" / "access.csv", on_bad_lines="skip", encoding_errors="replace"
    )
    used = rows.reader.dropna()
    assert used[used.str.fullmatch(r"D-\d{3}")].isin(names).all()
    assert {zone["area"] for zone in declared["zones"]} == {"outside", "office", "protected", "vital", "inner"}
