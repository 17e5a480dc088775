"""Single values of a site's configuration: what YAML makes of them, what is meant, and what to write instead."""

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def clock_time(given: object) -> object:
    """YAML 1.1 reads an unquoted 19:00 as 1140, minutes since midnight."""
    return time(given // 60, given % 60) if isinstance(given, int) and 0 <= given < 1440 else given


def text_key(given: object) -> object:
    """YAML reads true, false and 1 as other things than the text that stands in a log."""
    if not isinstance(given, dict):
        return given
    return {str(key).lower() if isinstance(key, bool) else str(key): value for key, value in given.items()}


def known_zone(given: object) -> str:
    """An IANA name: 'Europe/London', not 'GMT+1', which IANA reads with the opposite sign."""
    if not isinstance(given, str) or given not in available_timezones():
        raise ValueError("not an IANA time zone")
    return given


def small_letters(given: object) -> object:
    """Names of days are written with and without a capital."""
    return given.lower() if isinstance(given, str) else given


def column_names(given: object) -> object:
    """One column's name, or those of several."""
    names = given if isinstance(given, list | tuple) else [given]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise ValueError(
            "write the name of the log's column, in quotes where YAML reads more than text, or a list of names"
        )
    return given


def column_name(given: object) -> object:
    """The name of a column."""
    if not isinstance(given, str) or not given.strip():
        raise ValueError("write the name of the file's column, in quotes where YAML reads more than text")
    return given


def one_character(given: object) -> object:
    """A delimiter that can stand between cells."""
    if not isinstance(given, str) or len(given) != 1 or given in '"\r\n':
        raise ValueError(r'write the one character between two cells, in quotes: ",", ";", "|", or "\t" for a tab')
    return given


@cache
def turned(at: time, zone: str) -> date | None:
    """A night on which the zone's clocks repeat or skip an hour around `at`; None when they never do.

    Where such an hour begins or ends is not in it. Of all nights from 2012 (before, islands moved over the date line, a
    day at a time) to 2037, as far as zones are declared night by night.
    """
    here, minute = ZoneInfo(zone), timedelta(minutes=1)
    for day in (date(2012, 1, 1) + timedelta(days=n) for n in range(26 * 366)):
        wall = datetime.combine(day, at)
        moments = [one.replace(tzinfo=here) for one in (wall, wall - minute)]
        if all(one.utcoffset() != one.replace(fold=1).utcoffset() for one in moments):
            return day
    return None


ClockTime = Annotated[time, BeforeValidator(clock_time)]
Zone = Annotated[str, BeforeValidator(known_zone)]
Values = Annotated[dict[str, str], BeforeValidator(text_key)]
Column = Annotated[str, BeforeValidator(column_name)]
Columns = Annotated[str | tuple[str, ...], BeforeValidator(column_names)]
Delimiter = Annotated[str, BeforeValidator(one_character)]
FreeWeekday = Annotated[Weekday, BeforeValidator(small_letters)]
