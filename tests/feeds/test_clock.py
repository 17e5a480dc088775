"""An operational day is one stretch of time, also on the nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pyspark.sql import functions as F

from feeds.clock import begins, ends, operational_day
from feeds.site import Site


@pytest.mark.parametrize("at", ["00:00", "02:00", "03:00", "04:00"])
@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)], ids=["March", "October"])
def test_every_event_of_a_night_with_a_clock_change_is_of_the_day_that_has_begun(spark, at, night):
    site = Site.model_validate(
        {"site": {"name": "S", "time_zone": "Europe/Vienna", "day_begins": at}, "feeds": {"logon": {}}}
    )
    first = datetime.combine(night, datetime.min.time(), UTC) - timedelta(hours=3)
    quarters = [(first + timedelta(minutes=15 * n),) for n in range(32)]
    rows = spark.createDataFrame(quarters, "at timestamp").select(
        "at", operational_day(F.col("at"), site), F.unix_timestamp("at")
    )
    for _, day, seconds in rows.collect():
        assert begins(day, site).timestamp() <= seconds < ends(day, site).timestamp()
