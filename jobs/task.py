"""How a job becomes an Airflow task: one spark-submit, where connection and variables say. Only DAGs import this."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.providers.standard.operators.python import PythonOperator, ShortCircuitOperator
from airflow.sdk import Asset, RetryDecision, RetryPolicy

from expectations.errors import (
    ConfigurationError,
    ContractBroken,
    GateFailed,
    LandingError,
    MissingState,
    NoChampion,
    SetupError,
)
from expectations.table import Table
from jobs.job import Job

NIGHT = (
    "{% set ended = dag_run.run_after.astimezone(dag.timezone).date() - macros.timedelta(days=1) %}"
    "{% set asked = dag_run.logical_date or dag_run.run_after %}"
    "{{ params.day or [asked.astimezone(dag.timezone).date(), ended] | min }}"
)
"""The operational day of a run: the one asked for, else the one in which its interval begins, by the site's clock.

A run by hand has today's date or none: its night is the day before, the last that has ended.
"""

OWNER = {"owner": "security-operations", "retries": 2, "retry_delay": timedelta(minutes=5)}
WEEKLY_OWNER = {**OWNER, "retries": 1}
"""Of the weekly run, whose tasks take hours: what is tried three times would take the days that a person has."""

HISTORY = Asset(name="history", uri="postern://lake/history")
"""Past nights were recomputed: the champion learned from other tables than are there now."""

FINAL_EXIT_CODES = frozenset(
    cause.exit_code
    for cause in (ConfigurationError, LandingError, MissingState, ContractBroken, GateFailed, NoChampion, SetupError)
)
"""Causes that only a person can mend. Whatever else stops a job (a lost node, a delivery not there yet) may pass."""

SUBMIT_CODE, DRIVER_CODE = re.compile(r"Error code is: (\d+)"), re.compile(r"spark exit code is: ([1-9]\d*)")


class ByExitCode(RetryPolicy):  # type: ignore[misc]  # Airflow publishes no types
    """Try again what may have passed (a lost node, a late delivery); stop at once where only a person can help."""

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        """Decide by the exit code that the driver ended with: ours where it is told apart, else spark-submit's."""
        # On Kubernetes in cluster mode spark-submit ends with its own code; in client mode, the driver's is told as 0.
        told = DRIVER_CODE.search(str(exception)) or SUBMIT_CODE.search(str(exception))
        if told and int(told[1]) in FINAL_EXIT_CODES:
            return RetryDecision.fail(f"exit code {told[1]}: the same run would stop again")
        return RetryDecision.default()


def submit(job: Job, *days: str, outlets: Sequence[Asset] | None = None) -> SparkSubmitOperator:
    """The task that runs `job`; `days` are its arguments on the command line, `outlets` by default its tables."""
    return SparkSubmitOperator(
        task_id=job.name,
        doc_md="\n\n".join([job.says, f"Reads {listed(job.reads)}.", f"Writes {listed(job.writes)}."]),
        conn_id="postern_spark",
        application="{{ var.value.postern_application }}",
        application_args=[
            job.name,
            *job.arguments,
            *days,
            *("--lake", "{{ var.value.postern_lake }}"),
            *("--site", "{{ var.value.postern_site }}"),
        ],
        # A cluster has defaults of its own: then there is no such variable.
        properties_file="{{ var.value.get('postern_spark_properties', '') }}",
        env_vars={
            "POSTERN_MLFLOW": "{{ var.value.postern_mlflow }}",
            # Only a registry that is a database needs to be told where files go.
            "POSTERN_MLFLOW_ARTIFACTS": "{{ var.value.get('postern_mlflow_artifacts', '') }}",
        },
        name=f"postern-{job.name}",
        depends_on_past=job.in_order,
        execution_timeout=timedelta(minutes=job.timeout_minutes),
        retry_policy=ByExitCode(),
        outlets=[asset(table) for table in job.writes] if outlets is None else list(outlets),
    )


DAYS_TO_DECIDE = 5
"""A person may be away over a long weekend; unanswered, the champion stays."""

UNTIL = timedelta(minutes=15)
"""For a task that only asks MLflow."""


def compared() -> ShortCircuitOperator:
    """The page of a challenger that passed the gate or cannot be compared; without one the tasks behind are skipped."""
    return ShortCircuitOperator(
        task_id="comparison",
        doc_md="Fetches what the gate found. Without a challenger that passed it, or that cannot be compared with the "
        "champion, nobody is asked.",
        python_callable=passed,
        op_kwargs={"mlflow": "{{ var.value.postern_mlflow }}"},
        execution_timeout=UNTIL,
    )


def approval() -> ApprovalOperator:
    """A person decides, with the comparison in front of them."""
    return ApprovalOperator(
        task_id="approval",
        doc_md="Waits for a person to approve or reject. What they have to know is in the request itself.",
        subject="Let version {{ ti.xcom_pull(task_ids='comparison')['version'] }} score the nights?",
        body="{{ ti.xcom_pull(task_ids='comparison')['page'] }}",
        defaults=ApprovalOperator.REJECT,
        response_timeout=timedelta(days=DAYS_TO_DECIDE),
        retries=0,  # its days are counted anew at each try
    )


def promotion() -> PythonOperator:
    """The version that was approved, and no later one, becomes champion."""
    return PythonOperator(
        task_id="promote",
        doc_md="Moves the alias champion to the approved version; the one until now becomes previous.",
        python_callable=promote,
        op_kwargs={
            "mlflow": "{{ var.value.postern_mlflow }}",
            "version": "{{ ti.xcom_pull(task_ids='comparison')['version'] }}",
            "verdict": "{{ ti.xcom_pull(task_ids='comparison')['verdict'] }}",
            # Who answered stands in Airflow's own record of the run, where accounts are kept anyway.
            "because": "approved in Airflow, run {{ run_id }}",
        },
        execution_timeout=UNTIL,
    )


def passed(mlflow: str) -> dict[str, str] | None:
    """Version, verdict and page of the challenger, unless the gate refused it or this code does not read it."""
    from jobs.challenger import readable
    from models import succession

    challenger = readable(mlflow)
    found = succession.comparison(mlflow, challenger.version) if challenger else None
    if found is None or found.verdict == succession.FAILED:
        return None
    return {"version": found.version, "verdict": found.verdict, "page": found.page}


def promote(mlflow: str, version: str, verdict: str, because: str) -> str:
    """Let the version score; the one that did. Raises GateFailed when the champion has changed since the comparison,
    NoChampion when this code, which has to score by it, cannot read it.

    Whoever approved had the page of this verdict before them: one that nothing was compared is known to them.
    """
    from jobs.promote import promoted
    from models import succession

    return promoted(mlflow, version, because, incomparable=verdict == succession.INCOMPARABLE)


def listed(tables: Sequence[Table]) -> str:
    """Their names."""
    return ", ".join(table.name for table in tables) or "–"


def asset(table: Table) -> Asset:
    """A table as other DAGs may wait for it."""
    return Asset(name=table.name, uri=f"postern://lake/{table.name.replace('.', '/')}")
