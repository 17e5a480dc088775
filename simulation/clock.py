"""Time at the site: the operational day, holidays, and seconds turned into the text that systems write.

Within a day, time is `seconds`: elapsed since that date's local midnight as told from noon, so that a night shift
runs on past 24 h and a change to summer time in the night is crossed as a real clock crosses it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from simulation.draws import HOUR, Ints

ZONE = ZoneInfo("Europe/London")
# An hour before the shifts change: a night shift is one person-day but for its last hour.
DAY_BEGINS = 5 * HOUR
DAY_ENDS = DAY_BEGINS + 24 * HOUR
LAST_SECOND = 48 * HOUR
HOLIDAYS = ((1, 1), (5, 1), (12, 25), (12, 26))  # month, day
ISO = "%Y-%m-%dT%H:%M:%S"
CERT = "%m/%d/%Y %H:%M:%S"


def is_holiday(day: date) -> bool:
    return (day.month, day.day) in HOLIDAYS


def span(end: date, days: int) -> list[date]:
    """The `days` dates that end with `end`, both included."""
    return [end - timedelta(days=back) for back in range(days - 1, -1, -1)]


def _instants(day: date) -> tuple[Ints, Ints]:
    """UTC epoch seconds and wall-clock epoch seconds of seconds 0 .. LAST_SECOND of this day, one each."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).timestamp())
    utc = noon - 12 * HOUR + np.arange(LAST_SECOND, dtype=np.int64)
    # Offsets change on the hour only, so one look-up an hour is enough.
    hours = [datetime.fromtimestamp(int(t), UTC).astimezone(ZONE).utcoffset() for t in utc[::HOUR]]
    offset = np.repeat([int(o.total_seconds()) if o else 0 for o in hours], HOUR)
    return utc, utc + offset


def wall_text(day: date, pattern: str) -> pa.Array:
    """Local wall-clock text for each second of the day: take from it by `seconds`."""
    wall = _instants(day)[1].astype("datetime64[s]")
    text = np.datetime_as_string(wall, unit="s")
    if pattern == CERT:
        parts = np.array([t[5:7] + "/" + t[8:10] + "/" + t[:4] + " " + t[11:] for t in text.tolist()])
        return pa.array(parts, pa.string())
    return pa.array(text, pa.string())


def epoch_ms(day: date, seconds: Ints) -> Ints:
    """UTC milliseconds of `seconds` of this day."""
    return _instants(day)[0][seconds] * 1000


def at(day: date, seconds: int) -> str:
    """ISO local wall-clock text of one moment, also outside the day's table."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
    return datetime.fromtimestamp(noon.timestamp() - 12 * HOUR + seconds, ZONE).strftime(ISO)
