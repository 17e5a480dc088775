"""The night after a champion of another catalogue was promoted: the evening before is remembered by the old one."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from expectations.gold import RISK, RISK_STATE, SCORE, worst_of
from features.catalog import BEHAVIOURS, channels
from feeds.site import Site
from jobs import affinity, risk
from jobs.channels import remember
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import folded, frame
from jobs.settings import settings
from models import registry
from models.champion import Champion

DAY = date(2026, 3, 10)
"""The last night of the old catalogue."""
REST, WORK = (Days.one(DAY + timedelta(days=n)) for n in (1, 2))
SITE = Site.model_validate({"site": {"name": "Test", "time_zone": "UTC"}, "feeds": {"logon": {}}})
KNOWN = replace(Champion.untrained(BEHAVIOURS), definitions=tuple(told for _, told in channels()))
"""Of this catalogue."""
OLD = replace(Champion.untrained(BEHAVIOURS[1:]), definitions=KNOWN.definitions[1:])
"""Of the catalogue before: the first behaviour is new since."""
OTHERS = replace(OLD, names=(*OLD.names[:-1], "a detector of before"), families=(*OLD.families[:-1], "another"))
MARY, HASSAN = 3, 5


def remembered(lake, champion, version):
    """Mary's four bits in the last behaviour, as of DAY."""
    squares = np.zeros((1, len(champion.names)))
    squares[0, champion.names.index(BEHAVIOURS[-1].name)] = 16.0
    rows = {"person": [MARY], "day": [DAY], "fingerprint": [remember(lake, champion.channels)], "model": [version]}
    rows |= {"squares": folded(squares), "weighed": folded(squares)}
    lake.write(RISK_STATE, frame(lake.spark, RISK_STATE, rows), Days.one(DAY))


def scored(lake, version):
    """Hassan's two bits in the first behaviour, on the day of work."""
    parts = np.zeros((1, len(KNOWN.names)))
    parts[0, 0] = 2.0
    rows = {"person": [HASSAN], "day": [WORK.start], "fingerprint": [remember(lake, KNOWN.channels)]}
    rows |= {"model": [version], "status": ["scored"], "score": [2.0], "once_in": [4.0], "parts": folded(parts)}
    lake.write(
        SCORE,
        frame(lake.spark, SCORE, rows | {told: [None] for name in affinity.KINDS for told in (name, worst_of(name))}),
        WORK,
    )


@pytest.fixture(params=[OLD, OTHERS], ids=["other behaviours", "other detectors, too"])
def context(request, spark, tmp_path):
    """Version 1 of the old catalogue until DAY, then version 2."""
    ready = Context(Lake(spark, tmp_path), SITE, settings(str(tmp_path), environment={}))
    for champion in (request.param, KNOWN):
        registry.publish(champion, ready.settings.mlflow, DAY, {}, {})
    remembered(ready.lake, request.param, "1")
    scored(ready.lake, "2")
    return ready


def kept(lake, days):
    """Rank and risk, and what is remembered, by day and person."""
    ranks = lake.read(RISK, days).orderBy("day", "person").collect()
    states = lake.read(RISK_STATE, days).orderBy("day", "person").collect()
    return [(r["day"], r["person"], r["rank"], round(r["risk"], 6)) for r in ranks], [
        (s["day"], s["person"], s["model"], len(s["squares"]), round(sum(s["squares"]), 6)) for s in states
    ]


def test_a_first_night_without_events_is_the_new_champion_s_and_a_range_that_begins_so_is_its_nights(context):
    lake, faded = context.lake, 4.0 * 0.5 ** (1 / SITE.list.half_life_nights)
    risk.run(context, REST)
    ranks, states = kept(lake, REST)
    assert ranks == [(REST.start, MARY, None, round(faded, 6))]
    assert states == [(REST.start, MARY, "2", len(KNOWN.names), round(faded**2, 6))]
    both = Days(REST.start, WORK.end)
    risk.run(context, WORK)
    one_by_one = kept(lake, both)
    assert [rank for _, _, rank, _ in one_by_one[0]] == [None, None, 1]
    lake.write(RISK_STATE, lake.empty(RISK_STATE), both)
    risk.run(context, both)
    assert kept(lake, both) == one_by_one
