"""What changed for everybody is told, what changed for one is not, and a silent feed is missing, not moved."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from expectations.errors import MissingState
from expectations.gold import SCORE
from expectations.gold_day import PLACE_DAY
from expectations.quality import DRIFT, PROFILE, REGIME
from features.catalog import BEHAVIOURS, PERSON_DAY
from feeds.site import Site
from jobs import drift, watched
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.profiles import NAMES
from jobs.settings import settings
from models.sketch import Sketch

FIRST, EVERYBODY = date(2026, 1, 5), 60
DAYS = Days(FIRST, FIRST + timedelta(days=35))
WEEK = DAYS.end - timedelta(days=7)
SITE = Site.model_validate(
    {
        "site": {"name": "Test", "time_zone": "UTC"},
        "feeds": {"logon": {}},
        "regimes": [{"name": "spring outage", "kind": "outage", "from": str(DAYS.last), "to": str(DAYS.last)}],
    }
)


def written(lake, table, columns, days=DAYS):
    kinds = {"date": pa.date32(), "long": pa.int64(), "double": pa.float64(), "timestamp": pa.timestamp("us", "UTC")}
    size = len(columns["person"])
    arrays = {
        c.name: pa.array(columns.get(c.name, [None] * size), kinds.get(c.type), from_pandas=True) for c in table.columns
    }
    lake.write(table, lake.spark.createDataFrame(pa.table(arrays), schema=table.schema()), days)


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory):
    """In the last week everybody comes three hours later, mail falls silent, a third moves to another team, a door
    opens; one person alone copies files."""
    folder = tmp_path_factory.mktemp("drift")
    lake, draw = Lake(spark, folder), np.random.default_rng(4)
    cells = [(person, day) for day in DAYS for person in range(EVERYBODY)]
    late = np.array([day >= WEEK for _, day in cells])
    one = np.array([person == 7 for person, _ in cells])
    columns = {"person": [p for p, _ in cells], "day": [d for _, d in cells], "role": ["clerk"] * len(cells)}
    columns["team"] = ["two" if person % 3 == 0 and day >= WEEK else "one" for person, day in cells]
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
    fixed = {"fingerprint": "f", "model": "1", "once_in": 1.0, "parts": [0.0]}
    scores = {name: [value] * len(cells) for name, value in fixed.items()}
    status = np.where(one, "warming_up", "scored")
    score = np.where(one & late, 900.0, draw.exponential(3.0, len(cells)))
    once_in = np.where(draw.random(len(cells)) < np.where(late, 0.05, 0.01), 200.0, 1.0)
    written(lake, SCORE, {**columns, **scores, "status": status, "score": score, "once_in": once_in})
    places = [
        *((person, day, "access", "old door", FIRST) for person, day in cells),
        *((person, day, "access", "new door", None) for person, day in cells if day == DAYS.last and person < 9),
        *((person, day, "mail", "somebody", FIRST) for person, day in cells if day < WEEK),
    ]
    rows = {name: [row[at] for row in places] for at, name in enumerate(("person", "day", "source", "place"))}
    kinds = ["counterpart" if row[2] == "mail" else "door" for row in places]
    seen = [row[4] if row[4] is None or row[4] < row[1] else None for row in places]
    written(lake, PLACE_DAY, rows | {"kind": kinds, "events": [3] * len(places), "first_day": seen})
    ready = Context(lake, SITE, settings(str(folder), environment={}))
    drift.run(ready, DAYS)
    return ready


def told(context, day):
    return {(row["kind"], row["name"]): row for row in context.lake.read(DRIFT, Days.one(day)).collect()}


def test_only_what_changed_for_everybody_is_told(context):
    found = told(context, DAYS.last)
    mail = {b.name for b in BEHAVIOURS if b.source == "mail"}
    changed = {verdict: {n for (_, n), row in found.items() if row["verdict"] == verdict} for verdict in drift.TOLD}
    assert changed == {"moved": {"presence_first", "once_in"}, "missing": {*mail, "mail"}, "moving": set()}
    assert found[("behaviour", "presence_first")]["person_days"] == 7 * EVERYBODY
    assert found[("score", "score")]["missing"] == pytest.approx(1 / EVERYBODY)  # whoever warms up has no score
    late, calm = (found[("behaviour", name)] for name in ("presence_first", "presence_last"))
    assert late["ks_p"] < 1e-9 < 0.001 < calm["ks_p"] <= 1
    assert found[("calibration", "once_in")]["ks_p"] is None
    assert found[("calibration", "once_in")]["called"] == pytest.approx(5, abs=2)
    assert {(row["kind"], row["name"]) for row in context.lake.read(DRIFT, Days.one(WEEK - timedelta(days=1))).where(
        "verdict not in ('stable', 'too few')").collect()} == set()  # fmt: skip


def test_why_is_named(context):
    rows = {row["kind"]: row for row in context.lake.read(REGIME, Days.one(DAYS.last)).collect()}
    assert set(rows) == {"outage", "reader", "reorganisation", "feed"}
    assert [kind for kind, row in rows.items() if row["declared"]] == ["outage"]
    assert (rows["reader"]["name"], rows["feed"]["name"]) == ("new door", "mail")
    assert rows["reorganisation"]["says"].startswith("33%")
    assert "sees 0% of the people, 100% before" in rows["feed"]["says"]
    assert context.lake.read(REGIME, Days(FIRST, WEEK)).count() == 0


def test_the_page_and_the_line_say_what_to_do(context):
    page, line = drift.page(context.lake, DAYS.last), watched.drift(context.lake, DAYS.last)
    assert page.index("presence_first") > page.index("mail_bytes")
    assert "declared: outage spring outage" in page
    for text in (page, line):
        assert "training" in text or "postern train" in text
    assert watched.drift(context.lake, WEEK - timedelta(days=1)).startswith("0 of")
    assert watched.drift(context.lake, FIRST) is None
    with pytest.raises(MissingState, match="postern watch"):
        drift.page(context.lake, FIRST + timedelta(days=400))


def test_nights_of_before_a_behaviour_had_its_name_are_compared_by_the_others():
    """The catalogue's first behaviour is new since the last week; a feed was silent before it, and is heard of 20."""
    hours, seen = Sketch.of(np.arange(40.0)), Sketch.of(np.r_[np.arange(20.0), np.full(20, np.nan)])
    old, new = {("behaviour", "formerly"): hours}, {("behaviour", NAMES[0]): hours, ("feed", "mail"): seen}
    found = drift.compared({day: new if day >= WEEK else old for day in DAYS}, DAYS.last)
    assert found[("feed", "mail")].missing_before == found[("behaviour", NAMES[0])].missing_before == 1.0
    assert (found[("feed", "mail")].missing, found[("feed", "mail")].person_days) == (0.5, 7 * 40)
    assert found[("behaviour", "formerly")].missing == 1.0


def test_a_range_is_its_nights_without_the_future_and_a_night_reads_its_own_person_days_alone(context, monkeypatch):
    tables = (PROFILE, DRIFT, REGIME)
    before = {t.name: sorted(map(str, context.lake.read(t, Days(WEEK, DAYS.end)).collect())) for t in tables}
    profiled = []
    profiles = drift.profiles
    monkeypatch.setattr(drift, "profiles", lambda lake, days: profiled.append(days) or profiles(lake, days))
    # The last first, and a second time; all others with nights to come in every table.
    for day in (DAYS.last, WEEK, WEEK + timedelta(days=1), DAYS.last):
        drift.run(context, Days.one(day))
    after = {t.name: sorted(map(str, context.lake.read(t, Days(WEEK, DAYS.end)).collect())) for t in tables}
    assert after == before
    assert {len(days) for days in profiled} == {1}
