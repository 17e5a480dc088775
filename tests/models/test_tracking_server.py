"""The same code on a tracking server by URI as on a SQLite file: nothing of the model's life asks which it is."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models import registry, succession
from models.champion import Champion
from models.logbook import Record
from models.succession import TRAINED_ON


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, which keeps artifacts itself: clients know its address and nothing else."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("mlflow")), "server", "--host", "127.0.0.1", "--port", str(port)]
    kept = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(folder / "kept")]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen([*command, *kept, "--workers", "1"], stdout=log, stderr=log, cwd=folder)
    uri = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{uri}/health", timeout=2).close()
                break
            except OSError:
                assert running.poll() is None, (folder / "log").read_text()
                time.sleep(1)
        yield uri
    finally:
        running.terminate()
        running.wait(timeout=30)


@pytest.mark.deployment
def test_a_model_s_life_on_a_server(server, behaviours):
    champion = Champion.untrained(behaviours)
    first = registry.publish(
        champion, server, date(2030, 5, 17), {"catalogue": "abc"}, {"auc": 0.9}, Record(card="# card")
    )
    second = registry.publish(champion, server, date(2030, 5, 24), {}, {}, alias="challenger")
    held = registry.champion(server)
    assert (held.version, held.trained_on, held.champion.names) == (first, date(2030, 5, 17), champion.names)
    assert registry.logged_params(server, first) == {"catalogue": "abc"}
    assert {v: tags[TRAINED_ON] for v, tags in registry.versions(server).items()} == {
        first: "2030-05-17",
        second: "2030-05-24",
    }
    succession.judged(server, second, "passed", first, "run")
    assert succession.promote(server, second, "approved by the test") == first
    assert registry.champion(server).version == second
    succession.rollback(server, "it cried")
    assert registry.champion(server).version == first
