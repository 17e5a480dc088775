"""Whom no roster knows has peers found from behaviour: those of the newest week before the night, in any run."""

from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from expectations.gold import SURPRISE
from expectations.gold_together import COMMUNITY
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs import baseline
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from jobs.settings import settings
from tests.properties.test_together import SITE

FIRST = date(2024, 5, 3)  # a Friday
DAYS = Days(FIRST, FIRST + timedelta(days=5))
SUNDAY = date(2024, 5, 5)
CLERK, ONE, OTHER, LONER = 1, 2, 3, 4


def filled(spark: SparkSession, root: Path, *, later: bool) -> Context:
    lake = Lake(spark, root)
    roles = {CLERK: "clerk", ONE: "unknown", OTHER: "unknown", LONER: "unknown"}
    nothing = (None,) * (len(BEHAVIOURS) - 1)
    rows = [(p, day, role, "unknown", None, 1.0, *nothing) for day in DAYS for p, role in roles.items()]
    lake.write(PERSON_DAY, frame(spark, rows, PERSON_DAY.schema()), DAYS)
    met = [(SUNDAY, CLERK, 1), (SUNDAY, ONE, 1), (SUNDAY, OTHER, 2)]
    met += [(SUNDAY + timedelta(days=7), ONE, 9)] if later else []
    weeks = Days(SUNDAY, SUNDAY + timedelta(days=8))
    lake.write(COMMUNITY, frame(spark, [(*row, "unknown", False) for row in met], COMMUNITY.schema()), weeks)
    return Context(lake, SITE, settings(lake=str(root), environment={}))


def peers(context: Context) -> dict[tuple[date, int], str]:
    return {(row["day"], row["person"]): row["peers"] for row in context.lake.read(SURPRISE, DAYS).collect()}


def test_they_are_those_of_the_week_before_in_any_run_and_without_the_future(
    spark: SparkSession, tmp_path: Path
) -> None:
    ranged, singly = (filled(spark, tmp_path / name, later=name == "singly") for name in ("ranged", "singly"))
    baseline.run(ranged, DAYS)
    for day in DAYS:
        baseline.run(singly, Days.one(day))
    told = peers(ranged)
    assert told == peers(singly)
    for day in DAYS:
        known = day > SUNDAY
        assert told[day, CLERK] == "clerk", "where the roster speaks it is believed"
        assert told[day, ONE] == ("community 1" if known else "unknown")
        assert told[day, OTHER] == ("community 2" if known else "unknown")
        assert told[day, LONER] == "unknown"
