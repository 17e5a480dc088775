"""State is kept for a week and each month's first, and of the past as long as the nights after it are made again."""

from datetime import date

import pytest

from expectations.errors import MissingState
from expectations.table import KEEP_STATE, Column, Table
from jobs.days import Days
from jobs.lake import Lake, kept_days

WINTER = Days(date(2026, 1, 5), date(2026, 3, 1))

NIGHTS = Table(
    "test.nights",
    "one evening",
    (Column("day", "date", "which"), Column("nights", "int", "how many there were by then")),
    keys=("day",),
    retention=KEEP_STATE,
)


def rolled(lake: Lake, days: Days) -> None:
    """What every job does that rolls a state forward: count on from the evening before."""
    begun = days.start == WINTER.start
    before = 0 if begun else lake.state(NIGHTS, days.before, "counting").collect()[0]["nights"]
    counted = [(day, before + at) for at, day in enumerate(days, start=1) if day in kept_days(NIGHTS, days)]
    lake.write(NIGHTS, lake.spark.createDataFrame(counted, NIGHTS.schema()), days)


def test_a_backfill_in_passes_may_run_again_over_nights_that_are_known(lake: Lake) -> None:
    for _ in range(2):
        for chunk in WINTER.chunks(30):
            rolled(lake, chunk)
        held = {row["day"]: row["nights"] for row in lake.read(NIGHTS).collect()}
        assert held == {day: 1 + (day - WINTER.start).days for day in kept_days(NIGHTS, WINTER)}


def test_a_night_of_the_past_leaves_its_evening_to_the_next_until_the_newest_is_written(lake: Lake) -> None:
    rolled(lake, Days(WINTER.start, WINTER.last))
    kept = lake.days(NIGHTS)
    past = Days(date(2026, 2, 2), date(2026, 2, 11))
    for some in past.chunks(3):
        rolled(lake, some)
    assert lake.days(NIGHTS) == sorted({*kept, *kept_days(NIGHTS, past)})
    rolled(lake, Days.one(WINTER.last))
    assert lake.days(NIGHTS) == kept_days(NIGHTS, WINTER)


def test_what_the_error_advises_helps(lake: Lake) -> None:
    rolled(lake, WINTER)
    with pytest.raises(MissingState, match="backfill --from 2026-02-02 --to 2026-02-28`"):
        rolled(lake, Days.one(date(2026, 2, 15)))
    for chunk in Days.through(date(2026, 2, 2), WINTER.last).chunks(13):
        rolled(lake, chunk)
    assert lake.days(NIGHTS) == kept_days(NIGHTS, WINTER)
