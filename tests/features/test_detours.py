"""Grave zones in passing, on drawn sites: a detour only where no quickest way needs them."""

import pytest
from pyspark.sql import SparkSession

from features.passages import Ways
from features.site_graph import Zone
from features.site_measures import centrality, grave, needed, ways_out
from jobs.site_graph import ways
from tests.features.plant import AREAS, PLANT, READS, graph, told
from tests.features.walked import Events


def test_a_grave_zone_in_passing_is_a_detour_unless_the_way_needs_it(events: Events, walks: Ways) -> None:
    rows = told(events("access", READS), walks)
    # The vault between yard and office; the pumps between office and office. No other read passes a grave zone.
    assert {row["event"]: row["detour"] for row in rows if row["detour"] is not None} == {5: 1, 10: 1}


@pytest.mark.parametrize(("drawing", "detour"), [(PLANT, 1), (PLANT.replace("L:10", "L:99"), 0)])
def test_the_quickest_way_decides_what_is_needed(
    spark: SparkSession, events: Events, drawing: str, detour: int
) -> None:
    reads = """
    person | at    | door | zone   | direction
    1      | 08:00 | G    | yard   | in
    1      | 08:01 | P    | pumps  | in
    1      | 08:02 | Q    | lobby  | in
    1      | 08:03 | O    | office | in
    1      | 09:00 | O    | lobby  | out
    """
    rows = told(events("access", reads), ways(spark, graph(drawing, **AREAS)))
    assert [row["detour"] for row in rows] == [None, detour, None, None, None]


def test_figures_of_the_site_that_a_night_looks_up() -> None:
    drawn = graph(**AREAS)
    assert ways_out(drawn) == {"outside": 1, "yard": 3, "lobby": 4, "vault": 1, "office": 1, "pumps": 2}
    name = [zone.name for zone in drawn.zones]
    ways = {(name[start], name[end], name[zone]) for start, end, zone in needed(drawn)}
    assert ("yard", "vault", "vault") in ways
    assert ("pumps", "office", "pumps") in ways
    assert ("yard", "office", "vault") not in ways
    assert ("yard", "lobby", "pumps") not in ways  # the lobby's own door is quicker
    assert ("outside", "vault", "pumps") not in ways
    central = centrality(drawn)
    assert central["lobby"] == max(central.values())
    assert central["vault"] == central["office"] == central["outside"] == 0.0


GAS_TECH = """
outside ==1-1:20== entry ==1-4:15== lift ==2-4:15== lift-2 ==3-4:15== lift-3
entry ==1-2:10== deli
lift-2 ==2-1:10== middle ==2-6:15== offices ==2-5:10== south ==2-7:15== middle
lift-3 ==3-1:10== landing ==3-3:20== archive ==3-S:10== servers
landing ==3-6:15== executive ==3-5:15== archive
"""
# A part of the plan in test_site_graph, after the proximity zones of VAST Challenge 2016, mini-challenge 2.
#
#   floor 3   lift-3 -- landing -- archive -- servers (vital)
#               |           |         |
#               |           +-- executive (vital)
#   floor 2   lift-2 -- middle -- offices
#               |           |        |
#               |           +----- south
#   floor 1    lift -- entry -- outside
#                        |
#                      deli
FLOORS = """
person | at       | door | zone      | direction
1      | 07:50    | 1-1  | entry     | in
1      | 07:51    | 1-4  | lift      | in
1      | 07:52    | 2-4  | lift-2    | in
1      | 07:53    | 2-1  | middle    | in
1      | 11:00    | 2-1  | lift-2    | out
1      | 11:01    | 3-4  | lift-3    | in
1      | 11:02    | 3-1  | landing   | in
1      | 11:03    | 3-6  | executive | in
1      | 11:04    | 3-5  | archive   | in
1      | 11:05    | 3-S  | servers   | in
1      | 15:00    | 3-S  | archive   | out
1      | 15:01    | 3-3  | landing   | out
"""


def test_past_the_executives_is_not_the_way_to_the_servers(spark: SparkSession, events: Events) -> None:
    building = graph(GAS_TECH, executive="vital", servers="vital")
    rows = told(events("access", FLOORS), ways(spark, building))
    assert {row["event"]: row["detour"] for row in rows if row["detour"] is not None} == {8: 1}
    # What everybody passes who goes from floor to floor.
    central = centrality(building)
    assert sorted(central, key=lambda zone: -central[zone])[0] == "lift-2"


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (
            [("yard", "protected", 2.0), ("vault", "vital", 5.0), ("lab", "office", 5.0), ("hall", "office", 1.0)],
            "lab vault",
        ),
        ([("yard", "protected", 1.0), ("vault", "vital", 1.0), ("pumps", "inner", 1.0)], "pumps vault"),
        ([("stores", "office", 3.0), ("lab", "protected", 4.0), ("hall", "office", 1.0)], "lab"),
        ([("stores", "office", 1.0), ("hall", "protected", 1.0)], ""),
    ],
)
def test_grave_is_what_is_declared_to_be(declared: list[tuple[str, str, float]], told: str) -> None:
    assert sorted(grave([Zone(*zone) for zone in declared])) == told.split()
    assert grave([]) == frozenset()
