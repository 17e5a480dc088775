"""A day of seven people, folded once; each test reads cells."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from math import log2

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from expectations.gold_day import HABIT
from expectations.silver import PEOPLE
from features import habit
from features.catalog import BEHAVIOURS, found
from features.day_graph import edges
from features.person_day import on_days, person_day
from features.places import places
from features.working_time import WorkingTime
from jobs.site_graph import ways
from tests.features.drawn import site

Events = Callable[[str, str], DataFrame]
DAY = date(2024, 5, 15)  # the day of the fixture `events`
HOURS = WorkingTime(day_begins=time(4))
EVE, MONTH_START, LONG_AGO = date(2024, 5, 14), date(2024, 5, 1), date(2024, 1, 8)
WALKER, HELPER, WRITER, COPIER, NEWCOMER, OPERATOR, BOSS = 1, 2, 3, 4, 5, 6, 9

ACCESS = """
person | at       | door | zone | direction | outcome | credential
1      | 08:00    | D1   | Z1   | in        | granted | 11
1      | 08:10    | D2   | Z2   | in        | granted | 11
1      | 08:10:05 | D3   | Z3   | in        | denied  | 11
1      | 08:11    | D3   | Z3   | in        | denied  | 11
1      | 12:00    | D4   | Z1   |           | denied  | 11
1      | 23:00    | D1   | Z1   | out       | granted | 12
5      | 08:00    | D1   | Z1   | in        | granted | 50
"""
LOGON = """
person | at    | machine | activity
2      | 06:30 | PC2     | logoff
2      | 08:00 | PC2     | logon
2      | 09:00 | PC2     | logoff
2      | 10:00 | PC9     | logon
2      | 10:30 | PC9     | logoff
2      | 11:00 | PC-lab  | logon
2      | 02:00 | PC-lab  | logoff
5      | 08:05 | PC5     | logon
"""
MAIL = """
person | at    | machine | activity | recipients | outside | size | attachments | private_sender | blind | counterparts | outsiders
3      | 09:00 | PC3     | send     | 2          | 0       | 100  | 1           | no             | 0     | 301,302      |
3      | 09:05 | PC3     | send     | 3          | 2       | 700  | 4           | no             | 2     | 301,303,304  | 303,304
3      | 20:00 | PC9     | send     | 1          | 1       | 50   | 0           | yes            | 0     | 304          | 304
3      | 20:10 | PC9     | view     | 9          | 9       | 9000 | 9           | yes            | 1     | 305          | 305
"""  # noqa: E501  # a table is read across
MEDIA = """
person | at    | machine | activity   | medium
4      | 21:00 | PC4     | connect    | 71
4      | 21:30 | PC4     | disconnect | 71
4      | 22:00 | PC9     | connect    | 72
4      | 22:10 | PC9     | connect    |
"""
FILE = """
person | at    | machine | activity | extension | to_media
4      | 21:05 | PC4     | copy     | doc       | yes
4      | 21:06 | PC4     | copy     | zip       | yes
4      | 22:05 | PC9     | write    | zip       | no
4      | 22:06 | PC9     | delete   |           | no
"""
WEB = """
person | at    | domain       | activity | category
4      | 09:00 | news.example | visit    |
4      | 09:01 | jobs.example | visit    | job_search
4      | 09:02 | jobs.example | visit    | job_search
4      | 21:40 | drop.example | upload   | file_sharing
4      | 21:41 | news.example | upload   |
4      | 21:42 | tool.example | download | hacking
"""
ALARM = """
person | at    | machine | activity    | sensor | zone
6      | 09:00 | ALARM-1 | acknowledge | S1     | station
6      | 09:01 | ALARM-1 | reset       | S1     | station
6      | 09:10 | ALARM-1 | acknowledge | S1     | station
6      | 09:20 | ALARM-1 | acknowledge | S2     | station
"""
KNOWN = [
    # person, source, kind, place, days_seen, first_day
    *[(person, "presence", "presence", "any", 80, LONG_AGO) for person in (WALKER, HELPER, WRITER, COPIER, OPERATOR)],
    (NEWCOMER, "presence", "presence", "any", 3, date(2024, 5, 10)),
    *[(HELPER, "presence", "hour", hour, 60, LONG_AGO) for hour in ("08", "09", "10", "11")],
    (HELPER, "presence", "hour", "06", 4, LONG_AGO),
    (HELPER, "presence", "hour", "02", 9, date(2024, 5, 3)),
    (WALKER, "access", "door", "D1", 70, LONG_AGO),
    (WALKER, "access", "zone", "Z1", 70, LONG_AGO),
    (WALKER, "access", "door", "D4", 20, LONG_AGO),
    (HELPER, "logon", "machine", "PC2", 60, LONG_AGO),
    (HELPER, "logon", "machine", "PC-lab", 30, LONG_AGO),
    (WRITER, "logon", "machine", "PC-lab", 30, LONG_AGO),
    (WRITER, "logon", "machine", "PC3", 60, LONG_AGO),
    (COPIER, "logon", "machine", "PC4", 60, LONG_AGO),
    (BOSS, "logon", "machine", "PC9", 60, LONG_AGO),
    (WRITER, "mail", "counterpart", "301", 40, LONG_AGO),
    (WRITER, "mail", "counterpart", "303", 1, date(2024, 5, 13)),
    (COPIER, "file", "use", "file", 30, LONG_AGO),
    (COPIER, "media", "medium", "71", 9, LONG_AGO),
    (COPIER, "file", "extension", "doc", 30, LONG_AGO),
    (COPIER, "web", "domain", "news.example", 30, LONG_AGO),
    (OPERATOR, "alarm", "sensor", "S1", 60, LONG_AGO),
]


def habits_on(spark: SparkSession, day: date) -> DataFrame:
    rows = [(day, *known, min(day, EVE)) for known in KNOWN if known[-1] <= day]
    return spark.createDataFrame(rows, HABIT.schema())


@pytest.fixture(scope="module")
def place_day(spark: SparkSession, events: Events) -> Iterator[DataFrame]:
    feeds = {"access": ACCESS, "logon": LOGON, "mail": MAIL, "media": MEDIA, "file": FILE, "web": WEB, "alarm": ALARM}
    walks = ways(spark, site("outside ==D1:0== Z1 ==D2:60== Z2 ==D3:30== Z3"))
    frames = {name: events(name, text) for name, text in feeds.items()}
    rows = habit.remembered(places(frames, HOURS, DAY, date(2024, 5, 16), walks), habits_on(spark, EVE))
    starts = habits_on(spark, MONTH_START)
    shared = habit.with_shares(rows, habit.hour_shares(starts))
    told = habit.with_owners(shared, habit.owners(starts), roster(spark)).persist()
    yield told
    told.unpersist()


def roster(spark: SparkSession) -> DataFrame:
    since = datetime(2020, 1, 1)  # noqa: DTZ001
    people = [(person, "operator", "shift A", "site", BOSS, since, None) for person in (HELPER, WRITER)]
    return on_days(spark.createDataFrame(people, PEOPLE.schema()), HOURS)


@pytest.fixture(scope="module")
def cells(spark: SparkSession, place_day: DataFrame) -> Mapping[int, Row]:
    feeds = {"access", "logon", "mail", "media", "file", "web", "alarm"}
    told = person_day(place_day, roster(spark), BEHAVIOURS, feeds, has_graph=True)
    return {row["person"]: row for row in told.collect()}


EXPECTED = {
    WALKER: {
        "presence_first": 4.0,
        "presence_last": 19.0,
        "presence_span": 15.0,
        "hours_active": 3,
        "events_off_hours": 1,
        "events_at_night": 1,
        "free_day_work": 0,
        "badge_reads": 6,
        "badge_first": 4.0,
        "badge_last": 19.0,
        "badge_off_hours": 1,
        "badge_night": 1,
        "doors": 4,
        "zones": 2,
        "doors_new": 1,
        "zones_new": 1,
        "door_rarest": log2(81 / 0.5),
        "zones_off_hours": 1,
        "doors_of_others": 0,
        "doors_refused": 2,
        "zones_refused": 1,
        "refusals": 3,
        "refusal_share": 0.5,
        "refusals_at_one_door": 2,
        "doors_refused_never_granted": 1,
        "doors_refused_known": 1,
        "zone_change_fastest": 5 / 60,
        "moves_impossible": 1,
        "doors_tested": 2,
        "passages_unmatched": 3,
        "second_badge": 1,
        "machines": 0,
        "logon_first": None,
        "messages_sent": 0,
        "mail_bytes": None,
        "web_requests": 0,
        "logon_missing": 1,
        "badge_missing": None,
        "mail_missing": None,
    },
    HELPER: {
        "logons": 3,
        "logoffs": 4,
        "minutes_on": 60 + 30 + 900,
        "session_longest": 900,
        "sessions_overnight": 1,
        "logon_first": 2.5,
        "logon_last": 22.0,
        "logon_off_hours": 2,
        "logon_night": 1,
        "machines": 3,
        "machines_new": 1,
        "machines_shared": 1,
        "machine_rarest": log2(81 / 0.5),
        "machines_of_others": 1,
        "machines_of_others_new": 1,
        "machines_of_supervisor": 1,
        # 06 was seen on 4 of 80 days, 02 for the first time within the guard gap, 10 and 11 often.
        "hours_active": 6,
        "hours_rare": 1,
        "feeds_new": 1,
        "badge_first": None,
        "doors": 0,
        "logon_missing": None,
        "badge_missing": 1,
        "mail_missing": 1,
    },
    WRITER: {
        "messages_sent": 3,
        "recipients": 6,
        "recipients_of_widest": 3,
        "messages_blind": 1,
        "recipients_outside": 3,
        "outside_share": 0.5,
        "counterparts": 4,
        "counterparts_new": 3,
        "counterparts_outside": 2,
        "counterparts_outside_new": 2,
        "messages_to_new_outside": 2,
        "attachments": 5,
        "attachments_outside": 4,
        "mail_bytes": 850,
        "mail_largest": 700,
        "messages_private": 1,
        "mail_off_hours": 2,
        "mail_from_others_machine": 1,
        "logon_missing_in_use": 1,
    },
    COPIER: {
        "media_connects": 3,
        "media_first_use": 1,
        "media_off_hours": 4,
        "media_machines_new": 2,
        "media_new": 1,
        "media_on_others_machine": 2,
        "files_copied": 3,
        "files_onto_media": 2,
        "files_off_hours": 4,
        "file_sorts": 2,
        "file_sorts_new": 1,
        "files_deleted": 1,
        "files_first_use": 0,
        "files_on_others_machine": 1,
        "web_requests": 6,
        "domains": 4,
        "domains_new": 3,
        "web_off_hours": 3,
        "uploads": 2,
        "uploads_to_new": 1,
        "downloads": 1,
        "web_job_search": 2,
        "web_file_sharing": 1,
        "web_leaks": 0,
        "web_hacking": 1,
    },
    OPERATOR: {"alarms_acknowledged": 3, "alarms_of_one_point": 2, "alarm_points_new": 1},
    # Known for five days: everything would be new, so nothing is called new.
    NEWCOMER: {
        "doors": 1,
        "logon_missing": 0,
        "badge_missing": 0,
        "doors_new": None,
        "machines": 1,
        "machines_new": None,
        "hours_rare": None,
        "hour_rarest": None,
        "zone_change_fastest": None,
    },
}


@pytest.mark.parametrize(
    ("person", "name", "value"),
    [(person, name, value) for person, figures in EXPECTED.items() for name, value in figures.items()],
)
def test_a_cell(cells: Mapping[int, Row], person: int, name: str, value: float | None) -> None:
    assert cells[person][name] == (None if value is None else pytest.approx(value))


def test_every_behaviour_has_a_cell_that_says_something(cells: Mapping[int, Row]) -> None:
    silent = {"free_day_work", "doors_of_others", "web_leaks", "files_first_use"}
    drawn = (
        "feasibility",
        "routes",
        "reach",
        "structure",
        "together",
        "circles",
    )  # told on drawn sites, each in its own file
    silent |= {b.name for module in drawn for b in found(module)}
    dumb = {b.name for b in BEHAVIOURS if all(not row[b.name] for row in cells.values())}
    assert dumb <= silent


def test_only_people_with_events_have_a_row(cells: Mapping[int, Row]) -> None:
    assert sorted(cells) == [WALKER, HELPER, WRITER, COPIER, NEWCOMER, OPERATOR]


def test_items_are_nodes_of_the_day_s_graph(place_day: DataFrame) -> None:
    held = {(row["kind"], row["target"]): row for row in edges(place_day.where(F.col("person") == COPIER)).collect()}
    items = {key: (row["times"], row["is_new"]) for key, row in held.items() if key[0] in ("medium", "extension")}
    # What has no number is no node of its own: it is in its machine's.
    assert items == {
        ("medium", "71"): (2, False),
        ("medium", "72"): (1, True),
        ("extension", "doc"): (1, False),
        ("extension", "zip"): (2, True),
    }
    assert held["machine", "PC9"]["times"] == 2 + 2
    assert held["medium", "71"]["last_at"] - held["medium", "71"]["first_at"] == timedelta(minutes=30)


def test_counterparts_outside_are_nodes_and_colleagues_are_not(place_day: DataFrame) -> None:
    held = {(row["kind"], row["target"]): row for row in edges(place_day.where(F.col("person") == WRITER)).collect()}
    written = {target: (row["times"], row["is_new"]) for (kind, target), row in held.items() if kind == "counterpart"}
    # Of 301 to 304 two are outside; 305 was read and not written to; 303 was first written to within the guard.
    assert written == {"303": (1, True), "304": (2, True)}
    assert held["counterpart", "304"]["last_at"] - held["counterpart", "304"]["first_at"] == timedelta(
        hours=10, minutes=55
    )


def test_doors_and_zones_are_nodes_with_what_they_refused(place_day: DataFrame) -> None:
    held = {(row["kind"], row["target"]): row for row in edges(place_day.where(F.col("person") == WALKER)).collect()}
    assert {target: (row["times"], row["refused"]) for (kind, target), row in held.items() if kind == "door"} == {
        "D1": (2, 0), "D2": (1, 0), "D3": (2, 2), "D4": (1, 1),
    }  # fmt: skip
    assert held["zone", "Z1"]["last_at"] - held["zone", "Z1"]["first_at"] == timedelta(hours=15)
    assert (held["door", "D1"]["days_seen"], held["door", "D2"]["days_seen"]) == (70, 0)


def test_the_rarest_hour_is_measured_against_own_and_site_habits(cells: Mapping[int, Row]) -> None:
    # At the month start the site had 4 people × 80 days; nobody was ever seen at 02.
    guarded = (0 + 2 * 1e-4) / (80 + 2)
    assert cells[HELPER]["hour_rarest"] == pytest.approx(-log2(guarded))


def test_the_roster_of_the_day_is_told_and_the_unknown_are_said_to_be(cells: Mapping[int, Row]) -> None:
    assert (cells[HELPER]["role"], cells[HELPER]["supervisor"]) == ("operator", BOSS)
    assert (cells[WALKER]["role"], cells[WALKER]["team"], cells[WALKER]["supervisor"]) == ("unknown", "unknown", None)


def test_a_feed_the_site_does_not_have_is_null_and_not_zero(spark: SparkSession, place_day: DataFrame) -> None:
    row = person_day(place_day, roster(spark), BEHAVIOURS, {"access"}).where("person = 1").first()
    assert row is not None
    assert row["badge_reads"] == 6
    assert [row[b.name] for b in BEHAVIOURS if b.source not in ("access", "presence")] == [None] * sum(
        b.source not in ("access", "presence") for b in BEHAVIOURS
    )


def test_evidence_prefers_the_refused_and_the_late(place_day: DataFrame) -> None:
    held = {(row["source"], row["place"]): row["evidence"] for row in place_day.where("person = 1").collect()}
    assert held["access", "D1"] == [1, 6]
    assert held["access", "access"] == [1, 3]


def test_a_promotion_counts_from_its_day_and_a_leaver_until_the_last(spark: SparkSession) -> None:
    def at(day: int, hour: int) -> datetime:
        return datetime(2024, 5, day, hour)  # noqa: DTZ001

    people = [
        (1, "operator", "A", "site", None, at(1, 0), at(10, 12)),
        (1, "foreman", "A", "site", None, at(10, 12), at(20, 4)),
    ]
    rows = on_days(spark.createDataFrame(people, PEOPLE.schema()), HOURS).orderBy("from_day").collect()
    assert [(row["role"], row["from_day"], row["until_day"]) for row in rows] == [
        ("operator", date(2024, 4, 30), date(2024, 5, 10)),
        ("foreman", date(2024, 5, 10), date(2024, 5, 20)),
    ]
