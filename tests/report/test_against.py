"""A lead's other side: every lead has one, and it says how sure its rarity is."""

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from jobs.report import exports
from jobs.report.against import NOTHING, against, habit, once_in, rare, unsure
from jobs.report.charts import short
from jobs.report.page import as_html
from models.word import rarity
from tests.report.example import night


def test_every_lead_has_something_that_speaks_against_it_on_the_page_and_in_the_export():
    example = replace(night(), past=90_000.0)
    page, told = as_html(example), json.loads(exports.as_json(example))
    assert page.count("What speaks against it") == len(example.leads)
    assert all(lead["speaks_against"] for lead in told["leads"])
    assert [lead["once_in_interval"][1] is None for lead in told["leads"]] == [True, False, False]


def test_what_peers_do_too_and_what_was_so_before_is_said():
    example = night()
    lead = example.leads[0]
    first = lead.reasons[0]
    peers = replace(first, peers=(0.0, (first.value or 0.0) + 1.0), history=())
    alone = replace(first, peers=(0.0, 0.1), history=())
    earlier = [(example.day - timedelta(days=n), first.value if n % 2 else first.usual) for n in range(1, 11)]
    as_ever = replace(alone, history=tuple(earlier))
    calm = replace(example, active=10)

    def told(*reasons):
        return against(calm, replace(lead, reasons=reasons))

    assert told(alone) == (NOTHING,)
    assert "1 of 1 reasons is within what most people of the same role did" in told(peers)[0]
    assert "in the same direction on 5 of 10 earlier nights" in told(as_ever)[0]
    remembered = replace(alone, seen_on=example.day - timedelta(days=2))
    assert "bits are remembered from earlier nights" in told(remembered)[0]
    assert "Nearly all of it is one reason" in told(replace(alone, part=9.0), replace(alone, part=1.0))[0]
    assert "Chance alone" in against(replace(example, active=10**6), replace(lead, reasons=(alone,)))[0]


@pytest.mark.parametrize(
    ("value", "earlier", "as_far"),
    [
        (55.0, [4.0, 4.0, 30.0, 29.0], 0),  # quiet days are no habit of busy ones
        (55.0, [4.0, 55.0, 60.0, 54.0], 2),
        (5.0, [4.0, 5.0, 30.0, 90.0], 2),  # nor the other way round
        (30.0, [30.0, 31.0, 29.0, 4.0], 2),
    ],
)
def test_a_habit_is_one_in_the_same_direction(value: float, earlier: list[float], as_far: int):
    example = night()
    own = tuple((example.day - timedelta(days=n), was) for n, was in enumerate(earlier, start=1))
    told = replace(example.leads[0].reasons[0], value=value, usual=30.0, history=own)
    assert habit(example, told) == (len(earlier), as_far)


def test_rarity_is_as_sure_as_it_was_counted():
    low, high = rarity(100.0, 10_000.0)  # a hundred times
    assert (low, high) == (pytest.approx(10_000 / 121.6, rel=1e-3), pytest.approx(10_000 / 81.4, rel=1e-3))
    assert rarity(5_000.0, 10_000.0)[1] == np.inf
    example = night()
    lead = example.leads[2]
    assert once_in(example, lead)[1] == np.inf
    assert "cannot be told" in unsure(example, lead)
    known = replace(example, past=90_000.0)
    assert "With 95 % certainty once in" in unsure(known, lead)
    assert "only this end is known" in unsure(known, example.leads[0])
    assert rare(known, lead) == short(lead.once_in)
    assert rare(known, example.leads[0]).startswith("more than ")
