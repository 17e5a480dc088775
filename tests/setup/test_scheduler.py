"""The local Airflow and MLflow's page: what is asked before they start, and what counts as up."""

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import psutil
import pytest

from expectations.errors import ConfigurationError, SetupError
from jobs import scheduler, tracking
from jobs.settings import settings

EXAMPLE = Path(scheduler.PROJECT) / "sites" / "example.yaml"


@contextmanager
def answering(text: str) -> Iterator[int]:
    """A page that answers everything with this text; its port."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def health(**other: str | None) -> str:
    return json.dumps({part: {"status": other.get(part, "healthy")} for part in scheduler.HEALTHY})


@pytest.mark.parametrize(
    ("answer", "up"),
    [
        (health(), True),
        (health(triggerer=None), False),
        (health(dag_processor="unhealthy"), False),
        ("<html>another page</html>", False),
        ('{"status": "ok"}', False),
        ("[]", False),
    ],
)
def test_airflow_is_up_when_its_own_answer_says_so_of_every_part(answer: str, up: bool) -> None:
    with answering(answer) as port:
        assert scheduler.healthy(port) is up


def test_a_port_that_is_taken_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "environment", lambda *_: pytest.fail("went on"))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        with pytest.raises(SetupError, match=r"is taken.* Next: .*--port"):
            scheduler.serve(settings(lake=str(tmp_path), environment={}), held.getsockname()[1])


def test_the_schedule_s_clock_is_the_site_s_and_utc_before_there_is_one(tmp_path: Path) -> None:
    chosen = settings(lake=str(tmp_path), environment={})
    assert scheduler.time_zone(chosen) == "UTC"
    chosen.site.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert scheduler.time_zone(chosen) == "Europe/London"


@pytest.mark.parametrize("text", ["feeds: {}\n", "site: [\n", "- a list\n", "site: none\n"])
def test_a_site_that_cannot_be_used_is_told_as_every_command_tells_it(tmp_path: Path, text: str) -> None:
    chosen = settings(lake=str(tmp_path), environment={})
    chosen.site.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"site\.yaml"):
        scheduler.time_zone(chosen)


@pytest.mark.parametrize("uri", ["http://mlflow.example:5000", "https://mlflow.example"])
def test_a_registry_that_is_a_server_is_named_and_no_other_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, uri: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("started one"))
    monkeypatch.setattr(logging.getLogger("postern"), "propagate", True)
    caplog.set_level(logging.INFO, "postern")
    chosen = settings(lake=str(tmp_path), environment={"POSTERN_MLFLOW": uri})
    assert tracking.serve(chosen, 5000) == 0
    assert uri in caplog.text


TASK = "import os, time; os.setpgid(0, 0); time.sleep(600)"
PART = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {TASK!r}]).pid, flush=True); input()"


def test_a_task_that_leads_a_group_of_its_own_does_not_outlive_airflow(caplog: pytest.LogCaptureFixture) -> None:
    part = subprocess.Popen(
        [sys.executable, "-c", PART], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    assert part.stdout is not None
    task = int(part.stdout.readline())
    until = time.monotonic() + 10
    while os.getpgid(task) == part.pid and time.monotonic() < until:
        time.sleep(0.05)
    assert os.getpgid(task) == task
    with caplog.at_level(logging.WARNING, "postern"):
        scheduler.stop([part])
    assert part.poll() is not None
    assert "ending 1 process(es) of tasks" in caplog.text
    while time.monotonic() < until and alive(task):
        time.sleep(0.05)
    assert not alive(task)


def alive(pid: int) -> bool:
    """Whether the process runs: one that has ended may wait for its new parent to ask."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
