"""Arguments that commands share, and how what is typed is read: refused before anything is done with it."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from math import inf, nan

from expectations.errors import ConfigurationError
from jobs.days import Days


def placed() -> argparse.ArgumentParser:
    """What nearly every command takes, to be the parent of its parser."""
    told = argparse.ArgumentParser(add_help=False)
    told.add_argument("--lake", help="where the tables are; default: POSTERN_LAKE, else lake in the project")
    told.add_argument("--site", help="the site's configuration; default: POSTERN_SITE, else site.yaml in the lake")
    told.add_argument("--debug", action="store_true", help="show where an error came from")
    return told


def facility(command: argparse.ArgumentParser, *, people: int, days: int, least: int = 1) -> None:
    """How large a simulated facility is, of `least` days or more.

    Fewer people than jobs.simulate takes are refused here, before a folder is emptied for them.
    """
    command.add_argument("--people", type=whole(30), default=people, help=f"people; default {people}")
    command.add_argument("--days", type=whole(least), default=days, help=f"days; default {days}")
    command.add_argument("--seed", type=whole(0), default=7, help="another seed is another facility; default 7")


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """What reads a whole number from `least` to `most` off the command line, before anything is done with it."""
    wanted = f"a whole number from {least} to {most}" if most else f"a whole number, {least} or more"

    def read(text: str) -> int:
        number = int(text) if re.fullmatch(r"[+-]?\d+", text, re.ASCII) else None
        if number is None or number < least or (most and number > most):
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
        return number

    return read


def positive(text: str) -> float:
    """What reads a factor off the command line."""
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not 0 < number < inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def day(text: str) -> date:
    """A day as it is written on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2026-03-30") from None


def range_of(arguments: argparse.Namespace) -> Days | None:
    """The range asked for, None when none was. Raises ConfigurationError when it is told by halves, or twice."""
    one, first, last = arguments.day, arguments.first, arguments.last
    if one and not (first or last):
        return Days.one(one)
    if first and last and not one:
        return through(first, last)
    if one or first or last:
        raise ConfigurationError("Days are told by halves. Next: say either `--day D`, or `--from D --to D`.")
    return None


def through(first: date, last: date) -> Days:
    """The range from one day through another. Raises ConfigurationError when they are told the wrong way round."""
    if last < first:
        raise ConfigurationError(
            f"the first day, {first}, is after the last, {last}. Next: swap --from and --to, or name other days."
        )
    return Days.through(first, last)
