import math

import pytest

from models.detector import DETECTORS, FOREST
from models.explain import drivers


def test_a_lead_speaks_in_order_of_its_parts_and_they_sum(behaviours):
    channels = (*behaviours, *DETECTORS)
    found = drivers(
        channels,
        [1.0, 6.0, 0.0, 0.5, 2.0, 0.25],
        [3, 9, 0, 2, 4, 1],
        [8, 3, 1, 400],
        [9, 0.2, 1, 480],
        [9, 0.5, 2, 470],
        3,
    )
    assert [d.channel for d in found] == ["late", "forest", "first", "other"]
    assert sum(d.part for d in found) == pytest.approx(9.75)
    assert found[0].sentence == "3 late; usually 0.2, colleagues 0.5."
    assert found[1].sentence == FOREST.says
    assert found[1].value is None
    assert found[3].sentence == "2 weaker reasons together."


def test_what_is_not_known_is_said(behaviours):
    (only,) = drivers(behaviours[1:2], [4.0], [4.0], [3.0], [math.nan], [0.5])
    assert only.sentence == "3 late; usually not known yet, colleagues 0.5."
    assert only.usual is None


def test_a_reason_of_an_earlier_night_is_not_told_with_tonights_figures(behaviours):
    (only,) = drivers(behaviours[1:2], [4.0], [0.0], [0.0], [0.1], [0.5])
    assert only.sentence == "On a night before this one: How many late."


def test_equal_parts_keep_the_order_of_the_catalogue(behaviours):
    found = drivers(behaviours, [1.0] * 4, [1.0] * 4, [1.0] * 4, [1.0] * 4, [1.0] * 4)
    assert [d.channel for d in found] == [b.name for b in behaviours]
