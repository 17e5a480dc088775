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
    found = [drawn(PEOPLE, RISK, RANK, 10, 0.2, night) for night in NIGHTS]
    sizes = [who.size for who in found]
    assert set(sizes) == {0, 1, 2, 3, 4, 5}
    assert abs(np.mean(sizes) / 10 - 0.2) < 0.02
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


def test_the_date_alone_tells_neither_how_many_nor_whom():
    others = [PEOPLE + shift for shift in range(100)]
    found = [drawn(people, RISK, RANK, 10, 0.2, NIGHTS[0]) - people[0] for people in others]
    assert {0, 1, 2, 3, 4} <= {who.size for who in found}
    assert np.unique(np.concatenate(found)).size > 60


def test_half_of_the_list_at_most_is_drawn():
    found = [drawn(PEOPLE, RISK, RANK, budget, 0.5, night).size for budget in (1, 5, 10) for night in NIGHTS]
    assert [max(found[at : at + 400]) for at in (0, 400, 800)] == [1, 3, 5]


def test_whoever_is_not_ranked_is_not_drawn():
    away = np.where(PEOPLE % 2 == 0, 0, RANK)
    found = np.concatenate([drawn(PEOPLE, RISK, away, 10, 0.5, night) for night in NIGHTS])
    assert (found % 2 == 1).all()
    assert drawn(PEOPLE[:5], RISK[:5], RANK[:5], 10, 0.5, NIGHTS[0]).size == 0
