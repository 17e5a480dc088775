"""Habits and person-days: a plain fold agrees, order does not matter, the future does not, nights add up to ranges."""

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import DataFrame, SparkSession

from expectations.gold_day import DAY_GRAPH, HABIT, PLACE_DAY
from expectations.quality import DOUBT
from expectations.silver import ACCESS, LOGON, PEOPLE
from expectations.table import Table
from features.catalog import PERSON_DAY
from features.habit import GUARD, MEMORY_ELSE, habits, remembered
from features.working_time import WorkingTime
from jobs.days import Days
from jobs.lake import Lake
from jobs.person_day import fold
from tests.features.drawn import site

START = date(2024, 5, 1)  # a month start, which the night after learns owners and hours from
State = tuple[int, date, date]
EVE = START - timedelta(days=1)


def plain(visits: list[tuple[date, bool]]) -> list[tuple[date, State | None, State | None]]:
    """The promise of features.habit in a few lines: (day, known before, known after) of each visit."""
    told, state = [], None
    for day, opened in visits:
        known = state if state and (day - state[2]).days <= MEMORY_ELSE else None
        if opened:
            state = (known[0] + 1, known[1], day) if known else (1, day, day)
        told.append((day, known, state))
    return told


VISITS = st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=1, max_size=12, unique_by=lambda v: v[0])


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(cases=st.lists(VISITS, min_size=60, max_size=60))
def test_spark_remembers_what_a_plain_fold_remembers(spark: SparkSession, cases: list[list[tuple[int, bool]]]) -> None:
    """Each case is a person; the evening before START divides a case into yesterday's state and the range."""
    rows, states, expected, evening = [], [], {}, {}
    last = START + timedelta(days=250)
    for person, visits in enumerate(cases):
        dated = [(START + timedelta(days=offset - 250), opened) for offset, opened in sorted(visits)]
        told = plain(dated)
        held = [after for day, _, after in told if day < START and after]
        if held and (EVE - held[-1][2]).days < MEMORY_ELSE:
            states.append((EVE, person, "access", "door", "D", *held[-1]))
        rows += [(person, day, 2, 0 if opened else 2) for day, opened in dated if day >= START]
        expected.update({(person, day): known for day, known, _ in told if day >= START})
        after = told[-1][2]
        if after and (last - after[2]).days < MEMORY_ELSE and after[2] <= last:
            evening[person] = after
    frame = spark.createDataFrame(rows, "person long, day date, events long, refused long")
    frame = frame.selectExpr("*", "'access' AS source", "'door' AS kind", "'D' AS place").repartition(3)
    before = spark.createDataFrame(states, HABIT.schema()).repartition(2)
    found = remembered(frame, before).persist()
    for row in found.collect():
        known = expected[row["person"], row["day"]]
        assert (row["days_seen"], row["first_day"], row["last_day"]) == (known or (0, None, None))
        assert row["is_new"] == (known is None or (row["day"] - known[1]).days < GUARD)
    kept = {
        r["person"]: (r["days_seen"], r["first_day"], r["last_day"]) for r in habits(found, before, [last]).collect()
    }
    assert kept == evening
    found.unpersist()


def night(rng: random.Random, day: date) -> dict[str, list[tuple[Any, ...]]]:
    """Events of eight people on one operational day."""
    access, logon = [], []
    for person in range(1, 9):
        for _ in range(rng.randint(0, 5)):
            event = rng.getrandbits(62)
            at = datetime.combine(day, time(4)) + timedelta(seconds=rng.randrange(86_400))
            base = (event, person, at, day, day)
            door = rng.randint(1, 4)
            access.append(
                (*base, person, f"D{door}", f"Z{door % 2}", "in", rng.choice(["granted", "granted", "denied"]))
            )
            logon.append((*base, f"PC{rng.choice([person, 1])}", rng.choice(["logon", "logoff"])))
    # A third of the people leave no other record than of their badge.
    return {"access": access, "logon": [row for row in logon if row[1] % 3 != (day.day + 1) % 3]}


def land(lake: Lake, rng: random.Random, days: Days, nights: dict[date, dict[str, list[tuple[Any, ...]]]]) -> None:
    for table in (ACCESS, LOGON):
        rows = [row for day in days for row in nights[day][table.name.removeprefix("silver.")]]
        rng.shuffle(rows)
        lake.write(table, lake.spark.createDataFrame(rows, table.schema()), days)


def prepare(lake: Lake) -> None:
    """A roster, and habits as of the evening before and of the month start."""
    since = datetime(2020, 1, 1)  # noqa: DTZ001
    people = [(person, "operator", "A", "site", 1, since, None) for person in range(1, 9)]
    lake.write(PEOPLE, lake.spark.createDataFrame(people, PEOPLE.schema()))
    for day in (date(2024, 4, 1), EVE):
        rows = [
            (day, person, *place, 10 + person, date(2024, 2, 1 + person), day)
            for person in range(1, 8)
            for place in (
                ("presence", "presence", "any"),
                ("logon", "machine", f"PC{person}"),
                ("access", "door", "D1"),
                ("access", "use", "access"),
                ("access", "zone", "Z1"),
                ("access", "move", "outside → Z1"),
                ("access", "stay", "Z1, for 8 min or more"),
                ("presence", "kept", "logon beside badge"),
            )
        ]
        # Forgotten on the second night of the range.
        last = day - timedelta(days=MEMORY_ELSE - 1)
        rows += [(day, person, "access", "move", "Z1 → Z0", 9, date(2023, 1, 1), last) for person in range(1, 8)]
        lake.write(HABIT, lake.spark.createDataFrame(rows, HABIT.schema()), Days.one(day))


def rows_of(frame: DataFrame) -> list[str]:
    return sorted(map(repr, frame.collect()))


def test_a_range_equals_its_nights_in_any_order_of_rows_and_without_the_future(
    spark: SparkSession, tmp_path: Path
) -> None:
    """The range reads all events at once; each night sees neither later events nor the same order of rows."""
    rng = random.Random(11)
    days = Days(START, START + timedelta(days=2))
    nights = {day: night(rng, day) for day in days}
    hours, feeds = WorkingTime("Europe/Berlin", day_begins=time(4)), frozenset({"access", "logon", "web"})
    once, nightly = Lake(spark, tmp_path / "once"), Lake(spark, tmp_path / "nightly")
    prepare(once)
    prepare(nightly)
    land(once, rng, days, nights)
    graph = site("outside ==D1:9== Z1 ==D2:9== Z0 ==D3:9== Z2 ==D4:900== Z3")
    fold(once, hours, feeds, days, graph)
    for day in days:
        land(nightly, rng, Days.one(day), nights)
        fold(nightly, hours, feeds, Days.one(day), graph)

    def same(table: Table, of: Days) -> None:
        assert rows_of(once.read(table, of)) == rows_of(nightly.read(table, of)), table.name

    for table in (PLACE_DAY, PERSON_DAY, HABIT, DAY_GRAPH, DOUBT):
        same(table, days)
    told = once.read(PLACE_DAY, days)
    assert told.where("whose = 'supervisor'").count() > 0, "the nights hold nobody on the supervisor's machine"
    assert told.where("kind = 'gap' AND doubted = 1").count() > 0, "no reader was doubted"
    assert told.where("kind = 'gap' AND doubted = 0").count() > 0, "no read was missing"
    assert told.where("kind = 'move' AND bits > 0").count() > 0, "no move was surprising"
    assert told.where("kind = 'stay' AND bits > 0").count() > 0, "no stay was surprising"
    assert told.where("kind = 'missed' AND doubted = 1").count() > 0, "no silence was the feed's"
    assert told.where("kind = 'missed' AND doubted = 0").count() > 0, "nobody was missing beside a feed"
    uses = told.where("kind = 'use' AND source = 'access'").collect()
    first, second = ({r["person"]: r["known_moves"] for r in uses if r["day"] == day} for day in days)
    # Nine days of one move are forgotten in between, unless it was made again.
    fell = [person for person in first.keys() & second.keys() if first[person] - second[person] >= 8]
    assert fell, "nothing was forgotten inside the range"
    assert told.where("day > DATE'2024-05-01' AND site_share > 0").count() > 0, "nothing was learnt inside the range"
