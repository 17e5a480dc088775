"""A person's day as a graph: items, counterparts, doors and zones are its nodes."""

from datetime import timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from features.day_graph import edges
from tests.features.seven_people import COPIER, WALKER, WRITER


def test_items_are_nodes_of_the_day_s_graph(place_day: DataFrame) -> None:
    held = {(row["kind"], row["target"]): row for row in edges(place_day.where(F.col("person") == COPIER)).collect()}
    items = {key: (row["times"], row["is_new"]) for key, row in held.items() if key[0] in ("medium", "extension")}
    # What has no number is no node of its own: it is in its machine's.
    assert items == {
        ("medium", "71"): (2, False),
        ("medium", "72"): (1, True),
        ("extension", "doc"): (1, False),
        ("extension", "zip"): (2, True),
    }
    assert held["machine", "PC9"]["times"] == 2 + 2
    assert held["medium", "71"]["last_at"] - held["medium", "71"]["first_at"] == timedelta(minutes=30)


def test_counterparts_outside_are_nodes_and_colleagues_are_not(place_day: DataFrame) -> None:
    held = {(row["kind"], row["target"]): row for row in edges(place_day.where(F.col("person") == WRITER)).collect()}
    written = {target: (row["times"], row["is_new"]) for (kind, target), row in held.items() if kind == "counterpart"}
    # Of 301 to 304 two are outside; 305 was read and not written to; 303 was first written to within the guard.
    assert written == {"303": (1, True), "304": (2, True)}
    assert held["counterpart", "304"]["last_at"] - held["counterpart", "304"]["first_at"] == timedelta(
        hours=10, minutes=55
    )


def test_doors_and_zones_are_nodes_with_what_they_refused(place_day: DataFrame) -> None:
    held = {(row["kind"], row["target"]): row for row in edges(place_day.where(F.col("person") == WALKER)).collect()}
    assert {target: (row["times"], row["refused"]) for (kind, target), row in held.items() if kind == "door"} == {
        "D1": (2, 0), "D2": (1, 0), "D3": (2, 2), "D4": (1, 1),
    }  # fmt: skip
    assert held["zone", "Z1"]["last_at"] - held["zone", "Z1"]["first_at"] == timedelta(hours=15)
    assert (held["door", "D1"]["days_seen"], held["door", "D2"]["days_seen"]) == (70, 0)
