"""The group behind a lead: read from its night, drawn without colour, told in a table."""

from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from expectations.gold_together import MEMBER, TIE
from features.catalog import BEHAVIOURS
from features.pseudonym import code
from jobs.context import Context
from jobs.days import Days
from jobs.report.group_graph import CHANNEL, groups_of, picture
from jobs.report.night import Group, Lead, Tie
from jobs.report.page import as_html
from tests.report.conftest import FIRST, SECOND, rows
from tests.report.example import HOSTILE, night

A, B, C = 2**61 + 5, -(2**60), 7
TIES = (
    Tie(B, A, 31.0, 400.0, 12.0, 5.0, 0.0, 0.0, HOSTILE),
    Tie(A, C, 22.0, 90.0, 3.0, 2.0, 4.0, 1.0, None),
)
GROUP = Group(date(2026, 3, 30), 53.0, (B, C, A), TIES)


def lead(person: int, rank: int = 1) -> Lead:
    return replace(night().leads[0], person=person, rank=rank, group=GROUP)


def test_the_channel_is_a_behaviour() -> None:
    assert CHANNEL in {behaviour.name for behaviour in BEHAVIOURS}


def test_this_lead_and_other_leads_are_told_apart_without_colour() -> None:
    drawn = str(picture(GROUP, lead(A), [lead(A), lead(C, 4)]))
    tree = ElementTree.fromstring(drawn)
    texts = ["".join(node.itertext()) for node in tree.iter() if node.tag.endswith("text")]
    assert f"{code(A)} · this lead" in texts
    assert f"{code(C)} · #4" in texts
    assert code(B) in texts
    assert sum(1 for node in tree.iter() if node.get("class") == "new") == 1
    widths = [node.get("style") for node in tree.iter() if node.get("class") == "move"]
    assert widths == ["stroke-width:4.0", "stroke-width:3.1"]
    assert HOSTILE not in drawn


def test_the_page_draws_it_behind_the_lead_and_only_there() -> None:
    plain, first = night(), night().leads[0]
    page = as_html(replace(plain, leads=(replace(first, group=GROUP), *plain.leads[1:])))
    assert page.count("<h3>The group, 2026-03-30</h3>") == 1
    assert "not met that night" in page
    assert HOSTILE not in page
    assert "<h3>The group" not in as_html(plain)
    assert "1.5 *" not in page
    assert "in places alone" not in page
    apart = replace(GROUP, ties=(TIES[0], replace(TIES[1], apart=True)))
    page = as_html(replace(plain, leads=(replace(first, group=apart), *plain.leads[1:])))
    assert page.count("1.5 *</td>") == 1
    assert page.count("1.5 h *, ") == 2, "in the picture, and where it is pointed at"
    assert "* hours in places alone where one of the two seldom goes" in page
    assert "not there that night" in page


def test_it_is_read_as_of_the_night_that_the_reason_tells_of(context: Context) -> None:
    spark = context.lake.spark
    for day, bits in ((FIRST, 40.0), (SECOND, 9.0)):
        members = [{"day": day, "group": 1, "person": p, "size": 2, "bits": bits, "part": bits / 2} for p in (A, B)] + [
            {"day": day, "group": 2, "person": p, "size": 2, "bits": 1.0, "part": 0.5} for p in (C, 8)
        ]
        ties = [
            {"day": day, "group": 1, "person": B, "partner": A, "bits": bits, "minutes": 1.0, "expected": 0.5,
             "times": 1.0, "messages": 0.0, "machines": 0.0, "place": "vault"},
        ]  # fmt: skip
        context.lake.write(MEMBER, rows(spark, MEMBER, *members), Days.one(day))
        context.lake.write(TIE, rows(spark, TIE, *ties), Days.one(day))
    reason = replace(night().leads[0].reasons[0], channel=CHANNEL, seen_on=FIRST)
    found: dict[int, Any] = groups_of(
        context.lake, [replace(lead(A), reasons=(reason,)), replace(lead(B), reasons=(), group=None)]
    )
    assert list(found) == [A]
    assert (found[A].bits, found[A].people, [t.place for t in found[A].ties]) == (40.0, (B, A), ["vault"])
    assert groups_of(context.lake, [replace(lead(99), reasons=(reason,))]) == {}


@pytest.mark.parametrize("size", [2, 8])
def test_everybody_is_on_the_picture(size: int) -> None:
    people = tuple(range(1, size + 1))
    ties = tuple(Tie(a, a + 1, 9.0, 60.0, 1.0, 1.0, 0.0, 0.0, "vault") for a in people[:-1])
    group = Group(SECOND, 9.0 * len(ties), people, ties)
    tree = ElementTree.fromstring(str(picture(group, lead(1), [])))
    spots = [(float(n.get("cx", 0)), float(n.get("cy", 0))) for n in tree.iter() if n.get("class") == "place"]
    assert len(set(spots)) == size
    assert all(0 < x < 760 and 0 < y < 300 - 30 for x, y in spots)
