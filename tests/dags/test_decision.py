"""What the weekly run asks a person about, and what it promotes then: nothing that its code cannot read."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from features.catalog import BEHAVIOURS, channels
from jobs.settings import PROJECT
from models import registry, succession
from models.champion import Champion
from models.logbook import PROMOTION, Record, log_comparison

OTHER = Champion.untrained(BEHAVIOURS)
"""The same names, of no definition that is known."""
OWN = replace(OTHER, definitions=tuple(told for _, told in channels()))
DECIDE = """
import sys
from expectations.errors import NoChampion
from jobs import task

uri, own, other = sys.argv[1:]
asked = task.passed(uri)
print(asked and asked["version"])
try:
    task.promote(uri, other, "passed", "a test")
except NoChampion as refused:
    print(refused)
print(task.promote(uri, own, "passed", "a test"))
"""


def test_airflow_asks_for_and_promotes_what_its_code_reads_alone(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    before, own, other = (
        registry.publish(model, uri, date(2026, 3, 10), {}, {}, alias=alias)
        for model, alias in ((OWN, "champion"), (OWN, "challenger"), (OTHER, "challenger"))
    )
    for number in (own, other):
        run = log_comparison(uri, PROMOTION, {}, {}, Record({"comparison.md": "# the page"}))
        succession.judged(uri, number, succession.PASSED, before, run)
    told = subprocess.run(
        [sys.executable, "-c", DECIDE, uri, own, other],
        env={**os.environ, "AIRFLOW_HOME": str(tmp_path), "PYTHONPATH": str(PROJECT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    asked, refused, promoted = [line for line in told.stdout.splitlines() if line][-3:]
    assert (asked, promoted) == (own, before)
    assert refused.startswith(f"version {other} is of another catalogue or other detectors than this code")
    assert [succession.named(uri, alias) for alias in ("champion", "previous")] == [own, before]
