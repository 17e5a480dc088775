import numpy as np
import pytest

from models.evaluate import Malicious
from models.innocent import innocent_leads

# Four nights of ten people, 0…9; the figure is 10 − person, so persons 0 and 1 are the two leads of every night.
NIGHTS = np.repeat(np.arange(100, 104), 10)
PEOPLE = np.tile(np.arange(10), 4)
FIGURE = (10.0 - PEOPLE).astype(float)
TWO = dict.fromkeys(range(100, 104), 2.0)


def test_a_list_without_insiders_is_all_innocent():
    found = innocent_leads(NIGHTS, PEOPLE, FIGURE, [], TWO, budget=2)
    assert (found.nights, found.expected, found.observed, found.ratio) == (4, 2.0, 2.0, 1.0)


def test_after_the_act_a_lead_is_deserved_and_before_it_is_not():
    found = innocent_leads(NIGHTS, PEOPLE, FIGURE, [Malicious("s", 0, night) for night in (103, 102)], TWO, budget=2)
    assert found.observed == pytest.approx((2 + 2 + 1 + 1) / 4)
    assert found.ratio == pytest.approx(0.75)


def test_nights_that_announced_nothing_are_not_counted():
    found = innocent_leads(NIGHTS, PEOPLE, FIGURE, [], {100: 0.5, 103: 1.5}, budget=2)
    assert (found.nights, found.expected, found.observed, found.ratio) == (2, 1.0, 2.0, 2.0)
    assert found.reliability == {0: (1, 0.5, 2.0), 2: (1, 1.5, 2.0)}
    with pytest.raises(ValueError, match="announced"):
        innocent_leads(NIGHTS, PEOPLE, FIGURE, [], {7: 1.0}, budget=2)


def test_a_part_answers_for_its_share_of_the_people():
    found = innocent_leads(NIGHTS, PEOPLE, FIGURE, [], TWO, budget=2, part=PEOPLE >= 5)
    assert (found.expected, found.observed) == (1.0, 0.0)
    found = innocent_leads(NIGHTS, PEOPLE, FIGURE, [], TWO, budget=2, part=PEOPLE < 5)
    assert found.ratio == 2.0


def test_two_people_who_hold_every_lead_tell_little():
    """Whoever is drawn three times brings three times the leads: the interval is wide, though every night was alike."""
    low, high = innocent_leads(NIGHTS, PEOPLE, FIGURE, [], TWO, budget=2).ratio_interval
    assert low <= 0.5
    assert high >= 1.5
