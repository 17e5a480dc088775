"""Each rule of the list, broken by itself."""

from dataclasses import replace
from datetime import date

import pytest

from jobs.list_gate import (
    KNOWN,
    LIST_RULES,
    PARTS,
    PEOPLE_ONCE,
    RANKS,
    ROWS,
    SHARE_CRITICAL,
    SHARE_WARNING,
    list_numbers,
)
from jobs.report.night import Lead

DAY = date(2026, 3, 30)
GOOD = [Lead(rank, 100 + rank, 10.0 - rank, 1.0, 2.0, "7", None) for rank in (1, 2, 3)]


def broken(leads: list[Lead], *, active: int = 100, followed: int = 100, off: float = 0.0) -> set[str]:
    sums = {(DAY, lead.person): lead.risk + off for lead in GOOD}
    told = list_numbers({DAY: leads}, {DAY: active}, {DAY: followed}, {101, 102, 103}, sums, budget=3)
    return {rule.name for rule in LIST_RULES if told[rule.name][DAY] > rule.most}


def test_a_good_list_breaks_nothing() -> None:
    assert broken(GOOD) == set()
    assert broken(GOOD[::-1]) == set(), "the order rows come in says nothing"


@pytest.mark.parametrize(
    ("leads", "rules"),
    [
        (GOOD[:2], {ROWS}),
        ([*GOOD[:2], replace(GOOD[1], rank=3)], {PEOPLE_ONCE}),
        ([*GOOD[:2], replace(GOOD[2], person=7)], {KNOWN, PARTS}),
        ([*GOOD[:2], replace(GOOD[2], rank=4)], {RANKS}),
        ([replace(GOOD[1], rank=1), replace(GOOD[0], rank=2), GOOD[2]], {RANKS}),
        ([*GOOD[:2], replace(GOOD[2], risk=float("nan"))], {RANKS}),
    ],
)
def test_one_thing_wrong(leads: list[Lead], rules: set[object]) -> None:
    assert broken(leads) == {rule.name for rule in (ROWS, PEOPLE_ONCE, KNOWN, PARTS, RANKS) if rule in rules}


def test_who_did_nothing_unusual_fills_a_list_of_few_people_without_a_reason() -> None:
    """On a free day fewer are active than the budget: the last lead's risk is 0, and so is the sum of no parts."""
    calm = replace(GOOD[2], person=103, risk=0.0)
    told = list_numbers({DAY: [calm]}, {DAY: 1}, {DAY: 100}, {103}, {}, budget=3)
    assert told[PARTS.name][DAY] == 0
    told = list_numbers({DAY: [replace(calm, risk=4.0)]}, {DAY: 1}, {DAY: 100}, {103}, {}, budget=3)
    assert told[PARTS.name][DAY] == 1, "a risk without any part is none"


def test_parts_may_miss_their_sum_by_a_millionth_only() -> None:
    assert broken(GOOD, off=5e-7) == set()
    assert broken(GOOD, off=2e-6) == {PARTS.name}


def test_fewer_active_people_than_the_budget_are_all_listed() -> None:
    assert broken(GOOD, active=3) == set()


def test_a_list_of_every_second_person_stops_of_every_fifth_warns() -> None:
    assert broken(GOOD, followed=3) == {SHARE_WARNING.name, SHARE_CRITICAL.name}
    assert broken(GOOD, followed=12) == {SHARE_WARNING.name}
