"""From the list back to a person and to what was recorded: for a reason, and with a record of who asked."""

from datetime import UTC, date, datetime

import pytest

from expectations.errors import ConfigurationError, MissingState
from expectations.silver import ACCESS, LOGON
from expectations.vault import NAME, OPENED
from features.pseudonym import code, spelled
from feeds.site import Site
from jobs import event, name
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from jobs.settings import settings

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
NIGHT = Days.through(DAY, NEXT)
SITE = Site.model_validate({"site": {"name": "Test", "time_zone": "Europe/Berlin"}, "feeds": {"logon": {}}})
MILLER, JONES = 2**62 + 12345, -(2**61) + 99
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory):
    lake = Lake(spark, tmp_path_factory.mktemp("named"))
    people = [(MILLER, "4711", "A. Miller", None), (JONES, "4712", "B. Jones", "b.jones@works.example")]
    lake.write(NAME, frame(spark, people, NAME.schema()))
    at = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    reads = [(11, MILLER, at, DAY, NEXT, 5, "D-001", "hall", None, "denied")]
    lake.write(ACCESS, frame(spark, reads, ACCESS.schema()), NIGHT)
    logons = [
        (-12, JONES, at.replace(hour=6), DAY, DAY, "PC-1", "logon"),
        (13, JONES, at, NEXT, NEXT, "PC-1", "logoff"),
    ]
    lake.write(LOGON, frame(spark, logons, LOGON.schema()), NIGHT)
    return Context(lake, SITE, settings(str(lake.root), environment={}))


def opened(context):
    return [(row["by"], row["person"], row["because"]) for row in context.lake.read(OPENED).orderBy("by").collect()]


@pytest.mark.parametrize("given", ["", "P-123", "P-K7QF-2M9", "K7QF-2M9U"])
def test_what_is_no_code_or_has_no_reason_opens_nothing(context, given):
    with pytest.raises(ConfigurationError, match="Next"):
        name.run(context, [given], "case 1", "smith", NOW)
    with pytest.raises(ConfigurationError, match="reason"):
        name.run(context, [code(MILLER)], "  ", "smith", NOW)
    with pytest.raises(MissingState, match="nobody with the code P-0000-0000"):
        name.run(context, [code(MILLER), "P-0000-0000"], "case 1", "smith", NOW)
    assert opened(context) == []
    assert name.record(context) == ["nobody asked for a name so far"]


def test_a_name_is_told_and_who_asked_is_kept_without_it(context):
    asked = [code(JONES).lower(), code(MILLER).replace("-", "")]
    told = name.run(context, asked, "case 2026-14", "smith", NOW)
    assert told == [f"{code(MILLER)}  4711  A. Miller", f"{code(JONES)}  4712  B. Jones  b.jones@works.example"]
    name.run(context, [code(JONES)], "case 2026-15", "wong", NOW)
    assert sorted(opened(context)) == [
        ("smith", JONES, "case 2026-14"), ("smith", MILLER, "case 2026-14"), ("wong", JONES, "case 2026-15"),
    ]  # fmt: skip
    record = name.record(context)
    assert len(record) == 3
    assert all(line.startswith("2026-03-03 09:00 UTC  ") for line in record)
    assert not [line for line in record for word in ("Miller", "Jones", "4711") if word in line]


def test_letters_that_are_easily_taken_for_figures_are_these():
    assert spelled(" p-oil0-abcd ") == "P-0110-ABCD"


def test_evidence_is_told_with_its_time_by_the_site_s_clock_and_where_the_row_lies(context):
    assert event.run(context, [11, -12]) == [
        f"2026-03-02 07:30:00  logon  {code(JONES)}  machine: PC-1  activity: logon  landing/logon/2026-03-02  -12",
        f"2026-03-02 08:30:00  access  {code(MILLER)}  credential: 5  door: D-001  zone: hall  outcome: denied  "
        "landing/access/2026-03-03  11",
    ]
    with pytest.raises(MissingState, match="no event 13 on 2026-03-02"):
        event.run(context, [11, 13], DAY)
