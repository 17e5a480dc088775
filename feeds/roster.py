"""Who was employed as what when, and who held which card: half-open intervals, from months or overlaps made plain.

People, not events: plain Python on the driver.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import groupby, pairwise

EVER = datetime(1970, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""Before anybody who still works was employed."""
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST_MONTH = timedelta(days=31)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Employment:
    """One person over [start, end) of unchanged employment. `person` and `supervisor` are personnel numbers."""

    person: str
    start: datetime
    end: datetime
    name: str = ""
    email: str = ""
    account: str = ""
    role: str = UNKNOWN
    team: str = UNKNOWN
    employer: str = UNKNOWN
    supervisor: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One badge in one person's hands over [start, end)."""

    badge: str
    person: str
    start: datetime
    end: datetime


def in_force(rows: Sequence[Employment]) -> list[Employment]:
    """The rows of monthly snapshots → employments: each holds until the next month's, the last one for good.

    Who is not on the next snapshot left in the course of its month: the last one holds through it, so that a leaver's
    last days are seen. Supervisors are told by name and looked up in their own snapshot; of namesakes none is taken.
    """
    starts = sorted({row.start for row in rows})
    after = dict(pairwise([*starts, FOREVER]))
    listed = {(row.start, row.person) for row in rows}
    named: dict[tuple[datetime, str], set[str]] = {}
    for row in rows:
        named.setdefault((row.start, row.name), set()).add(row.person)
    found = []
    for row in rows:
        end = after[row.start]
        if end != FOREVER and (end, row.person) not in listed:
            end = min(after[end], end + LONGEST_MONTH)
        bosses = named.get((row.start, row.supervisor or ""), set())
        found.append(replace(row, end=end, supervisor=next(iter(bosses)) if len(bosses) == 1 else None))
    return merged(found)


def merged(rows: Sequence[Employment]) -> list[Employment]:
    """Each person's intervals in order, those that meet unchanged as one.

    Where several of one person overlap, the one that began last holds while it lasts; then the one around it again.
    """
    found: list[Employment] = []
    ordered = sorted(rows, key=lambda row: (row.person, row.start, row.end, repr(row)))
    for _, group in groupby(ordered, key=lambda row: row.person):
        mine = list(group)
        begun, holding = 0, list[int]()  # a heap of those that began, the last one first
        for start, end in pairwise(sorted({at for row in mine for at in (row.start, row.end)})):
            while begun < len(mine) and mine[begun].start <= start:
                heappush(holding, -begun)
                begun += 1
            while holding and mine[-holding[0]].end <= start:
                heappop(holding)
            if not holding:
                continue
            row = replace(mine[-holding[0]], start=start, end=end)
            if found and found[-1].end == start and replace(found[-1], start=start, end=end) == row:
                found[-1] = replace(found[-1], end=end)
            else:
                found.append(row)
    return found
