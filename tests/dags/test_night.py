"""One night as it runs in production: through the DAG, each task a spark-submit, on a small simulated lake.

Then the same through a real scheduler: started, a night triggered, its tasks green, its outputs there, all stopped.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs import scheduler
from jobs.catalog import NIGHTLY
from jobs.plan import tasks
from jobs.settings import PROJECT, Settings, settings
from jobs.simulate import simulate

pytestmark = pytest.mark.deployment

LAST = date(2026, 3, 31)
NIGHTS = 32
MINUTES = 8
"""How long the real scheduler may take for one night."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A lake whose history ends two nights before the last, with a champion."""
    root = tmp_path_factory.mktemp("site")
    simulate(root, people=90, days=NIGHTS, end=LAST)
    site = root / "site.yaml"
    site.write_text(site.read_text() + "learning: {guard_nights: 2, warm_up_nights: 4, train_every: 28}\n")
    chosen = replace(settings(lake=str(root), environment={}), airflow=root / "airflow", master="local[2]")
    first, last = LAST - timedelta(days=NIGHTS - 1), LAST - timedelta(days=2)
    postern(chosen, "backfill", "--from", str(first), "--to", str(last))
    scheduler.migrate(chosen, scheduler.environment(chosen))
    return chosen


def postern(chosen: Settings, *arguments: str) -> str:
    told = subprocess.run(
        [sys.executable, "-m", "jobs", *arguments],
        env={**os.environ, **chosen.environment(), "POSTERN_DRIVER_MEMORY": "2g"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    return told.stdout


def published(chosen: Settings, day: date) -> dict[str, Any]:
    """The list as it was published."""
    folder = Path(chosen.lake) / "published"
    assert json.loads((folder / "latest.json").read_text())["day"] == str(day)
    return dict(json.loads((folder / str(day) / "risk_list.json").read_text()))


@pytest.mark.timeout(1200)
def test_a_night_through_the_dag_publishes_its_list(deployment: Settings) -> None:
    day = LAST - timedelta(days=1)
    told = subprocess.run(
        scheduler.airflow("dags", "test", "nightly", str(day), "--conf", json.dumps({"day": str(day)})),
        env={**scheduler.environment(deployment), "POSTERN_DRIVER_MEMORY": "2g"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-5000:]
    for task in tasks(NIGHTLY):
        assert f"end task task_id={task.name}" in told.stdout
    assert published(deployment, day)
    assert str(day) in postern(deployment, "status")


@pytest.fixture
def schedule() -> str:
    """No clock: it would begin with the night before today, of which nothing has landed."""
    return ""


@pytest.fixture
def airflow(deployment: Settings, schedule: str) -> Iterator[str]:
    """The address of a `postern airflow`, which is stopped in the end whatever happened."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "jobs", "airflow", "--port", str(port)],
        env={**os.environ, **deployment.environment(), "POSTERN_DRIVER_MEMORY": "2g", "POSTERN_SCHEDULE": schedule},
        cwd=PROJECT,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + scheduler.PATIENCE
        while not scheduler.healthy(port):
            assert running.poll() is None, "postern airflow ended by itself"
            assert time.monotonic() < until, "Airflow did not come up"
            time.sleep(2)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0
    with socket.socket() as gone:
        assert gone.connect_ex(("127.0.0.1", port)) != 0, "something still listens"


def ask(address: str, method: str = "GET", body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    """A call of Airflow's API."""
    request = urllib.request.Request(
        address,
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.load(answer))


def signed_in(deployment: Settings, address: str) -> str:
    """A token for Airflow's API."""
    (password,) = json.loads((deployment.airflow / "simple_auth_manager_passwords.json.generated").read_text()).values()
    asked = {"username": "admin", "password": password}
    return str(ask(f"{address}/auth/token", "POST", asked)["access_token"])


def found(api: str, token: str, until: float) -> None:
    """Wait for the DAG processor."""
    while not ask(f"{api}/dags?dag_id_pattern=nightly", token=token)["dags"]:
        assert time.monotonic() < until, "the DAG processor did not find the DAGs"
        time.sleep(3)


@pytest.mark.timeout(1800)
def test_a_real_scheduler_runs_a_night(deployment: Settings, airflow: str) -> None:
    token, api = signed_in(deployment, airflow), f"{airflow}/api/v2"
    until = time.monotonic() + MINUTES * 60
    found(api, token, until)
    run = ask(
        f"{api}/dags/nightly/dagRuns",
        "POST",
        {"dag_run_id": "asked", "logical_date": f"{LAST}T12:00:00Z", "conf": {"day": str(LAST)}},
        token,
    )
    ask(f"{api}/dags/nightly", "PATCH", {"is_paused": False}, token)
    while run["state"] not in ("success", "failed"):
        assert time.monotonic() < until, f"the night is still {run['state']}"
        time.sleep(5)
        run = ask(f"{api}/dags/nightly/dagRuns/asked", token=token)
    ran = ask(f"{api}/dags/nightly/dagRuns/asked/taskInstances", token=token)["task_instances"]
    assert {task["task_id"]: task["state"] for task in ran} == {task.name: "success" for task in tasks(NIGHTLY)}
    assert published(deployment, LAST)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("schedule", ["0 6 * * *"])
def test_airflow_s_own_backfill_runs_the_nights_of_a_range_again(deployment: Settings, airflow: str) -> None:
    before = published(deployment, LAST)["leads"]
    token, api = signed_in(deployment, airflow), f"{airflow}/api/v2"
    until = time.monotonic() + 3 * MINUTES * 60
    found(api, token, until)
    wanted = {
        **{"dag_id": "nightly", "run_backwards": False, "max_active_runs": 1, "reprocess_behavior": "completed"},
        **{"from_date": f"{LAST - timedelta(days=1)}T00:00:00Z", "to_date": f"{LAST}T12:00:00Z", "dag_run_conf": {}},
    }
    backfill = ask(f"{api}/backfills", "POST", wanted, token)
    ask(f"{api}/dags/nightly", "PATCH", {"is_paused": False}, token)
    while not backfill["completed_at"]:
        assert time.monotonic() < until, "the backfill has not ended"
        time.sleep(5)
        backfill = ask(f"{api}/backfills/{backfill['id']}", token=token)
    runs = ask(f"{api}/dags/nightly/dagRuns?run_type=backfill", token=token)["dag_runs"]
    assert [run["state"] for run in runs] == ["success"] * 2
    assert published(deployment, LAST)["leads"] == before
