"""Airflow lives in processes of its own here: imported beside the other tests it would take over their logging."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LOAD = """
import json, sys
from datetime import datetime, timedelta
from types import SimpleNamespace
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1], bundle_path=sys.argv[1])


def night(run_after, logical_date=None, day=None):
    \"\"\"The argument of --day as a task renders it: a run without a logical date has no such name.\"\"\"
    dag = bag.dags["nightly"]
    at, asked = datetime.fromisoformat(run_after), logical_date and datetime.fromisoformat(logical_date)
    run = SimpleNamespace(run_after=at, logical_date=asked)
    given = {"dag": dag, "dag_run": run, "params": {"day": day}, "macros": SimpleNamespace(timedelta=timedelta)}
    template = dag.get_template_env().from_string(dag.task_dict["assess"].application_args[2])
    return template.render(**given, **({"logical_date": asked} if asked else {}))


def decision(answer):
    \"\"\"What the approver is shown, and what becomes of the answer that Airflow keeps; None where it keeps none.\"\"\"
    dag, compared = bag.dags["weekly_training"], {"version": "7", "verdict": "passed", "page": "| a | table |"}
    ti = SimpleNamespace(xcom_pull=lambda task_ids: {"comparison": compared, "approval": answer}[task_ids])
    given = {"ti": ti, "run_id": "asked", "var": SimpleNamespace(value=SimpleNamespace(postern_mlflow="pigeon://loft"))}
    render = lambda text: dag.get_template_env().from_string(text).render(**given)
    approval, promote = dag.task_dict["approval"], dag.task_dict["promote"]
    arguments = {name: render(text) for name, text in promote.op_kwargs.items()}
    seen = {"subject": render(approval.subject), "body": render(approval.body), "arguments": arguments}
    if arguments["answer"] == "Approve":
        return seen
    try:
        promote.python_callable(**arguments)
    except Exception as refused:
        retried = promote.retry_policy.evaluate(refused, 1, 2).action.value
        return seen | {"refused": f"{type(refused).__name__}: {refused}", "retried": retried}


told = {
    "decisions": {name: decision(answer) for name, answer in json.loads(sys.argv[4]).items()},
    "unanswered": bag.dags["weekly_training"].task_dict["approval"].defaults,
    "nights": {name: night(*given) for name, given in json.loads(sys.argv[2]).items()},
    "errors": bag.import_errors,
    "pyspark": "pyspark" in sys.modules,
    "dags": {
        dag.dag_id: {
            "doc": dag.doc_md,
            "tags": sorted(dag.tags),
            "max_active_runs": dag.max_active_runs,
            "catchup": dag.catchup,
            "timeout": dag.dagrun_timeout.total_seconds(),
            "schedule": repr(dag.timetable),
            "zone": str(dag.timezone),
            "tasks": {
                task.task_id: {
                    "owner": task.owner,
                    "retries": task.retries,
                    "delay": task.retry_delay.total_seconds(),
                    "timeout": (task.execution_timeout or task.response_timeout).total_seconds(),
                    "asks": getattr(task, "body", None),
                    "doc": task.doc_md,
                    "upstream": sorted(task.upstream_task_ids),
                    "depends_on_past": task.depends_on_past,
                    "outlets": sorted(asset.name for asset in task.outlets),
                    "arguments": getattr(task, "application_args", None),
                    "given": getattr(task, "op_kwargs", None),
                    "retried": task.retry_policy and {
                        code: task.retry_policy.evaluate(Exception(said), 1, 2).action.value
                        for code, said in json.loads(sys.argv[3]).items()
                    },
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}
print("\\n" + json.dumps(told))
"""


RUNS = {
    "scheduled": ("2026-03-30T21:00+00:00", "2026-03-29T21:00+00:00"),
    "by hand now": ("2026-03-31T20:00+00:00", "2026-03-31T20:00+00:00"),
    "by hand, undated": ("2026-03-31T20:00+00:00",),
    "by hand, of an earlier date": ("2026-03-31T20:00+00:00", "2026-03-10T20:00+00:00"),
    "with a day": ("2026-03-31T20:00+00:00", "2026-03-31T20:00+00:00", "2026-02-01"),
}
"""Runs as Airflow makes them: run_after, logical date, the day asked for. 20:00 UTC is 05:00 of Tokyo's next day."""

SUBMITTED = "Cannot execute: spark-submit. Error code is: "
SAID = {
    **{str(code): f"{SUBMITTED}{code}." for code in range(40)},
    "driver 20": f"{SUBMITTED}1. Kubernetes spark exit code is: 20\nlog",
    "driver 12": f"{SUBMITTED}1. Kubernetes spark exit code is: 12",
    "client 20": f"{SUBMITTED}20. Kubernetes spark exit code is: 0",
    "driver unknown": f"{SUBMITTED}20. Kubernetes spark exit code is: None",
}
"""What the hook says of a task that failed, as of apache-airflow-providers-apache-spark; on Kubernetes two codes."""


ANSWERS = {
    **{option: {"chosen_options": [option], "params_input": {}} for option in ("Approve", "Reject")},
    "marked as done": None,
}
"""What Airflow keeps of the task `approval` when it has ended well."""


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The DAG files as Airflow loads them, at a site whose clock is Tokyo's."""
    home = tmp_path_factory.mktemp("airflow")
    given = [str(Path(__file__).parents[2] / "dags"), *map(json.dumps, (RUNS, SAID, ANSWERS))]
    told = subprocess.run(
        [sys.executable, "-c", LOAD, *given],
        env={**os.environ, "AIRFLOW_HOME": str(home), "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Tokyo"},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    return dict(json.loads(told.stdout.splitlines()[-1]))
