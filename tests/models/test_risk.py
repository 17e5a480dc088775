import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.fusion import P, energy, norm, parts, split
from models.risk import HALF_LIFE_NIGHTS, Risk, ranked

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


def test_surprise_halves_in_a_half_life():
    alice = np.array([1])
    state = Risk.empty(2).rolled(alice, energy(np.array([[12.0, 0.0]])))
    for _ in range(HALF_LIFE_NIGHTS):
        state = state.rolled(np.array([], dtype=np.int64), np.empty((0, 2)))
    assert state.risk() == pytest.approx([6.0])


def test_what_no_habit_explains_adds_up_and_the_rest_does_not():
    people, adding = np.array([1, 2]), np.array([True, False])
    state = Risk.empty(2)
    for _ in range(20):
        state = state.rolled(people, energy(np.array([[4.0, 0.0], [0.0, 4.0]])), adding=adding)
    # A geometric series of bits, and one of energies.
    bits, energies = 1 - 0.5 ** (1 / HALF_LIFE_NIGHTS), 1 - 0.5 ** (P / HALF_LIFE_NIGHTS)
    assert state.risk() == pytest.approx([4.0 / bits, 4.0 * (1 / energies) ** (1 / P)], rel=0.1)
    assert state.risk()[0] > 5 * state.risk()[1]


def test_what_adds_up_fades_by_the_same_half_life():
    state = Risk.empty(1).rolled(np.array([1]), energy(np.array([[12.0]])), adding=np.array([True]))
    for _ in range(HALF_LIFE_NIGHTS):
        state = state.rolled(np.array([], dtype=np.int64), np.empty((0, 1)), adding=np.array([True]))
    assert state.risk() == pytest.approx([6.0])


@pytest.mark.parametrize("adding", [None, np.arange(7) < 2])
def test_parts_of_the_risk_sum_to_it_after_many_nights(adding):
    draw = np.random.default_rng(0)
    state = Risk.empty(7)
    for _ in range(30):
        people = np.sort(draw.choice(50, 20, replace=False))
        state = state.rolled(people, energy(draw.exponential(2, (20, 7))), draw.uniform(0.5, 2, (20, 7)), adding=adding)
    assert state.parts().sum(axis=1) == pytest.approx(state.risk(), rel=1e-12)


def test_consequence_multiplies_bits():
    people = np.array([1, 2])
    bits = energy(np.array([[5.0, 2.0], [5.0, 2.0]]))
    state = Risk.empty(2).rolled(people, bits, np.array([[2.0], [1.0]]))
    assert state.risk()[0] == pytest.approx(2 * state.risk()[1])


def test_the_forgotten_leave_the_state():
    state = Risk.empty(1).rolled(np.array([1, 2]), energy(np.array([[3.0], [0.0]])))
    assert state.people.tolist() == [1, 2]
    for _ in range(60):
        state = state.rolled(np.array([2]), np.zeros((1, 1)))
    assert state.people.tolist() == [2]


def test_only_candidates_are_ranked_and_ties_go_by_pseudonym():
    people = np.array([1, 2, 3, 4])
    assert ranked(people, np.array([5.0, 7.0, 9.0, 7.0]), np.array([1, 2, 4])).tolist() == [3, 1, 0, 2]
