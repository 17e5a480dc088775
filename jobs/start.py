"""From settings to a context: the one place where a run's session begins and ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from jobs.context import Context
from jobs.lake import Lake
from jobs.session import session
from jobs.settings import Settings
from jobs.site import load_site


@contextmanager
def context(settings: Settings, name: str) -> Iterator[Context]:
    """A context with a Spark session that ends with the block. Raises ConfigurationError before Spark starts."""
    site = load_site(settings.site)
    spark = session(f"postern {name}", settings.master)
    try:
        yield Context(Lake(spark, settings.lake), site, settings)
    finally:
        spark.stop()
