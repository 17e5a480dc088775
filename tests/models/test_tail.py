import numpy as np
import pytest
from scipy import stats

from models.tail import MOST_BITS, bits, scale, unscale


def one(value, mean, variance, kind, tail="high", evidence=20.0):
    return float(bits(*(np.array([x], dtype=float) for x in (value, mean, variance, evidence)), kind, tail)[0])


@pytest.mark.parametrize("value", [1, 2, 7, 40])
def test_counts_follow_the_negative_binomial(value):
    mean, variance = 2.0, 5.0
    size, chance = mean**2 / (variance - mean), mean / variance
    wanted = -np.log2(stats.nbinom.sf(value - 1, size, chance))
    assert one(value, mean, variance, "count") == pytest.approx(wanted)


def test_counts_without_overdispersion_are_poisson():
    assert one(6, 2.0, 2.0, "count") == pytest.approx(-np.log2(stats.poisson.sf(5, 2.0)))


def test_the_low_tail_of_a_count_is_the_chance_of_as_few():
    size, chance = 2.0, 1 / 6
    wanted = -np.log2(stats.nbinom.cdf(1, size, chance))
    assert one(1, 10.0, 60.0, "count", "low") == pytest.approx(wanted)


def test_hours_follow_student_on_both_sides():
    spread = np.sqrt(0.5 + 0.25**2)
    wanted = -np.log2(2 * stats.t.sf(2.5 / spread, 20))
    assert one(6.5, 9.0, 0.5, "hour", "both") == pytest.approx(wanted)
    assert one(11.5, 9.0, 0.5, "hour", "both") == pytest.approx(wanted)


def test_a_flag_is_as_rare_as_its_past():
    assert one(1, 0.25, 0.19, "flag") == pytest.approx(2.0)
    assert one(0, 0.25, 0.19, "flag") == 0.0


@pytest.mark.parametrize("kind", ["count", "hour", "share", "amount", "minutes", "bytes", "flag"])
def test_what_does_not_apply_surprises_nobody(kind):
    assert one(np.nan, 1.0, 1.0, kind) == 0.0


@pytest.mark.parametrize("kind", ["count", "hour", "share", "amount", "minutes", "bytes"])
def test_more_is_never_less_surprising(kind):
    values = np.linspace(0, 5000, 400)
    same = np.full(400, 3.0)
    found = bits(values, same, same, same, kind, "high")
    assert (np.diff(found) >= 0).all()
    assert np.isfinite(found).all()
    assert found.max() <= MOST_BITS


@pytest.mark.parametrize("kind", ["count", "minutes", "bytes", "hour"])
def test_scales_are_undone(kind):
    values = np.array([0.0, 1.5, 480.0])
    assert unscale(scale(values, kind), kind) == pytest.approx(values)
