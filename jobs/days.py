"""Half-open ranges of operational days: a night is a range of one, a backfill a longer one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """The days in [start, end)."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a range of days is [start, end) and holds at least one; got [{self.start}, {self.end})")

    @classmethod
    def one(cls, day: date) -> "Days":
        """The range that holds just `day`."""
        return cls(day, day + timedelta(days=1))

    @classmethod
    def through(cls, first: date, last: date) -> "Days":
        """The range that holds `first`, `last` and the days between them."""
        return cls(first, last + timedelta(days=1))

    @classmethod
    def until(cls, end: date) -> "Days":
        """Every day before `end` that a computer can have logged."""
        return cls(date(1970, 1, 1), end)

    @property
    def last(self) -> date:
        """The newest day in the range."""
        return self.end - timedelta(days=1)

    @property
    def before(self) -> date:
        """The day before the range: whose state a job rolls on from."""
        return self.start - timedelta(days=1)

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(len(self)))

    def __len__(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __str__(self) -> str:
        return str(self.start) if len(self) == 1 else f"{self.start} … {self.last}"

    def chunks(self, nights: int) -> Iterator["Days"]:
        """The range in order, in pieces of at most `nights` days."""
        at = self.start
        while at < self.end:
            until = min(at + timedelta(days=nights), self.end)
            yield Days(at, until)
            at = until
