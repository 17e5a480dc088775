"""Weekly runs in a process of its own: their long jobs told done, what asks a person and what follows from it as it is.

    python decide.py DAGS MLFLOW VERSION=ANSWER …

Of each run VERSION is the challenger. The request is read and answered by the calls that Airflow's page makes, by
people who have signed in. ANSWER is Approve or Reject, `late` (the days to decide pass, and the scheduler finds that
they have) or `unasked` (somebody marks the task as done). Prints what there was to see, by VERSION=ANSWER, as JSON in
the last line.
"""

import json
import os
import sys
import threading
import time
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from airflow import settings
from airflow._shared.timezones import timezone
from airflow.api_fastapi.app import create_app
from airflow.configuration import conf
from airflow.dag_processing.dagbag import DagBag
from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.models.taskinstance import TaskInstance
from airflow.utils.db import initdb
from fastapi.testclient import TestClient
from mlflow.tracking import MlflowClient

from models import succession

DONE = "train|attack|backtest|compare|fairness"
"""Each is a spark-submit of hours."""

PATIENCE = 120


def signed_in(page: TestClient, who: str) -> dict[str, str]:
    """What the calls of somebody carry."""
    kept = json.loads(Path(conf.get("core", "simple_auth_manager_passwords_file")).read_text())
    answer = page.post("/auth/token", json={"username": who, "password": kept[who]})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def waiting(page: TestClient, head: dict[str, str]) -> dict[str, Any]:
    """The request, once it stands under Required actions."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        told = page.get("/api/v2/dags/~/dagRuns/~/hitlDetails", params={"state": "awaiting_input"}, headers=head).json()
        if told["hitl_details"]:
            return dict(told["hitl_details"][0])
        time.sleep(0.2)
    raise AssertionError(f"nobody was asked within {PATIENCE} s")


def days_pass(task: UUID) -> float:
    """Let the scheduler find that the days to decide have passed; how many there were."""
    with settings.Session() as session:
        asked = session.get(TaskInstance, task)
        days = (asked.trigger_timeout - timezone.utcnow()) / timedelta(days=1)
        asked.trigger_timeout = timezone.utcnow() - timedelta(seconds=1)
        session.commit()
    SchedulerJobRunner(Job()).check_awaiting_input_timeouts()
    return float(days)


def answer(page: TestClient, given: str, seen: dict[str, Any]) -> None:
    """Wait for the request and answer it."""
    try:
        head = signed_in(page, "approver")
        seen["request"] = request = waiting(page, head)
        asked = request["task_instance"]
        here = f"/api/v2/dags/weekly_training/dagRuns/{asked['dag_run_id']}/taskInstances/approval/-1/hitlDetails"
        if given == "late":
            seen["days"] = days_pass(UUID(asked["id"]))
        else:
            chosen = {"chosen_options": [given]}
            seen["watcher"] = page.patch(here, json=chosen, headers=signed_in(page, "watcher")).status_code
            seen["approver"] = page.patch(here, json=chosen, headers=head).status_code
            seen["again"] = page.patch(here, json={"chosen_options": ["Approve"]}, headers=head).status_code
        seen["kept"] = page.get(here, headers=head).json()
    except BaseException:
        traceback.print_exc()
        os._exit(1)  # the run would wait for ever


def decided(dag: Any, page: TestClient, mlflow: str, version: str, given: str) -> dict[str, Any]:
    """One run and its answer."""
    seen: dict[str, Any] = {}
    MlflowClient(mlflow).set_registered_model_alias(succession.MODEL, succession.CHALLENGER, version)
    if given == "unasked":
        run = dag.test(mark_success_pattern=f"{DONE}|approval")
    else:
        person = threading.Thread(target=answer, args=(page, given, seen), daemon=True)
        person.start()
        run = dag.test(mark_success_pattern=DONE)
        person.join(PATIENCE)
    with settings.Session() as session:
        seen["states"] = {task.task_id: task.state for task in run.get_task_instances(session=session)}
    seen["run"] = run.run_id
    seen["aliases"] = {alias: succession.named(mlflow, alias) for alias in ("champion", "challenger", "previous")}
    return seen


def main(dags: str, mlflow: str, *runs: str) -> None:
    """One run after the other, in one Airflow."""
    initdb()
    dag = DagBag(dags, bundle_path=dags).dags["weekly_training"]
    page = TestClient(create_app(apps="core"))
    told = {run: decided(dag, page, mlflow, *run.split("=")) for run in runs}
    sys.stdout.write("\n" + json.dumps(told, default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
