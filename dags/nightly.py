"""
### One night, from landed files to the published list

Runs after each operational day has ended, for that day. The steps and their order come from the job catalogue: a step
waits for those that write what it reads, and a step that rolls a state forward also waits for its own night before.

**When it fails.** The task's log ends with one sentence that says what to do; the exit code tells the cause. A failed
gate (20) published nothing: the last good list stays, marked stale; so it is when nothing landed (12), a file cannot be
read (11) or there is no champion (21). Clear the failed task once the cause is mended; each step replaces its night
whole, so running it twice does no harm, and the nights that wait behind it follow.

**Again, for past nights.** Trigger with `day`, or use Airflow's own backfill (`airflow backfill create --dag-id nightly
--from-date D --to-date D`); many nights are faster through the `backfill` DAG.
"""

import os
from datetime import timedelta

import pendulum
from airflow.sdk import DAG, CronDataIntervalTimetable, Param, conf

from jobs.catalog import NIGHTLY
from jobs.plan import edges, tasks
from jobs.task import NIGHT, OWNER, submit

# The site's own clock (`postern airflow` sets it): an interval that begins on a day is the night of that day.
CLOCK = conf.get("core", "default_timezone")
# Empty: no clock, a run starts only when it is asked for.
WHEN = os.environ.get("POSTERN_SCHEDULE", "0 6 * * *")

with DAG(
    "nightly",
    description="One night: landed files to a published, explained risk list",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable(WHEN, timezone=CLOCK) if WHEN else None,
    start_date=pendulum.datetime(2010, 1, 1, tz=CLOCK),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=12),
    params={"day": Param(None, type=["null", "string"], format="date", description="Another day than the run's own")},
    default_args=OWNER,
    tags=["postern", "night"],
):
    submitted = {task.name: submit(task, "--day", NIGHT) for task in tasks(NIGHTLY)}
    for earlier, later in edges(tasks(NIGHTLY)):
        submitted[earlier.name] >> submitted[later.name]
