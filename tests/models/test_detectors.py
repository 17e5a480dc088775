import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from models.affinity import ALPHA, REGULARISATION, Pairs, confidence, folded, measure
from models.forest import Forest


def test_the_forest_answers_as_scikit_learn_does():
    draw = np.random.default_rng(4)
    past, new = draw.exponential(2, (1500, 6)), draw.exponential(4, (300, 6))
    theirs = IsolationForest(n_estimators=100, max_samples=256, random_state=0).fit(past)
    assert Forest.fit(past).measure(new) == pytest.approx(-theirs.score_samples(new), rel=1e-9)


def test_a_forest_finds_what_stands_apart():
    draw = np.random.default_rng(4)
    forest = Forest.fit(draw.exponential(1, (2000, 3)))
    far, near = forest.measure(np.array([[15.0, 12.0, 14.0], [0.5, 0.7, 0.3]]))
    assert far > 0.65 > 0.5 > near


def test_a_forest_of_a_handful_of_rows_stands():
    assert np.isfinite(Forest.fit(np.ones((3, 2))).measure(np.zeros((1, 2)))).all()


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
