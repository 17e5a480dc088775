"""Time: what a log wrote → an instant in UTC → the operational day it belongs to."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pyspark.sql import Column
from pyspark.sql import functions as F
from pyspark.sql import types as T

from feeds.site import Site

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
"""Formats that count from 1970-01-01T00:00Z, and the microseconds in one of their units."""


def tells_offset(time_format: str) -> bool:
    """Whether a Spark pattern reads a zone or an offset, so that what it reads is an instant by itself."""
    return bool(re.search(r"[XxzVOZ]", re.sub(r"'[^']*'", "", time_format)))


def instant(written: Column, kind: T.DataType, time_format: str, zone: str) -> Column:
    """The instant in UTC that a log wrote; NULL when it is not of that format.

    A wall-clock time that a time change repeats is taken as the earlier of the two instants, one that it skips moves
    forward by the change, as the IANA rules have it. Typed timestamps of a Parquet file are instants; its timestamps
    without a zone are wall-clock times.
    """
    if isinstance(kind, T.TimestampType):
        return written
    if isinstance(kind, (T.TimestampNTZType, T.DateType)):
        return F.to_utc_timestamp(written.cast("timestamp"), zone)
    if time_format in EPOCHS:
        # 18 digits before the point keep every product within a decimal of 38.
        micros = written.try_cast("decimal(24,6)") * F.lit(EPOCHS[time_format])
        return F.timestamp_micros(F.when(F.abs(micros) < F.lit(10**17), micros).cast("long"))
    read = F.try_to_timestamp(written.cast("string"), F.lit(time_format))
    return read if tells_offset(time_format) else F.to_utc_timestamp(read, zone)


def operational_day(at: Column, site: Site) -> Column:
    """The date of the site's wall clock, turned back by the boundary hour: a night shift stays one day."""
    local = F.from_utc_timestamp(at, site.site.time_zone)
    return F.to_date(local - F.make_dt_interval(mins=F.lit(site.site.boundary_minutes)))


def begins(day: date, site: Site) -> datetime:
    """First instant of an operational day, in UTC; the day before ends there."""
    local = datetime.combine(day, site.site.day_begins, ZoneInfo(site.site.time_zone))
    return local.astimezone(UTC)


def ends(day: date, site: Site) -> datetime:
    """First instant after an operational day, in UTC."""
    return begins(day + timedelta(days=1), site)
