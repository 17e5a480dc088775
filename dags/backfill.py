"""
### Many nights in few passes

Recomputes the nights from `first` to `last` through the same code and into the same tables as night by night, at a
fraction of the cost: after a change of configuration, a batch of late files, or for the history of a new site.
Do not let it run over a night that `nightly` is working on: pause `nightly` first. A champion that stands stays; what
is trained on the way scores nights of the range alone.
"""

from datetime import timedelta

from airflow.sdk import DAG, Param

from jobs.catalog import BACKFILL
from jobs.task import HISTORY, OWNER, submit

with DAG(
    "backfill",
    description="Recompute a range of nights in few Spark passes",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=24),
    params={
        "first": Param(type="string", format="date", description="First night"),
        "last": Param(type="string", format="date", description="Last night, included"),
    },
    default_args=OWNER,
    tags=["postern", "backfill"],
):
    submit(BACKFILL, "--from", "{{ params.first }}", "--to", "{{ params.last }}", outlets=[HISTORY])
