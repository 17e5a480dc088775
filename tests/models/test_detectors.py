import numpy as np
import pytest

from models import ecod
from models.affinity import ALPHA, REGULARISATION, Pairs, confidence, folded, measure


def test_many_mild_oddities_weigh_as_much_as_their_surprise_together():
    quiet, one, many = np.zeros(40), np.eye(40)[0] * 12.0, np.full(40, 2.0)
    assert ecod.measure(np.stack([quiet, one, many])).tolist() == [0.0, 12.0, 80.0]


def pairs(*rows):
    person, place, weight = zip(*rows, strict=True)
    return Pairs(np.array(person), np.array(place), np.array(weight, dtype=float))


def test_folding_in_solves_the_implicit_least_squares():
    draw = np.random.default_rng(0)
    factors = draw.normal(size=(8, 3))
    habit = pairs((0, 1, 9.0), (0, 4, 2.0), (1, 7, 30.0))
    vector = folded(factors, habit, 2)[0]
    trust = np.ones(8)
    liked = np.zeros(8)
    for place, nights in ((1, 9.0), (4, 2.0)):
        trust[place] += ALPHA * confidence(np.array(nights))
        liked[place] = 1.0
    left = (factors.T * trust) @ factors + 2 * REGULARISATION * np.eye(3)
    assert vector == pytest.approx(np.linalg.solve(left, factors.T @ (trust * liked)))


def test_a_place_of_other_peoples_kind_fits_worse_than_one_of_the_own_kind():
    factors = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    habit = pairs((0, 0, 20.0), (1, 0, 20.0), (2, 2, 3.0))
    found = measure(factors, habit, pairs((0, 1, 1.0), (1, 1, 1.0), (1, 3, 1.0), (2, 3, 1.0)), 4)
    assert found[0] < 0.2 < 0.6 < found[1]
    assert np.isnan(found[2])  # too little habit
    assert np.isnan(found[3])  # went nowhere
