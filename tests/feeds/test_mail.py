"""Addresses as mail systems write them: with display names, angle brackets and blanks."""

import pytest
from pyspark.sql import functions as F

from feeds.mail import addresses, columns

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
