"""What the evidence of a reason stands for: the recorded events, as silver holds them.

The page and the JSON name events by id. Each is told with its time by the site's clock, its door or machine, and the
delivery whose files hold the row as the source system wrote it.
"""

import argparse
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from zoneinfo import ZoneInfo

from pyspark.sql import Row
from pyspark.sql import functions as F

from expectations.errors import MissingState
from expectations.silver import EVENTS
from expectations.table import Table
from features.pseudonym import code
from jobs.context import Context

TOLD_APART = ("event", "person", "at", "day", "landed")


def run(context: Context, events: Sequence[int], day: date | None = None) -> list[str]:
    """A line for each event, in order of time; of operational `day` alone where one is given, which is quicker.

    Raises MissingState for an id that silver does not hold.
    """
    lake, zone = context.lake, ZoneInfo(context.site.site.time_zone)
    wanted = F.col("event").isin(list(events)) & (F.lit(True) if day is None else F.col("day") == F.lit(day))
    found = [(row, table) for table in EVENTS if lake.exists(table) for row in lake.read(table).where(wanted).collect()]
    if lost := set(events) - {row["event"] for row, _ in found}:
        where = f"on {day}" if day else "on any day"
        raise MissingState(
            f"silver holds no event {', '.join(map(str, sorted(lost)))} {where}: expected ids of a list of this lake. "
            "Next: ask for the night that the reason tells of, or without --day."
        )
    told = sorted(found, key=lambda one: (one[0]["at"], one[1].name, one[0]["event"]))
    return ["  ".join(parts(row, table, zone)) for row, table in told]


def parts(row: Row, table: Table, zone: ZoneInfo) -> Iterator[str]:
    """What a line tells of one event; of lists only how many."""
    feed = table.name.removeprefix("silver.")
    yield f"{row['at'].replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    yield feed
    yield code(row["person"])
    for name in table.names:
        value = row[name]
        if name not in TOLD_APART and value is not None:
            yield f"{name}: {len(value) if isinstance(value, list) else value}"
    yield f"landing/{feed}/{row['landed']}"
    yield str(row["event"])


def main(rest: list[str]) -> int:
    """The command `postern event`."""
    from jobs.arguments import day, placed
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(
        prog="postern event",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[placed()],
    )
    parser.add_argument("event", nargs="+", type=int, help="an id under a reason's Evidence")
    parser.add_argument("--day", type=day, metavar="D", help="the night that the reason tells of: quicker")
    given = parser.parse_args(rest)
    with context(settings(given.lake, given.site), "event") as ready:
        print("\n".join(run(ready, given.event, given.day)))  # noqa: T201  the command's answer
    return 0
