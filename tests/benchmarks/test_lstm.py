import numpy as np
import pytest

from benchmarks.lstm import Lstm, before, fitted
from benchmarks.rival_detectors import lstm_next_day


@pytest.mark.parametrize("name", ["gates", "out"])
def test_gradients_are_those_of_differences(name):
    draw = np.random.default_rng(1)
    model = Lstm.empty(3, hidden=4, seed=2)
    days, following = draw.normal(size=(5, 6, 3)), draw.normal(size=(5, 3))
    found = dict(zip(("gates", "out"), model.gradients(days, following)[1:], strict=True))[name]
    parameters = getattr(model, name)
    for at in [(0, 0), (1, 2), (-1, 1)]:
        kept, ends = parameters[at], []
        for step in (1e-6, -1e-6):
            parameters[at] = kept + step
            ends.append(((model.forward(days)[0] - following) ** 2).mean())
        parameters[at] = kept
        assert found[at] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5)


def test_the_days_before_are_the_persons_own_oldest_first():
    people = np.array([7, 8, 7, 7, 8])
    assert before(people, steps=2).tolist() == [[-1, -1], [-1, -1], [-1, 0], [0, 2], [-1, 1]]


def test_it_learns_a_weekly_habit():
    nights, people = np.repeat(np.arange(140), 40), np.tile(np.arange(40), 140)
    rows = np.where(nights % 7 < 5, 1.0, -1.0)[:, None] + np.random.default_rng(0).normal(0, 0.1, (nights.size, 1))
    lines = before(people)
    model = fitted(np.vstack([rows, [[0.0]]]), lines, np.flatnonzero(nights < 120))
    later = np.flatnonzero(nights >= 120)
    error = (model.forward(rows[lines[later]])[0] - rows[later]) ** 2
    assert error.mean() < 0.1 * rows.var()


def test_nothing_later_counts():
    draw = np.random.default_rng(3)
    nights, people = np.repeat(np.arange(70), 12), np.tile(np.arange(12), 70)
    features = draw.normal(size=(nights.size, 4))
    told = lstm_next_day(features, nights, people)
    other = features.copy()
    other[nights >= 60] = 9.0
    assert (lstm_next_day(other, nights, people)[nights < 60] == told[nights < 60]).all()
    assert (told[nights < 28] == 0).all()  # nothing is known before the first period has passed


def test_the_day_that_breaks_a_habit_is_the_strangest():
    nights, people = np.repeat(np.arange(120), 30), np.tile(np.arange(30), 120)
    features = np.where(nights % 7 < 5, 1.0, 0.0)[:, None] + np.random.default_rng(0).normal(0, 0.05, (nights.size, 3))
    odd = np.flatnonzero((nights == 100) & (people == 4))
    features[odd] = 1.0 - features[odd]
    assert np.argmax(lstm_next_day(features, nights, people)) == odd[0]
