"""Java's class data: made anew at each set-up, never in the way of a session."""

import logging
import subprocess
from pathlib import Path

import pytest

from jobs import classes
from jobs.session import deployment


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the session that makes the archive is started with; it archives, as Java would."""
    monkeypatch.setattr(classes, "home", lambda: tmp_path)
    told: list[str] = []

    def started(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        told.extend(command)
        (tmp_path / "classes.part").write_text("new")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", started)
    return told


def settings() -> dict[str, str]:
    return {**deployment("local[*]"), "spark.master": "local[*]"}


def test_a_second_set_up_makes_the_archive_again(told: list[str], tmp_path: Path) -> None:
    (tmp_path / "classes.jsa").write_text("old")
    classes.make(settings)
    assert classes.archive().read_text() == "new"
    # Java stops where it is told both to use an archive and to make one.
    assert not [word for word in told if "SharedArchiveFile" in word and "ArchiveClassesAtExit" in word]
    assert [word for word in told if "ArchiveClassesAtExit" in word]


def test_sessions_use_it_once_it_is_there(told: list[str]) -> None:
    assert "SharedArchiveFile" not in classes.use()
    classes.make(settings)
    assert f"-XX:SharedArchiveFile={classes.archive()}" in classes.use()


def test_a_machine_where_it_fails_starts_slower_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(classes, "home", lambda: tmp_path)
    refused = subprocess.CompletedProcess([], 1, "", "no memory")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    with caplog.at_level(logging.WARNING):
        classes.make(settings)
    assert not classes.archive().exists()
    assert "no memory" in caplog.text
