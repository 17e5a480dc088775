import numpy as np
import pytest

from models.intervals import RESAMPLES, interval, resampled, wilson


def test_each_stratum_keeps_its_size_in_every_draw():
    strata = np.array([0, 1, 0, 1, 0])
    drawn = resampled(strata, seed=4)
    assert drawn.shape == (RESAMPLES, 5)
    assert (drawn[:, strata == 0].sum(axis=1) == 3).all()
    assert (drawn[:, strata == 1].sum(axis=1) == 2).all()
    assert drawn.max() > 1


def test_the_same_seed_draws_the_same_people():
    strata = np.zeros(6, dtype=np.int64)
    assert (resampled(strata, 1) == resampled(strata, 1)).all()
    assert (resampled(strata, 1) != resampled(strata, 2)).any()


def test_the_spread_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(0).normal(size=400)
    low, high = interval(resampled(np.zeros(400, dtype=np.int64), 0) @ values / 400)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_infinity_is_an_end_and_the_unknown_is_left_out():
    assert interval(np.array([1.0] * 90 + [np.inf] * 10)) == (1.0, np.inf)
    assert interval(np.array([np.nan, 2.0, np.nan, 2.0])) == (2.0, 2.0)
    assert np.isnan(interval(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("found", "of", "expected"),
    [(28, 30, (0.787, 0.982)), (7, 10, (0.397, 0.892)), (0, 20, (0.0, 0.161)), (20, 20, (0.839, 1.0))],
)
def test_wilson_by_the_book(found, of, expected):
    assert wilson(found, of) == pytest.approx(expected, abs=5e-4)


def test_wilson_of_nothing_is_unknown():
    assert np.isnan(wilson(0, 0)).all()
