"""A lead's day on the site's graph as values: ways gone, gone without a read, and left out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Way:
    """From one zone to the next: an edge of the person's day on the site's graph. Times are local."""

    origin: str
    target: str
    times: int
    first_at: datetime
    last_at: datetime
    days_seen: int
    is_new: bool
    """Not gone before the last fortnight: see features.habit.GUARD."""
    detours: int = 0
    """Of the passages, those past a vital or inner zone that was not on the way."""
    stayed: float | None = None
    """Minutes spent there afterwards, as far as reads tell."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A way between two zones that was gone without the read it needs. Times are local."""

    origin: str
    target: str
    times: int
    first_at: datetime
    """Of the first read that shows it: gone before."""
    last_at: datetime
    seen_at: tuple[str, ...]
    """Doors at which the badge was read next."""
    in_doubt: bool = False
    """Whether so many went without that read that it is the reader's: nobody is judged by it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A way gone on `days_seen` of the `days` before, at least half of them, and not on this one."""

    origin: str
    target: str
    days_seen: int
    days: int
