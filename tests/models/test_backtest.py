"""Shares, power and least intensity: counts of plants, by hand."""

import numpy as np
import pytest

from models.backtest import Found, as_text, best_ranks, drawn, groups, least_intensity, metrics, power, share


def plant(scenario, intensity, seed, best, nights):
    group = {"thief": "abrupt theft", "scout": "sabotage preparation"}[scenario]
    return Found(scenario, group, intensity, seed, deeds=3, best=best, nights=nights)


PLANTS = [
    plant("thief", 0.5, 1, 9.0, None), plant("thief", 0.5, 2, 4.0, 2),
    plant("thief", 1.0, 1, 2.0, 1), plant("thief", 1.0, 2, 1.0, 0),
    plant("scout", 0.5, 1, 3.0, 6), plant("scout", 0.5, 2, 2.0, 4),
    plant("scout", 1.0, 1, np.inf, None), plant("scout", 1.0, 2, 5.0, 3),
]  # fmt: skip


def test_a_share_counts_those_found_and_their_nights():
    told = share([p for p in PLANTS if p.scenario == "thief"])
    assert (told.found, told.of, told.nights) == (3, 4, 1.0)
    assert told.recall == 0.75
    assert 0 < told.interval[0] < 0.75 < told.interval[1] < 1
    assert np.isnan(share([]).recall)


def test_groups_and_pairs_are_of_one_intensity():
    assert {name: told.found for name, told in groups(PLANTS).items()} == {
        "abrupt theft": 2,
        "sabotage preparation": 1,
    }
    assert best_ranks(PLANTS)["abrupt theft"].tolist() == [2.0, 1.0]
    assert best_ranks(PLANTS)["sabotage preparation"].tolist() == [np.inf, 5.0]


def test_least_intensity_holds_from_there_on():
    curves = power(PLANTS)
    assert [curves["thief"][step].recall for step in (0.5, 1.0)] == [0.5, 1.0]
    assert least_intensity(curves["thief"]) == 1.0
    # Found at half the strength but not at the whole: luck, not power.
    assert least_intensity(curves["scout"]) == np.inf


def test_what_is_not_finite_is_told_and_not_logged():
    assert "scout/least_intensity" not in metrics(PLANTS)
    assert metrics(PLANTS)["abrupt theft/recall"] == pytest.approx(1.0)
    text = "\n".join(as_text(PLANTS, 5))
    assert "inf" in text
    assert "1.00 [0.34, 1.00]" in text


def test_the_curves_are_drawn_one_panel_each():
    assert sum(axes.get_visible() for axes in drawn(PLANTS, 5).axes) == 2
