"""Labels turn families up and down, by little, and one case is one label."""

import numpy as np
import pytest

from models.feedback import LEAST, MOST, confirmed_share, trust

HOURS, PLACES = np.array([1.0, 0.0]), np.array([0.0, 1.0])


def told(hours, places):
    """(confirmed, explained) leads by family, each of another person: how loud the two families are heard."""
    shares = np.array([HOURS] * sum(hours) + [PLACES] * sum(places))
    confirmed = np.repeat([True, False, True, False], [*hours, *places])
    return trust(shares, confirmed, np.arange(len(shares)))


def test_what_leads_to_something_is_heard_louder_than_what_does_not():
    hours, places = told((5, 5), (0, 40))
    assert LEAST <= places < 1.0 < hours <= MOST


def test_before_anything_is_confirmed_nothing_is_learnt():
    assert told((0, 30), (0, 3)).tolist() == [1.0, 1.0]


def test_no_number_of_labels_silences_a_family():
    hours, places = told((50, 0), (0, 100_000))
    assert (places, hours) == (LEAST, MOST)


def test_one_label_moves_a_family_by_a_twentieth_at_most():
    before, after = told((10, 10), (10, 10)), told((10, 10), (10, 11))
    assert 0 < before[1] - after[1] < 0.05


def test_a_hundred_leads_of_one_person_are_one_label():
    shares = np.array([HOURS] * 2 + [PLACES] * 100)
    confirmed = np.array([True, True] + [False] * 100)
    many = trust(shares, confirmed, np.r_[1, 2, np.full(100, 3)])
    once = trust(shares[:3], confirmed[:3], np.array([1, 2, 3]))
    assert many == pytest.approx(once)


def test_a_share_of_nothing_is_not_known():
    share, (low, high) = confirmed_share(0, 0)
    assert np.isnan([share, low, high]).all()
    share, (low, high) = confirmed_share(3, 4)
    assert 0 < low < share == 0.75 < high < 1
