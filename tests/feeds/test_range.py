"""A range of deliveries leaves the tables that its nights leave one by one: late rows, repeats and rosters included."""

from datetime import date

import pytest

from expectations.errors import ConfigurationError, NothingLanded
from expectations.silver import ACCESS, DOOR, LEDGER, PEOPLE, QUARANTINE, ZONE
from expectations.vault import IDENTITY, NAME
from jobs.conform import conform
from jobs.days import Days
from jobs.identity import Pseudonyms
from jobs.lake import Lake
from jobs.people import Rosters
from jobs.rows import frame

HEADER = "when,card,reader,way,result\n"
TABLES = (ACCESS, QUARANTINE, LEDGER, PEOPLE, ZONE, DOOR, NAME, IDENTITY)


def tables(lake):
    return {table.name: sorted((tuple(row) for row in lake.read(table).collect()), key=repr) for table in TABLES}


@pytest.fixture(scope="module")
def fill(land, people):
    def put(lake):
        people(lake, "2026-01-05")
        land(lake, "access", "2026-01-05", "a.csv", HEADER + (
            "2026-01-05 09:00:00,C1,D1,IN,GRANTED\n"
            "2026-01-05 10:00:00,C3,D1,IN,GRANTED\n"  # not issued yet
        ))  # fmt: skip
        land(lake, "access", "2026-01-06", "a.csv", HEADER + (
            "2026-01-05 09:00:00,C1,D1,IN,GRANTED\n"  # came yesterday
            "2026-01-05 11:00:00,C1,D2,IN,DENIED\n"  # late
            "2026-01-06 09:00:00,C1,D1,IN,GRANTED\n"
        ))  # fmt: skip
        cards = "badge,person,valid_from,valid_to\nC1,P1,2026-01-01,\nC3,P2,2026-01-01,\n"
        land(lake, "cards", "2026-01-07", "cards.csv", cards)  # reception writes it down two days later
        land(lake, "access", "2026-01-07", "a.csv", HEADER + (
            "2026-01-06 09:00:00,C1,D1,IN,GRANTED\n"
            "2026-01-05 12:00:00,C3,D1,IN,GRANTED\n"
        ))  # fmt: skip

    return put


@pytest.fixture(scope="module")
def by_range(lake, fill, site):
    fill(lake)
    conform(lake, site, Days.through(date(2026, 1, 5), date(2026, 1, 7)))
    return lake


@pytest.fixture(scope="module")
def by_night(spark, tmp_path_factory, fill, site):
    lake = Lake(spark, tmp_path_factory.mktemp("nights"))
    fill(lake)
    late = [conform(lake, site, Days.one(date(2026, 1, day))) for day in (5, 6, 7)]
    assert late == [set(), {date(2026, 1, 5)}, {date(2026, 1, 5)}]
    return lake


def test_a_range_equals_its_nights(by_range, by_night):
    one, other = tables(by_range), tables(by_night)
    assert len(one["silver.access"]) == 4
    for name, rows in one.items():
        assert rows == other[name], name


def test_a_row_is_resolved_by_the_cards_known_when_it_came(by_range):
    told = [(row["landed"].day, row["line"], row["reason"]) for row in by_range.read(QUARANTINE).collect()]
    assert told == [(5, 3, "unknown badge at that time")]


def test_a_past_night_repeated_changes_nothing(by_night, site):
    before = tables(by_night)
    conform(by_night, site, Days.one(date(2026, 1, 6)))
    assert tables(by_night) == before


def test_of_the_rosters_those_in_force_in_the_range_and_the_newest_are_read(spark, tmp_path, people, site):
    lake = Lake(spark, tmp_path)
    for day in range(1, 8):
        people(lake, f"2026-01-0{day}")
    counts = {"bytes": 1, "rows": 1, "silver": 1, "quarantined": 0, "duplicates": 0, "unresolved": 0}
    told = {**dict.fromkeys(LEDGER.names), **counts, "feed": "access", "file": "access/2026-01-06/a.csv"}
    told |= {"landed": date(2026, 1, 6), "extra_columns": []}
    lake.write(LEDGER, frame(spark, [tuple(told.values())], LEDGER.schema()), Days.one(date(2026, 1, 6)))
    rosters = Rosters(lake, site, Days.through(date(2026, 1, 2), date(2026, 1, 3)), Pseudonyms(bytes(32)))
    assert sorted(name for name in rosters.content if name.startswith("people")) == [
        f"people/2026-01-0{day}/people.csv" for day in (2, 3, 6)
    ]
    for day in (date(2026, 1, 2), date(2026, 1, 3), rosters.newest):
        assert len(rosters.held(day)) == 9


def test_another_key_is_refused(by_night, site, monkeypatch):
    monkeypatch.setenv("POSTERN_KEY", "f" * 64)
    with pytest.raises(ConfigurationError, match="restore the key"):
        conform(by_night, site, Days.one(date(2026, 1, 6)))


def test_days_without_anything_are_told(by_night, site):
    with pytest.raises(NothingLanded, match="landing/<feed>/2026-02-02"):
        conform(by_night, site, Days.one(date(2026, 2, 2)))
