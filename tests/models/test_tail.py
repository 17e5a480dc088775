import numpy as np
import pytest
from scipy import stats

from models.tail import MOST_BITS, bits, scale, unscale


def one(value, mean, variance, kind, tail="high", evidence=20.0):
    return float(bits(*(np.array([x], dtype=float) for x in (value, mean, variance, evidence)), kind, tail)[0])


@pytest.mark.parametrize("value", [3, 7, 40])
def test_counts_follow_the_negative_binomial(value):
    mean, variance = 2.0, 5.0
    size, chance = mean**2 / (variance - mean), mean / variance
    wanted = -np.log2(stats.nbinom.sf(value - 1, size, chance))
    assert one(value, mean, variance, "count") == pytest.approx(wanted)


def test_counts_without_overdispersion_are_poisson():
    assert one(6, 2.0, 2.0, "count") == pytest.approx(-np.log2(stats.poisson.sf(5, 2.0)))


def test_a_regular_count_is_surprising_sooner_than_a_poisson():
    """Once a day, nearly without fail: twice is rare, thrice unheard of."""
    twice, thrice = (one(n, 1.0, 0.05, "count", evidence=60.0) for n in (2, 3))
    assert 3.0 < -np.log2(stats.poisson.sf(1, 1.0)) + 1.5 < twice < thrice
    assert thrice > 3 * twice


@pytest.mark.parametrize(("mean", "variance"), [(1.0, 0.25), (2.5, 1.0), (8.0, 2.0)])
def test_a_regular_count_keeps_its_mean(mean, variance):
    """The sum of P(X ≥ n) over n is the mean."""

    def chance(n):
        if n > mean:
            return 2.0 ** -one(n, mean, variance, "count", evidence=1e6)
        return 1.0 - 2.0 ** -one(n - 1, mean, variance, "count", "low", evidence=1e6)

    assert sum(map(chance, range(1, 60))) == pytest.approx(mean, rel=0.05)


def test_a_rare_count_is_within_half_a_bit_of_its_rate():
    """The mean is kept to first order only: once in twenty days is told as once in fifteen."""
    assert one(1, 0.05, 0.0475, "count", evidence=1e6) == pytest.approx(-np.log2(0.05), abs=0.5)


def test_a_habit_never_broken_is_trusted_by_its_length():
    """Five nights of once a day say less about twice than a hundred do."""
    few, many = (one(2, 1.0, 0.0, "count", evidence=nights) for nights in (5.0, 100.0))
    assert few < 6.0 < 10.0 < many < 30.0


def test_a_regular_count_has_a_low_tail_too():
    assert one(0, 3.0, 0.3, "count", "low") > one(0, 3.0, 3.0, "count", "low")


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


def test_an_excess_that_chance_gives_every_other_night_is_no_marvel_where_there_was_none():
    """x bits beyond what explains a thing come up once in 2ˣ times: one bit is nothing, ten are not."""
    assert one(1.1, 0.0, 0.0, "excess") < 3.0 < 10.0 < one(10.0, 0.0, 0.0, "excess")
    assert one(1.1, 0.0, 0.0, "amount") > 10.0


@pytest.mark.parametrize("kind", ["count", "hour", "share", "amount", "excess", "minutes", "bytes", "flag"])
def test_what_does_not_apply_surprises_nobody(kind):
    assert one(np.nan, 1.0, 1.0, kind) == 0.0


@pytest.mark.parametrize("kind", ["count", "hour", "share", "amount", "excess", "minutes", "bytes"])
def test_more_is_never_less_surprising(kind):
    values = np.linspace(0, 5000, 400)
    same = np.full(400, 3.0)
    found = bits(values, same, same, same, kind, "high")
    assert (np.diff(found) >= 0).all()
    assert np.isfinite(found).all()
    assert found.max() <= MOST_BITS


@pytest.mark.parametrize("kind", ["count", "hour", "share", "amount", "excess", "minutes", "bytes"])
@pytest.mark.parametrize(("tail", "usual"), [("high", 1.0), ("high", 0.5), ("low", 1.0), ("low", 2.0)])
def test_no_more_than_expected_is_no_surprise(kind, tail, usual):
    """Not even the bit of a half: it would grow a little each night that nobody does what nobody does."""
    value = 2.0 * usual if tail == "low" else 0.5 * usual
    assert one(value, usual, 0.3, kind, tail) == one(usual, usual, 0.3, kind, tail) == 0.0


@pytest.mark.parametrize("kind", ["count", "minutes", "bytes", "hour"])
def test_scales_are_undone(kind):
    values = np.array([0.0, 1.5, 480.0])
    assert unscale(scale(values, kind), kind) == pytest.approx(values)
