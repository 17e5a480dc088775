"""What many show tonight is the night's doing; what one shows beside them is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.tonight import FEWEST, MUCH, SLACK, Tonight, taken_back, upheaval

ONE_ROLE = ["guard"] * 100


def night(*strange, of=100):
    """Bits of one behaviour: these, and nothing of everybody else."""
    return np.array([*strange, *[0.0] * (of - len(strange))])[:, None]


def share(people, of):
    return SLACK - np.log2((people + 0.5) / (of + 1))


def told(bits, roles=ONE_ROLE):
    return Tonight.of(bits, roles).conditioned(bits, roles)[:, 0]


def test_what_forty_of_a_hundred_show_is_worth_their_share():
    assert told(night(*[20.0] * 40))[0] == pytest.approx(share(40, 100))


def test_who_stands_out_of_a_strange_night_is_divided_by_its_inflation():
    assert told(night(60.0, *[20.0] * 40))[0] == pytest.approx(3 * share(FEWEST, 100))


def test_an_ordinary_night_changes_nothing():
    expected = -np.log2((np.arange(100) + 1.5) / 101)[:, None]
    assert told(expected) == pytest.approx(expected[:, 0])


def test_a_few_accomplices_hide_nobody():
    assert told(night(*[20.0] * (FEWEST - 1)))[0] == 20.0
    assert told(night(*[20.0] * FEWEST))[0] == pytest.approx(share(FEWEST, 100))


def test_a_role_that_changed_its_hours_is_compared_with_itself():
    roles = ["guard"] * 12 + ["clerk"] * 988
    bits = night(*[20.0] * 12, of=1000)
    assert told(bits, roles)[0] == pytest.approx(share(12, 12))
    # Of a role of fewer nobody is the measure: the site is.
    few = ["guard"] * (FEWEST - 1) + ["clerk"] * (1001 - FEWEST)
    assert told(bits, few)[0] == pytest.approx(share(12, 1000))


def test_a_night_of_few_says_nothing():
    few = FEWEST - 1
    assert told(night(*[20.0] * few, of=few), ONE_ROLE[:few])[0] == 20.0


@given(arrays(float, (30, 2), elements=st.floats(0, 1000)), st.permutations(range(30)))
def test_nothing_gains_no_order_turns_and_rows_may_come_in_any(bits, shuffled):
    roles = ["guard"] * 30
    after = Tonight.of(bits, roles).conditioned(bits, roles)
    assert (after <= bits).all()
    for before, now in zip(bits.T, after.T, strict=True):
        assert (np.diff(now[np.argsort(before, kind="stable")]) >= -1e-9).all()
    mixed = Tonight.of(bits[shuffled], roles).conditioned(bits[shuffled], roles)
    assert np.array_equal(mixed, after[shuffled])


@pytest.mark.parametrize(
    ("strange", "fullest", "told"), [(19, 100, False), (20, 100, True), (100, 100, True), (40, 201, False)]
)
def test_a_night_that_takes_much_back_from_every_fifth_is_an_upheaval(strange, fullest, told):
    """A shift of so many of a hundred works by night for the first time: 20 bits each, where their share is worth 3.
    Where twice as many come on a working day it is a Saturday, on which whoever comes is strange."""
    bits = night(*[20.0] * strange)
    taken = taken_back(bits, Tonight.of(bits, ONE_ROLE).conditioned(bits, ONE_ROLE))
    assert (taken[:strange] > MUCH).all()
    assert (taken[strange:] == 0).all()
    assert upheaval(taken, fullest) is told


def test_mild_oddities_of_everybody_and_marvels_of_a_few_are_no_upheaval():
    mild = taken_back(np.full((100, 3), 5.0), np.zeros((100, 3)))
    assert not upheaval(mild, 100), "5 bits, three times over, are a norm of 8.7"
    assert not upheaval(np.zeros(0), 0), "nobody was scored"
    few = night(*[20.0] * (FEWEST - 1), of=FEWEST - 1)
    told = Tonight.of(few, ["guard"] * few.size).conditioned(few, ["guard"] * few.size)
    assert not upheaval(taken_back(few, told), few.size)
