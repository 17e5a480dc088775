"""
### Training, once a week

Fits a challenger, attacks it, plants insiders before it and the champion, compares both on nights that neither has
learnt from, and, when it passes every check of the gate, asks a person: the request shows the comparison. Only on
approval does it score the nights that follow; a night in progress keeps the champion it began with. `postern rollback`
takes it back.

**The first model** of a registry has nothing to be compared with and scores at once. One of another catalogue or with
other detectors than the champion's cannot be compared either: the request says that nothing was, and a person decides.
Also runs after a backfill, whose recomputed history the champion may not have seen. While the registry cannot be read
(22) nothing is trained.

**How long it may take**: four hours to train, two to attack, twelve to replay planted nights, four to compare, each
twice if it has to be tried again, and a person five days to decide: less than a week together.

**When it fails**, is rejected, or is not answered within five days, the champion stays and the nights go on: only the
answer *Approve* moves it, and marking `approval` as done is none. What was tried is in MLflow, and in
`quality.promotion`.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, conf

from jobs.catalog import WEEKLY
from jobs.plan import edges
from jobs.task import HISTORY, WEEKLY_OWNER, approval, compared, promotion, submit

CLOCK = conf.get("core", "default_timezone")

with DAG(
    "weekly_training",
    description="Fit a challenger, attack it, compare it with the champion, ask a person",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 10 * * 0", timezone=CLOCK), assets=HISTORY),
    start_date=pendulum.datetime(2010, 1, 1, tz=CLOCK),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=7),
    default_args=WEEKLY_OWNER,
    tags=["postern", "training"],
):
    tasks = {job.name: submit(job) for job in WEEKLY}
    for earlier, later in edges(WEEKLY):
        tasks[earlier.name] >> tasks[later.name]
    tasks["compare"] >> compared() >> approval() >> promotion()
