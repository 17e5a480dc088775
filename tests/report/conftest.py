"""A small site with two nights of hand-made gold tables: night one is published, night two waits to be."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from expectations.gold import DRIVER, NIGHT, RISK, RISK_LIST, SCORE, UNSCORED
from expectations.gold_day import PLACE_DAY
from expectations.silver import ACCESS, LEDGER, PEOPLE
from expectations.table import Table
from features.catalog import PERSON_DAY
from feeds.site import FeedConfig, ListFacts, Site, SiteFacts
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.report import publish
from jobs.settings import settings

FIRST, SECOND = date(2026, 3, 29), date(2026, 3, 30)
HOSTILE = "<script>alert('door')</script>"
PEOPLE_ACTIVE = 40


def rows(spark: SparkSession, table: Table, *given: dict[str, Any]) -> DataFrame:
    """Rows of a table; columns left out are NULL."""
    return spark.createDataFrame([tuple(row.get(name) for name in table.names) for row in given], table.schema())


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 - Spark takes naive UTC


def night_rows(day: date) -> dict[Table, list[dict[str, Any]]]:
    """One night: 40 people active, person n has rank n on the first night; on the second 41 - n."""
    people = range(1, PEOPLE_ACTIVE + 1)
    rank = {p: p if day == FIRST else PEOPLE_ACTIVE + 1 - p for p in people}
    risk = [{"day": day, "person": p, "active": True, "rank": rank[p], "risk": 50.0 - rank[p]} for p in people]
    score = {"day": day, "fingerprint": "f", "model": "7", "status": "scored", "score": 3.0, "once_in": 400.0}
    told = {
        "day": day,
        "seen_on": day,
        "family": "places",
        "tonight": 2.0,
        "unit": "count",
        "sentence": f"Was refused at 3 doors, last at {HOSTILE}.",
        "innocent": "=a failing reader",
        "events": [11, 12],
    }
    refused = {"channel": "doors_refused", "position": 1, "value": 3.0, "usual": 0.2, "colleagues": 0.4}
    other = {"channel": "other", "position": 2, "part": 1.5, "sentence": "What is left.", "events": []}
    place = {"day": day, "source": "access", "kind": "door", "events": 2, "off_hours": 0, "night": 0, "evidence": [1]}
    seen = {"first_at": at(day, 8), "last_at": at(day, 9), "first_day": FIRST, "last_day": FIRST, "refused": 0}
    read = {"day": day, "landed": day, "credential": 5, "outcome": "granted"}
    file = {"landed": day, "bytes": 9, "rows": 80, "silver": 80, "quarantined": 0, "duplicates": 0, "unresolved": 0}
    span = {"first_day": day, "last_day": day, "extra_columns": []}
    own = {"day": day, "role": "Technician", "team": "=SUM(A1)"}
    return {
        RISK: risk,
        SCORE: [{**score, "person": p, "parts": [3.0]} for p in people],
        NIGHT: [{"day": day, "model": "7", "active": PEOPLE_ACTIVE, "scored": PEOPLE_ACTIVE, "innocent": 1.2}],
        DRIVER: [
            driver
            for r in risk
            for driver in (
                {**told, **refused, "person": r["person"], "part": r["risk"] - 1.5},
                {**told, **other, "person": r["person"]},
            )
        ],
        PERSON_DAY: [{**own, "person": p, "doors_refused": float(p % 3)} for p in people],
        PLACE_DAY: [
            {**place, **seen, "person": p, "place": name, "days_seen": known}
            for p in people
            for name, known in ((HOSTILE, 0), ("Main gate", 4))
        ],
        ACCESS: [
            {**read, "event": 10 * p + n, "person": p, "at": at(day, 8 + n), "door": door}
            for p in people
            for n, door in enumerate(("Main gate", HOSTILE))
        ],
        UNSCORED: [{"person": 900 + n, "day": day, "reason": "no events"} for n in range(3)],
        LEDGER: [{**file, **span, "feed": feed, "file": f"{feed}/{day}.csv"} for feed in ("access", "logon")],
    }


@pytest.fixture(scope="session")
def seeded(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake, made once; its first night is published."""
    lake = Lake(spark, tmp_path_factory.mktemp("seeded") / "lake")
    employed = {"role": "Technician", "team": "T", "employer": "site", "valid_from": at(date(2020, 1, 1), 0)}
    lake.write(PEOPLE, rows(spark, PEOPLE, *({**employed, "person": p} for p in range(1, PEOPLE_ACTIVE + 1))))
    nights = [night_rows(day) for day in (FIRST, SECOND)]
    for table in nights[0]:
        lake.write(table, rows(spark, table, *nights[0][table], *nights[1][table]), Days.through(FIRST, SECOND))
    listed = [{**r, "score": 3.0, "once_in": 400.0, "model": "7"} for r in nights[0][RISK] if r["rank"] <= 4]
    lake.write(RISK_LIST, rows(spark, RISK_LIST, *listed), Days.one(FIRST))
    root = Path(lake.root) / "published"
    publish.publish(root, FIRST, publish.stage(root, FIRST, {"report.html": "the first night"}))
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
