"""Who is missing beside presence, and when that is a feed's doing and nobody's."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from expectations.gold_day import HABIT
from expectations.silver import PEOPLE
from features.catalog import found
from features.habit import remembered, with_shares
from features.person_day import on_days, person_day
from features.places import places
from features.rows import apart
from features.silence import lost, marked, with_silence_doubted
from features.working_time import WorkingTime

Events = Callable[[str, str], DataFrame]
DAY = date(2024, 5, 15)  # the day of the fixture `events`, a Wednesday
AFTER, EVE, MONTH_START, LONG_AGO = DAY + timedelta(days=1), date(2024, 5, 14), date(2024, 5, 1), date(2024, 1, 8)
HOURS = WorkingTime(day_begins=time(4))
CROWD = 80
CLEANERS = range(100, 120)
SATURDAY = DAY + timedelta(days=3)
Night = Callable[..., tuple[dict[int, Row], list[tuple[str, int]]]]


@pytest.fixture(scope="module")
def roster(spark: SparkSession) -> DataFrame:
    """Twenty engineers in each of four teams, and twenty cleaners, who use no computer."""
    since = datetime(2020, 1, 1)  # noqa: DTZ001
    people = [(p, "engineer", str(p // 20), "site", None, since, None) for p in range(CROWD)]
    people += [(p, "cleaner", "cleaning", "site", None, since, None) for p in CLEANERS]
    return on_days(spark.createDataFrame(people, PEOPLE.schema()), HOURS)


@pytest.fixture(scope="module")
def month_start(spark: SparkSession) -> DataFrame:
    """Engineers log on and write mail on all of 80 days; cleaners came on as many and never logged on."""
    marks = [(p, "kept", name) for p in range(CROWD) for name in ("logon beside badge", "mail beside logon")]
    marks += [(p, "missed", "logon beside badge") for p in CLEANERS]
    rows = [(MONTH_START, p, "presence", kind, name, 80, LONG_AGO, MONTH_START) for p, kind, name in marks]
    return spark.createDataFrame(rows, HABIT.schema())


def reads(people: Iterable[int]) -> str:
    return "\n".join(["person | at | door | zone | direction", *(f"{p} | 08:00 | D | Z | in" for p in people)])


def logons(people: Iterable[int]) -> str:
    return "\n".join(["person | at | machine | activity", *(f"{p} | 08:05 | PC | logon" for p in people)])


@pytest.fixture
def night(spark: SparkSession, events: Events, roster: DataFrame, month_start: DataFrame) -> Night:
    """Feeds as text → cells by person, and (silence, people) that are told as a feed's."""

    def told(**feeds: str) -> tuple[dict[int, Row], list[tuple[str, int]]]:
        nothing = spark.createDataFrame([], HABIT.schema())
        rows = remembered(
            places({name: events(name, text) for name, text in feeds.items()}, HOURS, DAY, AFTER), nothing
        ).localCheckpoint()
        silences = lost(rows, month_start, roster)
        rows = apart(rows, (marked(), lambda mine: with_silence_doubted(mine, silences, roster)))
        shared = with_shares(rows, spark.createDataFrame([], "known_on date, place string, site_share double"))
        cells = person_day(shared, roster, list(found("silence")), feeds.keys()).collect()
        return {row["person"]: row for row in cells}, sorted((r["place"], r["people"]) for r in silences.collect())

    return told


def missing(cells: dict[int, Row], name: str) -> list[int]:
    return sorted(person for person, row in cells.items() if row[name])


def test_a_badge_without_a_logon_and_a_logon_without_a_badge_are_told_of_one(night: Night) -> None:
    cells, silences = night(access=reads(range(79)), logon=logons(range(1, 80)))
    assert missing(cells, "logon_missing") == [0]
    assert missing(cells, "badge_missing") == [79]
    assert cells[0]["badge_missing"] is None  # there is no logon beside which a badge could be missing
    assert cells[79]["logon_missing"] is None
    assert (cells[1]["logon_missing"], cells[1]["badge_missing"]) == (0, 0)
    assert cells[1]["mail_missing"] is None  # a site without that feed
    assert silences == []


@pytest.mark.parametrize(
    ("silent", "told", "whose"),
    [
        # Two are looked at; with a third of twenty it is their team's feed, with every twentieth of all everybody's.
        (range(2), [0, 1], []),
        (range(3), [], [("logon beside badge, team 0", 3)]),
        (range(0, 60, 20), [0, 20, 40], []),
        (range(4), [], [("logon beside badge", 4)]),
        (range(80), [], [("logon beside badge", 80)]),
    ],
)
def test_one_or_two_are_told_and_where_many_are_silent_nobody_is(
    night: Night, silent: range, told: list[int], whose: list[tuple[str, int]]
) -> None:
    cells, silences = night(access=reads(range(CROWD)), logon=logons(p for p in range(CROWD) if p not in silent))
    assert missing(cells, "logon_missing") == told
    assert silences == whose
    # Whom the feed may have lost is not judged at all; of all others it is known that nothing is missing.
    assert cells[0]["logon_missing"] == (1 if told else None)
    assert cells[79]["logon_missing"] == (0 if 79 not in silent else None)


def test_who_never_leaves_a_record_hides_nobody_and_is_no_loss_of_the_feed(night: Night) -> None:
    cells, silences = night(access=reads([*range(CROWD), *CLEANERS]), logon=logons(range(1, CROWD)))
    assert silences == []
    assert missing(cells, "logon_missing") == [0, *CLEANERS]  # and as on all days before: no surprise


def test_mail_and_files_without_any_logon_are_told(night: Night) -> None:
    mail = "person | at | machine | activity\n" + "\n".join(f"{p} | 09:00 | PC | send" for p in range(1, CROWD))
    file = "person | at | machine | activity | extension\n0 | 09:00 | PC | copy | doc"
    cells, _ = night(logon=logons(range(2, CROWD)), mail=mail, file=file)
    assert missing(cells, "logon_missing_in_use") == [0, 1]
    assert missing(cells, "mail_missing") == []
    cells, _ = night(logon=logons(range(CROWD)), mail=mail)
    assert missing(cells, "mail_missing") == [0]


def test_a_free_day_is_marked_apart_and_a_later_day_changes_nothing(spark: SparkSession, events: Events) -> None:
    frame = events("access", reads([1]))
    later = frame.withColumns({"day": F.lit(SATURDAY), "at": F.expr("at + INTERVAL 3 DAYS")})
    logon = events("logon", logons([1])).withColumns({"day": F.lit(SATURDAY), "at": F.expr("at + INTERVAL 3 DAYS")})

    def marks(access: DataFrame, until: date) -> set[tuple[date, str, str]]:
        rows = places({"access": access, "logon": logon}, HOURS, DAY, until)
        return {(r["day"], r["kind"], r["place"]) for r in rows.where("kind IN ('kept', 'missed')").collect()}

    alone = {(DAY, "missed", "logon beside badge")}
    both = {
        (SATURDAY, "kept", "logon beside badge on a free day"),
        (SATURDAY, "kept", "badge beside logon on a free day"),
    }
    assert marks(frame.unionByName(later), SATURDAY + timedelta(days=1)) == alone | both
    assert {mark for mark in marks(frame, AFTER) if mark[0] == DAY} == alone
