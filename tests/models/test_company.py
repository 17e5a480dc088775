"""The company of two people, on small hand-made nights: what is expected of it, and what stands out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from models.association import FADE, ON_SITE
from models.company import chance, profile, summed
from models.excess import unlikely
from models.together import Evening
from tests.models.drawn_nights import (
    AT_WORK,
    DAY_SHIFT,
    IN_THE_OFFICE,
    NIGHT_SHIFT,
    OWN_OFFICES,
    PEOPLE,
    bits,
    fact,
    meetings,
    months,
    night,
    presence,
)  # fmt: skip


def test_colleagues_in_one_office_are_explained_by_it() -> None:
    last = months(15)[-1]
    assert last.groups == ()
    assert max(bits(last, person) for person in PEOPLE) < 2.0


def test_two_who_keep_meeting_where_nobody_goes_stand_out_and_share_the_bits() -> None:
    """A cellar for half an hour, every fifth night: rare for each of the two, and never without the other."""
    told: list[Evening] = []
    for number in range(20):
        odd = number % 5 == 4
        where = {p: dict(places) for p, places in OWN_OFFICES.items()}
        if odd:
            where[3]["cellar"] = where[8]["cellar"] = 30
        extra = [(3, 8, "zone", 30, "cellar")] if odd else []
        told.append(night(told[-1] if told else None, presence(where), meetings(*extra)))
    growing = [bits(evening, 3) for evening in told if fact(evening, 3, "group")]
    assert len(growing) == 4
    assert growing == sorted(growing)
    last = told[-1]
    (group,) = last.groups
    assert [int(last.whereabouts.people[member]) for member in group.members] == [3, 8]
    assert sum(group.parts) == group.bits
    assert bits(last, 3) == bits(last, 8) == pytest.approx(group.bits / 2)
    found = fact(last, 3, "group")
    assert found is not None
    assert (found.place, found.evidence) == ("8", (30,))
    assert not fact(told[-2], 3, "group"), "nobody met that night"


def test_two_of_large_rooms_are_not_forgotten_behind_their_colleagues() -> None:
    """Each has 21 room-mates for seven hours a day, more than are kept; in the cellar the two are for three in all."""
    rooms = {person: "east" if person <= 22 else "west" for person in range(1, 45)}
    mates = [(a, b, "zone", 420, rooms[a]) for a in rooms for b in rooms if a < b and rooms[a] == rooms[b]]
    told: list[Evening] = []
    for number in range(20):
        where = {person: {room: 450} for person, room in rooms.items()}
        extra = []
        if number % 5 == 4:
            where[3]["cellar"] = where[30]["cellar"] = 45
            extra = [(3, 30, "zone", 45, "cellar")]
        told.append(night(told[-1] if told else None, presence(where), meetings(*mates, *extra), rooms))
    (group,) = told[-1].groups
    assert [int(told[-1].whereabouts.people[member]) for member in group.members] == [3, 30]
    assert max(bits(told[-1], person) for person in rooms if person not in (3, 30)) < bits(told[-1], 3) / 4


def test_two_of_one_office_who_meet_where_they_never_go_are_told_by_that() -> None:
    """They share the office all day as all do, which explains that; beside it three hours elsewhere are nothing."""
    told: list[Evening] = []
    for number in range(20):
        odd = number in (14, 16, 19)
        where = {p: dict(places) for p, places in AT_WORK.items()}
        if odd:
            where[3]["cellar"] = where[8]["cellar"] = 60
        extra = [(3, 8, "zone", 60, "cellar")] if odd else []
        met = [row if row[:2] != (3, 8) else (3, 8, "zone", 360, "office") for row in IN_THE_OFFICE]
        told.append(night(told[-1] if told else None, presence(where), meetings(*met, *extra)))
    (group,) = told[-1].groups
    assert [int(told[-1].whereabouts.people[member]) for member in group.members] == [3, 8]
    tie = group.ties[0]
    found = told[-1].excess
    assert found.apart[tie]
    assert found.minutes[tie] == pytest.approx(60 * (1 + FADE**3 + FADE**5))
    assert found.minutes_expected[tie] < 10
    behind = told[-1].behind
    assert behind.place[behind.at(told[-1].pairs.one[[tie]], told[-1].pairs.other[[tie]])[0]] == "cellar"
    assert max(bits(told[-1], person) for person in PEOPLE if person not in (3, 8)) < 2.0


def test_a_team_that_meets_apart_for_the_first_time_explains_itself() -> None:
    """Twelve of each team share an office for weeks; then one team is in the cellar for an hour, all of them."""
    teams = {person: f"T{person // 12}" for person in range(12, 60)}
    mates = [(a, b) for a in teams for b in teams if a < b and teams[a] == teams[b]]
    told: list[Evening] = []
    for number in range(20):
        where = {person: {f"office {team}": 450} for person, team in teams.items()}
        extra = []
        if number == 19:
            for person in range(12, 24):
                where[person]["cellar"] = 60
            extra = [(a, b, "zone", 60, "cellar") for a, b in mates if a < 24]
        met = [(a, b, "zone", 420, f"office {teams[a]}") for a, b in mates]
        told.append(night(told[-1] if told else None, presence(where), meetings(*met, *extra), teams))
    assert max(bits(told[-1], person) for person in teams) < 1.0
    assert told[-1].groups == ()


def test_a_pair_that_met_apart_is_told_of_all_its_company_on_a_night_in_a_usual_place() -> None:
    """Three nights in a cellar, then one in the hall to which both go daily: the group stays, by its other answer."""
    told: list[Evening] = []
    for number in range(21):
        where = {p: {**places, "hall": 10} for p, places in OWN_OFFICES.items()}
        extra = []
        if number in (16, 17, 18):
            where[3]["cellar"] = where[8]["cellar"] = 60
            extra = [(3, 8, "zone", 60, "cellar")]
        if number == 20:
            where[3]["hall"] = where[8]["hall"] = 50
            extra = [(3, 8, "zone", 50, "hall")]
        told.append(night(told[-1] if told else None, presence(where), meetings(*extra)))
    apart, usual = told[18], told[20]
    assert apart.excess.apart[apart.groups[0].ties[0]]
    (group,) = usual.groups
    assert not usual.excess.apart[group.ties[0]]
    assert usual.excess.most[group.ties[0]] >= usual.excess.bits[group.ties[0]]
    assert usual.behind.place.tolist() == ["hall"]


def test_a_crew_explains_its_own_whatever_the_roster_calls_its_team() -> None:
    """Four crews of four, everybody a team, take turns in the control room: each four are together, with no other."""
    crews = [range(first, first + 4) for first in (1, 5, 9, 13)]
    others = range(17, 21)
    told: list[Evening] = []
    for number in range(32):
        crew = crews[number % 4]
        here = {person: {"control room": 450} for person in crew} | {person: {"office": 450} for person in others}
        met = [(a, b, "zone", 420, "control room") for a in crew for b in crew if a < b]
        told.append(night(told[-1] if told else None, presence(here), meetings(*met), {p: str(p) for p in PEOPLE}))
    last = told[-1]
    assert max(bits(last, person) for person in crews[3]) < 0.1
    assert last.groups == ()
    assert last.association.layers[:, ON_SITE].max() > 8 * 2, "eight hours a night, of more nights than two"


def test_whoever_takes_another_crew_s_turn_is_no_stranger_to_it() -> None:
    """Four crews in turns, each a team, never meet; then one of the first comes with the second, too, three times."""
    crews = [range(first, first + 4) for first in (1, 5, 9, 13)]
    teams = {person: f"crew {number}" for number, crew in enumerate(crews) for person in crew}
    told: list[Evening] = []
    for number in range(30):
        crew = [*crews[number % 4], *([1] if number in (21, 25, 29) else [])]
        met = [(min(a, b), max(a, b), "zone", 420, "control room") for at, a in enumerate(crew) for b in crew[:at]]
        here = presence({person: {"control room": 450} for person in crew})
        told.append(night(told[-1] if told else None, here, meetings(*met), teams))
    assert bits(told[-1], 1) < 1.0


def test_a_team_that_meets_there_explains_its_members() -> None:
    """The same cellar, but five of one team go there two by two; a pair of it is no stranger than the others."""
    teams = {person: "fitters" if person <= 5 else f"T{person}" for person in PEOPLE}
    pairs = [(a, b) for a in range(1, 6) for b in range(a + 1, 6)]
    alone: list[Evening] = []
    team: list[Evening] = []
    for number in range(20):
        a, b = pairs[number % len(pairs)]
        where = {p: dict(places) for p, places in OWN_OFFICES.items()}
        where[a]["cellar"] = where[b]["cellar"] = 30
        met = meetings((a, b, "zone", 30, "cellar"))
        team.append(night(team[-1] if team else None, presence(where), met, teams))
        alone.append(night(alone[-1] if alone else None, presence(where), met, {p: str(p) for p in PEOPLE}))
    a, _ = pairs[19 % len(pairs)]
    assert bits(team[-1], a) < bits(alone[-1], a) / 2


def test_a_room_that_is_calm_for_one_hour_brings_the_same_few_together_every_day() -> None:
    """Four come early; from seven on the workshop is a crowd, whose company and time count for nobody."""
    early, rest = (3, 8, 11, 15), {person: {f"office {person}": 420} for person in PEOPLE}
    told: list[Evening] = []
    for _ in range(20):
        here = presence({p: {**places, **({"workshop": 30} if p in early else {})} for p, places in rest.items()})
        at = here.zones.index("workshop") * 24
        spread_out = here.cells.toarray()
        spread_out[:, at : at + 24] = 0.0
        spread_out[[person - 1 for person in early], at + DAY_SHIFT[0]] = 1800.0
        here = replace(here, cells=csr_array(spread_out))
        met = [(a, b, "zone", 15, "workshop") for a in early for b in early if a < b]
        told.append(night(told[-1] if told else None, here, meetings(*met)))
    assert max(bits(told[-1], person) for person in early) == 0.0
    assert told[-1].groups == ()


def test_a_strange_hour_explains_nothing_unless_the_team_is_there() -> None:
    """Two stay behind at night: with the whole team there, they are on shift."""
    state = months(10)[-1].whereabouts
    team, work, one, other = np.zeros(20, dtype=np.intp), np.zeros(2, dtype=bool), np.array([2]), np.array([7])

    def expected(there: Sequence[int]) -> float:
        on_site = np.zeros((20, 24))
        on_site[np.ix_([person - 1 for person in there], NIGHT_SHIFT)] = 1.0
        return float(chance(profile(state, on_site, team, work, state.zone_nights), one, other)[0, 0])

    by_day = expected(())
    assert expected((3, 8)) < by_day * 1.01
    assert expected(PEOPLE) > by_day * 1.3


@settings(max_examples=60, deadline=None, derandomize=True)
@given(values=st.lists(st.tuples(st.integers(0, 4), st.floats(-5, 5)), min_size=1, max_size=30))
def test_sums_by_group(values: list[tuple[int, float]]) -> None:
    names, group = np.unique([g for g, _ in values], return_inverse=True)
    told = summed(np.array([[v] for _, v in values]), group)
    plain = [sum(v for g, v in values if g == name) for name in names]
    assert told[:, 0] == pytest.approx(plain)


def test_more_meetings_are_less_likely_and_what_is_expected_is_no_surprise() -> None:
    def told(meetings: float, expected: float) -> float:
        return float(unlikely(*(np.array([x]) for x in (meetings, expected, 50.0)))[0])

    assert told(0, 1) == told(3, 5) == 0.0
    assert told(2, 0.1) < told(3, 0.1) < told(3, 0.01)
    assert told(3, 0.01) == pytest.approx(-np.log2(0.01**3 / 6), rel=0.05)
