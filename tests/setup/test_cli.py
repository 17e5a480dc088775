"""The command line: helpful, quick, and an exit code by cause."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import jobs
from expectations import errors
from expectations.errors import ConfigurationError, PosternError
from jobs import commands
from jobs.__main__ import main
from jobs.arguments import range_of
from jobs.catalog import BACKFILL, JOBS
from jobs.days import Days
from jobs.job import Job
from simulation import disturbances, scenarios


def postern(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jobs", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_help_teaches_with_examples_and_every_exit_code() -> None:
    told = postern("--help")
    assert told.returncode == 0
    causes = {
        kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)
    }
    for code in causes:
        assert f" {code} " in f" {' '.join(told.stdout.split())} ", f"exit code {code} is not explained"
    for job in JOBS:
        assert job.name in told.stdout
    site, landing, backfill = map(told.stdout.index, ("cp sites/example.yaml", "lake/landing/", "./postern backfill"))
    assert site < landing < backfill


def help_of(name: str) -> str:
    (choices,) = (action.choices for action in commands.parser()._actions if action.dest == "command")
    return " ".join(choices[name].format_help().split())


@pytest.mark.parametrize("told", [job for job in JOBS if job.name not in commands.TOOLS], ids=lambda job: job.name)
def test_the_help_of_a_job_names_what_it_reads_writes_and_judges_and_how_to_call_it(told: Job) -> None:
    page = help_of(told.name)
    for title, tables in (("reads", told.reads), ("writes", told.writes), ("judged by its gate", told.judges)):
        names = ", ".join(table.name for table in tables)
        assert not tables or f"{title} {names}" in page.replace("reads landing/<feed>/<day>/, ", "reads ")
    assert f"./postern {told.name} --day 2026-03-30" in page


def test_the_help_of_a_night_names_the_files_it_begins_with_the_list_and_its_gates() -> None:
    page = help_of("night")
    assert "reads landing/<feed>/<day>/, " in page
    assert "gold.surprise" not in page.split(" writes ")[0]  # made on the way
    assert "gold.risk_list" in page.split(" writes ")[1]
    assert "judged by its gate silver.access" in page


def test_the_help_of_a_backfill_names_what_the_trainings_on_its_way_write() -> None:
    page = help_of("backfill")
    read, written = page.split(" judged by its gate ")[0].split(" writes ")
    assert "gold.place_vector" in written
    assert "gold.place_vector" not in read
    assert "gold.disposition" in read
    assert "gold.place_vector" in {table.name for table in BACKFILL.writes}
    assert "./postern backfill --from 2026-01-01 --to 2026-03-29" in page


def test_help_needs_neither_spark_nor_airflow() -> None:
    probe = (
        "import sys, jobs.__main__ as m\n"
        "m.commands.parser().format_help()\n"
        "print(sorted({'pyspark', 'airflow', 'mlflow', 'pandas', 'numpy', 'great_expectations'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_help_names_every_scenario_and_disturbance() -> None:
    assert set(commands.SCENARIOS) == set(scenarios.DEFAULT)
    assert commands.DISTURBANCES == disturbances.KINDS
    told = " ".join(postern("simulate", "--help").stdout.split())
    assert ", ".join(commands.SCENARIOS) in told
    assert ", ".join(commands.DISTURBANCES) in told


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (["--day", "2026-03-30"], "2026-03-30"),
        (["--from", "2026-03-01", "--to", "2026-03-03"], "2026-03-01 … 2026-03-03"),
    ],
)
def test_days_are_a_night_or_a_range_with_its_last_day(given: list[str], days: str) -> None:
    asked = range_of(commands.parser().parse_args(["conform", *given]))
    assert isinstance(asked, Days)
    assert str(asked) == days


@pytest.mark.parametrize(
    "given",
    [
        ["--from", "2026-03-01"],
        ["--to", "2026-03-01"],
        ["--day", "2026-03-01", "--to", "2026-03-03"],
        ["--from", "2026-03-03", "--to", "2026-03-01"],
    ],
)
def test_days_told_by_halves_are_refused(given: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="Next:"):
        range_of(commands.parser().parse_args(["night", *given]))


def test_an_error_is_one_message_with_its_code_and_a_traceback_only_on_demand(tmp_path: Path) -> None:
    wrong = ("night", "--day", "2026-03-30", "--lake", str(tmp_path))
    told = postern(*wrong)
    assert told.returncode == ConfigurationError.exit_code
    assert "site.yaml" in told.stderr
    assert "Next:" in told.stderr
    assert "Traceback" not in told.stderr
    assert "Traceback" in postern(*wrong, "--debug").stderr


def test_a_day_that_is_none_is_wrong_usage() -> None:
    told = postern("night", "--day", "30.3.2026")
    assert told.returncode == 2
    assert "2026-03-30" in told.stderr


@pytest.mark.parametrize(
    ("command", "wrong", "told"),
    [
        ("backfill", ["--train-every", "-1"], "'-1' is not a whole number, 0 or more"),
        ("demo", ["--days", "1"], "'1' is not a whole number, 2 or more"),
        ("demo", ["--people", "29"], "30 or more"),
        ("simulate", ["--days", "0"], "1 or more"),
        ("simulate", ["--seed", "-7"], "0 or more"),
        ("airflow", ["--port", "70000"], "a whole number from 1 to 65535"),
        ("mlflow", ["--port", "1_0"], "'1_0' is not a whole number"),
        ("disposition", ["open", "--day", "2026-03-30", "--rank", "0"], "1 or more"),
        ("experiment", ["--nights", "0"], "1 or more"),
        ("backtest", ["--seeds", "0"], "1 or more"),
        ("backtest", ["--budget", "-1"], "1 or more"),
        ("backtest", ["--intensity", "nan"], "not a number above 0"),
    ],
)
def test_a_number_that_cannot_be_is_refused_before_anything_is_done(
    command: str, wrong: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Only read: a number that were accepted would begin a demonstration, or a server.
    read = main if command in commands.TOOLS else commands.parser().parse_args
    with pytest.raises(SystemExit) as refused:
        read([command, *wrong, "--lake", str(tmp_path)])
    assert refused.value.code == 2
    assert f"argument {wrong[-2]}: " in (said := capsys.readouterr().err)
    assert told in said


@pytest.mark.parametrize("tool", [name for name in commands.TOOLS if name != "test"])
def test_debug_is_known_to_every_command(tool: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as helped:
        main([tool, "--debug", "--help"])
    assert helped.value.code == 0
    assert {"--debug", "--lake", "--site"} <= set(re.findall(r"--\w+", capsys.readouterr().out))


def test_a_tool_shows_where_its_error_came_from_on_demand(tmp_path: Path) -> None:
    wrong = ["evaluate", "--lake", str(tmp_path)]
    assert main(wrong) == ConfigurationError.exit_code
    with pytest.raises(ConfigurationError, match="no ground truth"):
        main([*wrong, "--debug"])


def test_each_cause_has_its_own_exit_code() -> None:
    causes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PosternError)]
    assert len({kind.exit_code for kind in causes}) == len(causes)
    assert all(kind.exit_code not in (0, 2) for kind in causes)
    root = Path(jobs.__file__).parent.parent
    elsewhere = [
        file.name
        for package in ("jobs", "features", "models", "feeds", "expectations", "simulation")
        for file in (root / package).rglob("*.py")
        if file.name != "errors.py" and re.search(r"^class \w+\((PosternError|Exception)\)", file.read_text(), re.M)
    ]
    assert elsewhere == [], "a cause stands in expectations.errors, with its code"


def test_what_spark_submit_puts_before_the_environment_comes_after_it(tmp_path: Path) -> None:
    """It puts the folder of our jobs first, and an archive of PySpark that Python would compile anew in each task."""
    archive = tmp_path / "pyspark.zip"
    archive.touch()
    script = Path(jobs.__file__).with_name("__main__.py")
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys, runpy; sys.path[:0] = [{str(script.parent)!r}, {str(archive)!r}]; "
            f"runpy.run_path({str(script)!r}, run_name='submitted'); print(*sys.path, sep='\\n')",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    places = told.stdout.splitlines()
    assert places[0] == str(script.parent.parent)
    assert str(script.parent) not in places
    assert places[-1] == str(archive)
