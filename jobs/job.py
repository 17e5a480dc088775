"""What a job is: one step of a night or a week, told by what it reads and writes.

Import-light: what it runs is imported when it is loaded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

from expectations.table import Table

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.days import Days

Entry = Callable[["Context", "Days"], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One step: `entry` is `module:function`, taking (context, days)."""

    name: str
    says: str
    entry: str
    reads: tuple[Table, ...]
    writes: tuple[Table, ...]
    recalls: tuple[Table, ...] = ()
    """What it reads of earlier nights alone: it does not wait for whoever writes tonight's."""
    gate: tuple[Table, ...] = ()
    """Tables judged by their Great Expectations suites before the job counts as done."""
    staged: tuple[Table, ...] = ()
    """Tables that it judges itself, before it commits them."""
    in_order: bool = False
    """A night may only run after the night before it: what that one left behind is rolled forward."""
    runs: Literal["nightly", "weekly"] = "nightly"
    timeout_minutes: int = 60
    after: tuple[str, ...] = ()
    """Jobs whose answers it reads elsewhere than in tables: in the registry of models, or beside the lake's tables."""
    arguments: tuple[str, ...] = ()
    """Of its command, beside days and places."""
    session: str = ""
    """Jobs of one session follow each other in one Spark application and are one task of the DAG; by default each its
    own. For jobs that take seconds, whose starting would take longer than they do."""

    @property
    def judges(self) -> tuple[Table, ...]:
        """Every table that is judged each time it runs."""
        return (*self.gate, *self.staged)

    def load(self) -> Entry:
        """The function behind `entry`."""
        module, _, function = self.entry.partition(":")
        return cast(Entry, getattr(import_module(module), function))

    def feeds_into(self, other: "Job") -> bool:
        """Whether `other` reads what this job writes."""
        return self.name in other.after or bool({t.name for t in self.writes} & {t.name for t in other.reads})


def once(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Each table once, in the order they come."""
    return tuple({table.name: table for table in tables}.values())
