"""Whose clock is wrong, of ways through two doors and back."""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clocks import FEW, LEAST, PEOPLE, Way, behind

SECONDS = {("gate", "lobby"): 60, ("lobby", "lab"): 40, ("lobby", "hall"): 50, ("hall", "vault"): 30}
"""What it takes from door to door, either way."""


def walked(
    late: dict[str, int], slower: Mapping[tuple[str, str], int] = MappingProxyType({}), people: int = 9
) -> list[Way]:
    """Ways there and back as clocks tell them that are so much behind; some ways are slower. Fewest go to the vault."""
    found = []
    for via, ((one, other), seconds) in enumerate(SECONDS.items()):
        for first, then in ((one, other), (other, one)):
            told = seconds + slower.get((first, then), 0) + late.get(first, 0) - late.get(then, 0)
            found.append(Way(first, then, via, told, people - via))
    return found


@pytest.mark.parametrize(
    ("late", "told"),
    [
        ({}, {}),
        ({"vault": 300}, {"vault": (300, 6)}),
        ({"lobby": 300}, {"lobby": (300, 9)}),
        ({"lobby": -300}, {"lobby": (-300, 9)}),
        ({"lab": 200, "vault": -400}, {"lab": (200, 8), "vault": (-400, 6)}),
        # No way runs backwards.
        ({"vault": 25}, {}),
    ],
)
def test_the_door_is_found_whose_ways_disagree(late: dict[str, int], told: dict[str, tuple[int, int]]) -> None:
    assert behind(walked(late)) == told


def test_whoever_waits_before_a_door_puts_no_clock_back() -> None:
    assert behind(walked({}, {("hall", "vault"): 600, ("lobby", "lab"): 200})) == {}


def test_a_clock_is_found_but_for_half_of_what_people_wait_longer_one_way_than_the_other() -> None:
    both = {("gate", "lobby"): 20, ("lobby", "gate"): 20, ("lobby", "hall"): 10}
    assert behind(walked({"lobby": 300}, both)) == {"lobby": (300, 9)}
    assert behind(walked({"vault": 300}, {("hall", "vault"): 10})) == {"vault": (295, 6)}


def test_too_few_people_and_ways_that_take_less_than_no_time_there_and_back_tell_nothing() -> None:
    assert behind(walked({"vault": 300}, people=PEOPLE + 2)) == {}
    assert behind([Way("a", "b", 1, -40, 9), Way("b", "a", 1, 39, 9)]) == {}
    assert behind([Way("a", "b", 1, -40, 9)]) == {}


def test_of_two_doors_that_is_moved_by_which_a_round_does_not_run_backwards() -> None:
    both = [Way("lobby", "pool", 1, -200, 20), Way("pool", "lobby", 1, 280, 20)]
    assert behind(both) == {"lobby": (-240, 20)}  # by name: nothing tells which
    # Rounds come by the lobby one way only: were it moved, they would be there before they went.
    rounds = [Way("gate", "lobby", 2, 30, FEW), Way("lobby", "shop", 2, 30, FEW), Way("shop", "lobby", 2, -500, FEW)]
    assert behind([*both, *rounds]) == {"pool": (240, 20)}


def test_once_a_door_is_set_right_what_is_left_of_its_ways_moves_no_other() -> None:
    # From the vault back people linger: by that way the hall's clock would be 200 behind.
    assert behind(walked({"hall": 300}, {("vault", "hall"): 200})) == {"hall": (300, 7)}


@given(st.permutations(walked({"lobby": 300, "vault": 200})))
def test_the_order_of_ways_does_not_matter(ways: list[Way]) -> None:
    assert behind(ways) == behind(walked({"lobby": 300, "vault": 200}))


@given(st.sampled_from(["gate", "lobby", "hall", "lab", "vault"]), st.integers(61, 800), st.booleans())
def test_set_right_no_way_runs_backwards(door: str, seconds: int, ahead: bool) -> None:
    wrong = {door: -seconds if ahead else seconds}
    told = {name: by for name, (by, _) in behind(walked(wrong)).items()}
    assert told
    left = {name: wrong.get(name, 0) - told.get(name, 0) for name in {*wrong, *told}}
    assert all(way.quick >= 0 for way in walked(left))
    assert all(abs(left[one] - left[other]) < LEAST for one, other in pairwise(sorted(left)))
