"""Time at the site: the operational day, holidays, and seconds turned into the text that systems write.

Within a day, time is `seconds`: elapsed since that date's local midnight as told from noon, so that a night shift
runs on past 24 h and a change to summer time in the night is crossed as a real clock crosses it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from simulation.draws import HOUR, Ints

ZONE = ZoneInfo("Europe/London")
# An hour before the shifts change: a night shift is one person-day but for its last hour.
DAY_BEGINS = 5 * HOUR
LAST_SECOND = 48 * HOUR
HOLIDAYS = ((1, 1), (5, 1), (12, 25), (12, 26))  # month, day
TIME = "%H:%M:%S"
ISO = f"%Y-%m-%dT{TIME}"
CERT = f"%m/%d/%Y {TIME}"


def _times_of_day() -> npt.NDArray[np.uint8]:
    """ASCII codes of HH:MM:SS for each second of a day, shape (86400, 8)."""
    second = np.arange(24 * HOUR)
    two_digits = [
        np.stack([n // 10, n % 10], axis=1) + ord("0") for n in (second // HOUR, second // 60 % 60, second % 60)
    ]
    colon = np.full((len(second), 1), ord(":"))
    return np.concatenate([two_digits[0], colon, two_digits[1], colon, two_digits[2]], axis=1).astype(np.uint8)


TIMES_OF_DAY = _times_of_day()


def is_holiday(day: date) -> bool:
    """Whether day staff have the day off, whatever the weekday."""
    return (day.month, day.day) in HOLIDAYS


def span(end: date, days: int) -> list[date]:
    """The `days` dates that end with `end`, both included."""
    return [end - timedelta(days=back) for back in range(days - 1, -1, -1)]


def length(day: date) -> int:
    """Seconds from this day's noon to the next: 23, 24 or 25 hours, and the length of the operational day."""
    noons = [datetime(d.year, d.month, d.day, 12, tzinfo=ZONE).timestamp() for d in (day, day + timedelta(days=1))]
    return int(noons[1] - noons[0])


def _instants(day: date) -> tuple[Ints, Ints]:
    """UTC epoch seconds and wall-clock epoch seconds of seconds 0 .. LAST_SECOND of this day, one each."""
    noon = int(datetime(day.year, day.month, day.day, 12, tzinfo=ZONE).timestamp())
    utc = noon - 12 * HOUR + np.arange(LAST_SECOND, dtype=np.int64)
    # Offsets change on the hour only, so one look-up an hour is enough.
    hours = [datetime.fromtimestamp(int(t), UTC).astimezone(ZONE).utcoffset() for t in utc[::HOUR]]
    offset = np.repeat([int(o.total_seconds()) if o else 0 for o in hours], HOUR)
    return utc, utc + offset


def text(characters: npt.NDArray[np.uint8]) -> pa.Array:
    """Strings of equal length from their ASCII codes, shape (strings, length)."""
    count, length = characters.shape
    offsets = np.arange(count + 1, dtype=np.int32) * length
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(characters.tobytes()))


def wall_text(day: date, seconds: Ints, pattern: str) -> pa.Array:
    """Local wall-clock text of `seconds` of the day. `pattern` ends with the time of day."""
    wall = _instants(day)[1][seconds]
    midnight = int(wall.min()) // (24 * HOUR) if len(wall) else 0
    heads = [(date(1970, 1, 1) + timedelta(days=midnight + i)).strftime(pattern.removesuffix(TIME)) for i in range(3)]
    head = np.array([list(h.encode()) for h in heads], dtype=np.uint8)[wall // (24 * HOUR) - midnight]
    return text(np.concatenate([head, TIMES_OF_DAY[wall % (24 * HOUR)]], axis=1))


def epoch_ms(day: date, seconds: Ints) -> Ints:
    """UTC milliseconds of `seconds` of this day."""
    return _instants(day)[0][seconds] * 1000


def at(day: date, seconds: int) -> str:
    """ISO local wall-clock text of one moment, also outside the day's table."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
    return datetime.fromtimestamp(noon.timestamp() - 12 * HOUR + seconds, ZONE).strftime(ISO)
