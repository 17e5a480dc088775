from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.calibration import Calibration
from models.fusion import P, energy, norm, parts, split
from models.risk import HALF_LIFE_NIGHTS, Consequence, Risk, Worth, ranked, squares

BITS = arrays(np.float64, (4, 5), elements=st.floats(0, 1000))


@given(BITS)
def test_parts_sum_to_the_norm(bits):
    energies = energy(bits)
    assert parts(energies).sum(axis=1) == pytest.approx(norm(energies), rel=1e-12)


def test_parts_are_eulers():
    """x times the derivative of the norm, by finite differences."""
    x, step = np.array([3.0, 1.0, 7.0]), 1e-6
    slopes = [(norm(energy(x + step * d)) - norm(energy(x - step * d))) / (2 * step) for d in np.eye(3)]
    assert parts(energy(x)) == pytest.approx(x * np.array(slopes), rel=1e-6)


def test_one_strong_reason_is_not_drowned_by_many_mild_ones():
    strong = norm(energy(np.array([15.0] + [0.0] * 39)))
    mild = norm(energy(np.full(40, 3.0)))
    assert strong > 1.9 * mild


def test_a_second_equal_reason_counts():
    assert norm(energy(np.array([10.0, 10.0]))) == pytest.approx(10.0 * 2 ** (1 / P))


def test_split_keeps_the_whole_and_is_nothing_without_shares():
    whole = split(np.array([8.0, 5.0]), np.array([[1.0, 3.0], [0.0, 0.0]]))
    assert whole.tolist() == [[2.0, 6.0], [0.0, 0.0]]


def as_they_are(*families, weights=None):
    """Remembered bits are worth themselves."""
    return Worth(families, dict.fromkeys(families, Calibration.identity()), weights or {})


def test_surprise_halves_in_a_half_life():
    alice, worth = np.array([1]), as_they_are("a", "b")
    state = Risk.empty(2).rolled(alice, np.array([[12.0, 0.0]]) ** 2)
    for _ in range(HALF_LIFE_NIGHTS):
        state = state.rolled(np.array([], dtype=np.int64), np.empty((0, 2)))
    assert state.risk(worth) == pytest.approx([6.0])


def test_a_second_night_of_the_same_counts_as_a_right_angle():
    state = Risk.empty(1)
    for _ in range(2):
        state = state.rolled(np.array([1]), np.array([[10.0]]) ** 2, half_life=1e9)
    assert state.risk(as_they_are("a")) == pytest.approx([10.0 * 2**0.5])


def test_nights_add_up_within_a_family_before_families_compete():
    """Two members on two nights are one family's memory; the same of two families is fused by the p-norm."""
    state = Risk.empty(2).rolled(np.array([1]), np.array([[6.0, 0.0]]) ** 2, half_life=1e9)
    state = state.rolled(np.array([1]), np.array([[0.0, 8.0]]) ** 2, half_life=1e9)
    assert state.risk(as_they_are("a", "a")) == pytest.approx([10.0])
    assert state.risk(as_they_are("a", "b")) == pytest.approx([(6.0**4 + 8.0**4) ** 0.25])
    assert state.parts(as_they_are("a", "a")) == pytest.approx(np.array([[3.6, 6.4]]))


def test_what_is_remembered_is_calibrated_before_families_are_fused():
    """A family in which everybody remembers ten bits says nothing at ten."""
    maps = {"common": Calibration.fit(np.full(1000, 10.0)), "rare": Calibration.identity()}
    state = Risk.empty(2).rolled(np.array([1]), np.array([[10.0, 3.0]]) ** 2)
    assert state.parts(Worth(("common", "rare"), maps, {})) == pytest.approx(np.array([[0.0, 3.0]]))


def test_a_detector_is_heard_by_its_weight_after_calibration():
    state = Risk.empty(1).rolled(np.array([1]), np.array([[8.0]]) ** 2)
    assert state.risk(as_they_are("affinity", weights={"affinity": 0.75})) == pytest.approx([6.0])


def test_what_no_habit_explains_adds_up_and_the_rest_does_not():
    people, adding = np.array([1, 2]), np.array([True, False])
    state, worth = Risk.empty(2), as_they_are("a", "b")
    for _ in range(20):
        state = state.rolled(people, np.array([[4.0, 0.0], [0.0, 4.0]]) ** 2, adding=adding)
    # A geometric series of bits, and one of squares.
    fading = 0.5 ** (1 / HALF_LIFE_NIGHTS)
    assert state.risk(worth) == pytest.approx([4.0 / (1 - fading), 4.0 / (1 - fading**2) ** 0.5], rel=0.1)
    assert state.risk(worth)[0] > 3 * state.risk(worth)[1]


def test_what_is_remembered_of_some_channels_is_theirs():
    state = Risk.empty(3).rolled(np.array([1]), np.array([[3.0, 4.0, 5.0]]) ** 2)
    worth = as_they_are("a", "a", "b")
    assert state.remembered(worth).tolist() == [[5.0, 5.0]]
    assert state.remembered(worth, np.array([False, True, False])).tolist() == [[4.0, 0.0]]


def test_what_adds_up_fades_by_the_same_half_life():
    state = Risk.empty(1).rolled(np.array([1]), np.array([[12.0]]) ** 2, adding=np.array([True]))
    for _ in range(HALF_LIFE_NIGHTS):
        state = state.rolled(np.array([], dtype=np.int64), np.empty((0, 1)), adding=np.array([True]))
    assert state.risk(as_they_are("a")) == pytest.approx([6.0])


@pytest.mark.parametrize("adding", [None, np.arange(7) < 2])
def test_parts_of_the_risk_sum_to_it_after_many_nights(adding):
    draw = np.random.default_rng(0)
    state, families = Risk.empty(7), tuple("aabbbcd")
    worth = Worth(families, {f: Calibration.fit(draw.exponential(3, 500)) for f in families}, {"d": 0.75})
    for _ in range(30):
        people = np.sort(draw.choice(50, 20, replace=False))
        tonight = draw.exponential(2, (20, 7)) ** 2
        state = state.rolled(people, tonight, draw.uniform(0.5, 2, (20, 7)), adding=adding)
    assert state.parts(worth).sum(axis=1) == pytest.approx(state.risk(worth), rel=1e-12)
    assert (state.parts(worth) >= 0).all()


def test_consequence_multiplies_bits_after_calibration():
    people, worth = np.array([1, 2]), Worth(("a", "a"), {"a": Calibration(np.array([0.0, 6.0]), np.zeros(2), 0.5)}, {})
    bits = np.array([[9.0, 5.0], [9.0, 5.0]]) ** 2
    state = Risk.empty(2).rolled(people, bits, np.array([[2.0], [1.0]]))
    assert state.risk(worth)[0] == pytest.approx(2 * state.risk(worth)[1])
    assert state.remembered(worth)[0] == pytest.approx(state.remembered(worth)[1])


def test_what_was_done_at_a_computer_competes_with_what_is_as_usual_at_the_doors():
    """Most are somewhere of consequence 5: twelve bits of mail are more than four at a door, or four at a door of 8."""
    people, told = np.array([1, 2, 3]), Consequence(np.array([5.0, 5.0, 8.0]), np.array([True, False]))
    bits, worth = np.array([[4.0, 0.0], [0.0, 12.0], [4.0, 0.0]]), as_they_are("doors", "mail")
    state = Risk.empty(2).rolled(people, bits**2, told.of(slice(None)))
    assert told.usual.tolist() == [5.0, 1.0]
    assert state.risk(worth).tolist() == [20.0, 12.0, 32.0]
    assert state.risk(replace(worth, usual=told.usual)) == pytest.approx([4.0, 12.0, 6.4])


def test_in_a_family_of_both_a_computer_weighs_as_a_door_does_as_usual():
    told = Consequence(np.array([5.0, 5.0]), np.array([True, False]))
    state = Risk.empty(2).rolled(np.array([1, 2]), np.array([[9.0, 0.0], [0.0, 9.0]]), told.of(slice(None)))
    assert state.risk(replace(as_they_are("hours", "hours"), usual=told.usual)) == pytest.approx([3.0, 3.0])


def test_where_nothing_is_grave_or_nobody_was_consequence_is_as_declared():
    assert Consequence(np.zeros(3), np.array([True])).usual.tolist() == [1.0]
    assert Consequence(np.zeros(0), np.array([True])).usual.tolist() == [1.0]


@given(BITS)
def test_squares_of_a_family_sum_to_the_square_of_its_bits(bits):
    found = squares(energy(bits), ("a", "b", "a", "c", "b"))
    assert found.sum(axis=1) == pytest.approx(
        sum(norm(energy(bits[:, at])) ** 2 for at in ([0, 2], [1, 4], [3])), rel=1e-9, abs=1e-12
    )


def test_the_forgotten_leave_the_state():
    state = Risk.empty(1).rolled(np.array([1, 2]), np.array([[9.0], [0.0]]))
    assert state.people.tolist() == [1, 2]
    for _ in range(60):
        state = state.rolled(np.array([2]), np.zeros((1, 1)))
    assert state.people.tolist() == [2]


def test_only_candidates_are_ranked_and_ties_go_by_pseudonym():
    people = np.array([1, 2, 3, 4])
    assert ranked(people, np.array([5.0, 7.0, 9.0, 7.0]), np.array([1, 2, 4])).tolist() == [3, 1, 0, 2]
