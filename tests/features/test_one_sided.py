"""A gate that reads nobody on the way home, and who is not said to have stayed because of it."""

from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.gold_day import HABIT
from features.doubt import ONE_SIDED, with_doubt
from features.one_sided import one_sided
from features.passages import Ways
from features.rows import UNCOUNTED
from tests.features.conftest import DAY

MONTH_START, LONG_AGO = date(2024, 5, 1), date(2024, 1, 8)
IN, OUT = "outside → yard", "yard → outside"
EVEN, NEVER = {IN: 80, OUT: 80}, {IN: 80}
"""Days of each way that the month start knows of."""
ROW = "day date, person long, source string, kind string, place string, first_second long, last_second long"


def moves(spark: SparkSession, *told: tuple[int, str, float]) -> DataFrame:
    """(person, way, hours since the day began) as place rows."""
    seconds = [(person, way, int(hours * 3600)) for person, way, hours in told]
    return spark.createDataFrame([(DAY, p, "access", "move", way, at, at) for p, way, at in seconds], ROW)


def habits(spark: SparkSession, days: dict[str, int]) -> DataFrame:
    known = [(MONTH_START, 1, "access", "move", way, seen, LONG_AGO, MONTH_START) for way, seen in days.items()]
    return spark.createDataFrame(known, HABIT.schema())


def found(rows: DataFrame, known: DataFrame, walks: Ways) -> list[tuple[str, int]]:
    return [(row["place"], row["people"]) for row in one_sided(rows, known, walks.readers).collect()]


@pytest.mark.parametrize(
    ("usual", "unread", "told"),
    [
        (EVEN, 20, [(OUT, 20)]),
        (EVEN, 2, []),
        # Who comes by the gate and leaves by another does so every day.
        (NEVER, 60, []),
        # Where nothing is known of the usual, half of them.
        ({}, 20, []),
        ({}, 40, [(OUT, 40)]),
    ],
)
def test_a_gate_that_is_silent_in_the_evening_is_in_doubt(
    spark: SparkSession, walks: Ways, usual: dict[str, int], unread: int, told: list[tuple[str, int]]
) -> None:
    came, went = [(p, IN, 4.0) for p in range(60)], [(p, OUT, 13.0) for p in range(unread, 60)]
    assert found(moves(spark, *came, *went), habits(spark, usual), walks) == told


def test_whoever_came_for_the_night_is_still_inside(spark: SparkSession, walks: Ways) -> None:
    night = moves(spark, *[(p, IN, 18.0) for p in range(60)])
    morning = moves(spark, *[(p, OUT, 2.0) for p in range(60)])
    for rows in (night, morning):
        assert found(rows, habits(spark, EVEN), walks) == []


def test_a_night_shift_that_goes_home_hides_no_silent_reader(spark: SparkSession, walks: Ways) -> None:
    came, went = [(p, IN, 4.0) for p in range(60)], [(p, OUT, 13.0) for p in range(20, 60)]
    home = [(p, OUT, 2.0) for p in range(100, 120)]
    assert found(moves(spark, *came, *went, *home), habits(spark, EVEN), walks) == [(OUT, 20)]


def test_the_gate_and_what_it_left_unread_are_in_doubt_and_no_other_door(spark: SparkSession, walks: Ways) -> None:
    places = [("door", "G"), ("door", "L"), ("gap", f"{OUT}, seen at G"), ("gap", "yard → lobby, seen at V")]
    rows = spark.createDataFrame([(DAY, 1, "access", *told, 0, 0) for told in places], ROW)
    doubt = spark.createDataFrame([(DAY, ONE_SIDED, OUT, 20)], "day date, kind string, place string, people long")
    told = {row["place"]: row["doubted"] for row in with_doubt(rows, doubt, walks.readers).collect()}
    assert told == {"G": UNCOUNTED, "L": 0, places[2][1]: 1, places[3][1]: 0}
