"""What found and named mean: a lead is counted by what it says, not only by where it stands."""

from datetime import date

import pytest

from benchmarks.planted import Lists, names_door
from features.catalog import BEHAVIOURS
from feeds.site import DoorFacts
from simulation.scenarios import LIBRARY, Scenario

DAY = date(2026, 3, 30)


@pytest.mark.parametrize("scenario", LIBRARY, ids=lambda scenario: scenario.name)
def test_each_scenario_shows_behaviours_of_the_catalogue(scenario: Scenario) -> None:
    assert scenario.shows
    assert set(scenario.shows) <= {behaviour.name for behaviour in BEHAVIOURS}
    assert len(set(scenario.shows)) == len(scenario.shows)


def test_a_patrol_that_was_met_on_its_ways_is_named_by_the_graph_and_not_by_what_it_left_out() -> None:
    (patrol,) = (scenario for scenario in LIBRARY if scenario.name == "skipping_patrol")
    lists = Lists({(1, DAY): 5, (2, DAY): 1}, {(1, DAY): ("move_rarest", "badge_first"), (2, DAY): ("zones_skipped",)})
    assert [lists.names_the_graph((person, DAY)) for person in (1, 2, 3)] == [True, True, False]
    assert [lists.names(patrol.shows, (person, DAY)) for person in (1, 2, 3)] == [False, True, False]


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Went 2 ways new. Foremost: yard → hall; hall → shop.", True),
        ("Skipped 1 read. Foremost: shop → hall, seen at D9.", True),
        ("Was refused at 3 doors. Foremost: D-7.", True),
        ("Went 1 way new. Foremost: yard → hall.", False),
    ],
)
def test_a_reason_rests_on_a_reader_when_it_names_its_door_or_a_way_through_it(sentence: str, named: bool) -> None:
    assert names_door(DoorFacts.model_validate({"name": "D-7", "from": "hall", "to": "shop"}), sentence) == named
