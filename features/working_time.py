"""When a site works: its zone, when its day begins, its hours and its free days, as Columns over UTC events.

Zone arithmetic is done on the driver, once per change of offset in the days at hand (two a year at most), and
reaches the executors as integer comparisons: a zone look-up per event would be the dearest thing in the pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pyspark.sql import Column
from pyspark.sql import functions as F

HOUR = 3600
DAY_SECONDS = 24 * HOUR
NIGHT = (time(22), time(5))
"""[22:00, 05:00) local: the seven hours around the night's low, the legal night of most European labour codes."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """A site's clock. Hours are local, half-open `[start, end)`; ISO weekdays, Monday = 1."""

    time_zone: str = "UTC"
    day_begins: time = time(0)
    """Local time at which an operational day begins."""
    working_hours: tuple[time, time] = (time(7), time(19))
    free_weekdays: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = frozenset()

    def offsets(self, start: date, end: date) -> Iterator[tuple[datetime, int]]:
        """(from instant, seconds east of UTC), oldest first, for operational days in [start, end)."""
        zone = ZoneInfo(self.time_zone)
        at = datetime.combine(start - timedelta(days=1), time(), UTC)
        until = datetime.combine(end + timedelta(days=2), time(), UTC)
        known: int | None = None
        while at < until:
            found = _offset(zone, at)
            if known is not None and found != known:
                at = _change(zone, at - timedelta(hours=1), known)
            if found != known:
                yield at, found
                known = found
            at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

    def clock(self, at: Column, day: Column, start: date, end: date) -> Column:
        """Seconds by the wall clock from the begin of the operational day to `at`: 0 to 86,399, as BIGINT.

        In the hour that a change of offset repeats or skips, a day's clock may run past its end or begin; it is held
        within the day.
        """
        seconds = F.unix_seconds(at)
        changes = list(self.offsets(start, end))
        offset = F.lit(changes[0][1])
        for instant, east in changes[1:]:
            offset = F.when(seconds >= int(instant.timestamp()), F.lit(east)).otherwise(offset)
        begin = F.unix_date(day).cast("long") * DAY_SECONDS + seconds_of(self.day_begins)
        return F.greatest(F.lit(0), F.least(F.lit(DAY_SECONDS - 1), seconds + offset - begin)).cast("long")

    def local(self, clock: Column) -> Column:
        """Local seconds since midnight, of seconds since the operational day began."""
        return (clock + seconds_of(self.day_begins)) % DAY_SECONDS

    def is_free(self, day: Column) -> Column:
        """Whether the operational day is a weekend day or a holiday."""
        free = (F.weekday(day) + 1).isin(sorted(self.free_weekdays)) if self.free_weekdays else F.lit(False)
        return free | day.isin(sorted(self.holidays)) if self.holidays else free

    def off_hours(self, local: Column, day: Column) -> Column:
        """Whether local seconds since midnight lie outside working hours, or the day is free."""
        return self.is_free(day) | ~within(local, self.working_hours)


def at_night(local: Column) -> Column:
    """Whether local seconds since midnight are in NIGHT."""
    return within(local, NIGHT)


def within(local: Column, hours: tuple[time, time]) -> Column:
    """Whether local seconds since midnight are in [start, end), which may run over midnight."""
    start, end = map(seconds_of, hours)
    return (local >= start) & (local < end) if start <= end else (local >= start) | (local < end)


def seconds_of(at: time) -> int:
    """Seconds since midnight."""
    return at.hour * HOUR + at.minute * 60 + at.second


def _offset(zone: ZoneInfo, at: datetime) -> int:
    east = at.astimezone(zone).utcoffset()
    assert east is not None
    return int(east.total_seconds())


def _change(zone: ZoneInfo, before: datetime, known: int) -> datetime:
    """The first instant after `before`, within the hour, whose offset is no longer `known`."""
    low, high = 0, HOUR
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, before + timedelta(seconds=middle)) == known else (low, middle)
    return before + timedelta(seconds=high)
