"""What is being published, written down before it is committed, so that the next run finishes what a killed one began.

A list is published by one commit: that of its rows to gold.risk_list. Its files lie complete and out of sight by then
and are renamed into place afterwards; whoever publishes next, any night, does that first for a run that was killed in
between, and throws away what was staged and never committed (docs/decisions/0029).
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from jobs.report import publish

JOURNAL = ".publishing.json"
LOCK = ".publishing.lock"

Listed = list[tuple[int, int, float]]
"""Rank, person and risk of each lead of a list, by rank."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else publishes below `root` meanwhile. The system ends the lock of a process that is killed."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def begin(root: Path, staged: Mapping[date, Path]) -> None:
    """Write down which nights are about to be committed, and where their files are."""
    publish.replace(root / JOURNAL, json.dumps({str(day): folder.name for day, folder in staged.items()}))


def begun(root: Path) -> dict[date, Path]:
    """Nights whose publication was begun and has not ended, and where their staged files are, or were."""
    try:
        told = json.loads((root / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {date.fromisoformat(day): root / folder for day, folder in sorted(told.items())}


def end(root: Path) -> None:
    """All files are in place."""
    (root / JOURNAL).unlink(missing_ok=True)


def finish(root: Path, committed: Callable[[date], Listed]) -> list[date]:
    """The nights of a killed run whose files are now in place. Call it `alone`: whoever began is dead then."""
    done = []
    for day, staged in begun(root).items():
        if not staged.exists():
            publish.point(root, day)  # killed behind the rename
        elif listed(staged) == committed(day):
            publish.publish(root, day, staged)
        else:
            continue
        done.append(day)
    for folder in root.glob(".????-??-??.*"):
        shutil.rmtree(folder)
    end(root)
    return done


def listed(staged: Path) -> Listed:
    """The list that staged files tell."""
    leads = json.loads((staged / publish.LIST).read_text(encoding="utf-8"))["leads"]
    return [(lead["rank"], int(lead["person"]), lead["risk_bits"]) for lead in leads]
