import numpy as np
import pytest
from scipy.stats import ks_2samp

from models import drift as mathematics
from models.drift import called, ks
from models.sketch import Sketch


def drift(before, now):
    return mathematics.drift(Sketch.of(np.asarray(before, dtype=float)), Sketch.of(np.asarray(now, dtype=float)))


def psi(before, now):
    return mathematics.psi(Sketch.of(before), Sketch.of(now))


@pytest.fixture
def draw():
    return np.random.default_rng(8)


def test_the_index_by_hand():
    before, now = np.repeat([0.0, 1.0], [950, 50]), np.repeat([0.0, 1.0], [80, 20])
    old, new = np.array([950.5, 50.5]) / 1001, np.array([80.5, 20.5]) / 101
    assert psi(before, now) == (pytest.approx(((new - old) * np.log(new / old)).sum()), 2)


def test_deciles_of_a_continuous_behaviour_are_ten_bins(draw):
    assert psi(draw.normal(size=5000), draw.normal(size=500))[1] == 10


def test_a_value_that_nobody_had_is_finite_and_large():
    index, bins = psi(np.zeros(500), np.ones(500))
    assert bins == 2
    assert 5 < index < 20


def test_the_same_habits_are_stable_and_the_index_is_as_large_as_chance_makes_it(draw):
    found = [drift(draw.normal(size=800), draw.normal(size=200)) for _ in range(400)]
    beyond = np.mean([f.psi > f.psi_by_chance for f in found])
    assert 0.0 < beyond < 0.03  # one in a hundred is meant
    assert np.mean([f.ks_p < 0.05 for f in found]) == pytest.approx(0.05, abs=0.03)
    assert {f.verdict for f in found if f.psi <= f.psi_by_chance} == {"stable"}


def test_one_hour_later_is_moving_or_moved(draw):
    before = draw.normal(8.5, 1.0, 4000)
    half, whole = (drift(before, draw.normal(8.5 + later, 1.0, 1000)) for later in (0.4, 1.0))
    assert (half.verdict, whole.verdict) == ("moving", "moved")
    assert whole.ks == pytest.approx(0.383, abs=0.04)  # 2Φ(½) − 1


def test_a_small_site_does_not_cry_over_chance(draw):
    calm = [drift(draw.normal(size=120), draw.normal(size=100)) for _ in range(50)]
    assert np.mean([f.psi > 0.1 for f in calm]) > 0.3
    assert np.mean([f.verdict == "stable" for f in calm]) > 0.9


def test_a_silent_feed_is_missing_whatever_is_left(draw):
    before, now = draw.normal(size=1000), draw.normal(size=500)
    now[:100] = np.nan
    found = drift(before, now)
    assert (found.missing_before, found.missing, found.person_days) == (0.0, pytest.approx(0.2), 500)
    assert found.verdict == "missing"
    assert drift(before, np.full(500, np.nan)).verdict == "missing"


def test_values_that_were_not_yet_known_are_no_loss(draw):
    before, now = draw.normal(size=1000), draw.normal(size=500)
    before[:200] = np.nan
    assert drift(before, now).verdict == "stable"
    assert drift(before, now + 1).verdict == "moved"


def test_too_few_say_nothing(draw):
    found = drift(draw.normal(size=1000), draw.normal(size=99) + 9)
    assert found.verdict == "too few"
    assert np.isnan(found.psi)


def test_nights_add_up_whatever_their_order_and_cut(draw):
    values = np.concatenate([draw.normal(size=300), draw.poisson(0.5, 300), [np.nan, 0.0, -3.0, 1e9]])
    whole = Sketch.of(values)
    draw.shuffle(values)
    parts = Sketch.sum([Sketch.of(part) for part in np.array_split(values, 5)][::-1])
    assert (whole.keys.tolist(), whole.counts.tolist(), whole.missing) == (
        *(parts.keys.tolist(), parts.counts.tolist()),
        parts.missing,
    )
    assert (whole.size, whole.missing) == (604, 1)
    assert Sketch.sum([]).size == 0


def test_buckets_keep_the_order_of_values_and_small_counts_apart(draw):
    values = np.sort(np.concatenate([draw.normal(size=500) * 1e6, -np.logspace(-3, 3, 50), np.arange(40.0)]))
    keys = [int(Sketch.of(np.array([value])).keys[0]) for value in values]
    assert keys == sorted(keys)
    assert np.unique([Sketch.of(np.array([float(n)])).keys[0] for n in range(40)]).size == 40
    assert Sketch.of(np.array([1.0, 99.0, 101.0, 1000.0])).at_least(100.0) == 2


def test_the_distance_is_scipy_s_but_for_the_width_of_a_bucket(draw):
    before, now = draw.normal(8.5, 1.0, 2000), draw.normal(8.9, 1.2, 700)
    exact = ks_2samp(before, now, method="asymp")
    found = drift(before, now)
    assert found.ks == pytest.approx(exact.statistic, abs=0.01)
    assert ks(Sketch.of(before), Sketch.of(before)) == 0.0
    counts = draw.poisson(2.0, 900).astype(float), draw.poisson(3.0, 400).astype(float)
    assert drift(*counts).ks == pytest.approx(ks_2samp(*counts).statistic, abs=1e-12)


def test_a_word_that_is_not_kept_any_more_is_told_beyond_chance(draw):
    def week(share, days=3000):
        return called(Sketch.of(np.where(draw.random(days) < share, 250.0, 3.0)))

    assert [week(share).verdict for share in (0.01, 0.03, 0.0)] == ["stable", "moved", "moved"]
    assert week(0.017).verdict == "moving"
    assert week(0.03, 99).verdict == "too few"
    assert np.mean([week(0.01, 500).verdict == "stable" for _ in range(200)]) > 0.95
    assert called(Sketch.of(np.zeros(0))).verdict == "too few"
