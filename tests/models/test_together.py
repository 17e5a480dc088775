"""People together, on small hand-made nights: what is expected, what stands out, who shares in it."""

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from models.association import FADE, SECONDS, TIMES, WINDOW_NIGHTS, Association, Presence, Whereabouts
from models.collusion import LARGEST, groups
from models.communities import apart, communities
from models.company import chance, profile, summed, unlikely
from models.meetings import Fact, Meetings
from models.together import Evening, evening, layered

ZONES = ("office", "store", "vault")
DAY_SHIFT, NIGHT_SHIFT = tuple(range(8, 16)), (22, 23, 0, 1)


def presence(where: dict[int, dict[str, int]], hours: dict[int, Sequence[int]] | None = None) -> Presence:
    """Minutes in each zone by person; on site in the day shift unless told."""
    people = np.array(sorted(where), dtype=np.int64)
    zones = tuple(sorted({zone for places in where.values() for zone in places}))
    seconds = np.array([[60.0 * where[int(p)].get(zone, 0) for zone in zones] for p in people]).reshape(
        len(people), len(zones)
    )
    on = np.zeros((people.size, 24))
    for row, person in enumerate(people.tolist()):
        on[row, list((hours or {}).get(person, DAY_SHIFT))] = 1.0
    visited = csr_array((seconds > 0).astype(np.float64))
    return Presence(people, zones, on, seconds.sum(axis=1), csr_array(seconds), visited)


def meetings(*rows: tuple[int, int, str, int, str]) -> Meetings:
    """(one, other, kind, minutes or times, place), in the order of gold.together."""
    ordered = sorted(rows, key=lambda row: row[:3])
    timed = [kind in ("zone", "two_person") for _, _, kind, _, _ in ordered]
    return Meetings(
        one=np.array([row[0] for row in ordered], dtype=np.int64),
        other=np.array([row[1] for row in ordered], dtype=np.int64),
        kind=np.array([row[2] for row in ordered], dtype=np.str_),
        seconds=np.array([60.0 * row[3] if t else 0.0 for row, t in zip(ordered, timed, strict=True)]),
        times=np.array([1.0 if t else row[3] for row, t in zip(ordered, timed, strict=True)]),
        first=np.zeros(len(ordered), dtype=np.int64),
        place=np.array([row[4] for row in ordered], dtype=np.str_),
        events=tuple((10 * row[0], 10 * row[1]) for row in ordered),
    )


def night(
    before: Evening | None,
    here: Presence,
    met: Meetings,
    teams: dict[int, str] | None = None,
    escorted: frozenset[int] = frozenset(),
) -> Evening:
    state = (before.whereabouts, before.association) if before else (Whereabouts.empty(), Association.empty())
    return evening(*state, here, met, teams or {}, frozenset({"vault"}), partners=20, escorted=escorted)


def fact(told: Evening, person: int, kind: str) -> Fact | None:
    return next((fact for fact in told.facts if (fact.person, fact.kind) == (person, kind)), None)


PEOPLE = tuple(range(1, 21))
AT_WORK = {person: {"office": 450, "store": 30} for person in PEOPLE}
IN_THE_OFFICE = [(a, b, "zone", 420, "office") for a in PEOPLE for b in PEOPLE if a < b]


def months(nights: int) -> list[Evening]:
    """Nights of twenty colleagues in one office."""
    told: list[Evening] = []
    for _ in range(nights):
        told.append(night(told[-1] if told else None, presence(AT_WORK), meetings(*IN_THE_OFFICE)))
    return told


def bits(told: Evening, person: int) -> float:
    found = fact(told, person, "group")
    return found.measures["bits"] if found else 0.0


def test_colleagues_in_one_office_are_explained_by_it() -> None:
    last = months(15)[-1]
    assert last.groups == ()
    assert max(bits(last, person) for person in PEOPLE) < 2.0


def test_two_who_keep_meeting_where_nobody_goes_stand_out_and_share_the_bits() -> None:
    """A cellar for half an hour, every fifth night: rare for each of the two, and never without the other."""
    told: list[Evening] = []
    for number in range(20):
        odd = number % 5 == 4
        where = {p: dict(places) for p, places in AT_WORK.items()}
        if odd:
            where[3]["cellar"] = where[8]["cellar"] = 30
        extra = [(3, 8, "zone", 30, "cellar")] if odd else []
        # In the office the two keep to themselves, as crowds are left out: nobody is told to be with anybody.
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


def test_a_team_that_meets_there_explains_its_members() -> None:
    """The same cellar, but five of one team go there two by two; a pair of it is no stranger than the others."""
    teams = {person: "fitters" if person <= 5 else f"T{person}" for person in PEOPLE}
    pairs = [(a, b) for a in range(1, 6) for b in range(a + 1, 6)]
    alone: list[Evening] = []
    team: list[Evening] = []
    for number in range(20):
        a, b = pairs[number % len(pairs)]
        where = {p: dict(places) for p, places in AT_WORK.items()}
        where[a]["cellar"] = where[b]["cellar"] = 30
        # The office as always, in which all that company is what chance lets expect.
        met = meetings(*[row for row in IN_THE_OFFICE if row[:2] != (a, b)], (a, b, "zone", 450, "cellar"))
        team.append(night(team[-1] if team else None, presence(where), met, teams))
        alone.append(night(alone[-1] if alone else None, presence(where), met, {p: str(p) for p in PEOPLE}))
    a, _ = pairs[19 % len(pairs)]
    assert bits(team[-1], a) < bits(alone[-1], a)


def test_a_strange_hour_explains_nothing_unless_the_team_is_there() -> None:
    """Two stay behind at night: with the whole team there, they are on shift."""
    state = months(10)[-1].whereabouts
    team, work, one, other = np.zeros(20, dtype=np.intp), np.zeros(2, dtype=bool), np.array([2]), np.array([7])

    def expected(there: Sequence[int]) -> float:
        on_site = np.zeros((20, 24))
        on_site[np.ix_([person - 1 for person in there], NIGHT_SHIFT)] = 1.0
        return float(chance(profile(state, on_site, team, work), one, other)[0, 0])

    by_day = expected(())
    assert expected((3, 8)) < by_day * 1.01
    assert expected(PEOPLE) > by_day * 1.3


def test_three_who_meet_by_twos_are_one_group() -> None:
    told = None
    for number in range(20):
        where = {p: dict(places) for p, places in AT_WORK.items()}
        met = []
        if number % 4 == 3:
            for person in (3, 8, 11):
                where[person]["cellar"] = 30
            met = [(a, b, "zone", 30, "cellar") for a, b in ((3, 8), (3, 11), (8, 11))]
        told = night(told, presence(where), meetings(*met))
    assert told is not None
    (group,) = told.groups
    assert [int(told.whereabouts.people[member]) for member in group.members] == [3, 8, 11]
    assert len(group.ties) == 3
    assert group.bits == pytest.approx(sum(sorted(told.excess.bits[list(group.ties)])[1:])), "two ties are independent"


def test_a_web_is_cut_into_groups_that_could_keep_a_secret() -> None:
    size = 3 * LARGEST
    one, other = (
        np.array(side) for side in zip(*[(a, b) for a in range(size) for b in range(a + 1, size)], strict=True)
    )
    found = groups(one, other, np.full(one.size, 40.0), np.ones(one.size), size)
    assert [len(group.members) for group in found] == [LARGEST] * 3
    assert len({member for group in found for member in group.members}) == size


def work(pairs: Sequence[tuple[int, int]], told: Evening | None = None) -> Evening:
    """Nights on which ten people are on shift and the pair works in the vault."""
    for a, b in pairs:
        where = {p: {"office": 400, "vault": 60 if p in (a, b) else 0} for p in range(1, 11)}
        met = meetings((min(a, b), max(a, b), "two_person", 60, "vault"))
        told = night(told, presence({p: {z: m for z, m in places.items() if m} for p, places in where.items()}), met)
    assert told is not None
    return told


ROTA = [(a, b) for a in range(1, 11) for b in range(a + 1, 11)]


def test_always_the_same_partner_against_all_who_could_be_one() -> None:
    mixed = [ROTA[7 * n % len(ROTA)] for n in range(20)]
    same = [pair if pair[0] not in (1, 2) and pair[1] not in (1, 2) else (1, 2) for pair in mixed] + [(1, 2)] * 3
    usual = fact(work([*mixed, (1, 2)]), 1, "partner")
    found = fact(work(same), 1, "partner")
    assert usual is not None
    assert found is not None
    assert usual.measures["bits"] < 3 < 10 < found.measures["bits"]


def test_a_partner_changed_while_the_usual_one_was_there() -> None:
    steady = work([(1, 2)] * 6)
    changed = fact(work([(1, 3)], steady), 1, "partner")
    assert changed is not None
    assert (changed.place, changed.measures["changed"], changed.measures["shared"]) == ("3", 1.0, 3600.0)
    for_three = fact(work([(1, 3)], steady), 3, "partner")
    assert for_three is not None
    assert for_three.measures["changed"] == 0.0, "the third had no usual partner"
    # The usual partner is on leave: nobody changed anything.
    where = {p: {"office": 400} for p in range(1, 11) if p != 2}
    away = night(
        steady, presence({**where, 1: {"vault": 60}, 3: {"vault": 60}}), meetings((1, 3, "two_person", 60, "v"))
    )
    left = fact(away, 1, "partner")
    assert left is not None
    assert left.measures["changed"] == 0.0


def changed(told: Evening) -> dict[tuple[int, str], float]:
    """(person, partner) → whether the partner was changed."""
    return {(f.person, f.place): f.measures["changed"] for f in told.facts if f.kind == "partner"}


def test_a_third_who_joins_two_changes_no_partner() -> None:
    steady = work([(1, 2)] * 6)
    here = presence({person: {"vault": 60} if person < 4 else {"office": 400} for person in range(1, 11)})
    joined = night(steady, here, meetings(*[(a, b, "two_person", 60, "vault") for a, b in ((1, 2), (1, 3), (2, 3))]))
    assert len(changed(joined)) == 6
    assert set(changed(joined).values()) == {0.0}


@pytest.mark.parametrize(("hours", "told"), [(range(8), 0.0), (range(9), 1.0)])
def test_a_partner_on_another_shift_is_left_by_nobody(hours: range, told: float) -> None:
    """The usual partner is there from eight on; the work is of the shift before, or of one that goes on until nine."""
    where = {1: {"vault": 60}, 2: {"office": 400}, 3: {"vault": 60}}
    met = meetings((1, 3, "two_person", 60, "vault"))
    found = night(work([(1, 2)] * 6), presence(where, {1: hours, 3: hours}), met)
    assert changed(found) == {(1, "3"): told, (3, "1"): 0.0}


def test_whoever_did_such_work_long_ago_is_no_partner_to_choose() -> None:
    """Three work in turns by twos, as chance has it, where all ten did once, half a year ago."""
    long_ago, turns = work([(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]), [(1, 2), (1, 3), (2, 3)]
    found = fact(work(turns * 60, long_ago), 2, "partner")
    assert found is not None
    assert found.measures["bits"] < 3


def test_who_needs_an_escort_is_company_and_no_partner() -> None:
    """Two operators show ten visitors round their control room, after five visits of the first with one of these."""
    visitors = frozenset(range(11, 21))
    told = work([(1, 2)] * 6)
    for guests in ([11], [11], [11], [11], [11], sorted(visitors)):
        inside = [1, 2, *guests] if len(guests) > 1 else [1, *guests]
        here = presence({person: {"vault": 60} for person in (*inside, 2)})
        pairs = [(a, b, "two_person", 60, "vault") for a in inside for b in inside if a < b]
        told = night(told, here, meetings(*pairs), escorted=visitors)
    assert changed(told) == {(1, "2"): 0.0, (2, "1"): 0.0}
    assert told.association.at(np.array([1]), np.array([11])) >= 0, "they are company all the same"
    # Now the first works with a third while the second, the usual partner still, is there.
    here = presence({1: {"vault": 60}, 2: {"office": 60}, 3: {"vault": 60}})
    last = night(told, here, meetings((1, 3, "two_person", 60, "vault")), escorted=visitors)
    assert changed(last) == {(1, "3"): 1.0, (3, "1"): 0.0}


def test_badges_in_lockstep_name_the_other_badge() -> None:
    told = night(None, presence({1: {"office": 60}, 2: {"office": 60}}), meetings((1, 2, "passage", 7, "G")))
    found = fact(told, 2, "passage")
    assert found is not None
    assert (found.place, found.measures["passages"], found.evidence) == ("1", 7.0, (20,))
    assert not fact(
        night(None, presence({1: {"o": 6}, 2: {"o": 6}}), meetings((1, 2, "passage", 2, "G"))), 2, "passage"
    )


def test_a_round_that_is_cut_short_tells_which_zones_were_due() -> None:
    rounds = {f"Z{n}": 5 for n in range(8)}
    told = None
    for _ in range(12):
        told = night(told, presence({1: rounds, 2: {"office": 400}}), meetings())
    assert told is not None
    assert not fact(told, 1, "due")
    short = night(told, presence({1: {zone: 5 for zone in rounds if zone not in ("Z2", "Z5")}}), meetings())
    assert [f.place for f in short.facts if f.kind == "due"] == ["Z2", "Z5"]
    assert not fact(night(told, presence({2: {"yard": 5}}), meetings()), 2, "due"), "an office is no round"


def test_a_round_cut_short_night_after_night_is_told_for_a_fortnight_and_then_is_another_round() -> None:
    rounds = {f"Z{n}": 5 for n in range(8)}
    told = None
    for _ in range(40):
        told = night(told, presence({1: rounds}), meetings())
    skipping, short = [], presence({1: {zone: 5 for zone in rounds if zone != "Z2"}})
    for _ in range(40):
        told = night(told, short, meetings())
        skipping.append(fact(told, 1, "due") is not None)
    assert all(skipping[:14])
    assert not any(skipping[28:])


def test_a_zone_that_everybody_left_out_was_shut_and_is_held_against_nobody() -> None:
    rounds, told = {f"Z{n}": 5 for n in range(8)}, None
    for _ in range(12):
        told = night(told, presence(dict.fromkeys(range(1, 8), rounds)), meetings())
    silent = {zone: 5 for zone in rounds if zone != "Z2"}
    lazy = {zone: 5 for zone in silent if zone != "Z5"}
    shut = night(told, presence({**dict.fromkeys(range(1, 7), silent), 7: lazy}), meetings())
    assert [(f.person, f.place) for f in shut.facts if f.kind == "due"] == [(7, "Z5")]


def test_a_badge_in_the_hands_of_a_friend_goes_where_the_friend_goes() -> None:
    rooms = {1: ("office", "library", "canteen"), 2: ("office", "workshop", "store", "yard"), 3: ("office", "library")}
    usual = {person: dict.fromkeys(zones, 60) for person, zones in rooms.items()}
    told = None
    for _ in range(12):
        met = [(a, b, "zone", 60, "office") for a, b in ((1, 2), (1, 3), (2, 3))]
        told = night(told, presence(usual), meetings(*met))
    assert told is not None
    assert not [f for f in told.facts if f.kind == "style" and f.person == 1]
    lent = night(told, presence({1: usual[2], 3: usual[3]}), meetings())
    found = fact(lent, 1, "style")
    assert found is not None
    assert found.place == "2"
    assert found.measures["bits"] > 15
    assert not fact(lent, 3, "style")


def test_a_state_of_four_weeks_fades_and_ends() -> None:
    told = night(None, presence({1: {"store": 60}, 2: {"store": 60}}), meetings((1, 2, "zone", 60, "store")))
    for _ in range(WINDOW_NIGHTS):
        told = night(told, presence({}), meetings())
    assert told.association.layers[0, TIMES] == pytest.approx(FADE**WINDOW_NIGHTS)
    assert told.association.layers[0, SECONDS] == pytest.approx(3600 * FADE**WINDOW_NIGHTS)
    for _ in range(200):
        told = night(told, presence({}), meetings())
    assert told.association.one.size == told.whereabouts.people.size == len(told.whereabouts.zones) == 0


def test_communities_are_those_who_keep_company_and_a_stranger_to_the_team_is_apart() -> None:
    """Two rooms of five. The roster says that person 5 belongs to the other room's team; person 99 met nobody."""
    rooms = [range(1, 6), range(6, 11)]
    pairs = [(a, b, "zone", 60, "room") for room in rooms for a in room for b in room if a < b]
    told = layered(meetings(*pairs, (5, 6, "zone", 5, "hall")))
    people = np.array([*range(1, 11), 99], dtype=np.int64)
    found = communities(told, people)
    assert found.tolist() == [1] * 5 + [2] * 5 + [0]
    team = np.array([0] * 4 + [1] * 6 + [1], dtype=np.intp)
    assert people[apart(found, team)].tolist() == [5]
    assert communities(Association.empty(), people).tolist() == [0] * 11


PAIRS = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.floats(0.1, 9)).filter(lambda pair: pair[0] < pair[1]),
    max_size=25,
    unique_by=lambda pair: pair[:2],
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pairs=PAIRS, partners=st.integers(1, 4))
def test_the_closest_of_each_are_kept_by_either_side(pairs: list[tuple[int, int, float]], partners: int) -> None:
    ordered = sorted(pairs)
    layers = np.zeros((len(ordered), 9))
    layers[:, SECONDS] = [3600 * weight for *_, weight in ordered]
    layers[:, TIMES] = 1.0
    one, other = (np.array([pair[side] for pair in ordered], dtype=np.int64) for side in (0, 1))
    kept = Association(one, other, layers).closest(partners)
    expected = set()
    for person in range(1, 7):
        mine = sorted((-w, a + b - person, a, b) for a, b, w in ordered if person in (a, b))
        expected |= {(a, b) for _, _, a, b in mine[:partners]}
    assert set(zip(kept.one.tolist(), kept.other.tolist(), strict=True)) == expected


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


def same(one: Evening, other: Evening) -> bool:
    first, second = (
        [getattr(told.whereabouts, name) for name in told.whereabouts.__dataclass_fields__] for told in (one, other)
    )
    states = zip([*first, one.association.layers], [*second, other.association.layers], strict=True)
    return all(np.array_equal(dense(a), dense(b)) for a, b in states)


def dense(values: object) -> object:
    return values.toarray() if isinstance(values, csr_array) else values


def test_the_same_nights_give_the_same_state() -> None:
    assert same(months(6)[-1], months(6)[-1])


def test_a_night_of_twenty_thousand_people_and_three_thousand_zones_is_small() -> None:
    """Dense, each of its four matrices of people × zones would take 480 MB."""
    size, zones, each = 20_000, 3_000, 6
    rng = np.random.default_rng(1)
    people = np.arange(1, size + 1, dtype=np.int64)
    row = np.repeat(np.arange(size), each)
    column = (row // 40 * 7 + rng.integers(0, 40, row.size)) % zones  # forty who share forty zones
    cells = np.unique(row * zones + column)
    visited = csr_array((np.ones(cells.size), (cells // zones, cells % zones)), shape=(size, zones))
    on_site = np.zeros((size, 24))
    on_site[:, 8:16] = 1.0
    names = tuple(f"Z{number:04d}" for number in range(zones))
    here = Presence(people, names, on_site, np.full(size, 6 * 3600.0), visited * 3600.0, visited)
    one = people[(people % 40 != 0) & (people < size)]
    met = Meetings(
        one, one + 1, np.full(one.size, "zone"), np.full(one.size, 3600.0), np.ones(one.size),
        np.zeros(one.size, np.int64), np.full(one.size, "Z0000"), ((None, None),) * one.size,
    )  # fmt: skip
    teams = {int(person): f"T{person // 40}" for person in people}
    told = night(None, here, met, teams)
    tracemalloc.start()
    try:
        told = night(told, here, met, teams)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert told.whereabouts.zone_nights.shape == (size, np.unique(cells % zones).size)
    assert told.whereabouts.zone_nights.nnz == cells.size
    assert peak < 150e6, f"{peak / 1e6:.0f} MB"
