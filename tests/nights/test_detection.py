"""From person-days to reasons: a range is its nights one by one, twice is once, and parts sum to the risk."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pyarrow as pa
import pytest

from expectations.errors import MissingState, NoChampion
from expectations.gold import BASELINE, DRIVER, NIGHT, RISK, RISK_STATE, SCORE, SURPRISE, UNSCORED
from expectations.gold_day import HABIT, PLACE_DAY
from expectations.silver import DOOR, PEOPLE, ZONE
from features.catalog import BEHAVIOURS, PERSON_DAY
from feeds.site import Site
from jobs import baseline, risk, score, train
from jobs.context import Context
from jobs.days import Days
from jobs.evaluate import EPOCH
from jobs.lake import Lake
from jobs.settings import PROJECT, settings
from models.evaluate import Malicious

FIRST, NIGHTS, EVERYBODY = date(2026, 1, 5), 36, 60
ALL = Days(FIRST, FIRST + timedelta(days=NIGHTS))
LEARNT = Days(FIRST, ALL.end - timedelta(days=2))
NEW = Days(LEARNT.end, ALL.end)
THIEF = 7
NOTEBOOK = PROJECT / "docs" / "notebooks" / "own_ranking.ipynb"
SITE = Site.model_validate(
    {"site": {"name": "Test", "time_zone": "UTC"}, "feeds": {"logon": {}}, "list": {"budget": 3}}
)
COMPARED = (SURPRISE, BASELINE, SCORE, RISK, RISK_STATE, DRIVER, UNSCORED, NIGHT)


def person_days(days: Days) -> dict[str, object]:
    """Everybody's calm days, the same whichever days are asked for; on the last two the thief's are not."""
    rows = [(day, person) for day in days for person in range(EVERYBODY)]
    columns: dict[str, object] = {
        "person": [person for _, person in rows],
        "day": [day for day, _ in rows],
        "role": ["operator" if person % 2 else "engineer" for _, person in rows],
        "team": ["one"] * len(rows),
        "supervisor": pa.nulls(len(rows), pa.int64()),
    }
    draws = {day: np.random.default_rng(day.toordinal()).poisson(2.0, (EVERYBODY, len(BEHAVIOURS))) for day in days}
    for at, behaviour in enumerate(BEHAVIOURS):
        values = np.array([draws[day][person, at] for day, person in rows], dtype=float)
        wild = [person == THIEF and day >= ALL.end - timedelta(days=2) for day, person in rows]
        columns[behaviour.name] = np.where(wild, 40.0, values) if behaviour.kind == "count" else values
    return columns


def filled(lake: Lake, folder: Path) -> Context:
    columns = person_days(ALL)
    table = pa.table({name: columns[name] for name in PERSON_DAY.names})
    lake.write(PERSON_DAY, lake.spark.createDataFrame(table, schema=PERSON_DAY.schema()), ALL)
    for empty in (PLACE_DAY, HABIT):
        lake.write(empty, lake.empty(empty), ALL)
    for whole in (PEOPLE, ZONE, DOOR):
        lake.write(whole, lake.empty(whole))
    return Context(lake, SITE, settings(lake.root, environment={"POSTERN_MLFLOW": f"sqlite:///{folder / 'mlflow.db'}"}))


def rows(lake: Lake) -> dict[str, list[str]]:
    return {
        t.name: sorted(map(str, lake.read(t, NEW).collect())) for t in COMPARED if t not in (BASELINE, RISK_STATE)
    } | {t.name: sorted(map(str, lake.read(t, Days.one(NEW.last)).collect())) for t in (BASELINE, RISK_STATE)}


@pytest.fixture(scope="module")
def nights(spark, tmp_path_factory):
    """The same nights in one range, and one by one with the first of them run twice."""
    folder = tmp_path_factory.mktemp("nights")
    ranged = filled(Lake(spark, folder / "range"), folder)
    baseline.run(ranged, LEARNT)
    shutil.copytree(folder / "range", folder / "singly")
    singly = replace(ranged, lake=Lake(spark, folder / "singly"))
    with pytest.raises(NoChampion, match="postern train"):
        score.run(ranged, Days.one(LEARNT.last))
    train.run(ranged, Days.one(LEARNT.last))
    for job in (baseline, score, risk):
        job.run(ranged, NEW)
    for day in [NEW.start, *NEW]:
        for job in (baseline, score, risk):
            job.run(singly, Days.one(day))
    return ranged, singly


def test_a_range_is_its_nights_one_by_one_and_twice_is_once(nights):
    ranged, singly = nights
    assert rows(ranged.lake) == rows(singly.lake)


def test_whoever_does_what_nobody_does_stands_first(nights):
    ranged, _ = nights
    first = ranged.lake.read(RISK, Days.one(NEW.last)).where("rank = 1").collect()
    assert [row["person"] for row in first] == [THIEF]


def test_reasons_sum_to_the_risk_of_each_lead(nights):
    ranged, _ = nights
    risks = {(r["day"], r["person"]): r["risk"] for r in ranged.lake.read(RISK, NEW).collect()}
    sums: dict[tuple[date, int], float] = {}
    for row in ranged.lake.read(DRIVER, NEW).collect():
        sums[(row["day"], row["person"])] = sums.get((row["day"], row["person"]), 0.0) + row["part"]
    assert len(sums) == len(NEW) * risk.MARGIN * SITE.list.budget
    assert all(total == pytest.approx(risks[key], abs=1e-9) for key, total in sums.items())


def test_parts_sum_to_the_score(nights):
    ranged, _ = nights
    for row in ranged.lake.read(SCORE, NEW).collect():
        assert sum(row["parts"]) == pytest.approx(row["score"], abs=1e-9)


def test_a_reason_that_is_remembered_tells_the_night_it_was_seen(nights):
    ranged, _ = nights
    told = ranged.lake.read(DRIVER, Days.one(NEW.last)).where(f"person = {THIEF}").collect()
    assert {row["seen_on"] for row in told if row["channel"] != "other"} <= set(NEW)
    assert all("{" not in row["sentence"] and row["innocent"] for row in told)


def test_a_night_after_a_missing_one_names_the_state_it_lacks(nights):
    ranged, _ = nights
    beyond = ALL.end + timedelta(days=40)
    with pytest.raises(MissingState, match=r"gold\.baseline as of"):
        baseline.run(ranged, Days.one(beyond))


def test_a_run_killed_between_two_writes_and_run_again_leaves_the_same_tables(nights, monkeypatch):
    _, singly = nights
    before, night, write = rows(singly.lake), Days.one(NEW.last), Lake.write
    written = []
    monkeypatch.setattr(Lake, "write", lambda lake, table, *rest: (written.append(table), write(lake, table, *rest)))
    risk.run(singly, night)
    for survived in (0, len(written) // 2, len(written) - 1):
        left = iter(range(survived))

        def dying(lake, table, *rest, left=left):
            next(left)
            write(lake, table, *rest)

        monkeypatch.setattr(Lake, "write", dying)
        with pytest.raises(StopIteration):
            risk.run(singly, night)
    monkeypatch.setattr(Lake, "write", write)
    risk.run(singly, night)
    assert len(written) > 0
    assert rows(singly.lake) == before


def test_two_runs_of_one_night_at_once_leave_the_same_tables(nights):
    _, singly = nights
    before = rows(singly.lake)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(risk.run, singly, Days.one(NEW.last)) for _ in range(2)]
    assert [run.exception() for run in runs] == [None, None]
    assert rows(singly.lake) == before


def test_the_example_notebook_runs_and_was_committed_with_what_it_showed(nights, monkeypatch):
    ranged, _ = nights
    deeds = [Malicious("theft", THIEF, (day - EPOCH).days) for day in NEW]
    monkeypatch.setattr("jobs.start.context", lambda *_: nullcontext(ranged))
    monkeypatch.setattr("jobs.evaluate.answers", lambda *_: deeds)
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    told: dict[str, Any] = {}
    for cell in cells:
        exec("\n".join(line for line in cell.source.splitlines() if not line.startswith("%")), told)
    assert told["published"].person_recall[1] == 1.0
    assert told["mine"].insiders == 1
    shown = [output for cell in cells for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert not [output for output in shown if output.output_type == "error"]
