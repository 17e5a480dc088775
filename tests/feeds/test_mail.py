"""Addresses as mail systems write them: with display names, angle brackets and blanks."""

import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as F

from expectations.silver import MAIL, QUARANTINE
from feeds.mail import addresses, columns
from jobs.conform import conform
from jobs.days import Days
from jobs.lake import Lake

BO, EVE = "bo@harrow.example", "eve@else.example"
CELLS = {
    "plain": ("Bo@harrow.example;eve@else.example", [BO, EVE]),
    "blanks": (" bo@harrow.example ,  eve@else.example ", [BO, EVE]),
    "named": ("Bo Birch <bo@harrow.example>; Eve <eve@else.example>", [BO, EVE]),
    "only in brackets": ("<bo@harrow.example>,< eve@else.example >", [BO, EVE]),
    "a comma in a name": ("eve@else.example, Birch, Bo <bo@harrow.example>", [BO, EVE]),
    "separators in quotes": ('"Birch; Bo, Dr." <bo@harrow.example>;"Eve" <eve@else.example>', [BO, EVE]),
    "named by itself": ("'bo@harrow.example' <bo@harrow.example>", [BO]),
    "named by another": ('"eve@else.example" <bo@harrow.example>', [BO]),
    "a room in brackets": ("Bo <Room 2> <bo@harrow.example>", [BO]),
    "the same twice": ("Bo <bo@harrow.example>;BO@HARROW.EXAMPLE", [BO]),
    "no address": ("everybody;<all>", ["<all>", "everybody"]),
    "nothing": (" ; ,", []),
}


@pytest.mark.parametrize("cell", CELLS)
def test_an_address_is_what_stands_in_the_brackets(spark, cell):
    text, expected = CELLS[cell]
    (row,) = spark.createDataFrame([(text,)], "to string").select(addresses("to").alias("found")).collect()
    assert sorted(row["found"]) == expected


def test_named_colleagues_are_inside(spark, site):
    rows = [
        ("Bo <bo@harrow.example>", "Eve <eve@else.example>", None, '"Ash, Ann" <Ann@harrow.example> '),
        ("bo@mail.harrow.example", None, "<bo@harrow.example>", "Eve <eve@else.example>"),
    ]
    frame = spark.createDataFrame(rows, "to string, cc string, bcc string, from string")
    found = {name: columns(site)[name] for name in ("recipients", "outside", "private_sender", "blind", "outsiders")}
    told = frame.select(*(column.alias(name) for name, column in found.items())).orderBy(F.desc("outside")).collect()
    assert [tuple(row) for row in told] == [(2, 1, False, 0, [EVE]), (2, 0, True, 1, [])]


DAY = "2026-01-05"
SENT = {"id": "1", "date": "01/05/2026 10:00:00", "user": "ann", "pc": "PC-1", "from": "ann@harrow.example"}
LISTED = [
    {"to": [BO, EVE], "cc": None, "bcc": [EVE], "attachments": ["a.doc", "b.doc"]},
    {"to": ["Birch, Bo <bo@harrow.example>"], "cc": [BO], "bcc": [], "attachments": []},
    {"to": [], "cc": None, "bcc": None, "attachments": None},
]


def recipients_of(lake):
    rows = lake.read(MAIL).orderBy("at").collect()
    return [(row["recipients"], row["outside"], row["blind"], row["attachments"]) for row in rows]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_list_of_recipients_is_each_of_them(spark, tmp_path, land, people, site, kind):
    lake, name = Lake(spark, tmp_path / "lake"), f"mail.{kind}"
    people(lake, DAY)
    rows = [{**SENT, **row, "date": f"01/05/2026 1{n}:00:00"} for n, row in enumerate(LISTED)]
    if kind == "jsonl":
        land(lake, "mail", DAY, name, "\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), land(lake, "mail", DAY, name, b""))
    conform(lake, site, Days.one(date.fromisoformat(DAY)))
    assert recipients_of(lake) == [(2, 1, 1, 2), (1, 0, 0, 0), (0, 0, 0, 0)]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_recipients_in_any_other_shape_are_set_aside(spark, tmp_path, land, people, site, kind):
    lake, name = Lake(spark, tmp_path / "lake"), f"mail.{kind}"
    people(lake, DAY)
    rows = [{**SENT, "to": [{"address": BO}], "cc": None}, {**SENT, "to": [], "cc": {"address": BO}}]
    if kind == "jsonl":
        land(lake, "mail", DAY, name, "\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.Table.from_pylist(rows), land(lake, "mail", DAY, name, b""))
    conform(lake, site, Days.one(date.fromisoformat(DAY)))
    assert recipients_of(lake) == []
    told = [row["reason"] for row in lake.read(QUARANTINE).collect()]
    assert told == ["the recipients are no text and no list of texts"] * 2
