from datetime import date, timedelta

import numpy as np

from models.controls import drawn

NIGHTS = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]
PEOPLE = np.arange(100, 200)
RANK = np.arange(1, 101)
RISK = np.linspace(20, 0, 100)  # the last has nothing remembered


def test_nobody_is_drawn_unless_a_share_is_wanted():
    assert drawn(PEOPLE, RISK, RANK, 10, 0.0, NIGHTS[0]).size == 0


def test_a_share_on_average_evenly_from_beyond_the_budget_and_not_the_same_number_each_night():
    found = [drawn(PEOPLE, RISK, RANK, 10, 0.15, night) for night in NIGHTS]
    sizes = [who.size for who in found]
    assert set(sizes) == {1, 2}
    assert abs(np.mean(sizes) / 10 - 0.15) < 0.01
    times = np.bincount(np.concatenate(found) - 100, minlength=100)
    assert times[:10].sum() == 0
    assert times[99] == 0
    assert times[10:99].min() > 0
    assert times[10:99].max() < 5 * times[10:99].mean()


def test_the_same_night_draws_the_same_whatever_the_order():
    order = np.random.default_rng(1).permutation(100)
    for night in NIGHTS[:20]:
        straight, mixed = (
            drawn(PEOPLE, RISK, RANK, 10, 0.3, night),
            drawn(PEOPLE[order], RISK[order], RANK[order], 10, 0.3, night),
        )
        assert straight.tolist() == mixed.tolist()


def test_whoever_is_not_ranked_is_not_drawn():
    away = np.where(PEOPLE % 2 == 0, 0, RANK)
    found = np.concatenate([drawn(PEOPLE, RISK, away, 10, 0.5, night) for night in NIGHTS])
    assert (found % 2 == 1).all()
    assert drawn(PEOPLE[:5], RISK[:5], RANK[:5], 10, 0.5, NIGHTS[0]).size == 0
