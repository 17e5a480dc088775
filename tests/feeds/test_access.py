"""Badge reads of several layouts, one delivery: what becomes of each row."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.silver import ACCESS, DOOR, LEDGER, QUARANTINE, ZONE
from expectations.vault import NAME
from jobs.conform import conform
from jobs.days import Days

DAY = "2026-03-29"  # clocks go forward at 01:00 UTC; the operational day is 04:00 UTC … 04:00 UTC of the 30th
HEADER = "when,card,reader,way,result\n"
READERS = HEADER + (
    "2026-03-29 09:00:00,C1,D1,IN,GRANTED\n"  # 2
    "2026-03-29 04:59:59,C1,D1,,granted\n"  # 3: before the boundary hour, the day before
    "2026-03-29 13:00:00,C1,D2,OUT,DENIED\n"  # 4: the card is Bo's since noon
    "2026-03-29 09:00:00,C1,D1,IN,GRANTED\n"  # 5: repeats line 2
    "2026-03-29 09:10:00,C9,D1,IN,GRANTED\n"  # 6
    "2026-03-30 05:00:00,C1,D1,IN,GRANTED\n"  # 7
    "1989-12-31 23:00:00,C1,D1,IN,GRANTED\n"  # 8
    "29/03/2026 09:00,C1,D1,IN,GRANTED\n"  # 9
    "2026-03-29 09:00:00,C1,D1\n"  # 10
    "\n"  # 11
    "2026-03-29 09:00:00,,D1,IN,GRANTED\n"  # 12
    "2026-03-29 09:00:00,C1,D1,IN,MAYBE\n"  # 13
    '2026-03-29 09:00:00,C1,"D1,IN,GRANTED\n'  # 14
    "2026-03-30 03:00:00,C1,D1,IN,GRANTED\n"  # 15: night shift, still this day
)
OTHER = (
    "\ufeffreader, card ,when,WAY,result,firmware\r\n"
    "D9,C2,2026-03-29 10:00:00,in,GRANTED,1.2\r\n"
    'D9,C2,2026-03-29 10:00:00,in,DENIED,"1,2"\r\n'
)
JSON = (
    '{"when":"2026-03-29 11:00:00","card":"C2","reader":"D1","way":"in","result":"DENIED"}\n'
    "[1]\n"
    "not json\n"
    '{"when":"2026-03-29 11:01:00","card":"C2","reader":"D1","way":null,"result":"DENIED","x":{"y":1}}'
)


@pytest.fixture(scope="module")
def night(lake, land, people, site):
    people(lake, "2026-03-28")
    land(lake, "access", DAY, "a readers.csv", READERS)
    land(lake, "access", DAY, "b%20[other].csv.gz", OTHER)
    land(lake, "access", DAY, "c.jsonl", JSON)
    land(lake, "access", DAY, "d.csv", (HEADER + "2026-03-29 12:30:00,C1,D1é,IN,GRANTED\n").encode("latin-1"))
    when = pa.array([datetime(2026, 3, 29, 15, tzinfo=UTC), None], pa.timestamp("us", tz="UTC"))
    both = {"card": ["C1"] * 2, "reader": ["D1"] * 2, "way": ["IN"] * 2, "result": ["granted"] * 2}
    pq.write_table(pa.table({"when": when, **both}), land(lake, "access", DAY, "e.parquet", b""))
    assert conform(lake, site, Days.one(date(2026, 3, 29))) == {date(2026, 3, 28)}
    return lake


@pytest.fixture(scope="module")
def reads(night):
    names = {row["person"]: row["number"] for row in night.read(NAME).collect()}
    rows = night.read(ACCESS).orderBy("at", "outcome").collect()
    return {(row["at"].strftime("%dT%H:%M:%S"), row["outcome"]): (names[row["person"]], row) for row in rows}


@pytest.fixture(scope="module")
def told(night):
    return {(row["file"].rsplit("/", 1)[1], row["line"]): row for row in night.read(QUARANTINE).collect()}


@pytest.fixture(scope="module")
def ledger(night):
    return {row["file"].rsplit("/", 1)[1]: row for row in night.read(LEDGER).collect()}


def test_each_good_row_arrives_once_with_its_holder_at_that_time(reads):
    assert {key: number for key, (number, _) in reads.items()} == {
        ("29T03:59:59", "granted"): "P1",
        ("29T08:00:00", "granted"): "P1",
        ("29T09:00:00", "granted"): "P2",
        ("29T09:00:00", "denied"): "P2",
        ("29T10:00:00", "denied"): "P2",
        ("29T10:01:00", "denied"): "P2",
        ("29T12:00:00", "denied"): "P2",
        ("29T15:00:00", "granted"): "P2",
        ("30T02:00:00", "granted"): "P2",
    }


def test_the_operational_day_begins_at_the_boundary_hour(reads):
    days = {at: row["day"].day for (at, _), (_, row) in reads.items()}
    assert days["29T03:59:59"] == 28
    assert days["29T08:00:00"] == 29
    assert days["30T02:00:00"] == 29


def test_the_zone_is_the_one_the_door_lets_into(reads):
    assert reads["29T08:00:00", "granted"][1]["zone"] == "gate"
    assert reads["29T12:00:00", "denied"][1]["zone"] == "gate"  # out of the vault
    assert reads["29T09:00:00", "denied"][1]["zone"] is None


def test_a_card_keeps_its_pseudonym_from_hand_to_hand(reads):
    cards = {at: row["credential"] for (at, _), (_, row) in reads.items()}
    assert cards["29T08:00:00"] == cards["29T15:00:00"] != cards["29T10:00:00"]


def test_each_bad_row_is_told_with_its_line_and_kept_as_landed(told):
    assert {place: row["reason"] for place, row in told.items()} == {
        ("a readers.csv", 6): "unknown badge at that time",
        ("a readers.csv", 7): "the time is after the end of the day it was delivered for",
        ("a readers.csv", 8): "the time is before 1990",
        ("a readers.csv", 9): "the time is not of the form yyyy-MM-dd HH:mm:ss",
        ("a readers.csv", 10): "the line does not have the header's 5 cells",
        ("a readers.csv", 12): "no value for badge (number of the badge)",
        ("a readers.csv", 13): "the outcome is none of DENIED, GRANTED",
        ("a readers.csv", 14): "the line does not have the header's 5 cells",
        ("c.jsonl", 2): "the line is no JSON object",
        ("c.jsonl", 3): "the line is no JSON object",
        ("d.csv", 2): "the line is not valid UTF-8",
        ("e.parquet", 2): "no value for at (when the badge was presented)",
    }
    assert told["a readers.csv", 13]["raw"] == READERS.splitlines()[12]
    assert told["c.jsonl", 3]["raw"] == "not json"
    assert '"card":"C1"' in told["e.parquet", 2]["raw"]


def test_the_ledger_accounts_for_every_row_of_every_file(ledger):
    counts = ("rows", "silver", "quarantined", "duplicates", "unresolved")
    assert {name: tuple(row[c] for c in counts) for name, row in ledger.items()} == {
        "a readers.csv": (13, 4, 8, 1, 1),
        "b%20[other].csv.gz": (2, 2, 0, 0, 0),
        "c.jsonl": (4, 2, 2, 0, 0),
        "d.csv": (1, 0, 1, 0, 0),
        "e.parquet": (2, 1, 1, 0, 0),
    }
    assert ledger["b%20[other].csv.gz"]["extra_columns"] == ["firmware"]
    first = ledger["a readers.csv"]
    assert (first["first_day"], first["last_day"]) == (date(2026, 3, 28), date(2026, 3, 29))


def test_doors_and_zones_are_the_declared_ones_and_those_seen(night):
    assert sorted(tuple(row) for row in night.read(DOOR).collect()) == [
        ("D1", "outside", "gate", 5.0),
        ("D2", "gate", "vault", 0.0),
        ("D9", "unknown", "unknown", 0.0),
    ]
    zones = {row["zone"]: row["consequence"] for row in night.read(ZONE).collect()}
    assert zones == {"gate": 1.0, "vault": 5.0, "outside": 1.0, "unknown": 1.0}


def test_conformed_again_nothing_changes(night, site, reads):
    before = night.read(ACCESS).collect()
    conform(night, site, Days.one(date(2026, 3, 29)))
    assert sorted(night.read(ACCESS).collect(), key=repr) == sorted(before, key=repr)
