"""Record what came of a lead; `--summary` tells how the lists were judged, and control leads beside the others.

`explained`: there is an innocent explanation. `confirmed`: worth following up. `open`: not known yet. The last word
counts. Whether a lead was a control lead, drawn at random, is told once it was judged, and not before: `open` is no
judgement. No name, number or reason is kept here: those belong to the case, not to the list.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import DISPOSITION, OUTCOMES, RISK_LIST
from jobs.context import Context
from jobs.days import Days
from jobs.rows import frame
from models.feedback import confirmed_share

OPEN = "open"
COLUMNS = ("day", "rank", "outcome")


@dataclass(frozen=True)
class Said:
    """What was said of the lead at `rank` of the list of `day`."""

    day: date
    rank: int
    outcome: str


def run(context: Context, said: Sequence[Said]) -> str:
    """Record it, and tell how many of the leads that were judged had been drawn at random.

    Raises MissingState, before anything is written, when a lead is on no published list.
    """
    lake, rows, asked = context.lake, [], by_day(said)
    for day, mine in asked.items():
        listed = {row["rank"]: row for row in lake.read(RISK_LIST, Days.one(day)).collect()}
        if lost := sorted(set(mine) - set(listed)):
            ranks = ", ".join(map(str, lost))
            raise MissingState(
                f"the published list of {day} has {len(listed)} leads and none at rank {ranks}. "
                "Next: say a day and a rank of a published list (postern status)."
            )
        rows += [(day, listed[rank]["person"], rank, mine[rank], bool(listed[rank]["control"])) for rank in mine]
    lake.merge(DISPOSITION, frame(lake.spark, rows, DISPOSITION.schema()))
    judged = [control for *_, outcome, control in rows if outcome != OPEN]
    return (
        f"recorded: {len(rows)} of {len(asked)} lists; of {len(judged)} judged {sum(judged)} had been drawn at random, "
        "as control leads"
    )


def by_day(said: Sequence[Said]) -> dict[date, dict[int, str]]:
    """Day → rank → outcome; of one lead the last word."""
    out: dict[date, dict[int, str]] = {}
    for one in said:
        out.setdefault(one.day, {})[one.rank] = one.outcome
    return out


def summary(context: Context) -> str:
    """How leads were judged, those drawn at random apart: as many confirmed among them as among the others means that
    the list's word is taken for it."""
    rows = context.lake.read(DISPOSITION).groupBy("control", "outcome").count().collect()
    count = {(row["control"], row["outcome"]): row["count"] for row in rows}
    return "\n".join(lines(count))


def lines(count: dict[tuple[bool, str], int]) -> Iterator[str]:
    """The table of outcomes."""
    yield f"{'leads':<10}{'explained':>11}{'confirmed':>11}{'open':>7}{'confirmed of the judged':>28}"
    for control, name in ((False, "earned"), (True, "control")):
        cells = [count.get((control, outcome), 0) for outcome in OUTCOMES]
        share, (low, high) = confirmed_share(cells[1], cells[0] + cells[1])
        told = f"{share:.2f} [{low:.2f}, {high:.2f}]" if cells[0] + cells[1] else "–"
        yield f"{name:<10}{cells[0]:>11}{cells[1]:>11}{cells[2]:>7}{told:>28}"


def of_file(path: Path) -> list[Said]:
    """The rows of a CSV with day, rank, outcome. Raises ConfigurationError naming the line that cannot be read."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        if missing := set(COLUMNS) - set(rows.fieldnames or ()):
            raise ConfigurationError(f"{path}: no column {sorted(missing)}. Next: give it {', '.join(COLUMNS)}.")
        return [of_row(row, f"{path}, line {line}") for line, row in enumerate(rows, start=2)]


def of_row(row: dict[str, str], where: str) -> Said:
    """One row. Raises ConfigurationError saying where it stands and what was expected."""
    try:
        found = Said(date.fromisoformat(row["day"]), int(row["rank"]), row["outcome"].strip().lower())
    except ValueError as wrong:
        raise ConfigurationError(f"{where}: {wrong}. Next: a day as 2026-03-30, a rank as 3.") from wrong
    if found.outcome not in OUTCOMES:
        raise ConfigurationError(f"{where}: no outcome called {found.outcome!r}. Next: {', '.join(OUTCOMES)}.")
    return found


def main(rest: list[str]) -> int:
    """The command `postern disposition`."""
    from jobs.arguments import day, placed, whole
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(
        prog="postern disposition",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[placed()],
    )
    parser.add_argument("outcome", nargs="?", choices=OUTCOMES, help="of the lead at --rank of the list of --day")
    parser.add_argument("--day", type=day, metavar="D", help="the list's night")
    parser.add_argument("--rank", type=whole(1), metavar="N", help="where the lead stands on it")
    parser.add_argument("--file", type=Path, help="many at once: a CSV of day, rank, outcome")
    parser.add_argument("--summary", action="store_true", help="how leads were judged so far")
    given = parser.parse_args(rest)
    one = (given.outcome, given.day, given.rank)
    if sum((given.summary, given.file is not None, any(one))) != 1 or (any(one) and not all(one)):
        parser.error("say one of: OUTCOME --day D --rank N; --file FILE; --summary")
    if given.file and not given.file.exists():
        raise ConfigurationError(f"there is no file {given.file}. Next: say where the dispositions are.")
    said = of_file(given.file) if given.file else []
    if given.outcome:
        said = [Said(given.day, given.rank, given.outcome)]
    with context(settings(given.lake, given.site), "disposition") as ready:
        print(summary(ready) if given.summary else run(ready, said))  # noqa: T201  the command's answer
    return 0
