"""Partners, badges beside another and rounds cut short, from place rows to cells of the person-day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.gold_day import PLACE_DAY
from expectations.silver import PEOPLE
from features.habit import GUARD
from features.person_day import on_days, person_day
from features.rows import LEARNING
from features.together import (
    lockstep,
    partner_same,
    partners,
    partners_changed,
    partners_new,
    style_of_another,
    zones_skipped,
)
from features.working_time import WorkingTime
from tests.features.conftest import DAY
from tests.report.conftest import rows

OF_TWO = (partners, partners_new, partners_changed, partner_same)
ALL = (*OF_TWO, lockstep, style_of_another, zones_skipped)
LONG_KNOWN = DAY - timedelta(days=GUARD + LEARNING)


def placed(spark: SparkSession, text: str) -> DataFrame:
    """Rows of gold.place_day of people who are known long enough for a partner to be new to them."""
    header, *lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    found = []
    for cells in lines:
        row: dict[str, Any] = {"day": DAY, "source": "access", "events": 1, "off_hours": 0, "night": 0, "evidence": []}
        row |= {"days_seen": 1, "known_days": 90, "is_new": False}
        for name, cell in zip(header, cells, strict=True):
            if cell:
                row[name] = (
                    cell if name in ("source", "kind", "place") else float(cell) if name == "bits" else int(cell)
                )
        row["is_new"] = bool(row["is_new"])
        if row["kind"] == "presence":
            row |= {"source": "presence", "first_day": LONG_KNOWN}
        found.append(row)
    return rows(spark, PLACE_DAY, *found)


def cells(told: DataFrame, *, rules: bool = True) -> Mapping[int, tuple[float | None, ...]]:
    """person → cells of ALL."""
    nobody = on_days(told.sparkSession.createDataFrame([], PEOPLE.schema()), WorkingTime())
    days = person_day(told, nobody, ALL, {"access"}, has_rules=rules).collect()
    return {row["person"]: tuple(row[behaviour.name] for behaviour in ALL) for row in days}


# 1 works with three where two are wanted, 2 with one as ever, 3 goes about beside the first; 4 walks half a round.
NIGHT = """
person | kind     | place  | events | is_new | changed | bits | passages | due | doubted
1      | presence | any    | 9      |        |         |      |          |     |
1      | use      | access | 8      |        |         |      |          |     |
1      | partner  | 21     |        |        | 0       | 6.5  |          |     |
1      | partner  | 22     |        | 1      | 1       | 0.0  |          |     |
1      | partner  | 23     |        | 1      | 1       | 2.0  |          |     |
1      | passage  | 3      |        |        |         |      | 6        |     |
1      | style    | 3      |        |        |         | 4.5  |          |     |
2      | presence | any    | 9      |        |         |      |          |     |
2      | use      | access | 4      |        |         |      |          |     |
2      | partner  | 24     |        |        | 0       | 9.0  |          |     |
3      | presence | any    | 9      |        |         |      |          |     |
3      | use      | access | 4      |        |         |      |          |     |
3      | passage  | 1      |        |        |         |      | 6        |     |
4      | presence | any    | 9      |        |         |      |          |     |
4      | use      | access | 4      |        |         |      |          |     |
4      | due      | yard   | 0      |        |         |      |          | 1   |
4      | due      | store  | 0      |        |         |      |          | 1   |
4      | due      | hut    | 0      |        |         |      |          | 1   | 1
"""


@pytest.fixture(scope="module")
def night(spark: SparkSession) -> Mapping[int, tuple[float | None, ...]]:
    return cells(placed(spark, NIGHT))


def test_partners_are_counted_the_new_and_the_changed_among_them_and_the_least_likely_told(
    night: Mapping[int, tuple[float | None, ...]],
) -> None:
    assert night[1][: len(OF_TWO)] == (3.0, 2.0, 2.0, 6.5)
    assert night[2][: len(OF_TWO)] == (1.0, 0.0, 0.0, 9.0)
    assert night[4][: len(OF_TWO)] == (0.0, 0.0, 0.0, 0.0)


def test_a_badge_beside_another_and_the_style_of_another_are_told_of_who_has_them(
    night: Mapping[int, tuple[float | None, ...]],
) -> None:
    assert {who: told[len(OF_TWO) : -1] for who, told in night.items()} == {
        1: (6 / 8, 4.5), 2: (0.0, 0.0), 3: (1.0, 0.0), 4: (0.0, 0.0),
    }  # fmt: skip


def test_zones_of_a_round_left_out_are_counted_and_none_whose_reader_is_in_doubt(
    night: Mapping[int, tuple[float | None, ...]],
) -> None:
    assert {who: told[-1] for who, told in night.items()} == {1: 0.0, 2: 0.0, 3: 0.0, 4: 2.0}


def test_without_rules_there_is_no_work_of_two_and_all_else_is_told(spark: SparkSession) -> None:
    assert cells(placed(spark, NIGHT), rules=False)[1] == (None, None, None, None, 6 / 8, 4.5, 0.0)


@pytest.mark.parametrize(("since", "new"), [(LONG_KNOWN, 2.0), (LONG_KNOWN + timedelta(days=1), None)])
def test_a_partner_is_new_to_nobody_who_is_new_themselves(spark: SparkSession, since: date, new: float | None) -> None:
    told = placed(spark, NIGHT).na.drop(subset=["first_day"]).where("person = 1")
    known = rows(spark, PLACE_DAY, *({**row.asDict(), "first_day": since} for row in told.collect()))
    others = placed(spark, NIGHT).where("person = 1 AND kind <> 'presence'")
    assert cells(known.unionByName(others))[1][1] == new
