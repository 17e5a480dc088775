"""The demonstration ends with the code of what failed in it."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from expectations.errors import GateFailed, NothingLanded, PosternError
from jobs import demo, scheduler
from jobs.settings import settings

DAY = date(2026, 3, 30)


@pytest.mark.parametrize(("code", "cause"), [(12, NothingLanded), (20, GateFailed), (-9, PosternError)])
def test_a_backfill_that_stops_ends_the_demonstration_with_its_own_code(
    monkeypatch: pytest.MonkeyPatch, code: int, cause: type[PosternError]
) -> None:
    monkeypatch.setattr(demo.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=code))
    with pytest.raises(PosternError, match=f"the backfill ended with {code}") as failed:
        demo.backfill(settings(environment={}), DAY, DAY)
    assert type(failed.value) is cause


SUBMITTED = "airflow.exceptions.AirflowException: Cannot execute: spark-submit /app. Error code is: "


@pytest.mark.parametrize(
    ("log", "cause", "said"),
    [
        (f"INFO - postern conform: no feed has a delivery. [airflow]\n{SUBMITTED}12.", NothingLanded, "no feed has"),
        (f"postern conform: late.\n{SUBMITTED}12.\npostern risk: it broke.\n{SUBMITTED}20.", GateFailed, "it broke"),
        ("Airflow is not well", PosternError, "for no known cause"),
    ],
)
def test_a_night_that_stops_in_airflow_ends_the_demonstration_with_the_code_of_its_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: str, cause: type[PosternError], said: str
) -> None:
    monkeypatch.setattr(scheduler, "environment", lambda _: {})
    monkeypatch.setattr(scheduler, "airflow", lambda *_: [sys.executable, "-c", f"print({log!r}); raise SystemExit(1)"])
    with pytest.raises(PosternError, match=said) as failed:
        demo.night_by_airflow(replace(settings(environment={}), airflow=tmp_path), DAY)
    assert type(failed.value) is cause
