"""The rivals do what their papers say, and none of them looks ahead."""

import numpy as np
import pytest

from benchmarks import rival_detectors as rivals
from benchmarks.rival_scripts import first_time, of_own_past, of_relations, tail_bits

NIGHTS = np.repeat(np.arange(1000, 1060), 12)
PEOPLE = np.tile(np.arange(12), 60)
DETECTORS = [rivals.isolation_forest, rivals.ecod, rivals.ecod_as_pyod, rivals.autoencoder]


@pytest.fixture
def features():
    draw = np.random.default_rng(5)
    found = draw.poisson(3.0, (len(NIGHTS), 4)).astype(float)
    found[draw.random(found.shape) < 0.05] = np.nan
    return found


def test_ecod_by_hand():
    past = np.array([[1.0], [2.0], [3.0], [10.0]])  # leans right: its right tail is the one that counts
    told = rivals.Ecod(past).score(np.array([[1.0], [3.0], [10.0], [99.0]]))
    # Left tails ¼, ¾, 1, 1; right tails 1, ½, ¼, none of four (counted as one); the larger −log of the two.
    assert told == pytest.approx(-np.log([1 / 4, 1 / 2, 1 / 4, 1 / 4]))


def test_ecod_sums_over_behaviours_before_it_takes_the_largest_tail():
    past = np.column_stack([[1.0, 2, 3, 10], [-10.0, -3, -2, -1]])
    low_and_high = rivals.Ecod(past).score(np.array([[1.0, -1.0], [10.0, -10.0]]))
    assert low_and_high == pytest.approx([-np.log(1 / 4), -2 * np.log(1 / 4)])


def test_ecod_as_pyod_sums_the_larger_tail_of_each_behaviour_and_both_of_one_that_leans_nowhere():
    past = np.column_stack([[1.0, 2, 3, 10], [-10.0, -3, -2, -1], [1.0, 2, 3, 4]])  # leans right, left, to neither side
    told = rivals.Ecod(past).score_as_pyod(np.array([[10.0, -10.0, 4.0], [1.0, -1.0, 2.0], [2.0, -10.0, 2.0]]))
    both = -np.log(2 / 4) - np.log(3 / 4)  # of the third at 2: half at most as large, three quarters at least
    # Strange where it leans, and as strange where it does not: ¼ each, of the third both tails, ¼ and 1. Then a half.
    assert told == pytest.approx([3 * np.log(4), 2 * np.log(4) + both, np.log(2) + np.log(4) + both])


def test_own_z_by_hand():
    nights = np.arange(100, 107)
    values = np.array([[1.0], [3.0], [1.0], [3.0], [7.0], [9.0], [np.nan]])
    z = rivals.own_z(values, nights, np.zeros(7, dtype=np.int64))
    assert z[:5, 0].tolist() == [0.0] * 5  # fewer than five nights of history
    assert z[5, 0] == pytest.approx(6.0 / np.sqrt(4.8))
    assert z[6, 0] == 0.0


def test_own_z_forgets_after_sixty_nights_and_its_floor_is_everybodys_past():
    nights, people = np.repeat(np.arange(100, 167), 2), np.tile([0, 1], 67)
    values = np.where(people == 0, 2.0, 4.0 * (nights % 2))[:, None]
    values[0] = 50.0  # 66 nights before the last: no longer the person's own
    values[-2:] = [[3.0], [400.0]]  # somebody else's tonight is not the past
    assert rivals.own_z(values, nights, people)[-2, 0] == pytest.approx(1.0 / (0.1 * values[:-2].std()))


def test_a_guard_keeps_the_last_nights_out():
    nights = np.arange(100, 120)
    values = np.where(nights < 110, 1.0, 9.0)[:, None] + np.tile([0.0, 0.2], 10)[:, None]
    somebody = np.zeros(20, dtype=np.int64)
    assert rivals.own_z(values, nights, somebody, guard=5)[14, 0] > 10
    assert rivals.own_z(values, nights, somebody)[14, 0] < 3


def test_accumulation_fades_over_nights_not_rows():
    told = rivals.accumulated(np.array([1.0, 0.0, 2.0]), np.array([10, 11, 13]), np.zeros(3, dtype=np.int64))
    assert told == pytest.approx([1.0, 0.7, 2 + 0.7**3])


@pytest.mark.parametrize("rival", DETECTORS)
def test_nothing_later_counts(rival, features):
    changed = features.copy()
    changed[NIGHTS >= 1040] *= 50
    before = NIGHTS < 1040
    assert (rival(features, NIGHTS)[before] == rival(changed, NIGHTS)[before]).all()
    assert (rival(features, NIGHTS)[~before] != rival(changed, NIGHTS)[~before]).any()


def test_nothing_later_counts_for_a_person(features):
    changed = features.copy()
    changed[NIGHTS >= 1040] *= 50
    before = NIGHTS < 1040
    for guard in (0, 14):
        told, other = (rivals.own_z(given, NIGHTS, PEOPLE, guard) for given in (features, changed))
        assert (told[before] == other[before]).all()
        assert told[before].any()


@pytest.mark.parametrize("rival", DETECTORS)
def test_what_nobody_does_ranks_first(rival, features):
    features[-7] = 60.0
    assert rival(features, NIGHTS)[-12:].argmax() == 5


def test_tail_bits_count_everybody_on_the_nights_before():
    told = tail_bits(np.array([1.0, 5.0, 5.0, 0.0, 9.0]), np.array([10, 10, 11, 11, 12]))
    # Nobody before; of two, one was as high, two; of four, none.
    assert told == pytest.approx([0.0, 0.0, -np.log2(2 / 3), 0.0, -np.log2(1 / 5)])


def test_a_first_time_is_the_first_alone():
    done = np.array([False, True, True, True, False])
    assert first_time(done, np.array([1, 2, 1, 2, 1])).tolist() == [0, 1, 1, 0, 0]


def test_scripts_look_at_no_later_night(features):
    names = ("hour_rarest", "machines_new", "machines_of_supervisor", "machines_of_others_new")
    until = np.searchsorted(NIGHTS, 1030)

    def told(rows):
        columns = dict(zip(names, features[:rows].T, strict=True))
        return dict(
            [
                *of_relations(columns, NIGHTS[:rows], PEOPLE[:rows]),
                *of_own_past(columns, features[:rows], NIGHTS[:rows], PEOPLE[:rows]),
            ]
        )

    before, whole = told(until), told(len(NIGHTS))
    assert len(before) == 5
    for name, score in before.items():
        assert score.any(), name
        assert whole[name][:until] == pytest.approx(score), name
