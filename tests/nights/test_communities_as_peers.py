"""Whom no roster knows has peers found from behaviour: those of the newest week before the night, in any run."""

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import SparkSession

from expectations.gate import check
from expectations.gold import SURPRISE
from expectations.gold_together import COMMUNITY
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs import baseline
from jobs.context import Context
from jobs.days import Days
from jobs.evenings import write_communities
from jobs.lake import Lake
from jobs.rows import frame
from jobs.settings import settings
from models.association import LAYERS, SECONDS, Association
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


def test_without_a_roster_nobody_is_apart_from_a_team_and_no_roster_is_doubted(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Two threes and a two who keep to themselves; by a roster that names one team, five are apart from its three."""
    pairs = [(1, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 6), (7, 8)]
    layers = np.zeros((len(pairs), LAYERS))
    layers[:, SECONDS] = 36_000.0
    one, other = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    people = np.arange(1, 9, dtype=np.int64)
    told = SimpleNamespace(whereabouts=SimpleNamespace(people=people), association=Association(one, other, layers))
    evenings: Any = [SimpleNamespace(day=SUNDAY, evening=told)]
    lake = Lake(spark, tmp_path / "lake")

    def apart(staff: int) -> tuple[int, int]:
        """People apart and warnings about the roster, when it holds so many."""
        begins, ends = (np.full(staff, day, dtype="datetime64[D]") for day in ("2020-01-01", "9999-01-01"))
        who = {"person": people[:staff], "role": ["fitter"] * staff, "team": ["unknown"] * staff}
        write_communities(lake, evenings, pa.table({**who, "from_day": begins, "until_day": ends}), Days.one(SUNDAY))
        rows = lake.read(COMMUNITY, Days.one(SUNDAY))
        warned = [count.rule.name for count in check(rows, COMMUNITY, [SUNDAY]).warnings]
        assert set(warned) <= {"peers: as behaviour has them"}
        return rows.where("apart").count(), len(warned)

    assert apart(staff=8) == (5, 1)
    assert apart(staff=0) == (0, 0)
