import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.calibration import Calibration


def test_a_measure_is_worth_how_rarely_it_was_seen():
    past = np.random.default_rng(0).exponential(size=100_000)
    mapping = Calibration.fit(past)
    for share in (0.5, 0.1, 0.01, 0.001):
        value = -np.log(share)
        assert mapping.bits(np.array([value]))[0] == pytest.approx(-np.log2(share), abs=0.25)


def test_the_tail_of_an_exponential_goes_on_as_one_and_a_little_steeper():
    """A value that is 2⁻³⁰ rare; nine nights and one as far as claimed stand for all that is beyond."""
    draw = np.random.default_rng(0)
    far = [Calibration.fit(20.0 * draw.exponential(size=5000)).bits(np.array([20 * 30 * np.log(2)])) for _ in range(99)]
    assert 30 < np.median(far) < 39


def test_one_person_in_the_past_does_not_say_what_the_next_is_worth():
    """Of 700 person-days four are one person's, with 350 to 800 bits: a fifth bit would else be worth a hundred."""
    past, thief = np.append(np.zeros(700), [347.0, 391.0, 557.0, 791.0]), [1, 1, 1, 1]
    mapping = Calibration.fit(past, np.append(np.arange(10, 710), thief))
    counted = -np.log2(10.5 / 705)
    assert mapping.bits(np.array([347.0, 447.0])) == pytest.approx([counted, counted + 100.0])
    assert mapping.of_one_night(np.array([797.0]))[0] > 20.0


def test_two_people_in_the_past_do():
    past, people = np.append(np.zeros(700), [300.0, 400.0, 500.0, 700.0]), np.append(np.arange(10, 710), [1, 2, 3, 3])
    mapping = Calibration.fit(past, people)
    beyond = mapping.bits(np.array([400.0])) - mapping.bits(np.array([300.0]))
    assert beyond[0] == pytest.approx(1.0)


def test_order_within_a_measure_never_changes():
    past = np.random.default_rng(0).gamma(0.3, 9.0, size=3000)
    worth = Calibration.fit(past).bits(np.linspace(-1, 500, 5000))
    assert (np.diff(worth) >= 0).all()
    assert worth[0] == 0.0


def test_the_ordinary_is_worth_nothing_and_the_rare_flag_what_it_is():
    past = np.repeat([0.0, 9.0], [9990, 10])
    mapping = Calibration.fit(past)
    assert mapping.bits(np.array([0.0, 9.0])) == pytest.approx([0.0, np.log2(1000)], abs=0.1)


@pytest.mark.parametrize("seen", [1, 4, 9])
def test_what_fewer_than_ten_did_is_as_rare_as_what_ten_did(seen):
    """Done by four of ten thousand it was once worth a bit and a half: less than done by nobody, or by ten."""
    past = np.repeat([0.0, 9.0], [10_000 - seen, seen])
    assert Calibration.fit(past).bits(np.array([0.0, 9.0])) == pytest.approx([0.0, np.log2(1000)], abs=0.1)


def test_new_calibrated_days_exceed_b_bits_at_most_as_often_as_promised():
    draw = np.random.default_rng(2)
    mapping = Calibration.fit(draw.lognormal(0, 2, 50_000))
    new = mapping.bits(draw.lognormal(0, 2, 50_000))
    for bits in (2, 5, 8):
        assert (new >= bits).mean() == pytest.approx(2.0**-bits, rel=0.3)


def test_too_short_a_past_leaves_bits_as_they_are():
    assert Calibration.fit(np.arange(9.0)).bits(np.array([3.5, np.nan])).tolist() == [3.5, 0.0]


def test_a_model_is_never_believed_more_than_it_claims():
    """Ten equal largest values: no tail is known beyond them, so a bit of claim is a bit at most."""
    past = np.repeat([0.0, 2.0, 2.001], [980, 10, 10])
    mapping = Calibration.fit(past)
    gained = mapping.bits(np.array([12.001])) - mapping.bits(np.array([2.001]))
    assert gained[0] <= 10.0


@given(arrays(float, st.integers(10, 60), elements=st.floats(0, 1e6)), arrays(float, 30, elements=st.floats(0, 1e9)))
def test_a_night_is_worth_what_any_figure_is_up_to_the_last_knot_and_less_beyond(past, tonight):
    mapping = Calibration.fit(past)
    plain, night = mapping.bits(tonight), mapping.of_one_night(tonight)
    assert night[tonight <= mapping.knots[-1]].tolist() == plain[tonight <= mapping.knots[-1]].tolist()
    assert (night <= plain * (1 + 1e-12)).all()
    assert (np.diff(night[np.argsort(tonight)]) >= 0).all()


def test_what_no_past_can_vouch_for_counts_ever_less_and_keeps_its_order():
    """A hundred nights: the last knot is at 3.27 bits; ten, a hundred, seven hundred claimed beyond it."""
    mapping = Calibration(np.array([0.0, 90.0]), np.array([0.0, 3.27]), 1.0)
    night = mapping.of_one_night(np.array([90.0, 100.0, 190.0, 790.0]))
    assert night == pytest.approx([3.27, 3.27 + 4.32, 3.27 + 10.31, 3.27 + 15.86], abs=0.01)


def test_what_nobody_ever_did_is_believed_as_far_as_the_past_can_vouch_for_it():
    """24,000 person-days without any: eleven bits are, 260 are no more than what one of them would leave of 260."""
    mapping, seen = (Calibration.fit(np.append(np.zeros(24_000), first)) for first in ([], [4.0]))
    assert mapping.of_one_night(np.array([0.0, 5.0, 11.0])) == pytest.approx([0.0, 5.0, 11.0])
    assert mapping.of_one_night(np.array([260.0]))[0] == pytest.approx(24.1, abs=0.1)
    assert mapping.bits(np.array([260.0])).tolist() == [260.0]
    assert seen.of_one_night(np.array([260.0]))[0] < 30.0


def test_before_there_is_a_past_a_night_counts_as_it_claims():
    assert Calibration.identity().of_one_night(np.array([700.0])).tolist() == [700.0]
