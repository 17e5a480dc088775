"""Whom rosters listed: the rows of silver.people and of the vault, carried on from one delivery to the next.

A roster that lists who works here now forgets who has left. Their days are still in the lake, so they stay known: as
they were last listed, until the first delivery without them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from expectations.silver import PEOPLE
from expectations.vault import IDENTITY, NAME
from feeds.roster import FOREVER, Employment
from jobs.identity import Held, Pseudonyms
from jobs.lake import Lake

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of vault.name, vault.identity and silver.people; the last two end with [valid_from, valid_to)."""

    names: Sequence[Row] = ()
    held: Sequence[Row] = ()
    spells: Sequence[Row] = ()

    def then(self, newer: "Listed", since: datetime) -> "Listed":
        """What the `newer` delivery tells, and of what it does not tell the times before: of whoever and whatever it
        no longer lists those up to `since`, of all others those before its first interval."""
        named = {row[0] for row in newer.names}
        return Listed(
            [*newer.names, *(row for row in self.names if row[0] not in named)],
            carried(self.held, newer.held, 2, since),
            carried(self.spells, newer.spells, 1, since),
        )


def carried(before: Sequence[Row], newer: Sequence[Row], width: int, since: datetime) -> list[Row]:
    """The newer rows, and those before that lie before the first newer one with the same first `width` columns, or
    before `since` where there is none; one that goes on unchanged is one with it."""
    rows, first = list(newer), dict[Row, int]()
    for at, row in enumerate(newer):
        if row[:width] not in first or row[-2] < newer[first[row[:width]]][-2]:
            first[row[:width]] = at
    for row in before:
        at = first.get(row[:width], -1)
        until = newer[at][-2] if at >= 0 else since
        if row[-2] < until:
            ended = (*row[:-1], min(row[-1] or FOREVER, until))
            if at >= 0 and ended[-1] == until and row[:-2] == newer[at][:-2]:
                rows[at] = (*rows[at][:-2], min(row[-2], rows[at][-2]), rows[at][-1])
            else:
                rows.append(ended)
    return rows


def told(pseudonyms: Pseudonyms, employments: Sequence[Employment], identities: Sequence[Held]) -> Listed:
    """The rows of one delivery."""
    of = pseudonyms.of
    latest = {row.person: row for row in sorted(employments, key=lambda row: row.start)}
    return Listed(
        [(of(number), number, row.name or None, row.email or None) for number, row in latest.items()],
        [
            (row.kind, row.identifier, of(row.number), row.start, bounded(row.end)) for row in identities if row.number
        ],
        [
            (of(row.person), row.role, row.team, row.employer, of(row.supervisor) if row.supervisor else None,
             row.start, bounded(row.end))
            for row in employments
        ],
    )  # fmt: skip


def in_lake(lake: Lake) -> Listed:
    """The rows that the tables hold."""
    names, held, spells = (lake.read(table).collect() for table in (NAME, IDENTITY, PEOPLE))
    return Listed([*map(tuple, names)], [*map(instants, held)], [*map(instants, spells)])


def instants(row: Row) -> Row:
    """A row with its times, which Spark gives as naive ones of this process's zone, as instants."""
    return tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in row)


def bounded(end: datetime) -> datetime | None:
    """NULL stands for: still holds."""
    return None if end == FOREVER else end
