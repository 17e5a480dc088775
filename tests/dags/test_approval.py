"""A person decides, in Airflow itself: the request with the comparison, the answer, and what the registry says then."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from features.catalog import BEHAVIOURS, channels
from jobs.settings import PROJECT
from models import logbook, promotion, registry, succession
from models.champion import Champion
from models.logbook import Record

# Five runs of the DAG; what decides is also asked, cheaply, in test_load.py.
pytestmark = [pytest.mark.deployment, pytest.mark.timeout(1200)]

NIGHT = date(2030, 5, 17)
CHAMPION, CHALLENGER, OF_OTHER_CODE = "1", "2", "3"
PAGE = promotion.page(
    *(CHALLENGER, CHAMPION, "Haus am Meer", "nights 2030-05-02 to 2030-05-17"),
    [promotion.Check(name, "passed", f"figures of {name}") for name in promotion.EVERY],
)
RUNS = ("2=late", "2=Reject", "3=Approve", "2=unasked", "2=Approve")


def model(definitions: tuple[str, ...]) -> Champion:
    """One fitted to behaviours so defined."""
    return replace(Champion.untrained(BEHAVIOURS), definitions=definitions)


def registered(uri: str) -> None:
    """A champion, and two versions that passed the gate against it: one of this code, one that it cannot read."""
    ours = tuple(definition for _, definition in channels())
    assert registry.publish(model(ours), uri, NIGHT, {}, {}) == CHAMPION
    for number, definitions in ((CHALLENGER, ours), (OF_OTHER_CODE, ("another", *ours[1:]))):
        assert registry.publish(model(definitions), uri, NIGHT, {}, {}, alias="challenger") == number
        run = logbook.log_comparison(uri, logbook.PROMOTION, {}, {}, Record({"comparison.md": PAGE}))
        succession.judged(uri, number, succession.PASSED, CHAMPION, run)


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('registry') / 'mlflow.db'}"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory, uri: str) -> dict[str, Any]:
    """What was seen of each of RUNS."""
    registered(uri)
    home, dags = tmp_path_factory.mktemp("airflow"), PROJECT / "dags"
    told = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("decide.py")), str(dags), uri, *RUNS],
        env={
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "AIRFLOW_HOME": str(home),
            "AIRFLOW_VAR_POSTERN_MLFLOW": uri,
            "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "approver:op,watcher:viewer",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        },
        cwd=home,
        capture_output=True,
        text=True,
        timeout=1000,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    return dict(json.loads(told.stdout.splitlines()[-1]))


def outcome(seen: dict[str, Any]) -> tuple[str, str]:
    """States of the tasks that decide."""
    return seen["states"]["approval"], seen["states"]["promote"]


def scores_still(seen: dict[str, Any]) -> bool:
    """Whether the champion is who it was."""
    return (seen["aliases"]["champion"], seen["aliases"]["previous"]) == (CHAMPION, None)


def test_whoever_is_asked_has_the_comparison_before_them(decided: dict[str, Any]) -> None:
    request = decided["2=Approve"]["request"]
    assert request["subject"] == "Let version 2 score the nights?"
    assert request["body"].strip() == PAGE.strip()
    for name in promotion.EVERY:
        assert f"| {name} | passed | figures of {name} |" in request["body"]
    assert (request["options"], request["multiple"]) == (["Approve", "Reject"], False)


def test_approved_the_challenger_scores_and_the_champion_is_kept(decided: dict[str, Any], uri: str) -> None:
    seen = decided["2=Approve"]
    assert outcome(seen) == ("success", "success")
    assert seen["aliases"] == {"champion": CHALLENGER, "challenger": None, "previous": CHAMPION}
    assert succession.tags(uri, CHALLENGER)["promoted_because"] == f"approved in Airflow, run {seen['run']}"


def test_airflow_keeps_who_answered_and_takes_one_answer_of_those_who_may(decided: dict[str, Any], uri: str) -> None:
    for run in ("2=Approve", "2=Reject"):
        seen = decided[run]
        assert (seen["watcher"], seen["approver"], seen["again"]) == (403, 200, 409)
        assert seen["kept"]["responded_by_user"]["name"] == "approver"
        assert [f"2={option}" for option in seen["kept"]["chosen_options"]] == [run]
    assert "approver" not in str(succession.tags(uri, CHALLENGER))


def test_rejected_the_champion_stays(decided: dict[str, Any]) -> None:
    seen = decided["2=Reject"]
    assert outcome(seen) == ("success", "skipped")
    assert scores_still(seen)


def test_unanswered_for_its_days_the_champion_stays(decided: dict[str, Any]) -> None:
    seen = decided["2=late"]
    assert seen["days"] == pytest.approx(5, abs=0.01)
    assert (seen["kept"]["chosen_options"], seen["kept"]["responded_by_user"]) == (["Reject"], None)
    assert outcome(seen) == ("success", "skipped")
    assert scores_still(seen)


def test_an_approval_marked_as_done_is_no_answer(decided: dict[str, Any]) -> None:
    seen = decided["2=unasked"]
    assert "request" not in seen
    assert outcome(seen) == ("success", "failed")
    assert scores_still(seen)


def test_approved_under_other_code_than_it_was_trained_by_it_scores_no_night(decided: dict[str, Any]) -> None:
    seen = decided["3=Approve"]
    assert seen["kept"]["chosen_options"] == ["Approve"]
    assert outcome(seen) == ("success", "failed")
    assert scores_still(seen)
