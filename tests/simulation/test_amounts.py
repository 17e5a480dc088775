"""What intensity multiplies is declared, and both who act a scenario out keep to what is declared."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from simulation import deeds
from simulation.amounts import Amount
from simulation.facility import Facility, open_facility
from simulation.scenarios import AMOUNTS, LIBRARY
from tests.simulation.drawn_site import RESTLESS, act

DECLARED = [(scenario.name, amount.name) for scenario in LIBRARY for amount in scenario.amounts]


def quartered(scenario: str, name: str) -> Mapping[str, Amount]:
    """The scenario's amounts, one of them a quarter of what it is."""
    amount = AMOUNTS[scenario][name]
    return {**AMOUNTS[scenario], name: replace(amount, least=amount.least / 4, most=amount.most / 4)}


@cache
def facility() -> Facility:
    return open_facility(80, 30, date(2026, 3, 31), 7, dict.fromkeys(AMOUNTS, 1))


def done(scenario: str) -> list[deeds.Deeds]:
    """All that the simulator's insider of this kind does."""
    opened = facility()
    plants = [plant for plant in opened.plants if plant.scenario == scenario]
    return [deeds.of_day(opened.population, opened.layout, plants, day, 7) for plant in plants for day in plant.days]


def rows(scenario: str, amounts: Mapping[str, Amount]) -> list[object]:
    """All that is added to a landing file and taken away from it, by a few seeds."""
    acts = [act(scenario, seed=seed, steps=RESTLESS, amounts=amounts) for seed in range(5)]
    return [(told.added, told.dropped) for told in acts]


@pytest.mark.parametrize("scenario", LIBRARY, ids=lambda scenario: scenario.name)
def test_a_scenario_declares_its_amounts_with_units(scenario):
    assert scenario.amounts
    assert len(AMOUNTS[scenario.name]) == len(scenario.amounts)  # no name twice
    for amount in scenario.amounts:
        assert amount.name, amount
        assert amount.unit, amount
        assert 0 <= amount.least <= amount.most <= amount.limit, amount
        # What is grown may begin with none, if it comes to something.
        assert amount.most > 0 if amount.grows else amount.least > 0, amount


@pytest.mark.parametrize(("scenario", "name"), DECLARED)
def test_the_simulator_does_as_much_as_is_declared(scenario, name, monkeypatch):
    before = done(scenario)
    assert before == done(scenario) != []
    monkeypatch.setitem(AMOUNTS, scenario, quartered(scenario, name))
    assert before != done(scenario)


def test_a_pair_meets_for_as_long_as_is_declared(monkeypatch):
    """The length of their night stay, which follows it, would hide in the test above that it is not used."""
    monkeypatch.setitem(AMOUNTS, "colluding_pair", quartered("colluding_pair", "together"))
    lengths = [ends - begins for day in done("colluding_pair") for _, _, begins, ends in day.meets]
    assert lengths
    assert max(lengths) <= 60 * AMOUNTS["colluding_pair"]["together"].most


@pytest.mark.parametrize(("scenario", "name"), DECLARED)
def test_landing_files_hold_as_much_as_is_declared(scenario, name):
    before = rows(scenario, AMOUNTS[scenario])
    assert before == rows(scenario, AMOUNTS[scenario])
    assert before != rows(scenario, quartered(scenario, name))


def test_both_ends_of_an_amount_are_drawn_and_a_single_figure_takes_no_draw():
    draw = np.random.default_rng(1)
    amount = Amount("copied", "files", 2, 4)
    assert {amount.whole(draw) for _ in range(100)} == {2, 3, 4}
    assert all(2 <= amount.drawn(draw) <= 4 for _ in range(100))
    before = draw.bit_generator.state
    assert (replace(amount, most=2).whole(draw), replace(amount, most=2).drawn(draw)) == (2, 2)
    assert draw.bit_generator.state == before


def test_an_amount_grows_from_its_least_to_its_most_and_a_share_has_a_limit():
    grown = Amount("barred", "zones", 2, 6, grows=True)
    assert [grown.grown(progress) for progress in (0.01, 0.5, 1.0, 2.0)] == [2, 4, 6, 10]
    draw, share = np.random.default_rng(1), Amount("skipped", "share", 0.75, 0.75, limit=0.95)
    assert [share.share(draw, intensity) for intensity in (0.5, 1.0, 2.0)] == [0.375, 0.75, 0.95]


def test_the_files_of_a_thief_are_as_many_in_landing_files_as_declared():
    copied = AMOUNTS["file_thief"]["copied"]
    counts = {sum(row.feed == "file" for row in act("file_thief", seed=seed).added) for seed in range(30)}
    assert len(counts) > 1
    assert copied.least <= min(counts) <= max(counts) <= copied.most
