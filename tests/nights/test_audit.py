"""The audit's edges: which attribute a person had on a day, what a site supplies, and what it says of nobody."""

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import RISK, SCORE, worst_of
from expectations.quality import FAIRNESS
from expectations.silver import PEOPLE
from features.catalog import BEHAVIOURS, PERSON_DAY
from feeds.site import Site
from jobs import affinity, audit, fairness
from jobs.comparison import CROSSES
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.report import night_facts
from jobs.settings import settings

FIRST, EVERYBODY = date(2026, 1, 5), 20
DAYS = Days(FIRST, FIRST + timedelta(days=6))
SITE = Site.model_validate(
    {
        "site": {"name": "Test", "time_zone": "Asia/Tokyo", "day_begins": "04:00"},
        "feeds": {"logon": {}},
        "list": {"budget": 4},
    }
)
KINDS = {"date": pa.date32(), "int": pa.int32(), "long": pa.int64(), "double": pa.float64()}
HIRED, CHANGED = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 7, 19, 0, tzinfo=UTC)  # 04:00 of the 8th in Tokyo


def written(lake, table, columns, days=DAYS):
    arrays = {
        c.name: pa.array(columns[c.name], pa.timestamp("us", "UTC") if c.type == "timestamp" else KINDS.get(c.type))
        for c in table.columns
    }
    lake.write(table, lake.spark.createDataFrame(pa.table(arrays), schema=table.schema()), days)


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory):
    """Person n stands at rank n + 1 every night; 0 to 9 are staff, 10 to 19 from a firm, 9 joins it on the 8th."""
    folder = tmp_path_factory.mktemp("audit")
    lake, key = Lake(spark, folder), Pseudonyms(pseudonym_key())
    cells = [(key.of(f"P{n:03d}"), n, day) for day in DAYS for n in range(EVERYBODY)]
    common = {"person": [p for p, _, _ in cells], "day": [d for *_, d in cells]}
    standing = [n for _, n, _ in cells]
    size = len(cells)
    written(lake, RISK, common | {"active": [True] * size, "rank": [n + 1 for n in standing], "risk": [1.0] * size})
    once = [1000.0 if n == 0 else 1.0 for n in standing]
    status = ["warming_up" if n == 19 else "scored" for n in standing]
    fixed = {"fingerprint": ["f"] * size, "model": ["1"] * size, "score": [0.0] * size, "parts": [[0.0]] * size}
    silent = {told: [None] * size for name in affinity.KINDS for told in (name, worst_of(name))}
    written(lake, SCORE, common | fixed | silent | {"status": status, "once_in": once})
    nothing = {b.name: [0.0] * size for b in BEHAVIOURS}
    told = {"role": ["clerk"] * size, "team": ["one"] * size, "supervisor": [None] * size, **nothing}
    written(lake, PERSON_DAY, common | told | {"presence_first": [4.0 if n % 2 else 18.0 for n in standing]})
    rows = [(n, "staff" if n < 10 else "firm", HIRED, CHANGED if n == 9 else None) for n in range(EVERYBODY)]
    rows.append((9, "firm", CHANGED, None))
    roster = {
        "person": [key.of(f"P{n:03d}") for n, *_ in rows],
        **{name: ["x"] * len(rows) for name in ("role", "team")},
        "employer": [employer for _, employer, _, _ in rows],
        "supervisor": [None] * len(rows),
        "valid_from": [since for *_, since, _ in rows],
        "valid_to": [until for *_, until in rows],
    }
    written(lake, PEOPLE, roster, None)
    return Context(lake, SITE, settings(str(folder), environment={}))


def cells(context, tmp_path, *given, **more):
    audit.run(context, DAYS, *given, out=tmp_path / "audit.json", **more)
    found = json.loads((tmp_path / "audit.json").read_text())
    return {name: {cell["group"]: cell for cell in told["cells"]} for name, told in found["groups"].items()}


def test_every_attribute_of_our_own(context, tmp_path):
    found = cells(context, tmp_path)
    assert set(found) == set(audit.ROSTER)
    assert {name: cell["person_days"] for name, cell in found["employer"].items()} == {"staff": 57, "firm": 63}
    assert set(found["tenure"]) == {"over 5 years"}
    assert {name: cell["people"] for name, cell in found["shift"].items()} == {"early": 10, "night": 10}
    staff = found["employer"]["staff"]
    assert staff["flag_rate"] == pytest.approx(24 / 57)
    assert staff["calibration"] == pytest.approx(6 / 57 * 100)
    assert found["employer"]["firm"]["calibration"] == 0.0
    told = json.loads((tmp_path / "audit.json").read_text())["groups"]["employer"]["parity"]
    assert (told["ratio"], told["difference"]) == (0.0, pytest.approx(24 / 57))
    text = audit.run(context, DAYS)
    assert "parity of employer: ratio 0.00" in text


def test_an_attribute_that_a_site_supplies_and_its_cross(context, tmp_path):
    file = tmp_path / "supplied.csv"
    file.write_text("person,union\n" + "".join(f"P{n:03d},{'yes' if n < 6 else 'no'}\n" for n in range(14)))
    found = cells(context, tmp_path, ["union", "union+shift"], file)
    assert {name: cell["people"] for name, cell in found["union"].items()} == {"yes": 6, "no": 8, "unknown": 6}
    assert found["union"]["yes"]["disparity"] != found["union"]["no"]["disparity"]
    # Three of six are on either shift: too few to be shown apart, so that the smallest crosses are thrown together.
    assert {name: cell["people"] for name, cell in found["union+shift"].items()} == {"(small groups)": 20}


def test_another_site_s_audit_stands_beside_ours(context, tmp_path):
    ours, other = tmp_path / "ours.json", tmp_path / "other.json"
    audit.run(context, DAYS, out=ours)
    theirs = json.loads(ours.read_text())
    (cell,) = (cell for cell in theirs["groups"]["employer"]["cells"] if cell["group"] == "staff")
    theirs["groups"] = {"employer": {**theirs["groups"]["employer"], "cells": [{**cell, "people": 77}]}}
    other.write_text(json.dumps({**theirs, "site": "Far Works"}))
    text = audit.run(context, DAYS, ["employer", "shift"], beside=[other])
    assert text.startswith(audit.run(context, DAYS, ["employer", "shift"]))
    rows = [line.split() for line in text[text.index("site  ") :].splitlines()]
    assert [row[:3] for row in rows if row and row[0] in ("staff", "firm")] == [
        ["firm", "Test", "11"],
        ["staff", "Test", "10"],
        ["staff", "Far", "Works"],
    ]
    assert "0.4211 [" in text.split("Far Works")[1]
    assert [row[1:4] for row in rows if row and row[0] == "parity"] == [
        ["Test", "ratio", "0.00"],
        ["Far", "Works", "ratio"],
        ["Test", "ratio", "1.00"],
    ]
    other.write_text(json.dumps(theirs["groups"]))
    with pytest.raises(ConfigurationError, match=r"other\.json: expected what `postern audit --json` wrote"):
        audit.run(context, DAYS, beside=[other])


def test_nobody_is_named(context, tmp_path):
    key = Pseudonyms(pseudonym_key())
    text = audit.run(context, DAYS, out=tmp_path / "audit.json") + (tmp_path / "audit.json").read_text()
    for n in range(EVERYBODY):
        assert f"P{n:03d}" not in text
        assert str(key.of(f"P{n:03d}")) not in text


def test_what_cannot_be_audited_is_said(context, tmp_path):
    with pytest.raises(ConfigurationError, match="nothing tells the religion"):
        audit.run(context, DAYS, ["religion"])
    empty = tmp_path / "empty.csv"
    empty.write_text("number,union\n1,yes\n")
    with pytest.raises(ConfigurationError, match="personnel number"):
        audit.run(context, DAYS, [], empty)
    empty.write_text("person,role\n1,chief\n")
    with pytest.raises(ConfigurationError, match="none of them role"):
        audit.run(context, DAYS, [], empty)
    with pytest.raises(MissingState, match="postern backfill"):
        audit.run(context, Days.one(date(2031, 1, 1)))


def test_the_week_s_audit_is_kept_and_told(context):
    fairness.run(context, Days.one(DAYS.last))
    file = context.settings.local / audit.SUPPLIED
    file.parent.mkdir()
    file.write_text("person,union\n" + "".join(f"P{n:03d},{'yes' if n < 6 else 'no'}\n" for n in range(EVERYBODY)))
    fairness.run(context, Days.one(DAYS.end))
    file.unlink()
    later = context.lake.read(FAIRNESS, Days.one(DAYS.end)).where("attribute = 'union'").collect()
    assert {(row["group"], row["people"], row["differs"]) for row in later} == {("yes", 6, True), ("no", 14, True)}
    rows = {(row["attribute"], row["group"]): row for row in context.lake.read(FAIRNESS, Days.one(DAYS.last)).collect()}
    assert {attribute for attribute, _ in rows} == {*audit.ROSTER, *CROSSES}
    staff = rows[("employer", "staff")]
    assert (staff["day"], staff["first"], staff["person_days"]) == (DAYS.last, FIRST, 57)
    assert staff["flag_rate"] == pytest.approx(24 / 57)
    assert all(row["people"] >= 5 for row in rows.values())
    told = night_facts.fairness(context.lake, DAYS.end)
    assert (told.first, told.last, len(told.groups)) == (FIRST, DAYS.last, len(rows))
    # Nobody of the firm is on any list: the staff's ratio is infinite, and told all the same.
    assert told.parity["employer"] == 0.0
    assert set(told.parity) == {*audit.ROSTER, *CROSSES}
    worst = told.marked[0]
    assert (worst.attribute, worst.disparity[0], worst.led) == ("employer", None, "more")
    assert worst.flagged == (staff["flag_rate"], staff["flag_rate_low"], staff["flag_rate_high"])
    assert worst.called == (staff["called"], staff["called_low"], staff["called_high"])
    assert len(told.others) == len(rows) - len(told.marked) > 0
    assert night_facts.fairness(context.lake, DAYS.last) is None  # a list knows nothing of an audit of its own day
