"""What was known the evening before a range counts on all of its days, though the state of that evening is retired."""

from datetime import date, datetime, time, timedelta

import pyarrow as pa
import pytest

from expectations.gold_day import PLACE_DAY
from expectations.silver import LOGON, PEOPLE
from features.working_time import WorkingTime
from jobs.days import Days
from jobs.lake import Lake
from jobs.person_day import fold

FIRST, NIGHTS = date(2026, 1, 5), 31
ALL = Days(FIRST, FIRST + timedelta(days=NIGHTS))
THEN = Days(FIRST + timedelta(days=20), ALL.end)  # its evening before is no month's first: kept for seven nights alone


@pytest.fixture
def filled(lake: Lake) -> Lake:
    """One person who logs on to one machine each morning."""
    at = [datetime.combine(day, time(9)) for day in ALL]
    kinds = {"long": pa.int64(), "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "double": pa.float64()}
    told = {"event": list(range(NIGHTS)), "person": [1] * NIGHTS, "at": at, "day": list(ALL), "landed": list(ALL)}
    told |= {"machine": ["M1"] * NIGHTS, "activity": ["logon"] * NIGHTS}
    columns = {
        c.name: pa.array(told.get(c.name, [None if not c.required else "x"] * NIGHTS), kinds.get(c.type))
        for c in LOGON.columns
    }
    lake.write(LOGON, lake.spark.createDataFrame(pa.table(columns), schema=LOGON.schema()), ALL)
    lake.write(PEOPLE, lake.empty(PEOPLE))
    return lake


@pytest.mark.parametrize(("few", "times"), [(17_500, 2), (-1, 1)], ids=["few person-nights, made again", "many"])
def test_a_long_range_remembers_the_evening_before_it(
    filled: Lake, monkeypatch: pytest.MonkeyPatch, few: int, times: int
) -> None:
    monkeypatch.setattr("jobs.person_day.PERSON_NIGHTS", few)
    for days in (Days(FIRST, THEN.start), THEN) * times:
        fold(filled, WorkingTime(), frozenset({"logon"}), days)
    machine = filled.read(PLACE_DAY, ALL).where("kind = 'machine'").select("day", "days_seen", "known_days")
    found = {row["day"]: (row["days_seen"], row["known_days"]) for row in machine.collect()}
    assert found == {day: (at, at) for at, day in enumerate(ALL)}
