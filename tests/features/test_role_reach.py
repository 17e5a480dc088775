"""What is new to a whole role: two engineers and a clerk, and what they are known to use."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from expectations.gold_day import HABIT
from expectations.silver import PEOPLE
from features.catalog import found
from features.habit import hour_shares, owners, remembered, with_owners, with_shares
from features.person_day import on_days, person_day
from features.places import places
from features.role_reach import reached, with_role_days
from features.rows import apart
from features.working_time import WorkingTime
from jobs.rows import frame

Events = Callable[[str, str], DataFrame]
DAY, AFTER = date(2024, 5, 15), date(2024, 5, 16)  # the day of the fixture `events`
MONTH, EVE, LONG_AGO, LATELY = date(2024, 5, 1), date(2024, 5, 14), date(2024, 1, 8), date(2024, 4, 20)
HOURS = WorkingTime(day_begins=time(4))
ENGINEER, COLLEAGUE, CLERK, STRANGER = 1, 2, 3, 4
KNOWN = [
    *[(person, "presence", "presence", "any", LONG_AGO) for person in (ENGINEER, COLLEAGUE, CLERK, STRANGER)],
    *[(person, "logon", "machine", f"PC{person}", LONG_AGO) for person in (ENGINEER, COLLEAGUE, CLERK)],
    (COLLEAGUE, "logon", "machine", "PC-lab", LATELY),
    (ENGINEER, "file", "extension", "dwg", LONG_AGO),
    (COLLEAGUE, "file", "extension", "stp", LONG_AGO),
    (CLERK, "file", "extension", "xls", LONG_AGO),
]
LOGON = """
person | at    | machine | activity
1      | 08:00 | PC1     | logon
1      | 09:00 | PC2     | logon
1      | 10:00 | PC3     | logon
1      | 11:00 | PC-lab  | logon
4      | 08:00 | PC1     | logon
"""
FILE = """
person | at    | machine | activity | extension
1      | 09:05 | PC2     | copy     | dwg
1      | 09:06 | PC2     | copy     | stp
1      | 09:07 | PC2     | copy     | xls
1      | 09:08 | PC2     | copy     | key
"""
MEDIA = """
person | at    | machine | activity
1      | 09:04 | PC2     | connect
1      | 10:04 | PC3     | connect
"""


def habits(spark: SparkSession, on: date, more: tuple[tuple[object, ...], ...] = ()) -> DataFrame:
    rows = [(on, *known[:4], 30, known[4], on) for known in (*KNOWN, *more) if known[4] <= on]
    return frame(spark, rows, HABIT.schema())


def night(
    spark: SparkSession, events: Events, *, more: tuple[tuple[object, ...], ...] = (), starts: DataFrame | None = None
) -> DataFrame:
    """Place rows of the day; `more` is known besides, `starts` instead of what the month start knew."""
    since = datetime(2020, 1, 1, tzinfo=UTC)
    roles = {ENGINEER: "engineer", COLLEAGUE: "engineer", CLERK: "clerk"}
    staff = [(person, role, "A", "site", None, since, None) for person, role in roles.items()]
    roster = on_days(frame(spark, staff, PEOPLE.schema()), HOURS)
    seen = {name: events(name, text) for name, text in (("logon", LOGON), ("file", FILE), ("media", MEDIA))}
    rows = remembered(places(seen, HOURS, DAY, AFTER), habits(spark, EVE)).localCheckpoint()
    starts = habits(spark, MONTH, more) if starts is None else starts
    told = apart(rows, (reached(), lambda mine: with_role_days(mine, starts, roster)))
    told = with_shares(told, hour_shares(starts))
    told = with_owners(told, owners(starts), roster)
    return person_day(told, roster, tuple(found("reach")), {"logon", "file", "media"})


def of(told: DataFrame, person: int = ENGINEER) -> Row:
    (row,) = told.where(f"person = {person}").collect()
    return row


def test_a_colleague_s_machine_is_not_new_to_the_role_another_s_is(spark: SparkSession, events: Events) -> None:
    row = of(night(spark, events))
    # PC3 is the clerk's. The laboratory's was found by a colleague within the fortnight before the month began.
    assert row["machines_new_to_role"] == 2
    assert row["file_sorts_new_to_role"] == 2  # xls is the clerk's, key nobody's
    assert (row["role"], row["zones_new_to_role"]) == ("engineer", None)


def test_what_no_month_start_knows_anything_of_is_new_to_nobody(spark: SparkSession, events: Events) -> None:
    assert of(night(spark, events))["media_machines_new_to_role"] == 0, "nobody was ever known to use any"
    known = ((COLLEAGUE, "media", "machine", "PC2", LONG_AGO),)
    assert of(night(spark, events, more=known))["media_machines_new_to_role"] == 1
    nothing = habits(spark, MONTH).where("kind = 'presence'")
    row = of(night(spark, events, starts=nothing))
    assert (row["machines_new_to_role"], row["file_sorts_new_to_role"]) == (0, 0)


@pytest.mark.parametrize(("known", "new"), [((), 1), (((9, "logon", "machine", "PC1", LONG_AGO),), 0)])
def test_people_whom_no_roster_names_are_a_role_of_their_own(
    spark: SparkSession, events: Events, known: tuple[tuple[object, ...], ...], new: int
) -> None:
    row = of(night(spark, events, more=known), STRANGER)
    assert (row["role"], row["machines_new_to_role"]) == ("unknown", new)
