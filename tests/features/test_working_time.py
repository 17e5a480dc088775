"""Local clocks without a look-up per event are the clocks the zone's own rules give."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from features.working_time import WorkingTime, at_night

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
START, END = date(2024, 3, 8), date(2024, 11, 12)  # all changes of the zones above


def test_offsets_change_at_the_instant_the_zone_says() -> None:
    changes = list(WorkingTime("Europe/Berlin").offsets(date(2024, 3, 30), date(2024, 4, 2)))
    assert changes == [
        (datetime(2024, 3, 29, tzinfo=UTC), 3600),
        (datetime(2024, 3, 31, 1, tzinfo=UTC), 7200),
    ]


def test_a_site_without_daylight_saving_time_has_one_offset() -> None:
    assert [east for _, east in WorkingTime("Asia/Kathmandu").offsets(START, END)] == [20700]


@pytest.fixture(scope="module")
def instants() -> list[datetime]:
    rng = np.random.default_rng(7)
    begin = datetime(2024, 3, 9, 12, tzinfo=UTC)
    seconds = rng.integers(0, 245 * 86_400, 400)
    near = [datetime(2024, 3, 31, 1, tzinfo=UTC), datetime(2024, 10, 27, 1, tzinfo=UTC)]
    return [begin + timedelta(seconds=int(s)) for s in seconds] + [
        at + timedelta(seconds=s) for at in near for s in (-1, 0)
    ]


def test_the_clock_agrees_with_the_zone_database(spark: SparkSession, instants: list[datetime]) -> None:
    boundary = timedelta(hours=4)
    rows = [
        (at, *((at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - boundary).date() for zone in ZONES))
        for at in instants
    ]
    frame = spark.createDataFrame(rows, ["at", *ZONES])
    clocks = [
        WorkingTime(zone, day_begins=time(4)).clock(F.col("at"), F.col(f"`{zone}`"), START, END).alias(zone)
        for zone in ZONES
    ]
    told = frame.select("at", *clocks).collect()
    for row in told:
        at = row["at"].replace(tzinfo=UTC) if row["at"].tzinfo is None else row["at"]
        for zone in ZONES:
            local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - boundary
            assert row[zone] == local.hour * 3600 + local.minute * 60 + local.second


def test_hours_are_half_open_and_may_run_over_midnight(spark: SparkSession) -> None:
    day_shift, night_shift = WorkingTime(), WorkingTime(working_hours=(time(22), time(6)))
    holiday = WorkingTime(holidays=frozenset({date(2024, 5, 15)}))
    local, day = F.col("hour") * 3600, F.col("day")
    rows = [(date(2024, 5, 15), hour) for hour in (0, 5, 6, 7, 18, 19, 22)] + [(date(2024, 5, 18), 12)]
    told = (
        spark.createDataFrame(rows, ["day", "hour"])
        .select(
            day_shift.off_hours(local, day).alias("day_shift"),
            night_shift.off_hours(local, day).alias("night_shift"),
            holiday.off_hours(local, day).alias("holiday"),
            at_night(local).alias("night"),
        )
        .collect()
    )
    assert [row["day_shift"] for row in told] == [True, True, True, False, False, True, True, True]
    assert [row["night_shift"] for row in told] == [False, False, True, True, True, True, False, True]
    assert all(row["holiday"] for row in told)
    assert [row["night"] for row in told] == [True, False, False, False, False, False, True, False]
