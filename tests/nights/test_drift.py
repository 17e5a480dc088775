"""What changed for everybody is told, what changed for one is not, and a silent feed is missing, not moved."""

import json
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from expectations.errors import MissingState
from expectations.gold import SCORE
from features.catalog import BEHAVIOURS, PERSON_DAY
from feeds.site import Site
from jobs import drift
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.settings import settings

FIRST, EVERYBODY = date(2026, 1, 5), 60
DAYS = Days(FIRST, FIRST + timedelta(days=35))
WEEK = DAYS.end - timedelta(days=7)
SITE = Site.model_validate({"site": {"name": "Test", "time_zone": "UTC"}, "feeds": {"logon": {}}})


def written(lake, table, columns):
    kinds = {"date": pa.date32(), "long": pa.int64(), "double": pa.float64()}
    arrays = {c.name: pa.array(columns[c.name], kinds.get(c.type), from_pandas=True) for c in table.columns}
    lake.write(table, lake.spark.createDataFrame(pa.table(arrays), schema=table.schema()), DAYS)


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory):
    """Everybody comes three hours later in the last week; one person alone copies files; the mail feed falls silent."""
    folder = tmp_path_factory.mktemp("drift")
    lake, draw = Lake(spark, folder), np.random.default_rng(4)
    cells = [(person, day) for day in DAYS for person in range(EVERYBODY)]
    late = np.array([day >= WEEK for _, day in cells])
    one = np.array([person == 7 for person, _ in cells])
    columns = {"person": [p for p, _ in cells], "day": [d for _, d in cells]}
    columns |= {"role": ["clerk"] * len(cells), "team": ["one"] * len(cells), "supervisor": [None] * len(cells)}
    for behaviour in BEHAVIOURS:
        values = draw.normal(8.0, 1.0, len(cells))
        if behaviour.name == "presence_first":
            values += np.where(late, 3.0, 0.0)
        if behaviour.source == "file":
            values = np.where(late & one, 99.0, values)
        if behaviour.source == "mail":
            values[late] = np.nan
        columns[behaviour.name] = values
    written(lake, PERSON_DAY, columns)
    fixed = {"fingerprint": "f", "model": "1", "once_in": 1.0, "parts": [0.0], "affinity": None}
    scores = {name: [value] * len(cells) for name, value in fixed.items()}
    status = np.where(one, "warming_up", "scored")
    score = np.where(one & late, 900.0, draw.exponential(3.0, len(cells)))
    written(lake, SCORE, {**columns, **scores, "status": status, "score": score})
    return Context(lake, SITE, settings(str(folder), environment={}))


def test_only_what_changed_for_everybody_is_told(context, tmp_path):
    text = drift.run(context, DAYS.last, tmp_path / "drift.json")
    found = json.loads((tmp_path / "drift.json").read_text())
    verdicts = {name: one["verdict"] for name, one in found.items()}
    mail = {b.name for b in BEHAVIOURS if b.source == "mail"}
    assert {name for name, verdict in verdicts.items() if verdict == "moved"} == {"presence_first"}
    assert {name for name, verdict in verdicts.items() if verdict == "missing"} == mail
    assert set(verdicts.values()) <= {"moved", "missing", "stable"}
    assert found["presence_first"]["person_days"] == 7 * EVERYBODY
    assert found["score"]["missing"] == pytest.approx(1 / EVERYBODY)  # whoever warms up has no score
    assert "postern train" in text
    assert text.index("presence_first") > text.index(min(mail))


def test_of_many_people_the_same_share_is_drawn(context, monkeypatch):
    monkeypatch.setattr(drift, "MOST_PEOPLE", 25)
    before, recent = Days(FIRST, WEEK), Days(WEEK, DAYS.end)
    found = drift.compared(context, before, recent)
    assert found["presence_first"].person_days == 7 * EVERYBODY / 3
    assert found == drift.compared(context, before, recent)


def test_a_window_without_anybody_is_said(context):
    with pytest.raises(MissingState, match="postern backfill"):
        drift.run(context, FIRST + timedelta(days=3))
