"""
### Training, once a week

Fits challengers on the nights the lake holds and lets one become champion only through its gates; the night that
follows scores with `models:/…@champion`. Also runs after a backfill, whose recomputed history the old champion has not
seen. A night in progress keeps the champion it began with.

**When it fails** the old champion stays and the nights go on. The run and what it tried are in MLflow.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, conf

from jobs.catalog import WEEKLY, edges
from jobs.task import HISTORY, OWNER, submit

CLOCK = conf.get("core", "default_timezone")

with DAG(
    "weekly_training",
    description="Fit challengers; the best through its gates becomes champion",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 10 * * 0", timezone=CLOCK), assets=HISTORY),
    start_date=pendulum.datetime(2010, 1, 1, tz=CLOCK),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    default_args=OWNER,
    tags=["postern", "training"],
):
    tasks = {job.name: submit(job) for job in WEEKLY}
    for earlier, later in edges(WEEKLY):
        tasks[earlier.name] >> tasks[later.name]
