"""AccessAnomaly as published: what its paper's least squares solve, and what it says of new, known and far pairs."""

import numpy as np
import pytest

from benchmarks.access_anomaly import ALPHA, RANK, AccessAnomaly, Visits, access_anomaly, solved, worst


def visits(*rows):
    night, user, resource, count = (np.array(column) for column in zip(*rows, strict=True))
    return Visits(night, user.astype(np.intp), resource.astype(np.intp), count.astype(float))


@pytest.fixture
def past():
    """Users 0–4 at resources 0–3, users 5–9 at 4–7, everybody often; user 10 and resource 8 are never seen."""
    draw = np.random.default_rng(0)
    return visits(
        *((night, user, (user // 5) * 4 + draw.integers(4), 1) for night in range(60) for user in range(10)),
    )


def test_half_a_step_solves_the_implicit_least_squares():
    draw = np.random.default_rng(0)
    factors, rating = draw.normal(size=(6, RANK)), np.array([5.0, 7.0, 10.0])
    found = solved(np.array([1, 1, 3]), np.array([0, 4, 2]), rating, factors, 5)
    trust, liked = np.zeros(6), np.zeros(6)
    trust[[0, 4]], liked[[0, 4]] = ALPHA * rating[:2], 1.0
    left = factors.T @ factors + (factors.T * trust) @ factors + 2 * np.eye(RANK)
    assert found[1] == pytest.approx(np.linalg.solve(left, factors.T @ ((1 + trust) * liked)))
    assert not found[[0, 2, 4]].any()


def test_the_other_department_is_infinitely_far_and_the_unknown_is_not_judged(past):
    model = AccessAnomaly(past, 11, 9)
    told = model.score(visits((60, 0, 1, 1), (60, 0, 5, 1), (60, 10, 1, 1), (60, 0, 8, 1)), history=False)
    assert told[1] == np.inf
    assert np.isnan(told[2:]).all()
    assert abs(told[0]) < 4
    assert model.score(visits((60, 0, 1, 1)), history=True)[0] == 0.0


def test_scores_have_mean_0_and_spread_1_over_the_training(past):
    model = AccessAnomaly(past, 11, 9)
    every = np.unique(past.user * 9 + past.resource)
    told = model.score(Visits(every * 0, every // 9, every % 9, np.ones(every.size)), history=False)
    assert (told.mean(), told.std()) == pytest.approx((0.0, 1.0))


def test_nothing_is_learned_from_later_nights(past):
    later = visits(*zip(past.night.tolist(), past.user, past.resource, past.count, strict=True), (60, 0, 7, 9))
    before = access_anomaly(past, 0, 59, history=False)
    assert (access_anomaly(later, 0, 60, history=False)[:-1] == before).all()


def test_a_person_day_is_as_anomalous_as_its_worst_visit():
    seen = visits((5, 0, 1, 1), (5, 0, 2, 1), (5, 3, 1, 1), (6, 0, 1, 1))
    told = worst(seen, np.array([1.0, 4.0, -2.0, 0.5]), np.array([5, 5, 6, 6]), np.array([0, 3, 0, 3]))
    assert told.tolist() == [4.0, -2.0, 0.5, 0.0]
