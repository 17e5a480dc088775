"""Scenarios acted out on a drawn site: walks begin where the last read left off, lead back, and fit into a pause.

outside ─ G ─ yard ─ H ─ hall ─ V ─ vault        every door read both ways; two must be in the vault
                └─── S ─ stores
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import networkx as nx
import numpy as np
import pytest

from simulation.act import Act, Host, Seen, Ways, World
from simulation.injected import ACTS
from simulation.scenarios import LIBRARY, Group

DAY = date(2026, 3, 2)
DOORS = {"G": ("outside", "yard"), "H": ("yard", "hall"), "V": ("hall", "vault"), "S": ("yard", "stores")}
LEADS = {(d, "in"): b for d, (_, b) in DOORS.items()} | {(d, "out"): a for d, (a, _) in DOORS.items()}
FROM = {(d, "in"): a for d, (a, _) in DOORS.items()} | {(d, "out"): b for d, (_, b) in DOORS.items()}


def world(*feeds: str) -> World:
    graph: nx.DiGraph = nx.DiGraph()
    for door, (a, b) in DOORS.items():
        graph.add_edge(a, b, door=door, direction="in", read=True)
        graph.add_edge(b, a, door=door, direction="out", read=True)
    return World(
        zone=ZoneInfo("UTC"), feeds=frozenset(feeds or ("access", "logon", "mail", "media", "file", "web", "alarm")),
        doors=dict.fromkeys([*DOORS, "X", "Y", "Z", "W", "Q", "R", "T"], ""), machines=["PC-1", "PC-2"],
        addresses=["a@site.example", "b@site.example"], uploads=["drop.example"],
        ways=Ways(graph, frozenset({"vault"}), frozenset({"vault"})),
    )  # fmt: skip


def host(number: str = "P1", machine: str = "PC-1") -> Host:
    """In at eight, in the hall until noon, in the stores until four, out."""
    steps = (
        ("G", "in", 8.0),
        ("H", "in", 8.1),
        ("H", "out", 12.0),
        ("S", "in", 12.1),
        ("S", "out", 16.0),
        ("G", "out", 16.1),
    )
    rows = []
    for day in (DAY - timedelta(days=1), DAY):
        for line, (door, direction, hour) in enumerate(steps, start=2):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
            fields = {"door": door, "direction": direction, "outcome": "granted"}
            rows.append(Seen("access", at, day, fields, f"access/{day}/access.csv", line))
        rows.append(Seen("logon", rows[-1].at, day, {"machine": machine, "activity": "logon"}, "logon", 2))
        answer = {"machine": "ALARM-1", "sensor": "S-1", "zone": "hall", "activity": "acknowledge"}
        rows.append(Seen("alarm", rows[-1].at - timedelta(hours=7), day, answer, "alarm", 2))
    return Host(number, sorted(rows, key=lambda row: row.at))


def act(name: str, *, intensity: float = 1.0, seed: int = 1, progress: float = 1.0, feeds: tuple[str, ...] = ()) -> Act:
    done = Act(world(*feeds), host(), host("P2", "PC-2"), DAY, progress, intensity, np.random.default_rng(seed))
    ACTS[name](done)
    return done


def walked(done: Act) -> list[tuple[str, str]]:
    """The host's day with what was added, in order of time: (door, direction)."""
    told = [
        (row.at, row.fields) for row in (*done.host.of("access", DAY), *(a for a in done.added if a.feed == "access"))
    ]
    return [(fields["door"], fields["direction"]) for _, fields in sorted(told, key=lambda row: row[0])]


@pytest.mark.parametrize("seed", range(5))
def test_being_alone_is_found_by_nothing_but_being_alone(seed):
    done = act("lone_presence", seed=seed)
    walk = walked(done)
    assert ("V", "in") in walk
    for before, after in pairwise(walk):
        assert LEADS[before] == FROM[after], walk
    there = next(a.at for a in done.added if (a.fields["door"], a.fields["direction"]) == ("V", "in"))
    gone = next(a.at for a in done.added if (a.fields["door"], a.fields["direction"]) == ("V", "out"))
    assert gone - there > timedelta(minutes=20)


@pytest.mark.parametrize("seed", range(5))
def test_a_tailgater_lacks_reads_on_the_way_in_and_none_on_the_way_back(seed):
    walk = walked(act("tailgater", seed=seed))
    breaks = [(b, a) for b, a in pairwise(walk) if LEADS[b] != FROM[a]]
    assert all(after[1] == "in" for _, after in breaks)


def test_every_act_stays_within_its_day_and_its_people():
    for name in ACTS:
        for seed in range(3):
            done = act(name, seed=seed)
            assert done.added or done.dropped, name
            for row in done.added:
                assert timedelta(hours=5) < row.at - datetime(2026, 3, 2, tzinfo=UTC) < timedelta(hours=29), name
                assert row.number in ("P1", "P2")
            assert all(row in done.host.of("access", DAY) for row in done.dropped)


def test_more_intensity_is_more_rows():
    for name in ("unauthorised_explorer", "file_thief", "borrowed_badge", "badge_lending", "slow_drifter"):
        little, much = (len(act(name, intensity=of).added) for of in (0.3, 2.0))
        assert little < much, name
    little, much = (len(act("skipping_patrol", intensity=of, seed=4).dropped) for of in (0.2, 1.2))
    assert little < much


def test_a_feed_that_the_site_does_not_land_gets_no_rows():
    assert {row.feed for row in act("file_thief").added} == {"access", "logon", "media", "file", "web"}
    assert {row.feed for row in act("file_thief", feeds=("logon",)).added} == {"logon"}


def test_mail_in_a_colleagues_name_carries_the_colleague():
    done = act("administrator")
    assert {row.number for row in done.added if row.feed == "mail"} == {"P2"}
    assert {row.fields["machine"] for row in done.added} == {"PC-2"}
    assert not [row for row in act("administrator", progress=0.5).added if row.feed == "mail"]


def test_a_day_is_malicious_of_its_host_and_of_whose_identity_its_rows_carry():
    assert act("administrator").people == {"P1", "P2"}
    assert act("administrator", progress=0.5).people == {"P1"}
    assert act("colluding_pair").people == {"P1", "P2"}
    assert act("badge_lending").people == {"P1"}
    assert act("skipping_patrol").people == {"P1"}  # by what is missing
    assert act("empty_desk", feeds=("access",)).people == set()


def test_alarms_are_answered_while_the_operator_is_elsewhere():
    done = act("empty_desk")
    assert {row.fields["zone"] for row in done.added} == {"hall"}
    noon, four = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (12, 16))
    assert len(done.added) == 5
    assert all(noon < row.at < four for row in done.added)


def test_the_same_seed_is_the_same_act():
    for name in ACTS:
        assert act(name, seed=9).added == act(name, seed=9).added


def test_every_kind_of_insider_has_a_scenario_that_says_for_how_long_by_whom_and_seen_in_which_feeds():
    assert {scenario.group for scenario in LIBRARY} == set(get_args(Group))
    assert len({scenario.name for scenario in LIBRARY}) == len(LIBRARY)
    for scenario in LIBRARY:
        least, most = scenario.days
        assert 0 < least <= most or most == 0, scenario.name
        assert scenario.roles, scenario.name
        assert scenario.says.endswith("."), scenario.name
        assert set(scenario.feeds) <= world().feeds, scenario.name
    assert any(scenario.with_ for scenario in LIBRARY if scenario.group == "collusion")
    assert all(scenario.days[1] == 0 for scenario in LIBRARY if scenario.group == "protracted theft")
