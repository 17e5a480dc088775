"""A night: all its jobs in one Spark session, in the order their reads and writes ask for."""

import logging
import time
from collections.abc import Sequence

from expectations.errors import MissingState
from expectations.gold import SURPRISE
from jobs.catalog import NIGHTLY, Job
from jobs.context import Context
from jobs.days import Days

log = logging.getLogger("postern")


def run(context: Context, days: Days) -> None:
    """Run each night of the range by itself, oldest first, each up to its published list."""
    for day in days:
        steps(context, [(job, Days.one(day)) for job in NIGHTLY])


def steps(context: Context, planned: Sequence[tuple[Job, Days]]) -> None:
    """Run jobs one after the other and say how far it is."""
    for number, (job, days) in enumerate(planned, start=1):
        started = time.monotonic()
        job.load()(context, days)
        log.info("[%d/%d] %s %s … %.1f s", number, len(planned), job.name, days, time.monotonic() - started)


def newest(context: Context) -> Days:
    """The newest night with a surprise: what a training without a day is as of. Raises MissingState before any."""
    held = context.lake.days(SURPRISE)
    if not held:
        raise MissingState(f"{SURPRISE.name} holds no night yet. Next: `postern backfill --from D --to D`.")
    return Days.one(held[-1])
