import numpy as np
import pytest

from models.calibration import Calibration
from models.ordinary import LONGEST, innocent, upheaval, usual

PEOPLE = 200


def quiet(nights, seed):
    """Risks of nights on which nobody does anything: what was strange yesterday still is, weekends are empty."""
    draw = np.random.default_rng(seed)
    risk, rows = np.zeros(PEOPLE), []
    for night in range(nights):
        wave = draw.gamma(2.0, 0.5)
        risk = np.sqrt(0.75 * risk**2 + draw.exponential(1.5, PEOPLE) ** 2 * wave)
        here = np.flatnonzero(draw.random(PEOPLE) < (0.1 if night % 7 > 4 else 0.9))
        rows.append((night, risk[here]))
    return rows


def announced(past, new, budget, guilty=0):
    """Mean leads announced and mean innocent leads, with `guilty` people far above everybody else each night."""
    risks = np.concatenate([risk for _, risk in past])
    scale = Calibration.fit(risks)
    ordinary = usual(np.repeat([night for night, _ in past], [risk.size for _, risk in past]), 2.0 ** scale.bits(risks))
    told = []
    for _, risk in new:
        all_of_them = np.concatenate([risk, np.full(guilty, 80.0)])
        told.append(innocent(2.0 ** scale.bits(all_of_them), all_of_them.size, budget, ordinary))
    return np.mean(told)


@pytest.mark.parametrize("budget", [3, 5, 10])
@pytest.mark.parametrize("seed", range(5))
def test_where_nobody_does_anything_the_list_is_announced_innocent(budget, seed):
    assert announced(quiet(182, seed), quiet(90, seed + 100), budget) == pytest.approx(budget, rel=0.1)


@pytest.mark.parametrize("budget", [5, 10])
def test_a_list_of_the_guilty_is_not(budget):
    """But for nights on which, by chance, the people behind them stand out as well: one in thirty or forty here."""
    assert announced(quiet(182, 1), quiet(90, 2), budget, guilty=budget) < 0.05 * budget


@pytest.mark.parametrize(("budget", "share"), [(5, 0.15), (5, 0.5), (5, 1.0), (10, 0.3), (10, 0.5), (10, 1.0)])
def test_a_night_on_which_a_crowd_is_strange_accuses_nobody(budget, share):
    """An outage: one shift, half of the people, or all, do what was never seen of anybody."""
    outage = [(n, np.where(np.arange(risk.size) < share * risk.size, risk + 80.0, risk)) for n, risk in quiet(14, 3)]
    assert announced(quiet(182, 1), [night for night in outage if night[0] % 7 < 5], budget) > 0.95 * budget


@pytest.mark.parametrize("budget", [5, 10])
def test_an_upheaval_is_of_more_people_than_a_list_and_those_it_leads(budget):
    strange, ordinary = np.full(4 * budget + 1, 1000.0), np.full(LONGEST, 20.0)
    few = np.where(np.arange(strange.size) < 4 * budget - 1, 1000.0, 15.9)
    assert upheaval(strange, 160, budget, ordinary)
    assert innocent(strange, 160, budget, ordinary) == budget
    assert not upheaval(few, 160, budget, ordinary), "160 / 15.9 people are just half of 20"
    assert innocent(few, 160, budget, ordinary) == pytest.approx(budget * 160 / 1000 / 20)
    assert not upheaval(strange[: 4 * budget - 1], 160, budget, ordinary)
    assert not upheaval(strange, 160, budget, ordinary[: 4 * budget - 1]), "a model that knew shorter lists"


def test_a_list_is_judged_by_what_stands_out_of_the_past():
    ordinary = np.full(LONGEST, 2.0)
    assert innocent(np.array([50.0, 1.0, 100.0, 20.0]), 40, 2, ordinary) == pytest.approx(2 * (40 / 50) / 2.0)
    assert innocent(np.array([50.0, 1.0, 100.0, 20.0]), 200, 2, ordinary) == 2.0


@pytest.mark.parametrize("guilty", [1, 2, 4])
def test_those_who_stand_out_are_counted_though_others_behind_them_do_not(guilty):
    """The fifth of the list is as on any night; its first one, two or four are once in a million person-days."""
    ordinary = np.full(LONGEST, 2.0)
    risk = np.concatenate([np.full(guilty, 1e6), np.full(5 - guilty, 20.0)])
    assert innocent(risk, 40, 5, ordinary) == pytest.approx(5 - guilty, abs=0.001)


def test_nobody_is_no_list_and_no_past_accuses_nobody():
    assert innocent(np.array([]), 0, 5, np.ones(LONGEST)) == 0.0
    assert innocent(np.array([2.0**40, 1.0]), 2, 5, np.zeros(LONGEST)) == 2.0


def test_nights_shorter_than_the_list_do_not_speak_of_it():
    found = usual(np.array([0, 0, 0, 1]), np.array([4.0, 2.0, 1.0, 8.0]))
    assert found[:4].tolist() == [1 / 8, 3 / 2, 3.0, 0.0]
