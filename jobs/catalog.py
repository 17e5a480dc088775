"""The jobs: what each reads and writes. The CLI, the DAGs' edges and the lineage page all fold over this list.

Import-light: a scheduler that only plans the night needs neither Spark nor Java.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

from expectations.errors import (
    ConfigurationError,
    ContractBroken,
    GateFailed,
    LandingError,
    MissingState,
    NoChampion,
    SetupError,
)
from expectations.silver import DOOR, EVENTS, LEDGER, PEOPLE, SILVER, ZONE
from expectations.vault import VAULT

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.days import Days

Entry = Callable[["Context", "Days"], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One step. `reads` and `writes` name declared tables; `entry` is `module:function`, taking (context, days)."""

    name: str
    says: str
    entry: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    runs: Literal["nightly", "weekly"] = "nightly"
    timeout_minutes: int = 60

    @property
    def rolls(self) -> bool:
        """Whether it rolls a state forward, so that a night may only run after the night before it."""
        return bool(set(self.reads) & set(self.writes))

    def load(self) -> Entry:
        """The function behind `entry`."""
        module, _, function = self.entry.partition(":")
        return cast(Entry, getattr(import_module(module), function))


EVENT_TABLES = tuple(table.name for table in EVENTS)

JOBS = (
    Job(
        "conform",
        "Parse landed files, normalise time, resolve identity, set bad rows aside; every row accounted for.",
        "jobs.conform:run",
        reads=(*EVENT_TABLES, *(table.name for table in VAULT)),
        writes=tuple(table.name for table in (*SILVER, *VAULT)),
        timeout_minutes=120,
    ),
    Job(
        "person_day",
        "Fold events into one row per person and operational day, one pass per feed.",
        "jobs.person_day:run",
        reads=(*EVENT_TABLES, PEOPLE.name, ZONE.name, DOOR.name, "gold.habit"),
        writes=("gold.place_day", "gold.person_day", "gold.habit"),
        timeout_minutes=120,
    ),
    Job(
        "baseline",
        "Roll what is usual for each person, their peers and the site one night on; surprise of the night in bits.",
        "jobs.baseline:run",
        reads=("gold.person_day", PEOPLE.name, "gold.baseline"),
        writes=("gold.baseline", "gold.surprise", "gold.channel"),
    ),
    Job(
        "train",
        "Fit the detectors and their calibration on the nights before; the best becomes champion.",
        "jobs.train:run",
        reads=("gold.person_day", "gold.surprise", "gold.place_day"),
        writes=(),
        runs="weekly",
        timeout_minutes=240,
    ),
    Job(
        "score",
        "Score each person's day with the champion; parts that sum to the score.",
        "jobs.score:run",
        reads=("gold.person_day", "gold.surprise", "gold.place_day"),
        writes=("gold.score",),
    ),
    Job(
        "risk",
        "Weigh surprise by consequence and accumulate it with a half-life.",
        "jobs.risk:run",
        reads=("gold.score", "gold.place_day", ZONE.name, "gold.risk"),
        writes=("gold.risk",),
    ),
    Job(
        "risk_list",
        "Stage the list, check it, publish it with its reasons; a failed critical check publishes nothing.",
        "jobs.risk_list:run",
        reads=("gold.risk", "gold.score", "gold.surprise", "gold.person_day", PEOPLE.name, LEDGER.name),
        writes=("gold.risk_list", "gold.driver", "gold.unscored"),
    ),
)

NIGHTLY = tuple(job for job in JOBS if job.runs == "nightly")
WEEKLY = tuple(job for job in JOBS if job.runs == "weekly")

BACKFILL = Job(
    "backfill",
    "Recompute a range of nights in few passes, training on the way.",
    "jobs.backfill:run",
    reads=(),
    writes=tuple(dict.fromkeys(table for job in NIGHTLY for table in job.writes)),
    timeout_minutes=24 * 60,
)

FINAL_EXIT_CODES = frozenset(
    cause.exit_code
    for cause in (ConfigurationError, LandingError, MissingState, ContractBroken, GateFailed, NoChampion, SetupError)
)
"""Causes that only a person can mend. Whatever else stops a job (a lost node, a delivery not there yet) may pass."""


def job(name: str) -> Job:
    """The job of that name."""
    return next(job for job in JOBS if job.name == name)


def edges(jobs: tuple[Job, ...]) -> Iterator[tuple[Job, Job]]:
    """(upstream, downstream): the later job reads what the earlier writes. `jobs` are in the order they run."""
    for position, later in enumerate(jobs):
        for earlier in jobs[:position]:
            if set(earlier.writes) & set(later.reads):
                yield earlier, later
