"""Alarms answered while the badge was elsewhere, on a drawn site; and who answers what, in behaviours.

outside ─ G ─ yard ─ C ─ station ─ K ─ kitchen      the console stands in the station
                └─── W ─ workshop                   every door is read both ways, but a button opens the kitchen's
"""

from collections.abc import Callable
from datetime import date

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.gold_day import HABIT
from expectations.silver import PEOPLE
from features import habit
from features.alarms import alarms_acknowledged, alarms_of_one_point
from features.desk import DESK, answered_from_afar
from features.doubt import with_zones_doubted
from features.person_day import on_days, person_day
from features.places import places
from features.together import alarms_from_empty_desk
from features.working_time import WorkingTime
from jobs.site_graph import sides, unread_ways
from tests.features.conftest import DAY
from tests.features.drawn import site

Events = Callable[[str, str], DataFrame]

GRAPH = site("outside ==G:5== yard ==C:10== station --K:3-- kitchen\nyard ==W:10== workshop")
LEADS = {"G": ("outside", "yard"), "C": ("yard", "station"), "W": ("yard", "workshop"), "K": ("station", "kitchen")}
LONGEST = 4 * 3600


def reads(events: Events, *walks: str) -> DataFrame:
    """Badge reads from lines such as '1: 08:00 G, 08:05 C, 16:00 C-'; a minus is the way out."""
    rows = ["person | at | door | direction | zone"]
    for walk in walks:
        person, _, told = walk.partition(":")
        for at, door in (read.split() for read in told.split(",")):
            before, after = LEADS[door.rstrip("-")]
            way, zone = ("out", before) if door.endswith("-") else ("in", after)
            rows.append(f"{person} | {at} | {door.rstrip('-')} | {way} | {zone}")
    return events("access", "\n".join(rows))


def answers(events: Events, *told: str) -> DataFrame:
    """Alarms acknowledged at the station's console, from lines such as '1: 09:00 S1, 09:05 S2'."""
    rows = ["person | at | activity | sensor | zone"]
    for line in told:
        person, _, when = line.partition(":")
        rows += [
            f"{person} | {at} | acknowledge | {sensor} | station" for at, sensor in map(str.split, when.split(","))
        ]
    return events("alarm", "\n".join(rows))


def afar(spark: SparkSession, alarms: DataFrame, access: DataFrame) -> dict[int, tuple[str, int]]:
    """person → (zone of the console, alarms answered from afar)."""
    found = answered_from_afar(alarms, access, sides(spark, GRAPH), unread_ways(spark, GRAPH), LONGEST).collect()
    assert all(row["kind"] == DESK for row in found)
    return {row["person"]: (row["place"], row["events"]) for row in found}


def test_at_the_desk_nothing_is_told(spark: SparkSession, events: Events) -> None:
    access = reads(events, "1: 08:00 G, 08:02 C, 12:00 C-, 12:02 G-")
    assert afar(spark, answers(events, "1: 08:30 S1, 11:50 S2"), access) == {}


def test_in_another_zone_between_two_reads_that_fit(spark: SparkSession, events: Events) -> None:
    access = reads(events, "1: 08:00 G, 08:02 C, 10:00 C-, 10:02 W, 11:00 W-, 11:02 C, 12:00 C-, 12:02 G-")
    told = afar(spark, answers(events, "1: 09:00 S1, 10:20 S1, 10:40 S2, 11:30 S1"), access)
    assert told == {1: ("station", 2)}


def test_gone_home(spark: SparkSession, events: Events) -> None:
    access = reads(events, "1: 08:00 G, 08:02 C, 12:00 C-, 12:02 G-")
    assert afar(spark, answers(events, "1: 13:00 S1"), access) == {1: ("station", 1)}


def test_a_missing_read_tells_nothing(spark: SparkSession, events: Events) -> None:
    """Out of the workshop without a read, or into the station behind a colleague: who knows where they were."""
    into = reads(events, "1: 08:00 G, 08:02 W, 12:00 C-, 12:02 G-")
    assert afar(spark, answers(events, "1: 10:00 S1"), into) == {}
    never_left = reads(events, "1: 08:00 G, 08:02 W")
    assert afar(spark, answers(events, "1: 10:00 S1"), never_left) == {}


def test_back_at_the_console_by_a_button(spark: SparkSession, events: Events) -> None:
    """Out of the kitchen nobody is read, so an operator last read there may well be at the console."""
    access = reads(
        events, "1: 08:00 G, 08:02 C, 10:00 K, 12:00 C-, 12:02 G-", "2: 08:00 G, 08:02 W, 12:00 W-, 12:02 G-"
    )
    assert afar(spark, answers(events, "1: 11:00 S1", "2: 11:00 S1"), access) == {2: ("station", 1)}


def test_clocks_may_differ_by_minutes(spark: SparkSession, events: Events) -> None:
    access = reads(events, "1: 08:00 G, 08:02 C, 10:00 C-, 10:01 W, 11:00 W-, 11:01 C, 12:00 C-, 12:02 G-")
    assert afar(spark, answers(events, "1: 10:04 S1, 10:57 S1"), access) == {}


def test_a_reset_and_a_console_nowhere_are_no_answers(spark: SparkSession, events: Events) -> None:
    access = reads(events, "1: 08:00 G, 08:02 W, 12:00 W-, 12:02 G-")
    told = "person | at | activity | sensor | zone\n1 | 10:00 | reset | S1 | station\n1 | 10:00 | acknowledge | S1 |"
    assert afar(spark, events("alarm", told), access) == {}


def test_evidence_is_the_answers_themselves(spark: SparkSession, events: Events) -> None:
    access = reads(events, "1: 08:00 G, 08:02 W, 12:00 W-, 12:02 G-")
    told = answered_from_afar(
        answers(events, "1: 10:00 S1"), access, sides(spark, GRAPH), unread_ways(spark, GRAPH), LONGEST
    ).collect()
    assert [(row["person"], row["events"], row["evidence"]) for row in told] == [(1, 1, [1])]


def test_a_doubted_reader_of_the_station_judges_nobody(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(DAY, DESK, "station", None), (DAY, DESK, "office", None)], DOUBTED)
    found = spark.createDataFrame([(DAY, "door", "C")], "day date, kind string, place string")
    readers = spark.createDataFrame([("C", "yard → station")], "door string, gap string")
    told = with_zones_doubted(rows, found, readers).collect()
    assert {row["place"]: row["doubted"] for row in told} == {"station": 1, "office": 0}


DOUBTED = "day date, kind string, place string, doubted long"


@pytest.fixture(scope="module")
def day_of_two(spark: SparkSession, events: Events) -> DataFrame:
    """One who answers five alarms, three of them of one point, and one who never does but was on site."""
    hours = WorkingTime()
    frames = {"alarm": answers(events, "1: 09:00 S1, 09:10 S1, 09:20 S1, 09:30 S2, 09:40 S3")}
    frames["access"] = reads(events, "2: 08:00 G, 16:00 G-")
    rows = places(frames, hours, DAY, date(2024, 5, 16))
    desk = rows.where("kind = 'use' AND source = 'alarm'").withColumns(
        {"kind": F.lit(DESK), "place": F.lit("station"), "events": F.lit(2).cast("long")}
    )
    known = habit.remembered(rows.unionByName(desk), spark.createDataFrame([], HABIT.schema()))
    told = habit.with_shares(known, habit.hour_shares(spark.createDataFrame([], HABIT.schema())))
    return told.withColumn("whose", F.lit(None).cast("string")).localCheckpoint()


def test_behaviours_of_an_operator(spark: SparkSession, day_of_two: DataFrame) -> None:
    nobody = on_days(spark.createDataFrame([], PEOPLE.schema()), WorkingTime())
    wanted = [alarms_acknowledged, alarms_of_one_point, alarms_from_empty_desk]
    told = person_day(day_of_two, nobody, wanted, {"access", "alarm"}, has_graph=True)
    cells = {row["person"]: tuple(row[b.name] for b in wanted) for row in told.collect()}
    assert cells == {1: (5.0, 3.0, 2.0), 2: (0.0, 0.0, 0.0)}


def test_a_site_without_the_feed_has_no_such_figures(spark: SparkSession, day_of_two: DataFrame) -> None:
    nobody = on_days(spark.createDataFrame([], PEOPLE.schema()), WorkingTime())
    told = person_day(day_of_two, nobody, [alarms_from_empty_desk], {"access"}, has_graph=True)
    assert {row["alarms_from_empty_desk"] for row in told.collect()} == {None}
