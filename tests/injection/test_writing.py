"""Planted rows in the form of the delivery: columns, values, types, and what is taken away."""

import gzip
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq

from feeds.catalog import catalog
from feeds.site import Site
from jobs.injection.planted import Planted
from jobs.injection.writing import take_away, theirs, write_labels, write_like
from simulation.act import Seen

SITE = Site.model_validate(
    {
        "site": {"name": "Test", "time_zone": "UTC"},
        "feeds": {
            "access": {
                "columns": {"at": "When", "badge": "Card", "door": ["Building", "Room"], "outcome": "OK"},
                "values": {"outcome": {"true": "granted", "false": "denied"}},
            },
            "logon": {},
        },
    }
)
READ = {"badge": "4711", "door": "west-12-b", "outcome": "denied", "direction": "in"}


def test_a_row_is_told_in_the_sites_columns_and_values():
    assert theirs(catalog()["access"], SITE, READ, "noon") == {
        "When": "noon", "Card": "4711", "Building": "west", "Room": "12-b", "OK": "false",
    }  # fmt: skip
    told = theirs(catalog()["logon"], SITE, {"account": "ABC", "machine": "PC-1", "activity": "logon"}, "noon")
    assert told == {"date": "noon", "user": "ABC", "pc": "PC-1", "activity": "Logon"}


def test_csv_keeps_the_files_own_spelling_order_and_further_columns(tmp_path):
    like = tmp_path / "readers.csv.gz"
    like.write_bytes(gzip.compress(b"id;WHEN;ok;note\n7;yesterday;true;calm\n"))
    write_like(like, "csv", ";", [{"When": "noon", "OK": "false", "Card": "not in this file"}])
    assert (tmp_path / "readers-2.csv").read_text() == "id;WHEN;ok;note\n7;noon;false;calm\n"


def test_json_keeps_types(tmp_path):
    like = tmp_path / "readers.jsonl"
    like.write_text('{"at": 12, "ok": true, "door": "A", "floor": 3}\n')
    write_like(like, "jsonl", ",", [{"at": "99", "ok": "false", "door": "B"}, {"at": "", "ok": "true", "door": ""}])
    first, second = map(json.loads, (tmp_path / "readers-2.jsonl").read_text().splitlines())
    assert first == {"at": 99, "ok": False, "door": "B", "floor": 3}
    assert second == {"at": None, "ok": True, "door": "", "floor": 3}


def test_parquet_keeps_its_schema(tmp_path):
    like = tmp_path / "readers.parquet"
    table = pa.table({"at": pa.array([12], pa.int64()), "door": ["A"], "ok": [True], "to": [["x", "y"]]})
    pq.write_table(table, like)
    write_like(like, "parquet", ",", [{"at": "99", "door": "B", "ok": "false", "to": "y;z"}])
    found = pq.read_table(tmp_path / "readers-2.parquet")
    assert found.schema == table.schema
    assert found.to_pylist() == [{"at": 99, "door": "B", "ok": False, "to": ["y", "z"]}]


def test_rows_are_taken_away_from_a_copy_and_the_linked_original_keeps_them(tmp_path):
    original, landed = tmp_path / "original.csv", tmp_path / "landing" / "access" / "2026-03-02" / "access.csv"
    landed.parent.mkdir(parents=True)
    original.write_text("at,door\n1,A\n2,B\n3,C\n")
    landed.hardlink_to(original)
    day = date(2026, 3, 2)
    take_away(tmp_path, [Seen("access", datetime.now(UTC), day, {}, "access/2026-03-02/access.csv", 3)])
    assert landed.read_text() == "at,door\n1,A\n3,C\n"
    assert original.read_text().count("\n") == 4


def test_a_label_is_of_a_person_and_a_day_not_of_everybody_on_every_day(tmp_path):
    first, second = date(2026, 3, 2), date(2026, 3, 3)
    deeds = (("P1", first), ("P1", second), ("P2", second))
    write_labels(tmp_path / "labels.csv", [Planted("administrator", 0.5, deeds)])
    assert (tmp_path / "labels.csv").read_text().splitlines() == [
        "scenario,person,day,intensity",
        "administrator,P1,2026-03-02,0.5",
        "administrator,P1,2026-03-03,0.5",
        "administrator,P2,2026-03-03,0.5",
    ]
