"""Deeds are as large as the site's busy days, and whoever acts them out has the means."""

import numpy as np
import pytest

from features.catalog import BEHAVIOURS
from features.deeds import DEEDS, Deed
from models.attackers import amount, drawn
from models.rankings import Night


def test_deeds_name_counts_of_the_catalogue_that_are_strange_when_high():
    of = {behaviour.name: behaviour for behaviour in BEHAVIOURS}
    for deed in DEEDS:
        assert deed.says.endswith(".")
        for name, times in deed.adds.items():
            assert (of[name].kind, of[name].tail) == ("count", "high"), name
            assert times > 0


DEED = Deed("theft", "Copies.", {"late": 1, "machines": 2})


@pytest.fixture
def nights():
    """Ten people are late by 0 to 9, one of them once by 90; machines are nobody's."""
    late = [np.arange(9.0, -1.0, -1.0)[::-1] for _ in range(12)]
    late[5][9] = 90.0
    return [Night(np.arange(10), np.column_stack([np.full(10, 8.0), much, np.zeros((10, 2))])) for much in late]


def test_a_deed_is_as_large_as_what_the_busiest_tenth_of_those_who_do_it_do(behaviours, nights):
    # All behaviours here are of one kind of log, so that machines which nobody ever uses could have been seen.
    assert amount(DEED, behaviours, nights).tolist() == [0, 9, 2, 0]
    rare = [Night(night.people, np.where(night.people[:, None] == 4, night.values, 0.0)) for night in nights]
    assert amount(DEED, behaviours, rare).tolist() == [0, 4, 2, 0]


def test_what_no_feed_shows_is_no_part_of_a_deed(behaviours, nights):
    calm = [Night(night.people, np.zeros_like(night.values)) for night in nights]
    assert not amount(DEED, behaviours, calm).any()
    assert drawn({"theft": np.zeros(4)}, behaviours, calm, calm, {}) == []


def test_attackers_come_on_most_nights_do_some_of_it_anyway_and_act_one_deed(behaviours, nights):
    away = [Night(night.people[:9], night.values[:9]) for night in nights[:3]]  # the latest of all has left
    deeds = {"a": np.array([0.0, 9.0, 0.0, 0.0]), "b": np.array([0.0, 1.0, 0.0, 0.0])}
    found = drawn(deeds, behaviours, nights, away, {4: "x", 8: "x"})
    assert [one.deed for one in found] == ["a", "b"]  # a quarter of nine people, for both
    assert len({one.person for one in found}) == 2
    assert all(one.person in (5, 6, 7, 8) for one in found)  # the half that is late most
    assert all(one.busiest == (4 if one.person == 8 else 9) for one in found)
    assert found[0].parts.tolist() == [[1.0] * 4]
    again = drawn(deeds, behaviours, nights, away, {4: "x", 8: "x"})
    assert [one.person for one in again] == [one.person for one in found]


def test_no_draw_takes_who_does_not_come_any_more(behaviours, nights):
    away = [Night(night.people[:9], night.values[:9]) for night in nights[:3]]
    for seed in range(20):
        found = drawn({"a": np.array([0.0, 9.0, 0.0, 0.0])}, behaviours, nights, away, {}, seed)
        assert 9 not in {one.person for one in found}
