"""Java and jars: found, checked, or asked for by the exact command."""

import os
import shutil
from pathlib import Path

import pytest

from expectations.errors import ConfigurationError, SetupError
from jobs import jars, java
from jobs.settings import settings


def fake_java(home: Path, version: str) -> Path:
    (home / "bin").mkdir(parents=True)
    program = home / "bin" / "java"
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2025-04-15' >&2\n")
    program.chmod(0o755)
    return home


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no Java, no package manager and no rights."""
    monkeypatch.setattr(java, "candidates", lambda: iter([Path(place) for place in homes]))
    homes: list[Path] = []
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("POSTERN_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.parametrize(("told", "major"), [("17.0.15", 17), ("21", 21), ("11.0.2", 11), ("1.8.0_392", 8)])
def test_the_version_is_the_major_one(tmp_path: Path, told: str, major: int) -> None:
    assert java.version(fake_java(tmp_path / "jre", told) / "bin" / "java") == major


def test_what_is_not_java_has_no_version(tmp_path: Path) -> None:
    assert java.version(tmp_path / "nothing") == 0


def test_an_old_java_home_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = fake_java(tmp_path / "old", "11.0.2"), fake_java(tmp_path / "new", "21.0.1")
    monkeypatch.setattr(java, "candidates", lambda: iter([old, new]))
    assert java.find() == new


def test_java_home_is_asked_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = fake_java(tmp_path / "chosen", "17.0.1")
    monkeypatch.setenv("JAVA_HOME", str(chosen))
    assert java.find() == chosen


def test_without_java_and_a_package_manager_the_error_says_what_to_do(bare: Path) -> None:
    with pytest.raises(SetupError, match=r"Next: .*JAVA_HOME") as stopped:
        java.ensure()
    assert stopped.value.exit_code == 30


def knows(folder: Path, *packages: str) -> str:
    """An apt-cache that knows these packages alone; the path with it in front."""
    program = folder / "programs" / "apt-cache"
    program.parent.mkdir()
    told = "".join(f"{name}) echo 'Package: {name}' ;;\n" for name in packages)
    program.write_text(f'#!/bin/sh\ncase "$2" in\n{told}*) exit 100 ;;\nesac\n')
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("packages", "command"),
    [
        (java.PACKAGES, "Next: sudo apt-get install .* openjdk-17-jre-headless$"),
        (java.PACKAGES[1:], "Next: sudo apt-get install .* openjdk-21-jre-headless$"),
        (java.PACKAGES[2:], "Next: sudo apt-get install .* default-jre-headless$"),
        ((), "apt knows none of openjdk-17-jre-headless, .* Next: sudo apt-get update, then set up again"),
    ],
)
def test_without_root_the_error_is_the_command_to_type(
    bare: Path, monkeypatch: pytest.MonkeyPatch, packages: tuple[str, ...], command: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(java.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", knows(bare, *packages))
    with pytest.raises(SetupError, match=command):
        java.ensure()


def test_as_root_it_is_installed_and_remembered(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = bare / "jre"
    commands: list[tuple[str, ...]] = []

    def run(command: tuple[str, ...], must: bool = True) -> None:
        commands.append(command)
        if "install" in command:
            fake_java(installed, "21.0.9")

    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    monkeypatch.setattr(java.os, "geteuid", lambda: 0)
    monkeypatch.setattr(java, "run", run)
    monkeypatch.setenv("PATH", knows(bare, *java.PACKAGES[1:]))
    monkeypatch.setattr(java, "candidates", lambda: iter([installed]))
    assert java.ensure() == installed
    assert commands == [("apt-get", "update"), (*java.BY_APT, "openjdk-21-jre-headless")]
    monkeypatch.setenv("JAVA_HOME", "/elsewhere")
    java.export()
    assert java.os.environ["JAVA_HOME"] == str(installed)


def test_jars_that_are_there_are_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars, "resolve", lambda: pytest.fail("went to the network"))
    assert [jar.name for jar in jars.ensure()] == list(jars.PINNED)


def test_a_jar_that_is_not_the_pinned_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTERN_HOME", str(tmp_path))
    fetched = tmp_path / "ivy" / "jars"
    fetched.mkdir(parents=True)
    for name in jars.PINNED:
        (fetched / f"io.delta_{name}").write_bytes(b"another build")
    monkeypatch.setattr(jars, "resolve", lambda: fetched)
    with pytest.raises(SetupError, match="not the pinned file"):
        jars.ensure()
    assert not list((tmp_path / "jars").glob("*.jar"))


def test_a_damaged_jar_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = jars.folder()
    monkeypatch.setenv("POSTERN_HOME", str(tmp_path))
    fetched = tmp_path / "ivy" / "jars"
    for folder in (fetched, tmp_path / "jars"):
        folder.mkdir(parents=True)
    for name in jars.PINNED:
        (tmp_path / "jars" / name).write_bytes(b"cut short")
        shutil.copyfile(good / name, fetched / f"io.delta_{name}")
    monkeypatch.setattr(jars, "resolve", lambda: fetched)
    assert all(jars.checked(jar) for jar in jars.ensure())


def test_before_set_up_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTERN_HOME", str(tmp_path))
    with pytest.raises(SetupError, match=r"\./postern setup"):
        jars.jars()


def test_settings_come_from_the_line_then_the_environment_then_the_lake(tmp_path: Path) -> None:
    lake = str(tmp_path / "lake")
    plain = settings(environment={"POSTERN_LAKE": lake})
    assert (plain.lake, plain.site) == (lake, tmp_path / "lake" / "site.yaml")
    assert plain.mlflow == f"sqlite:///{lake}/mlflow.db"
    assert settings(lake=str(tmp_path / "other"), environment={"POSTERN_LAKE": lake}).lake == str(tmp_path / "other")


def test_a_lake_in_a_bucket_keeps_its_small_files_at_home() -> None:
    bucket = settings(lake="s3a://site/lake/", environment={})
    assert bucket.lake == "s3a://site/lake"
    assert bucket.local is None
    assert "s3a" not in str(bucket.site)


def test_another_process_finds_the_same_deployment(tmp_path: Path) -> None:
    here = settings(lake=str(tmp_path), environment={})
    assert settings(environment=here.environment()) == here


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql+psycopg://postern:open-sesame@db/mlflow",
        "postgresql+psycopg://postern:open/ses#ame?@db/mlflow",
        "postgresql+psycopg://postern@db/mlflow?password=open-sesame",
    ],
)
def test_a_password_in_the_registry_s_uri_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(ConfigurationError, match="PGPASSFILE") as refused:
        settings(environment={"POSTERN_MLFLOW": uri})
    assert "sesame" not in str(refused.value)
    assert "ses#ame" not in str(refused.value)


@pytest.mark.parametrize(
    "uri", ["postgresql+psycopg://postern@db:5432/mlflow", "http://127.0.0.1:5000", "sqlite:////lake/mlflow.db"]
)
def test_a_registry_without_a_password_in_its_uri_is_taken_as_it_is(uri: str) -> None:
    assert settings(environment={"POSTERN_MLFLOW": uri}).mlflow == uri
