"""A shadowed night for whoever decides: both ranks of everybody whom either list would have had read."""

from datetime import date
from types import SimpleNamespace

import pytest

from expectations.errors import MissingState
from expectations.gold import RISK, SHADOW
from features.pseudonym import code
from jobs.shadow import KEPT
from jobs.shadowed import lines, told

A, B, C, D = (number << 40 for number in (1, 2, 3, 4))


def test_whoever_is_within_the_budget_of_either_list_stands_there_once_with_both_ranks():
    rows = [row.rsplit(maxsplit=2) for row in lines({A: 1, B: 2, C: 3, D: 4}, {C: 1, A: 2, B: 7}, 2)]
    assert rows == [
        ["lead", "champion", "challenger"],
        [code(A), "1", "2"],
        [code(B), "2", "7"],
        [code(C), "3", "1"],
    ]


def test_a_rank_that_was_not_kept_is_told_as_beyond_and_one_that_is_not_there_as_none():
    _, first, second = lines({A: 1}, {B: 1}, 1)
    assert first.split() == [code(A), "1", ">", str(KEPT)]
    assert second.split() == [code(B), "–", "1"]


@pytest.mark.parametrize(
    ("held", "asked", "why"),
    [
        ([], None, "of some night, and there is none of any night. Next: "),
        ([date(2026, 3, 29)], date(2026, 3, 30), "of 2026-03-30, and the newest is of 2026-03-29. Next: "),
    ],
)
def test_a_night_without_a_challenger_is_an_error_that_says_what_makes_one(held, asked, why):
    context = SimpleNamespace(lake=SimpleNamespace(days=lambda table: held))
    with pytest.raises(MissingState, match=why):
        told(context, asked)


class Rows(list):
    """What a frame is asked for here, of rows that are ranked already."""

    def where(self, _):
        return self

    def select(self, *_):
        return self

    def collect(self):
        return self


def test_the_newest_shadowed_night_is_told_when_none_is_named():
    held = {
        RISK: Rows([{"person": A, "rank": 1}, {"person": B, "rank": 2}]),
        SHADOW: Rows([{"model": "7", "person": B, "rank": 1}]),
    }
    nights = [date(2026, 3, 29), date(2026, 3, 30)]
    lake = SimpleNamespace(
        days=lambda table: nights, read=lambda table, days: held[table] if days.last == nights[-1] else Rows()
    )
    site = SimpleNamespace(list=SimpleNamespace(budget=1))
    head, _, _, *rows = told(SimpleNamespace(lake=lake, site=site), None).splitlines()
    assert head == "night of 2026-03-30, challenger version 7: first 1 of either list"
    assert [row.split()[0] for row in rows] == [code(A), code(B)]
