import math

from models.explain import sentence


def test_a_behaviour_speaks_with_its_figures(behaviours):
    assert sentence(behaviours[1], 3.0, 0.2, 0.5) == "3 late; usually 0.2, colleagues 0.5."


def test_what_is_not_known_is_said(behaviours):
    assert sentence(behaviours[1], 3.0, math.nan, 0.5) == "3 late; usually not known yet, colleagues 0.5."


def test_the_foremost_places_are_named_after_it(behaviours):
    told = sentence(behaviours[1], 3.0, 0.2, 0.5, ["yard → vault", "vault → yard"])
    assert told == "3 late; usually 0.2, colleagues 0.5. Foremost: yard → vault; vault → yard."
