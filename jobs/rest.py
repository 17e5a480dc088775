"""Days of rest: free days of a site where nobody comes on free days. That nothing came then is no failure."""

from datetime import date, timedelta
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from feeds.catalog import catalog
from feeds.site import Site
from jobs.days import Days
from jobs.lake import Lake

WEEKS = timedelta(weeks=8)
"""How far back it is looked whether anybody came on free days."""


def resting(lake: Lake, site: Site, days: Days) -> frozenset[date]:
    """Those of `days` that are free and without any event, as most free days of the eight weeks before had none either.

    A first free day, with none before it to compare with, counts as one of rest. Where somebody is there every day no
    other does: its free days have events.
    """
    free = [day for day in days if site.site.is_free(day)]
    if not free:
        return frozenset()
    heard = with_events(lake, site, Days(free[0] - WEEKS, days.end))
    return frozenset(day for day in free if day not in heard and rests(site, day, heard))


def rests(site: Site, day: date, heard: set[date]) -> bool:
    """Whether on no more than half of the free days before `day`, since the first event, anything was heard."""
    first = min(heard, default=day)
    before = [other for other in Days(day - WEEKS, day) if other >= first and site.site.is_free(other)]
    return 2 * sum(other in heard for other in before) <= len(before)


def with_events(lake: Lake, site: Site, days: Days) -> set[date]:
    """Those of `days` of which any feed of the site brought an event."""
    tables = [catalog()[name].table for name in site.feeds]
    inside = (F.col("day") >= F.lit(days.start)) & (F.col("day") < F.lit(days.end))
    # Nothing lands before its day, so that older deliveries are not opened.
    parts = [
        lake.read(table).where((F.col("landed") >= F.lit(days.start)) & inside).select("day")
        for table in tables
        if lake.exists(table)
    ]
    return {row["day"] for row in reduce(DataFrame.unionByName, parts).distinct().collect()} if parts else set()
