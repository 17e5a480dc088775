"""The DAGs load, say what they are, and are the catalogue."""

from collections.abc import Sequence
from typing import Any

import pytest

from expectations.errors import GateFailed, NothingLanded
from expectations.gold import BASELINE, RISK_STATE, SHADOW_STATE
from expectations.gold_day import HABIT
from expectations.gold_together import ASSOCIATION, WHEREABOUTS
from expectations.table import Table
from jobs.catalog import JOBS, NIGHTLY, WEEKLY, session
from jobs.plan import edges, tasks

STATE = (HABIT, BASELINE, RISK_STATE, WHEREABOUTS, ASSOCIATION, SHADOW_STATE)
DECISION = ("comparison", "approval", "promote")
DAGS = ("nightly", "weekly_training", "backfill")


def names(tables: Sequence[Table]) -> list[str]:
    return [table.name for table in tables]


def test_every_file_loads_without_spark(loaded: dict[str, Any]) -> None:
    assert loaded["errors"] == {}
    assert sorted(loaded["dags"]) == sorted(DAGS)
    assert not loaded["pyspark"]


@pytest.mark.parametrize("name", DAGS)
def test_a_dag_says_what_it_is_and_is_bounded(loaded: dict[str, Any], name: str) -> None:
    dag = loaded["dags"][name]
    assert "postern" in dag["tags"]
    assert len(dag["doc"]) > 200
    assert dag["max_active_runs"] == 1  # state rolls from night to night
    assert not dag["catchup"]
    # A training waits for a person, who may be away for some days.
    assert 0 < dag["timeout"] <= (7 * 24 if name == "weekly_training" else 24) * 3600
    for what, task in dag["tasks"].items():
        assert task["owner"] not in ("", "airflow")
        assert task["retries"] == (0 if what == "approval" else 1 if name == "weekly_training" else 2)
        assert task["delay"] >= 60
        assert 0 < task["timeout"] <= dag["timeout"]
        assert task["doc"]


def test_the_night_is_the_catalogue(loaded: dict[str, Any]) -> None:
    drawn = loaded["dags"]["nightly"]["tasks"]
    assert list(drawn) == ["assess", "watch", "risk_list"]
    told = {(earlier, later) for later, task in drawn.items() for earlier in task["upstream"]}
    assert told == {(earlier.name, later.name) for earlier, later in edges(tasks(NIGHTLY))}
    assert ("assess", "risk_list") in told
    assert {name: task["outlets"] for name, task in drawn.items()} == {
        task.name: sorted(table.name for table in task.writes) for task in tasks(NIGHTLY)
    }
    assert {table for task in drawn.values() for table in task["outlets"]} == {
        table.name for job in NIGHTLY for table in job.writes
    }
    assert set(loaded["dags"]["weekly_training"]["tasks"]) == {job.name for job in WEEKLY} | {*DECISION}


def test_landed_files_start_a_night_and_the_list_ends_it(loaded: dict[str, Any]) -> None:
    drawn = loaded["dags"]["nightly"]["tasks"]
    assert [name for name, task in drawn.items() if not task["upstream"]] == ["assess"]
    assert session("assess")[0].name == "conform"
    read = {earlier for task in drawn.values() for earlier in task["upstream"]}
    assert set(drawn) - read == {"risk_list", "watch"}
    # What is watched for the next night must not keep tonight's list.
    assert "watch" not in drawn["risk_list"]["upstream"]


def test_a_task_that_rolls_a_state_waits_for_its_night_before(loaded: dict[str, Any]) -> None:
    drawn = loaded["dags"]["nightly"]["tasks"]
    waiting = {name for name, task in drawn.items() if task["depends_on_past"]}
    assert waiting == {task.name for task in tasks(NIGHTLY) if task.in_order}
    rolling = {job.name for job in NIGHTLY if {*names(job.reads)} & {*names(job.writes)} & {*names(STATE)}}
    assert rolling == {"together", "person_day", "baseline", "risk", "watch"}
    assert {job.session or job.name for job in NIGHTLY if job.name in rolling} <= waiting
    assert "risk_list" not in waiting  # a night whose list was stopped does not stop the next night's


def test_a_closed_gate_is_not_tried_again_and_a_late_delivery_is(loaded: dict[str, Any]) -> None:
    retried = loaded["dags"]["nightly"]["tasks"]["risk_list"]["retried"]
    assert retried[str(GateFailed.exit_code)] == "fail"
    assert retried[str(NothingLanded.exit_code)] == "default"
    assert retried["1"] == "default"


def test_on_kubernetes_the_driver_s_exit_code_decides(loaded: dict[str, Any]) -> None:
    retried = loaded["dags"]["nightly"]["tasks"]["risk_list"]["retried"]
    told = {said: retried[said] for said in ("driver 20", "driver 12", "client 20", "driver unknown")}
    assert told == {"driver 20": "fail", "driver 12": "default", "client 20": "fail", "driver unknown": "fail"}


def test_the_schedule_follows_the_site_s_clock(loaded: dict[str, Any]) -> None:
    assert loaded["dags"]["nightly"]["zone"] == "Asia/Tokyo"
    assert "Asia/Tokyo" in loaded["dags"]["nightly"]["schedule"]


def test_a_run_takes_the_night_asked_for_or_the_last_that_has_ended(loaded: dict[str, Any]) -> None:
    assert loaded["nights"] == {
        "scheduled": "2026-03-30",
        "by hand now": "2026-03-31",
        "by hand, undated": "2026-03-31",
        "by hand, of an earlier date": "2026-03-11",
        "with a day": "2026-02-01",
    }


def test_places_come_from_variables_at_run_time(loaded: dict[str, Any]) -> None:
    for dag in loaded["dags"].values():
        for name, task in dag["tasks"].items():
            if name not in DECISION:
                assert "{{ var.value.postern_lake }}" in task["arguments"]
            elif task["given"]:
                assert task["given"]["mlflow"] == "{{ var.value.postern_mlflow }}"


def test_a_person_decides_with_the_comparison_before_them(loaded: dict[str, Any]) -> None:
    tasks = loaded["dags"]["weekly_training"]["tasks"]
    assert [tasks[name]["upstream"] for name in ("attack", "backtest", "compare", *DECISION)] == [
        *(["train"], ["train"], ["attack", "backtest", "train"]),
        ["compare"],
        *map(list, [("comparison",), ("approval",)]),
    ]
    assert "comparison" in tasks["approval"]["asks"]
    assert "comparison" in tasks["promote"]["given"]["version"]
    assert tasks["backtest"]["arguments"][:2] == ["backtest", "--compare"]
    assert "comparison" in tasks["promote"]["given"]["verdict"]
    # Every try at its longest, and attack and backtest one after the other: the person's days are left.
    longest = [
        task["timeout"] * (1 + task["retries"]) + task["delay"] * task["retries"]
        for task in (tasks[name] for name in ("train", "attack", "backtest", "compare", *DECISION))
    ]
    assert sum(longest) < loaded["dags"]["weekly_training"]["timeout"]
    assert tasks["approval"]["timeout"] == 5 * 24 * 3600
    assert 3600 <= tasks["approval"]["timeout"] < loaded["dags"]["weekly_training"]["timeout"]


def test_only_the_answer_approve_promotes(loaded: dict[str, Any]) -> None:
    """The whole of it, in Airflow and a registry, is test_approval.py."""
    for answer, seen in loaded["decisions"].items():
        assert seen["subject"] == "Let version 7 score the nights?"
        assert seen["body"] == "| a | table |"
        assert seen["arguments"] | {"answer": ""} == {
            **{"mlflow": "pigeon://loft", "version": "7", "verdict": "passed", "answer": ""},
            "because": "approved in Airflow, run asked",
        }
        assert ("refused" in seen) == (answer != "Approve")
        if answer != "Approve":
            assert "GateFailed: nobody approved version 7" in seen["refused"]
            assert "clear the task approval" in seen["refused"]
            assert seen["retried"] == "fail"
    assert loaded["unanswered"] == ["Reject"]


def test_a_backfill_makes_training_due(loaded: dict[str, Any]) -> None:
    (task,) = loaded["dags"]["backfill"]["tasks"].values()
    assert task["outlets"] == ["history"]
    assert "history" in loaded["dags"]["weekly_training"]["schedule"]


def test_every_job_says_what_it_does() -> None:
    for job in JOBS:
        assert job.says.endswith("."), job.name
        assert 0 < job.timeout_minutes <= 24 * 60
