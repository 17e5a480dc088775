"""A local Airflow: scheduler, DAG processor, triggerer and the page, bound to this machine only."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from types import FrameType

import psutil

from expectations.errors import SetupError
from jobs import java
from jobs.session import write_properties
from jobs.settings import PROJECT, Settings, home
from jobs.site import load_site

log = logging.getLogger("postern")

PATIENCE = 180
"""Seconds until Airflow must be up; a cold start on two busy cores takes about sixty."""

PARTS = {
    "api-server": ("--host", "127.0.0.1", "--workers", "1"),
    "scheduler": ("--skip-serve-logs",),  # their log servers would listen on every address
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}

HEALTHY = ("metadatabase", "scheduler", "dag_processor", "triggerer")
"""What must send its heartbeat, by the names of Airflow's own answer."""


def environment(settings: Settings, port: int = 8080) -> dict[str, str]:
    """The environment that makes any `airflow` command find our DAGs, the lake, Spark and nothing else."""
    java.export()
    properties = write_properties(home() / "spark.properties", settings.master)
    page = f"http://127.0.0.1:{port}"
    return {
        **os.environ,
        **settings.environment(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONWARNINGS": "ignore",
        "PYSPARK_PYTHON": sys.executable,
        # What the DAGs ask for by name. On a cluster these are set in Airflow itself.
        "AIRFLOW_CONN_POSTERN_SPARK": json.dumps({"conn_type": "spark", "host": settings.master}),
        "AIRFLOW_VAR_POSTERN_SPARK_PROPERTIES": str(properties),  # the same settings as without Airflow
        "AIRFLOW_VAR_POSTERN_LAKE": settings.lake,
        "AIRFLOW_VAR_POSTERN_SITE": str(settings.site),
        "AIRFLOW_VAR_POSTERN_MLFLOW": settings.mlflow,
        "AIRFLOW_VAR_POSTERN_MLFLOW_ARTIFACTS": os.environ.get("POSTERN_MLFLOW_ARTIFACTS", ""),
        "AIRFLOW_VAR_POSTERN_APPLICATION": str(PROJECT / "jobs" / "__main__.py"),
        "AIRFLOW_HOME": str(settings.airflow),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": time_zone(settings),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{page}/execution/",
        # One Spark session at a time fits a laptop; a cluster's Airflow has its own pools.
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__API__BASE_URL": page,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def time_zone(settings: Settings) -> str:
    """The site's zone, whose clock the schedules follow; UTC before there is a site.

    Raises ConfigurationError when there is one that cannot be used.
    """
    return load_site(settings.site).site.time_zone if settings.site.exists() else "UTC"


def airflow(*arguments: str) -> list[str]:
    """A command of the Airflow that belongs to this environment."""
    return [str(Path(sys.executable).with_name("airflow")), *arguments]


def migrate(settings: Settings, environment: dict[str, str]) -> None:
    """Create Airflow's own database, or bring it up to date. Raises SetupError when that fails."""
    settings.airflow.mkdir(parents=True, exist_ok=True)
    told = subprocess.run(airflow("db", "migrate"), env=environment, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SetupError(
            f"Airflow's database in {settings.airflow} could not be made: {told.stderr.strip()[-500:]}. "
            "Next: mend that, or remove the folder."
        )


def serve(settings: Settings, port: int) -> int:
    """Run Airflow until it is told to stop (Ctrl-C or SIGTERM); 0 when told to.

    Raises SetupError when the port is taken, Airflow does not come up, or one of its parts ends by itself.
    """
    check_free(port)
    variables = environment(settings, port)
    migrate(settings, variables)
    logs = settings.airflow / "logs" / "parts"
    logs.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, interrupt)
    parts: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, options in PARTS.items():
            with (logs / f"{name}.log").open("ab") as output:
                # A group of its own: Ctrl-C reaches us alone, and we stop them in order.
                parts[name] = subprocess.Popen(
                    airflow(name, *options), env=variables, stdout=output, stderr=output, start_new_session=True
                )
        started = time.monotonic()
        announced = False
        while not (ended := [name for name, part in parts.items() if part.poll() is not None]):
            if not announced and (announced := healthy(port)):
                announce(settings, port)
            if not announced and time.monotonic() - started > PATIENCE:
                raise SetupError(f"Airflow is not up after {PATIENCE} s. Next: read {logs}.")
            time.sleep(1)
        raise SetupError(f"Airflow's {ended[0]} ended by itself. Next: read {logs / ended[0]}.log.")
    except KeyboardInterrupt:
        log.info("stopping Airflow")
        return 0
    finally:
        stop(list(parts.values()))


def check_free(port: int) -> None:
    """Raises SetupError when somebody listens at the port, where the page would only end once all else has started."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SetupError(
                f"port {port} is taken: expected a free one for Airflow's page, got an answer at 127.0.0.1:{port}. "
                f"Next: end what listens there, or `postern airflow --port {port + 1}`."
            )


def interrupt(number: int, frame: FrameType | None) -> None:
    """Let SIGTERM end us as Ctrl-C does."""
    raise KeyboardInterrupt


def healthy(port: int) -> bool:
    """Whether the page is Airflow's and every part behind it sends its heartbeat."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=5) as answer:
            told = json.load(answer)
        return all(told[part]["status"] == "healthy" for part in HEALTHY)
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        return False  # not up yet, or somebody else's page


def announce(settings: Settings, port: int) -> None:
    """Say where it is and how to get in."""
    passwords = settings.airflow / "simple_auth_manager_passwords.json.generated"
    log.info("Airflow is up: http://127.0.0.1:%d (user admin, password in %s)", port, passwords)
    log.info("DAGs start paused: switch `nightly` and `weekly_training` on there. Ctrl-C stops Airflow.")


def stop(parts: list[subprocess.Popen[bytes]]) -> None:
    """End the parts and whatever they started, tasks included; what does not end within 20 seconds is killed."""
    for part in parts:
        part.terminate()
    until = time.monotonic() + 20
    for part in parts:
        try:
            part.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process %d did not stop; killing it", part.pid)
    running = left(parts)
    if running:
        log.warning(
            "ending %d process(es) of tasks that still ran; Airflow tries them again when it is up", len(running)
        )
        end(running, signal.SIGTERM)
        while left(parts) and time.monotonic() < until:
            time.sleep(0.2)
    end(left(parts), signal.SIGKILL)
    for part in parts:
        part.wait()


def left(parts: list[subprocess.Popen[bytes]]) -> list[int]:
    """What is left of the sessions that the parts lead: a task leads a group of its own, and would outlive them."""
    leaders, found = {part.pid for part in parts}, []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) in leaders:
                found.append(pid)
        except (ProcessLookupError, PermissionError):
            continue  # ended since, or somebody else's
    return found


def end(processes: list[int], how: signal.Signals) -> None:
    """Send it to each that is still there."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, how)
