"""A door whose clock is behind: found by walks through it, told, and its reads set right for whatever reads them."""

import logging
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.quality import CLOCK
from expectations.silver import ACCESS
from features.clocks import righted, walks
from features.doubt import doubted
from features.passages import Ways
from features.places import places
from features.working_time import WorkingTime
from feeds.site import Site
from jobs import clocks
from jobs.clocks import events_of
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.report.night_facts import wrong_clocks
from jobs.rows import frame
from jobs.settings import settings
from jobs.site_graph import graph_of, ways
from tests.features.conftest import DAY
from tests.features.walked import Events, clock, walked

NIGHT, HOURS = Days.one(DAY), WorkingTime(day_begins=time(4))
SITE = Site.model_validate(
    {
        "site": {"name": "Works", "time_zone": "UTC"},
        "feeds": {"access": {}},
        "zones": [{"name": zone} for zone in ("yard", "lobby", "vault")],
        "doors": [
            {"name": "G", "from": "outside", "to": "yard", "least_seconds": 5},
            {"name": "L", "from": "yard", "to": "lobby", "least_seconds": 10},
            {"name": "V", "from": "lobby", "to": "vault", "least_seconds": 8},
        ],
    }
)
BEHIND = 240
WAY = ((0, "G"), (60, "L"), (100, "V"), (4000, "V-"), (4040, "L-"), (4100, "G-"))


@pytest.fixture(scope="module")
def site_ways(spark: SparkSession) -> Ways:
    graph = graph_of(SITE)
    assert graph
    return ways(spark, graph)


def crowd(events: Events, people: int, late: str = "", behind: int = BEHIND) -> DataFrame:
    """People who walk straight in one after the other, and out again; the clock of `late` is behind."""
    return walked(
        events,
        *(
            f"{person}: "
            + ", ".join(
                f"{clock(8 * 3600 + 300 * person + at - behind * (door[0] == late))} {door}" for at, door in WAY
            )
            for person in range(1, people + 1)
        ),
    )


def told(frame: DataFrame) -> dict[tuple[str, str], tuple[float, int]]:
    return {(row["first"], row["then"]): (row["quick"], row["people"]) for row in frame.collect()}


def test_ways_through_two_doors_are_told_by_the_quicker_quarter_also_where_they_run_backwards(
    events: Events, site_ways: Ways
) -> None:
    right = {("G", "L"): (60, 6), ("L", "V"): (40, 6), ("V", "L"): (40, 6), ("L", "G"): (60, 6)}
    assert told(walks(crowd(events, 6), site_ways.readers)) == right
    wrong = {**right, ("L", "V"): (40 - BEHIND, 6), ("V", "L"): (40 + BEHIND, 6)}
    assert told(walks(crowd(events, 6, "V"), site_ways.readers)) == wrong


def test_whoever_turns_round_waits_or_is_refused_walks_through_no_two_doors(events: Events, site_ways: Ways) -> None:
    reads = walked(
        events,
        "1: 08:00 G, 08:05 G-",
        "2: 08:00 G, 08:20 L",
        "3: 08:00 G, 08:01 Lx",
        # In again after a walk out: the nearer of two walks counts.
        "4: 08:00 G, 08:01 L, 08:10 L-, 08:11 L",
    )
    assert told(walks(reads, site_ways.readers)) == {("G", "L"): (60, 1)}


@pytest.mark.parametrize("late", ["", "L", "V"])
def test_set_right_the_day_is_as_if_every_clock_had_been(
    spark: SparkSession, events: Events, site_ways: Ways, late: str
) -> None:
    wrong = frame(spark, [(DAY, late, BEHIND, 6)] if late else [], CLOCK.schema())
    mended = righted(crowd(events, 6, late), wrong)
    assert sorted(mended.collect()) == sorted(crowd(events, 6).collect())


@pytest.fixture
def night(lake: Lake, tmp_path: Path) -> Callable[[DataFrame], Context]:
    def conformed(reads: DataFrame) -> Context:
        lake.write(ACCESS, reads.withColumn("landed", F.lit(DAY)), NIGHT)
        return Context(lake, SITE, settings(str(tmp_path), environment={}))

    return conformed


def test_a_night_finds_the_clock_says_so_and_nobody_and_no_other_reader_is_doubted(
    night: Callable[[DataFrame], Context], events: Events, site_ways: Ways, caplog: pytest.LogCaptureFixture
) -> None:
    reads = crowd(events, 6, "V")
    as_stamped = places({"access": reads}, HOURS, DAY, DAY + timedelta(days=1), site_ways)
    assert doubted(as_stamped, site_ways.readers).count() > 0
    context = night(reads)
    with caplog.at_level(logging.WARNING, "postern"):
        clocks.run(context, NIGHT)
    assert [tuple(row) for row in context.lake.read(CLOCK).collect()] == [(DAY, "V", BEHIND, 6)]
    assert "the clock of door 'V' is wrong on 1 of 1 days (first 2024-05-15, then 240 s behind)" in caplog.text
    assert wrong_clocks(context.lake, DAY) == (
        "access: clocks of doors were wrong: 'V' 240 s behind. Their reads were moved by as much. Have them set.",
    )
    mended = events_of(context.lake, ACCESS, NIGHT)
    rows = places({"access": mended}, HOURS, DAY, DAY + timedelta(days=1), site_ways)
    assert doubted(rows, site_ways.readers).count() == 0
    assert rows.where("kind = 'gap'").count() == 0
    # The events keep the times that were stamped.
    assert context.lake.read(ACCESS).where("door = 'V'").agg(F.min("at")).collect()[0][0].hour == 8


def test_right_clocks_and_a_site_without_doors_leave_an_empty_night(
    night: Callable[[DataFrame], Context], events: Events
) -> None:
    context = night(crowd(events, 6))
    bare: Any = SITE.model_copy(update={"doors": []})
    for site in (SITE, bare):
        clocks.run(Context(context.lake, site, context.settings), NIGHT)
        assert context.lake.read(CLOCK).count() == 0
        assert wrong_clocks(context.lake, DAY) == ()
