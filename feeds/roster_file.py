"""Files of people and cards as they are delivered → employments and cards, and every bad row with its reason.

Plain Python on the driver. A bare date is an operational day and stands for its boundary hour; what lies
before 1900 or after 9998 stands for always.
"""

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from expectations.errors import LandingError
from feeds.clock import begins
from feeds.header import came
from feeds.roster import FOREVER, LONG_AGO, UNKNOWN, Card, Employment
from feeds.site import Site

PEOPLE = ("person", "name", "email", "account", "role", "team", "supervisor", "employer", "start", "end")
CARDS = ("badge", "person", "valid_from", "valid_to")
SNAPSHOT = ("employee_name", "user_id", "email", "role", "supervisor")
UNITS = ("business_unit", "functional_unit", "department", "team")
PROJECTS = "projects"
"""What a snapshot tells in later releases of CERT (r5.2, r6.2) and not in r4.2: known, and nothing is made of it."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is laid out."""

    columns: Sequence[str]
    needed: Sequence[str]
    """Of the columns, those without which a row tells nothing."""
    delimiter: str = ","
    mapped: Mapping[str, str] = field(default_factory=dict)
    """Our column → theirs, which the file may not lack; a column that is not mapped is called as ours."""

    @property
    def theirs(self) -> dict[str, str]:
        """Our column → theirs, as a header is compared."""
        known = (*self.columns, *UNITS, PROJECTS)
        return {name: self.mapped.get(name, name).strip().casefold() for name in known}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one file held. Every row is in exactly one of the four."""

    employments: tuple[Employment, ...] = ()
    cards: tuple[Card, ...] = ()
    rejected: tuple[tuple[int, str, str], ...] = ()
    """Line, reason, raw text."""
    duplicates: int = 0
    extra: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Rows landed, header not counted."""
        return len(self.employments) + len(self.cards) + len(self.rejected) + self.duplicates


def read_people(content: bytes, file: str, site: Site) -> Delivered:
    """A roster in the form that the site declares. Raises LandingError when the file as a whole cannot be read."""
    if site.people.roster == "snapshots":
        return read_snapshot(content, file, site)
    form = Form(PEOPLE, ("person", "start"), site.people.delimiter, site.people.columns)
    return _read(content, file, form, lambda cells: _employment(cells, site))


def read_cards(content: bytes, file: str, site: Site) -> Delivered:
    """Cards: badge, person, valid_from, valid_to. Raises LandingError when the file cannot be read."""
    form = Form(CARDS, CARDS[:3], site.people.card_delimiter, site.people.card_columns)
    return _read(content, file, form, lambda cells: _card(cells, site))


def read_snapshot(content: bytes, file: str, site: Site) -> Delivered:
    """One month's roster, `YYYY-MM.csv`, as of that month; `in_force` settles until when it holds."""
    month = PurePosixPath(file).name.split(".")[0]
    start = _moment(f"{month}-01", site) if len(month) == len("2010-01") else None
    if start in (None, LONG_AGO, FOREVER):
        raise LandingError(
            f"landing/{file} is no monthly snapshot: expected a name such as 2010-01.csv that tells its month. "
            "Nothing was written. Next: rename it, or write people.roster: intervals in the site's configuration."
        )
    form = Form(SNAPSHOT, SNAPSHOT, site.people.delimiter)
    return _read(content, file, form, lambda cells: _listed(cells, start))


def _employment(cells: dict[str, str], site: Site) -> Employment | str:
    start, end = _moment(cells["start"], site), _moment(cells.get("end") or "", site, FOREVER)
    if start is None or end is None:
        return "start or end is not a date such as 2026-01-31"
    if end <= start:
        return "the end is not after the start"
    told = {name: cells[name] for name in ("name", "email", "account", "role", "team", "employer") if cells.get(name)}
    return Employment(cells["person"], start, end, **told, supervisor=cells.get("supervisor") or None)


def _listed(cells: dict[str, str], start: datetime) -> Employment | str:
    # The team's own name repeats across departments.
    units = [cells.get(unit, "") for unit in ("functional_unit", "department", "team")]
    return Employment(
        person=cells["user_id"],
        account=cells["user_id"],
        start=start,
        end=FOREVER,
        name=cells.get("employee_name", ""),
        email=cells.get("email", ""),
        role=cells.get("role") or UNKNOWN,
        team=" / ".join(filter(None, units)) or UNKNOWN,
        supervisor=cells.get("supervisor") or None,
    )


def _card(cells: dict[str, str], site: Site) -> Card | str:
    start, end = _moment(cells["valid_from"], site), _moment(cells.get("valid_to") or "", site, FOREVER)
    if start is None or end is None:
        return "valid_from or valid_to is not a date such as 2026-01-31 or 2026-01-31T07:00:00"
    if end <= start:
        return "valid_to is not after valid_from"
    return Card(cells["badge"], cells["person"], start, end)


def _moment(given: str, site: Site, empty: datetime | None = None) -> datetime | None:
    if not given:
        return empty
    try:
        at = date.fromisoformat(given) if len(given) == len("2026-01-31") else datetime.fromisoformat(given)
    except ValueError:
        return None
    # 0001-01-01, 1753-01-01 and 9999-12-31 are how systems write: always.
    if at.year < LONG_AGO.year:
        return LONG_AGO
    if at.year >= FOREVER.year:
        return FOREVER
    if isinstance(at, datetime):
        told = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(site.site.time_zone))).astimezone(UTC)
    else:
        told = begins(at, site)
    return min(max(told, LONG_AGO), FOREVER)


def _lines(content: bytes, file: str) -> Iterator[tuple[int, str | None, str]]:
    """Line number, text (None when it is not UTF-8) and the text to keep, of each line that is not blank."""
    if file.lower().endswith(".gz"):
        try:
            content = gzip.decompress(content)
        except (EOFError, OSError, zlib.error):
            raise LandingError(
                f"landing/{file} is damaged or cut short: expected a whole gzip file. Nothing was written. "
                "Next: have it delivered again."
            ) from None
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:200]:
        raise LandingError(
            f"landing/{file} cannot be read: expected text in UTF-8, got UTF-16 or binary data. Nothing was written. "
            "Next: have it exported as UTF-8."
        )
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if line.strip():
            try:
                yield number, line.decode("utf-8"), ""
            except UnicodeDecodeError:
                yield number, None, line.decode("utf-8", "replace")


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != " "), [])
    except csv.Error:  # a cell longer than the reader takes
        return []


def _read(
    content: bytes, file: str, form: Form, row_of: Callable[[dict[str, str]], Employment | Card | str]
) -> Delivered:
    lines = _lines(content, file)
    _, header_line, _ = next(lines, (0, "", ""))
    header = [name.strip().casefold() for name in _cells(header_line or "", form.delimiter)]
    theirs = form.theirs
    missing = [theirs[name] for name in (*form.needed, *form.mapped) if theirs[name] not in header]
    twice = [name for name in theirs.values() if header.count(name) > 1]
    if missing or twice:
        wrong = (
            f"lacks {', '.join(dict.fromkeys(missing))}" if missing else f"has {', '.join(dict.fromkeys(twice))} twice"
        )
        raise LandingError(
            f"landing/{file} {wrong}: expected columns {', '.join(theirs[name] for name in form.columns)}, with "
            f"{form.delimiter!r} between them; got {came(header, theirs.values())}. Nothing was written. Next: have it "
            "delivered with a header of these columns, or tell its own in the site's configuration, under people."
        )
    places = {name: header.index(column) for name, column in theirs.items() if column in header}
    rows: dict[Employment | Card, None] = {}
    rejected, duplicates = [], 0
    for number, line, kept in lines:
        cells = [cell.strip() for cell in _cells(line or "", form.delimiter)]
        row: Employment | Card | str
        if line is None:
            row = "the line is not valid UTF-8"
        elif len(cells) != len(header):
            row = f"the line does not have the header's {len(header)} cells"
        elif empty := [name for name in form.needed if not cells[places[name]] and name != "supervisor"]:
            row = f"no value for {empty[0]}"
        else:
            row = row_of({name: cells[place] for name, place in places.items()})
        if isinstance(row, str):
            rejected.append((number, row, line or kept))
        elif row in rows:
            duplicates += 1
        else:
            rows[row] = None
    return Delivered(
        employments=tuple(row for row in rows if isinstance(row, Employment)),
        cards=tuple(row for row in rows if isinstance(row, Card)),
        rejected=tuple(rejected),
        duplicates=duplicates,
        extra=tuple(sorted(set(header) - set(theirs.values()))),
    )
