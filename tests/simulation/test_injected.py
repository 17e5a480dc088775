"""Scenarios acted out on a drawn site: walks begin where the last read left off, lead back, and fit into a pause."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest

from simulation.act import Act
from simulation.injected import ACTS
from simulation.scenarios import LIBRARY, Group
from tests.simulation.drawn_site import DAY, FROM, LEADS, act, world


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
    # Eight an hour in the middle three fifths of nearly four hours.
    assert len(done.added) == round(8 * 3.9 * 0.6)
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
