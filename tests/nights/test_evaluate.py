"""The command that measures: figures of a lake whose ranks are known, and nothing that names anybody."""

import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from mlflow.tracking import MlflowClient

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import NIGHT, RISK
from expectations.silver import LEDGER
from features.catalog import BEHAVIOURS, PERSON_DAY
from feeds.site import Site
from jobs import evaluate
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.rows import frame
from jobs.settings import settings

FIRST, PEOPLE = date(2026, 1, 5), 24
DAYS = Days(FIRST, FIRST + timedelta(days=4))
SITE = Site.model_validate(
    {"site": {"name": "Test", "time_zone": "UTC"}, "feeds": {"logon": {}, "mail": {}, "web": {}}, "list": {"budget": 3}}
)
TRUTH = """scenario,person,day
thief,P001,2026-01-06
thief,P009,2026-01-07
spy,P002,2026-01-05
ghost,P099,2026-01-06
"""


def written(lake, table, columns):
    kinds = {"date": pa.date32(), "int": pa.int32(), "long": pa.int64(), "double": pa.float64()}
    arrays = {c.name: pa.array(columns[c.name], kinds.get(c.type)) for c in table.columns}
    lake.write(table, lake.spark.createDataFrame(pa.table(arrays), schema=table.schema()), DAYS)


@pytest.fixture(scope="module")
def context(spark, tmp_path_factory):
    """P000 stands first every night, P001 second, and so on: twelve clerks, then eleven guards and one chief."""
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "truth.csv").write_text(TRUTH)
    lake, key = Lake(spark, folder), Pseudonyms(pseudonym_key())
    cells = [(key.of(f"P{number:03d}"), number, day) for day in DAYS for number in range(PEOPLE)]
    common = {"person": [p for p, _, _ in cells], "day": [d for *_, d in cells]}
    standing = [number for _, number, _ in cells]
    ranks = {"active": [True] * len(cells), "rank": [n + 1 for n in standing], "risk": [50.0 - n for n in standing]}
    written(lake, RISK, common | ranks)
    roles = ["clerk" if n < 12 else "guard" if n < 23 else "chief" for n in standing]
    nothing = {b.name: [0.0] * len(cells) for b in BEHAVIOURS}
    more = {"role": roles, "team": ["one"] * len(cells), "supervisor": [None] * len(cells)}
    written(lake, PERSON_DAY, common | more | nothing)
    nights = {"day": list(DAYS), "model": ["9", "9", "10", "10"], "active": [PEOPLE] * 4, "scored": [PEOPLE] * 4}
    written(lake, NIGHT, nights | {"innocent": [1.0, 3.0, 3.0, 3.0], "past": [500.0] * 4, "upheaval": [False] * 4})
    # Of three feeds the first brought events of these days, the second nothing, the third those of another month.
    told = dict.fromkeys(LEDGER.names) | {"landed": DAYS.last, "first_day": FIRST, "last_day": DAYS.last, "bytes": 1}
    told |= {"file": "f", "quarantined": 0, "duplicates": 0, "unresolved": 0, "extra_columns": []}
    rows = [told | {"feed": "logon", "rows": 5, "silver": 5}, told | {"feed": "mail", "rows": 0, "silver": 0}]
    rows += [told | {"feed": "web", "rows": 5, "silver": 5, "first_day": DAYS.end, "last_day": DAYS.end}]
    lake.write(LEDGER, frame(spark, [tuple(row.values()) for row in rows], LEDGER.schema()), Days.one(DAYS.last))
    return Context(lake, SITE, settings(str(folder), environment={"POSTERN_MLFLOW": f"sqlite:///{folder}/mlflow.db"}))


def test_figures_by_scenario_by_role_and_of_the_list(context, tmp_path):
    folder = context.settings.local
    text = evaluate.run(
        context, DAYS, folder / "truth.csv", ["thief+spy"], tmp_path / "f.json", by_role=True, logged=True
    )
    told = json.loads((tmp_path / "f.json").read_text())
    assert told["site"] == "Test"
    innocent, told = told["innocent leads"], told["scenarios"]
    assert set(told) == {"thief", "spy", "thief+spy"}
    assert told["thief"]["night_recall"] == {"1": 0.0, "3": 0.5, "5": 0.5, "10": 1.0, "20": 1.0}
    assert told["thief+spy"]["insiders"] == 3
    assert told["thief"]["precision"] == pytest.approx(1 / 12)
    # The only chief is shown with the guards, not alone: who has such a role is known to everybody.
    assert set(innocent) == {"everybody", "clerk", "(small groups)"}
    assert set(told["thief"]["roles"]) == {"clerk"}
    # P002 from the first night on, P001 from the second, are no longer innocent leads: 2 + 1 + 1 + 1 of 10 announced.
    assert innocent["everybody"]["ratio"] == pytest.approx(0.5)
    assert "ghost: not visible in these feeds on these nights" in text
    assert "announced 2.50, counted 1.25" in text
    assert "chief" not in text
    assert "feeds read: logon\n" in text

    client = MlflowClient(context.settings.mlflow)
    (run,) = client.search_runs([client.get_experiment_by_name("postern-evaluation").experiment_id])
    assert run.data.params["models"] == "9, 10"
    assert run.data.metrics["thief_spy/person_recall_10"] == 1.0
    logged = {file.path for file in client.list_artifacts(run.info.run_id)}
    assert {"figures.json", "innocent_leads.json", "evaluation.txt", "recall.png", "innocent_leads.png"} <= logged
    assert {"recall_by_role_thief.png", "recall_by_role_spy.png"} <= logged
    assert run.data.metrics["thief_spy/auc/low"] <= run.data.metrics["thief_spy/auc"]


def test_another_site_s_evaluation_stands_beside_ours(context, tmp_path):
    truth, ours, other = context.settings.local / "truth.csv", tmp_path / "ours.json", tmp_path / "other.json"
    evaluate.run(context, DAYS, truth, [], ours)
    theirs = json.loads(ours.read_text())
    theirs["scenarios"] = {"thief": {**theirs["scenarios"]["thief"], "insiders": 77}}
    other.write_text(json.dumps({**theirs, "site": "Far Works"}))
    text = evaluate.run(context, DAYS, truth, [], logged=True, beside=[other])
    rows = [line.split()[:4] for line in text.splitlines() if line.startswith(("thief ", "spy "))][-3:]
    assert [row[:2] for row in rows] == [["spy", "Test"], ["thief", "Test"], ["thief", "Far"]]
    assert rows[2][3] == "77"
    assert text.splitlines()[-1].split()[:2] == ["Far", "Works"]
    client = MlflowClient(context.settings.mlflow)
    newest, *_ = client.search_runs([client.get_experiment_by_name("postern-evaluation").experiment_id])
    kept = Path(client.download_artifacts(newest.info.run_id, "sites.txt", str(tmp_path))).read_text()
    assert text.endswith(f"\n\n{kept}")
    assert "Far Works" in kept
    other.write_text("{}")
    with pytest.raises(ConfigurationError, match=r"other\.json: expected what `postern evaluate --json` wrote"):
        evaluate.run(context, DAYS, truth, [], beside=[other])


def test_nothing_that_is_logged_names_a_person(context, tmp_path):
    folder, key = context.settings.local, Pseudonyms(pseudonym_key())
    text = evaluate.run(context, DAYS, folder / "truth.csv", [], tmp_path / "f.json", by_role=True)
    everything = text + (tmp_path / "f.json").read_text()
    for number in (f"P{n:03d}" for n in (*range(PEOPLE), 99)):
        assert number not in everything
        assert str(key.of(number)) not in everything


def test_what_cannot_be_measured_is_said(context, tmp_path):
    with pytest.raises(MissingState, match="postern backfill"):
        evaluate.run(context, Days.one(date(2031, 1, 1)), context.settings.local / "truth.csv", [])
    undated = tmp_path / "undated.csv"
    undated.write_text("scenario,person\nthief,P001\n")
    assert "thief: 1 people, ranks 2" in evaluate.run(context, DAYS, undated, [])


def test_a_group_of_scenarios_that_the_answers_do_not_have_is_refused_before_anything_is_read(tmp_path):
    truth, nowhere = tmp_path / "truth.csv", SimpleNamespace(site=SITE)
    truth.write_text(TRUTH)
    with pytest.raises(ConfigurationError, match=r"called 'theif'\. Next: choose from ghost, spy, thief\."):
        evaluate.run(nowhere, DAYS, truth, ["spy+theif"])


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("--together", {"groups": ["thief"]}),
        ("--json", {"out": Path("figures.json")}),
        ("--by-role", {"by_role": True}),
        ("--mlflow", {"logged": True}),
    ],
)
def test_what_answers_without_days_cannot_give_is_refused_not_left_out(tmp_path, name, asked):
    undated = tmp_path / "undated.csv"
    undated.write_text("scenario,person\nthief,P001\n")
    with pytest.raises(ConfigurationError, match=f"tells no days: expected a day of every deed for {name}"):
        evaluate.run(SimpleNamespace(site=SITE), DAYS, undated, **{"groups": [], **asked})
