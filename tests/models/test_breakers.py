import numpy as np
import pytest

from models.breakers import SHARE, habitual

PEOPLE = np.arange(40)
"""One in twenty of them: two."""


def days(figures, people=PEOPLE):
    """A week in which each of `people` remembers, day by day, what `figures` gives for them; nought for the others."""
    return np.tile(people, 7), np.concatenate([[figures.get(p, [0.0] * 7)[day] for p in people] for day in range(7)])


def left_out(figures):
    people, remembered = days(figures)
    return sorted(set(people[habitual(people, remembered)].tolist()))


def test_whoever_breaks_a_rule_night_after_night_is_left_out_and_whoever_does_so_twice_is_not():
    assert left_out({3: [9.0] * 7, 8: [0, 0, 0, 50.0, 50.0, 0, 0]}) == [3]


def test_all_days_of_a_breaker_are_left_out():
    people, remembered = days({3: [0, 0, 9.0, 9.0, 9.0, 9.0, 9.0]})
    assert (people[habitual(people, remembered)] == 3).sum() == 7


def test_no_more_than_a_share_of_people_is_left_out_the_worst_first():
    assert SHARE * len(PEOPLE) == 2
    assert left_out({1: [2.0] * 7, 5: [9.0] * 7, 9: [4.0] * 7, 30: [1.0] * 7}) == [5, 9]


def test_among_equals_the_lower_pseudonym_is_left_out():
    assert left_out({p: [5.0] * 7 for p in (31, 2, 17)}) == [2, 17]


def test_nobody_is_left_out_of_few_people():
    people, remembered = days({p: [9.0] * 7 for p in range(3)}, people=np.arange(19))
    assert not habitual(people, remembered).any()


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_changes_nothing(seed):
    draw = np.random.default_rng(seed)
    people, remembered = draw.integers(0, 60, 400), draw.exponential(size=400).round(1)
    order = draw.permutation(400)
    assert (habitual(people[order], remembered[order]) == habitual(people, remembered)[order]).all()
