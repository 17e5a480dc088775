import math

import numpy as np
import pytest

from features.figure import Figure
from models.explain import TOLD, foremost, of_many, sentence


def test_a_behaviour_speaks_with_its_figures(behaviours):
    assert sentence(behaviours[1], 3.0, 0.2, 0.5) == "3 late; usually 0.2, colleagues 0.5."


def test_what_is_not_known_is_said(behaviours):
    assert sentence(behaviours[1], 3.0, math.nan, 0.5) == "3 late; usually not known yet, colleagues 0.5."


@pytest.mark.parametrize(
    ("bits", "times"),
    [
        (0.0, "1.0"),
        (1.9, "3.7"),
        (9.5, "724"),
        (12.0, "4,096"),
        (19.94, "a million or more"),
        (5000.0, "a million or more"),
    ],
)
def test_bits_are_said_as_odds(bits, times):
    assert f"{Figure(bits):times}" == times
    assert f"{Figure(bits):odds}" == f"once in {times}"
    assert f"{Figure(math.nan):odds}" == "not known yet"
    assert f"{Figure(bits):.2f}" == f"{bits:.2f}"


def test_the_foremost_places_are_named_after_it(behaviours):
    told = sentence(behaviours[1], 3.0, 0.2, 0.5, ["yard → vault", "vault → yard"])
    assert told == "3 late; usually 0.2, colleagues 0.5. Foremost: yard → vault; vault → yard."
    assert sentence(behaviours[1], 3.0, 0.2, 0.5, list("abcde")).endswith(" Foremost of 5: a; b; c.")


def test_a_detector_of_the_whole_day_says_of_which_things():
    docs = ["Log-offs.", "Minutes with a session."]
    assert of_many("Strange in many things.", docs) == (
        "Strange in many things. Foremost: Log-offs; Minutes with a session."
    )
    assert of_many("Strange in many things.", []) == "Strange in many things."


def test_each_family_is_heard_before_any_is_heard_twice():
    families = ("hours", "hours", "hours", "company", "ecod")
    parts = np.array([9.0, 8.0, 7.0, 2.0, 1.0])
    assert foremost(parts, families) == [0, 3, 4, 1, 2]


def test_what_weighs_little_and_what_is_too_much_is_left_to_the_others():
    parts = np.array([10.0, 0.05, 5.0])
    assert foremost(parts, ("a", "b", "a")) == [0, 2]
    assert len(foremost(np.ones(20), [str(i) for i in range(20)])) == TOLD
    assert foremost(np.zeros(3), ("a", "b", "c")) == []


def test_what_changes_what_is_done_next_is_read_first():
    parts, families = np.array([9.0, 8.0, 7.0, 1.0, 0.5]), ("hours", "places", "mail", "together", "together")
    assert foremost(parts, families) == [0, 1, 2, 3, 4]
    assert foremost(parts, families, early=[3]) == [0, 1, 3, 2, 4]
    assert foremost(parts, families, early=[4]) == [0, 1, 4, 2, 3]


def test_a_reason_too_small_to_be_told_is_not_told_early():
    assert foremost(np.array([9.0, 8.0, 7.0, 0.1]), ("a", "b", "c", "d"), early=[3]) == [0, 1, 2]
