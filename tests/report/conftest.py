"""A small site with two nights of hand-made gold tables: night one is published, night two waits to be."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.gold import DRIVER, RISK, SCORE, UNSCORED
from expectations.gold_day import PERSON_DAY, PLACE_DAY
from expectations.silver import ACCESS, LEDGER, LOGON, PEOPLE
from expectations.table import Column, Table
from feeds.site import FeedConfig, ListFacts, Site, SiteFacts
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.settings import settings

FIRST, SECOND = date(2026, 3, 29), date(2026, 3, 30)
WIDE = replace(PERSON_DAY, columns=(*PERSON_DAY.columns, Column("doors_refused", "double", "Refused", required=False)))
HOSTILE = "<script>alert('door')</script>"
PEOPLE_ACTIVE = 40


def rows(spark: SparkSession, table: Table, *given: dict[str, Any]) -> DataFrame:
    """Rows of a table; columns left out are NULL."""
    return spark.createDataFrame([tuple(row.get(name) for name in table.names) for row in given], table.schema())


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC).replace(tzinfo=None)


def gold(spark: SparkSession, lake: Lake, day: date) -> None:
    """One night: 40 people active, person n has rank n on the first night; on the second 41 - n."""
    night = Days.one(day)
    people = range(1, PEOPLE_ACTIVE + 1)
    rank = {p: p if day == FIRST else PEOPLE_ACTIVE + 1 - p for p in people}
    shared = {"day": day, "fingerprint": "f"}
    risks = [
        {**shared, "person": p, "active": True, "rank": rank[p], "risk": 50.0 - rank[p], "parts": [50.0 - rank[p]]}
        for p in people
    ]
    lake.write(RISK, rows(spark, RISK, *({**r, "accumulated": r["parts"]} for r in risks)), night)
    score = {**shared, "model": "7", "status": "scored", "score": 3.0, "once_in": 400.0, "parts": [3.0]}
    lake.write(SCORE, rows(spark, SCORE, *({**score, "person": p} for p in people)), night)
    told = {
        "day": day,
        "family": "places",
        "tonight": 2.0,
        "unit": "count",
        "sentence": f"Was refused at 3 doors, last at {HOSTILE}.",
        "innocent": "=a failing reader",
        "events": [11, 12],
    }
    refused = {"channel": "doors_refused", "position": 1, "value": 3.0, "usual": 0.2, "colleagues": 0.4}
    other = {"channel": "other", "position": 2, "part": 1.5, "sentence": "What is left.", "events": []}
    reasons = [
        driver
        for r in risks
        for driver in (
            {**told, **refused, "person": r["person"], "part": r["risk"] - 1.5},
            {**told, **other, "person": r["person"]},
        )
    ]
    lake.write(DRIVER, rows(spark, DRIVER, *reasons), night)
    days = [day - timedelta(days=n) for n in range(3)]
    own = {"role": "Technician", "team": "=SUM(A1)"}
    for kept in days:
        felt = [{**own, "person": p, "day": kept, "doors_refused": float(p % 3)} for p in people]
        lake.write(WIDE, rows(spark, WIDE, *felt), Days.one(kept))
    place = {"day": day, "source": "access", "kind": "door", "events": 2, "off_hours": 0, "night": 0, "evidence": [1]}
    seen = {"first_at": at(day, 8), "last_at": at(day, 9), "days_seen": 4, "first_day": days[-1], "last_day": days[1]}
    where = [
        {**place, **seen, "person": p, "place": name, "refused": 0, "days_seen": known}
        for p in people
        for name, known in ((HOSTILE, 0), ("Main gate", 4))
    ]
    lake.write(PLACE_DAY, rows(spark, PLACE_DAY, *where), night)
    read = {"day": day, "landed": day, "credential": 5, "outcome": "granted"}
    reads = [
        {**read, "event": 10 * p + n, "person": p, "at": at(day, 8 + n), "door": door}
        for p in people
        for n, door in enumerate(("Main gate", HOSTILE))
    ]
    lake.write(ACCESS, rows(spark, ACCESS, *reads), night)
    gone = [{"person": 900 + n, "day": day, "reason": "no events"} for n in range(3)]
    lake.write(UNSCORED, rows(spark, UNSCORED, *gone), night)
    file = {"landed": day, "bytes": 9, "rows": 80, "silver": 80, "quarantined": 0, "duplicates": 0, "unresolved": 0}
    span = {"first_day": day, "last_day": day, "extra_columns": []}
    files = [{**file, **span, "feed": feed, "file": f"{feed}/{day}.csv"} for feed in ("access", "logon")]
    lake.write(LEDGER, rows(spark, LEDGER, *files), night)


@pytest.fixture(scope="session")
def seeded(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake, made once; its first night is published."""
    lake = Lake(spark, tmp_path_factory.mktemp("seeded") / "lake")
    employed = {"role": "Technician", "team": "T", "employer": "site", "valid_from": datetime(2020, 1, 1)}  # noqa: DTZ001
    lake.write(PEOPLE, rows(spark, PEOPLE, *({**employed, "person": p} for p in range(1, PEOPLE_ACTIVE + 1))))
    lake.write(LOGON, lake.empty(LOGON))
    for day in (FIRST, SECOND):
        gold(spark, lake, day)
    from jobs.risk_list import run

    run(context_of(lake), Days.one(FIRST))
    return Path(lake.root)


def context_of(lake: Lake, budget: int = 4) -> Context:
    facts = SiteFacts(name="Example & Works", time_zone="Europe/Vienna")
    feeds = {"access": FeedConfig(), "logon": FeedConfig()}
    site = Site(site=facts, feeds=feeds, list=ListFacts(budget=budget))
    return Context(lake, site, settings(lake=lake.root, environment={}))


@pytest.fixture
def context(spark: SparkSession, seeded: Path, tmp_path: Path) -> Context:
    """A copy of the seeded lake: the second night is not yet published."""
    shutil.copytree(seeded, tmp_path / "lake")
    return context_of(Lake(spark, tmp_path / "lake"))


@pytest.fixture
def change(spark: SparkSession) -> Callable[[Context, Table, Callable[[dict[str, Any]], dict[str, Any] | None]], None]:
    """Rewrite the second night's rows of a table, each through a function; None drops the row."""

    def apply(context: Context, table: Table, edit: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        days = Days.one(SECOND) if table.day else None
        held = [row.asDict() for row in context.lake.read(table, days).collect()]
        edited = [new for new in map(edit, held) if new is not None]
        if table.day is None:
            shutil.rmtree(context.lake.path(table))
        context.lake.write(table, rows(spark, table, *edited), days)

    return apply
