"""A day of seven people in behaviours; each test reads cells."""

from collections.abc import Mapping
from datetime import date, datetime
from math import log2

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from expectations.silver import PEOPLE
from features.catalog import BEHAVIOURS, found
from features.person_day import on_days, person_day
from tests.features.seven_people import BOSS, COPIER, HELPER, HOURS, NEWCOMER, OPERATOR, WALKER, WRITER, roster


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
        "counterparts_new": 0,
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
        # No mail that day: none was sent, and whether any was to new addresses is not learnt as nought.
        "messages_sent": 0,
        "counterparts_new": None,
        "domains_new": None,
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
