"""How a job becomes an Airflow task: one spark-submit, where connection and variables say. Only DAGs import this."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Asset, RetryDecision, RetryPolicy

from expectations.table import Table
from jobs.catalog import FINAL_EXIT_CODES, Job

NIGHT = "{{ params.day or (logical_date or dag_run.run_after).in_timezone(dag.timezone).to_date_string() }}"
"""The operational day of a run: the one asked for, else the one in which the run's interval begins."""

OWNER = {"owner": "security-operations", "retries": 2, "retry_delay": timedelta(minutes=5)}

HISTORY = Asset(name="history", uri="postern://lake/history")
"""Past nights were recomputed: the champion learned from other tables than are there now."""


class ByExitCode(RetryPolicy):  # type: ignore[misc]  # Airflow publishes no types
    """Try again what may have passed (a lost node, a late delivery); stop at once where only a person can help."""

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        """Decide by the exit code that spark-submit ended with."""
        told = re.search(r"Error code is: (\d+)", str(exception))
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
            *days,
            *("--lake", "{{ var.value.postern_lake }}"),
            *("--site", "{{ var.value.postern_site }}"),
        ],
        # A cluster has defaults of its own: then there is no such variable.
        properties_file="{{ var.value.get('postern_spark_properties', '') }}",
        env_vars={"POSTERN_MLFLOW": "{{ var.value.postern_mlflow }}"},
        name=f"postern-{job.name}",
        depends_on_past=job.in_order,
        execution_timeout=timedelta(minutes=job.timeout_minutes),
        retry_policy=ByExitCode(),
        outlets=[asset(table) for table in job.writes] if outlets is None else list(outlets),
    )


def listed(tables: Sequence[Table]) -> str:
    """Their names."""
    return ", ".join(table.name for table in tables) or "–"


def asset(table: Table) -> Asset:
    """A table as other DAGs may wait for it."""
    return Asset(name=table.name, uri=f"postern://lake/{table.name.replace('.', '/')}")
