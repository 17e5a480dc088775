"""Whoever leaves a roster stays known, until the first delivery without them."""

from datetime import UTC, date, datetime

import pytest
from pyspark.sql import functions as F

from expectations.silver import PEOPLE
from expectations.vault import IDENTITY, NAME
from feeds.site import Site
from jobs.conform import conform
from jobs.days import Days
from jobs.lake import Lake
from jobs.listed import Listed

HEAD = "person,name,email,account,role,team,supervisor,employer,start,end\n"
ANN = "P1,Ann Ash,ann@harrow.example,ann,Clerk,T1,P2,Harrow,2026-01-01,\n"
BO = "P2,Bo Birch,bo@harrow.example,bo,Chief,T1,,Harrow,2026-01-01,\n"
CY = "P3,Cy Cole,cy@harrow.example,cy,Clerk,T1,P2,Harrow,2026-03-04,\n"
LOGONS = "id,date,user,pc,activity\n{{{day}}},{month}/{dom}/2026 09:00:00,bo,PC-1,Logon\n"
ROSTERS = {"2026-03-03": ANN + BO, "2026-03-04": BO + CY, "2026-03-05": BO + CY}


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 5, tzinfo=UTC)


def test_who_is_no_longer_listed_stays_until_then_and_who_is_listed_otherwise_until_that_begins():
    before = Listed(
        [(1, "P1", "Ann", None), (2, "P2", "Bo", None)],
        [("badge", "C1", 1, at(1), None), ("badge", "C2", 2, at(1), None)],
        [(1, "Clerk", at(1), None), (2, "Clerk", at(1), None)],
    )
    newer = Listed([(2, "P2", "Bo", None)], [("badge", "C2", 2, at(4), None)], [(2, "Chief", at(4), None)])
    now = before.then(newer, at(6))
    assert sorted(now.names) == [(1, "P1", "Ann", None), (2, "P2", "Bo", None)]
    assert sorted(now.held, key=repr) == [
        ("badge", "C1", 1, at(1), at(6)),
        ("badge", "C2", 2, at(1), None),
    ]
    assert sorted(now.spells, key=repr) == [
        (1, "Clerk", at(1), at(6)),
        (2, "Chief", at(4), None),
        (2, "Clerk", at(1), at(4)),
    ]
    assert now.then(newer, at(9)) == now  # whoever has left does not leave again


def test_what_goes_on_unchanged_stays_one_interval_however_often_it_is_told_anew():
    known = Listed((), (), [(1, "Clerk", at(1), None)])
    for month in range(2, 5):
        known = known.then(Listed((), (), [(1, "Clerk", at(month), None)]), at(month))
    assert known.spells == [(1, "Clerk", at(1), None)]


def test_what_a_delivery_tells_again_is_taken_as_it_tells_it():
    before = Listed((), (), [(1, "Clerk", at(1), None)])
    assert before.then(Listed((), (), [(1, "Chief", at(1), None)]), at(6)).spells == [(1, "Chief", at(1), None)]


@pytest.fixture
def landed(lake_of_its_own: Lake, land):
    for day, rows in ROSTERS.items():
        _, month, dom = day.split("-")
        land(lake_of_its_own, "people", day, "people.csv", HEAD + rows)
        land(lake_of_its_own, "logon", day, "logon.csv", LOGONS.format(day=day, month=month, dom=dom))
    return lake_of_its_own


@pytest.fixture
def lake_of_its_own(spark, tmp_path) -> Lake:
    return Lake(spark, tmp_path / "lake")


def listed(lake: Lake) -> list[tuple]:
    people = lake.read(PEOPLE).join(lake.read(NAME), "person").select("number", "role", "valid_from", "valid_to")
    return sorted((tuple(row) for row in people.withColumns({
        name: F.date_format(name, "MM-dd HH") for name in ("valid_from", "valid_to")
    }).collect()), key=repr)  # fmt: skip


SITE = Site.model_validate(
    {"site": {"name": "S", "time_zone": "Europe/London", "day_begins": "05:00"}, "feeds": {"logon": {}},
     "people": {"roster": "intervals"}}
)  # fmt: skip
KNOWN = [("P1", "Clerk", "01-01 05", "03-04 05"), ("P2", "Chief", "01-01 05", None), ("P3", "Clerk", "03-04 05", None)]


def test_a_leaver_is_known_until_the_first_roster_without_them_by_night_and_by_range(landed: Lake, spark, tmp_path):
    for day in ROSTERS:
        conform(landed, SITE, Days.one(date.fromisoformat(day)))
    assert listed(landed) == KNOWN
    accounts = landed.read(IDENTITY).where("kind = 'account'").select("identifier").collect()
    assert sorted(row[0] for row in accounts) == ["ann", "bo", "cy"]
    # A night run again, while later ones are there, forgets nobody and moves nothing.
    conform(landed, SITE, Days.one(date(2026, 3, 3)))
    assert listed(landed) == KNOWN

    fresh = Lake(spark, tmp_path / "range")
    (tmp_path / "range").mkdir()
    (tmp_path / "range" / "landing").symlink_to(tmp_path / "lake" / "landing")
    conform(fresh, SITE, Days(date(2026, 3, 3), date(2026, 3, 6)))
    assert listed(fresh) == KNOWN
    assert sorted(map(tuple, fresh.read(IDENTITY).collect()), key=repr) == sorted(
        map(tuple, landed.read(IDENTITY).collect()), key=repr
    )
