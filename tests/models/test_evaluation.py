"""An evaluation told to MLflow: every figure with its interval, by scenario, role and site."""

from datetime import date

import numpy as np
import pytest

from jobs.days import Days
from jobs.evaluation import EVERYBODY, Evaluation, metrics, tables
from models.evaluate import KS, Malicious, evaluate
from models.innocent import innocent_leads

NIGHTS = np.repeat(np.array([100, 101, 102]), 20)
PEOPLE = np.tile(np.arange(1, 21), 3)
FIGURE = (20.0 - PEOPLE).astype(float)
TRUTH = [Malicious("thief", 2, 100), Malicious("thief", 12, 101)]


@pytest.fixture
def found() -> Evaluation:
    whole = evaluate(NIGHTS, PEOPLE, FIGURE, TRUTH, ["thief"])
    guards = evaluate(NIGHTS, PEOPLE, FIGURE, TRUTH, ["thief"], part=PEOPLE > 10)
    leads = innocent_leads(NIGHTS, PEOPLE, FIGURE, TRUTH, {100: 4.0, 101: 4.0, 102: 4.0}, budget=5)
    days = Days.through(date(1970, 4, 11), date(1970, 4, 13))
    return Evaluation(
        "Works", days, ("access",), 5, ("1",), {"thief": whole}, (), {"thief": {"guard": guards}}, {EVERYBODY: leads}
    )


def test_every_metric_has_the_ends_of_its_interval(found: Evaluation) -> None:
    told = metrics(found)
    figures = [name for name in told if not name.endswith(("/low", "/high"))]
    assert {f"thief/{what}_recall_{k}" for what in ("night", "person") for k in KS} < set(figures)
    assert {"thief/auc", "thief/recall_at_5_percent_fpr", "thief/recall_at_1_percent_fpr"} < set(figures)
    assert {"thief/precision_at_budget", "innocent_leads/counted_by_announced"} < set(figures)
    for name in figures:
        assert told[f"{name}/low"] <= told[name] <= told[f"{name}/high"], name
    assert told["thief/person_recall_5/low"] == pytest.approx(0.095, abs=1e-3)  # Wilson's for one of two
    assert (told["thief/night_recall_5/low"], told["thief/night_recall_5/high"]) == (0.0, 1.0)


def test_tables_have_a_row_for_each_scenario_and_role_and_name_the_site(found: Evaluation) -> None:
    told = tables(found)
    figures = told["figures"]
    rows = list(zip(*(figures[name] for name in ("site", "scenario", "role", "insiders")), strict=True))
    assert rows == [("Works", "thief", EVERYBODY, 2), ("Works", "thief", "guard", 1)]
    assert figures["auc_low"][0] <= figures["auc"][0] <= figures["auc_high"][0]
    assert [told["innocent_leads"][name] for name in ("site", "role", "announced")] == [["Works"], [EVERYBODY], [4.0]]
    assert len({len(column) for column in figures.values()}) == 1
