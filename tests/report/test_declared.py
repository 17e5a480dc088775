"""A list is no measure of anybody while what the site declares is new to every habit."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from expectations.gold import NIGHT
from feeds.site import LearningFacts, RegimeFacts
from jobs import watched
from jobs.context import Context
from jobs.coverage import write_nights
from jobs.days import Days
from models.champion import Champion
from models.registry import Shelved
from tests.report.conftest import FIRST, SECOND

GUARD = LearningFacts().guard_nights


def during(context: Context, kind: str, first: date, last: date) -> Context:
    regime = RegimeFacts.model_validate({"name": "2026", "kind": kind, "from": first, "to": last})
    return replace(context, site=context.site.model_copy(update={"regimes": (regime,)}))


@pytest.mark.parametrize(
    ("kind", "begun", "lasts", "new"),
    [
        ("outage", 0, 30, True),
        ("reorganisation", GUARD, 30, True),
        ("outage", GUARD + 1, 30, False),
        ("outage", 3, 2, False),
        ("reader", 0, 30, False),
    ],
)
def test_all_leads_are_announced_innocent_while_a_declared_upheaval_is_new(
    context: Context, kind: str, begun: int, lasts: int, new: bool
) -> None:
    first = SECOND - timedelta(days=begun)
    told = during(context, kind, first, first + timedelta(days=lasts))
    scores = pa.table({"day": [SECOND] * 40, "model": ["1"] * 40, "status": ["scored"] * 40})
    # The list stands out of past ones, and nobody behind it: by those nights none of it is innocent.
    shelf = {"1": Shelved(replace(Champion.untrained(()), usual=np.full(200, 30.0)), "1", FIRST)}
    write_nights(told, scores, {SECOND: np.repeat([99.0, 0.0], [10, 30])}, shelf, Days.one(SECOND))
    (night,) = context.lake.read(NIGHT, Days.one(SECOND)).collect()
    assert night["innocent"] == pytest.approx(told.site.list.budget * new, abs=1e-6)
    assert (watched.declared(told.site, SECOND) is not None) is new
