"""Labels turn families up and down, by little, and one case is one label."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_one_confirmed_of_a_hundred_does_not_decide():
    none, one = (told((0, 60), (some, 40 - some)) for some in (0, 1))
    assert none.tolist() == [1.0, 1.0]
    assert 1 / 1.05 <= one[0] < 1.0 < one[1] <= 1.05


LEAD = st.tuples(st.lists(st.integers(0, 3), min_size=3, max_size=3).map(lambda parts: np.array(parts)), st.booleans())
"""Parts of three families and whether it was confirmed."""
PERSON = st.lists(LEAD, min_size=1, max_size=4)
PEOPLE = st.lists(st.tuples(PERSON, st.integers(1, 200)), max_size=4).map(
    lambda told: [p for p, n in told for _ in range(n)]
)
"""Each of a few people up to two hundred times over: base rates are small where many are judged alike."""


def heard(people):
    """The weights' logarithms from each person's judged leads."""
    leads = [(parts / max(parts.sum(), 1), said) for person in people for parts, said in person]
    shares = np.array([share for share, _ in leads]).reshape(-1, 3)
    who = np.repeat(np.arange(len(people)), [len(person) for person in people])
    return np.log(trust(shares, np.array([said for _, said in leads], dtype=bool), who))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(PEOPLE, PERSON, LEAD)
def test_nothing_that_is_said_of_one_person_moves_a_family_by_more_than_a_twentieth(people, person, lead):
    parts, said = person[0]
    before, contrary = heard([*people, person]), [(parts, not said), *person[1:]]
    for other in (people, [*people, contrary], [*people, [*person, lead]]):
        assert np.abs(heard(other) - before).max() <= np.log(1.05) + 1e-12


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
