"""From settings to a context: the one place where a run's session begins and ends."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from expectations.quality import VERDICT
from expectations.suites import library
from jobs.context import Context
from jobs.job import Job
from jobs.lake import Lake
from jobs.session import session
from jobs.settings import Settings
from jobs.site import load_site


@contextmanager
def context(settings: Settings, name: str, jobs: Sequence[Job] = ()) -> Iterator[Context]:
    """A context with a Spark session that ends with the block. Raises ConfigurationError before Spark starts.

    What `jobs` need is imported while the JVM starts: MLflow and Great Expectations take seconds each.
    """
    site = load_site(settings.site)
    with ThreadPoolExecutor(1) as meanwhile:
        meanwhile.submit(imported, jobs)
        spark = session(f"postern {name}", settings.master)
    try:
        yield Context(Lake(spark, settings.lake), site, settings)
    finally:
        spark.stop()


def imported(jobs: Sequence[Job]) -> None:
    """Load the modules of these jobs and of their gates; what fails here fails again where it is told."""
    for job in jobs:
        job.load()
    if any(VERDICT in job.writes for job in jobs):
        library()
