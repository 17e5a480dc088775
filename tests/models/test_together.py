"""People together, on small hand-made nights: groups, communities, and the state that is rolled on."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from models.association import FADE, LAYERS, SECONDS, TIMES, WINDOW_NIGHTS, Association, Presence
from models.collusion import LARGEST, groups
from models.communities import apart, communities
from models.meetings import Meetings
from models.together import Evening, layered
from tests.models.drawn_nights import OWN_OFFICES, PEOPLE, meetings, months, night, presence


def test_three_who_meet_by_twos_are_one_group() -> None:
    told = None
    for number in range(20):
        where = {p: dict(places) for p, places in OWN_OFFICES.items()}
        met = []
        if number % 4 == 3:
            for person in (3, 8, 11):
                where[person]["cellar"] = 30
            met = [(a, b, "zone", 30, "cellar") for a, b in ((3, 8), (3, 11), (8, 11))]
        told = night(told, presence(where), meetings(*met), {person: str(person) for person in PEOPLE})
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
    layers = np.zeros((len(ordered), LAYERS))
    layers[:, SECONDS] = [3600 * weight for *_, weight in ordered]
    layers[:, TIMES] = 1.0
    one, other = (np.array([pair[side] for pair in ordered], dtype=np.int64) for side in (0, 1))
    kept = Association(one, other, layers).closest(partners)
    expected = set()
    for person in range(1, 7):
        mine = sorted((-w, a + b - person, a, b) for a, b, w in ordered if person in (a, b))
        expected |= {(a, b) for _, _, a, b in mine[:partners]}
    assert set(zip(kept.one.tolist(), kept.other.tolist(), strict=True)) == expected


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
    hours = (cells[:, None] * 24 + np.arange(8, 14)).ravel()  # ten minutes of each
    spent = csr_array((np.full(hours.size, 600.0), (hours // (24 * zones), hours % (24 * zones))))
    spent.resize((size, 24 * zones))
    here = Presence(people, names, on_site, *2 * (np.full(size, 6 * 3600.0),), spent, visited)
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
