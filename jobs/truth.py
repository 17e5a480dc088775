"""Ground truth as it comes: who did what on which day. Read for evaluation only; no job of the night sees it."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from expectations.errors import ConfigurationError
from feeds.site import Site

PERSON = ("insider", "person", "user", "user_id")
SCENARIO = ("scenario", "kind")
DAY = ("day", "date")
TIMES = ("%Y-%m-%d", "%m/%d/%Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Deed:
    """One malicious person-day; `day` is None where only the person is known."""

    scenario: str
    number: str
    day: date | None


def deeds(path: Path, site: Site) -> list[Deed]:
    """The distinct malicious person-days of a CSV file: a scenario, a personnel number and, if known, a day or time.

    A time is read on the site's clock and counts on its operational day. None where the file has its heading alone:
    nobody was planted. Raises ConfigurationError when a column is missing or a day cannot be read.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or [])
    person, scenario = (column(columns, names, path) for names in (PERSON, SCENARIO))
    day = next((name for name in DAY if name in columns), None)
    told = {Deed(row[scenario], row[person], operational(row[day], site, path) if day else None) for row in rows}
    return sorted(told, key=lambda deed: (deed.scenario, deed.number, deed.day or date.min))


def column(columns: list[str], names: tuple[str, ...], path: Path) -> str:
    """The first of `names` that the file has."""
    for name in names:
        if name in columns:
            return name
    raise ConfigurationError(
        f"{path} holds no ground truth: expected a column called {' or '.join(names)}, "
        f"found {', '.join(columns) or 'none'}. Next: name its columns so, or give another file."
    )


def operational(text: str, site: Site, path: Path) -> date:
    """The operational day of a day, or of a local time."""
    for form in TIMES:
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007  local time of the site, which the boundary is told in
        except ValueError:
            continue
        return at.date() if form == TIMES[0] else (at - timedelta(minutes=site.site.boundary_minutes)).date()
    raise ConfigurationError(
        f"{path} tells a day as {text!r}; expected one like 2026-03-30 or 03/30/2026 23:59:59. "
        "Next: write its days in one of these forms."
    )
