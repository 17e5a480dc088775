"""The status tells who scores, who would like to, and when a model was last trained."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from expectations.errors import RegistryError
from jobs import standing
from models import registry, succession
from models.champion import Champion

NIGHT, LATER = date(2030, 5, 17), date(2030, 6, 14)


def test_of_a_life_of_models_the_status_tells_champion_challenger_and_last_training(
    tmp_path: Path, behaviours, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    assert standing.told(uri) == ["no champion: nothing was trained yet"]
    assert not (tmp_path / "mlflow.db").exists()

    def train(night: date, alias: str | None) -> str:
        return registry.publish(Champion.untrained(behaviours), uri, night, {}, {}, alias=alias)

    first, second = train(NIGHT, "champion"), train(LATER, "challenger")
    monkeypatch.setattr(registry, "load", None)  # no model is fetched
    champion = f"champion, version {first}, trained on nights up to {NIGHT}"
    challenger = f"challenger, version {second}, trained on nights up to {LATER}"
    newest = f"last training as of {LATER}, version {second}"
    assert standing.told(uri) == [champion, f"{challenger}, not compared with the champion yet", newest]
    succession.judged(uri, second, succession.PASSED, first, "run")
    assert standing.told(uri) == [champion, f"{challenger}, passed the gate against version {first}", newest]
    succession.judged(uri, second, succession.FAILED, "77", "run")
    told = f"{challenger}, did not pass the gate against version 77, which no longer scores"
    assert standing.told(uri) == [champion, told, newest]
    succession.judged(uri, second, succession.INCOMPARABLE, first)
    assert standing.told(uri) == [champion, f"{challenger}, cannot be compared with version {first}", newest]


def test_a_registry_that_cannot_be_read_is_told_and_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: str) -> None:
        raise RegistryError("the registry of models could not be read (OperationalError).")

    monkeypatch.setattr(succession, "named", silent)
    assert standing.told("postgresql://registry/mlflow") == [
        "not known: the registry of models could not be read (OperationalError)."
    ]


class Down(BaseHTTPRequestHandler):
    """A registry behind a proxy that says it is not there."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_error(503)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_server_that_is_down_is_asked_once_again_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in standing.IMPATIENT:
        monkeypatch.setenv(name, "")  # so that it is put back afterwards
        monkeypatch.delenv(name)
    with HTTPServer(("127.0.0.1", 0), Down) as server, ThreadPoolExecutor(1) as beside:
        beside.submit(server.serve_forever)
        told = standing.told(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert told[0].startswith("not known: the registry of models could not be read")
    assert Down.asked == 2
