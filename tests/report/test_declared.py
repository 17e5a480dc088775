"""A list is no measure while what the site declares is new to every habit, or where the night is strange for many."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import Row, SparkSession

from expectations.gold import NIGHT, SURPRISE
from feeds.site import LearningFacts, RegimeFacts
from jobs import watched
from jobs.context import Context
from jobs.coverage import write_nights
from jobs.days import Days
from models.champion import Champion
from models.registry import Shelved
from tests.report.conftest import FIRST, SECOND, rows

GUARD = LearningFacts().guard_nights


def during(context: Context, kind: str, first: date, last: date) -> Context:
    regime = RegimeFacts.model_validate({"name": "2026", "kind": kind, "from": first, "to": last})
    return replace(context, site=context.site.model_copy(update={"regimes": (regime,)}))


def judged(context: Context) -> Row:
    """The night of forty: the list stands out of past ones, and nobody behind it: by those nights none is innocent."""
    scores = pa.table({"day": [SECOND] * 40, "model": ["1"] * 40, "status": ["scored"] * 40})
    shelf = {"1": Shelved(replace(Champion.untrained(()), usual=np.full(200, 30.0)), "1", FIRST)}
    write_nights(context, scores, {SECOND: np.repeat([99.0, 0.0], [10, 30])}, shelf, Days.one(SECOND))
    (night,) = context.lake.read(NIGHT, Days.one(SECOND)).collect()
    return night


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
    night = judged(told)
    assert night["innocent"] == pytest.approx(told.site.list.budget * new, abs=1e-6)
    assert (watched.declared(told.site, SECOND) is not None) is new


@pytest.mark.parametrize(
    ("strange", "history", "before", "told"),
    [(7, 30.0, 40, False), (8, 30.0, 40, True), (30, 5.0, 40, False), (0, 30.0, 0, False), (8, 30.0, 41, False)],
)
def test_a_night_that_every_fifth_claims_marvels_of_announces_all_leads_innocent_at_once(
    spark: SparkSession, context: Context, strange: int, history: float, before: int, told: bool
) -> None:
    """No risk has gathered, so that nobody behind the list stands out; and who is new to the site has no say. Every
    fifth is of those who came on the fullest night of the week."""

    def night(day: date, *claims: float, history: float = 30.0) -> list[dict[str, Any]]:
        same = {"day": day, "fingerprint": "f", "peers": "guard", "bits": [], "usual": [], "colleagues": []}
        return [{**same, "person": n, "history": history, "taken_back": bits} for n, bits in enumerate(claims)]

    known = [*night(FIRST, *[0.0] * before), *night(SECOND, *[25.0] * strange, history=history)]
    known += [{**row, "person": 100 + row["person"]} for row in night(SECOND, *[1.0] * (40 - strange))]
    context.lake.write(SURPRISE, rows(spark, SURPRISE, *known), Days.through(FIRST, SECOND))
    found = judged(context)
    assert found["upheaval"] is told
    assert found["innocent"] == pytest.approx(context.site.list.budget * told, abs=1e-6)
