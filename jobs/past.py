"""The lake as it was when a list was published: a copy whose Delta logs end there.

A table's log is one file for each commit, named by its number (Delta Transaction Log Protocol, "Delta Log Entries"),
and data files never change: a log without its later commits is the table as it was before them.
"""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from expectations.errors import MissingState
from expectations.table import Table
from jobs.copies import copied

LOG = "_delta_log"
NUMBERED = re.compile(r"(\d{20})\.(json|crc|checkpoint\..*parquet|checkpoint\.parquet)$")
"""Commits, their checksums and checkpoints. Whatever else lies there only makes reading quicker."""


def actions(commit: Path) -> list[dict[str, Any]]:
    """What one commit says."""
    return [json.loads(line) for line in commit.read_text(encoding="utf-8").splitlines() if line.strip()]


def commits(log: Path) -> list[Path]:
    """The commits still kept, newest first."""
    return sorted((file for file in log.glob("*.json") if NUMBERED.match(file.name)), reverse=True)


def made(told: list[dict[str, Any]]) -> int:
    """When a commit was made, in milliseconds since 1970."""
    return int(next(action["commitInfo"]["timestamp"] for action in told if "commitInfo" in action))


def published(lake: Path, table: Table, day: date) -> int:
    """When the rows that the table now has of the day were committed, in milliseconds since 1970.

    Raises MissingState when it has none, or its log is no longer kept so far back.
    """
    for commit in commits(lake / table.name.replace(".", "/") / LOG):
        told = actions(commit)
        added = [action["add"] for action in told if "add" in action]
        # A compaction writes the same rows again, which it says.
        if any(add["dataChange"] and add["partitionValues"].get(table.day) == str(day) for add in added):
            return made(told)
    raise MissingState(
        f"no commit of {table.name} for {day} is kept: expected a published list, got none, or one older than the "
        "table's log. Next: `postern status` tells which lists there are."
    )


def as_of(lake: Path, root: Path, until: int) -> None:
    """The tables of `lake` in `root`, as they were at `until`, in milliseconds since 1970.

    Raises MissingState when a table's log is no longer kept so far back.
    """
    copied(lake, root)
    for log in sorted(root.rglob(LOG)):
        kept = commits(log)
        before = next((commit for commit in kept if made(actions(commit)) <= until), None)
        if before is None and kept and int(kept[-1].stem) > 0:
            raise MissingState(
                f"the log of {log.parent.relative_to(root)} begins after the list was published: expected its commits "
                "of then, got only later ones. Next: replay from a copy of the lake that was kept at that time."
            )
        if before is None:
            shutil.rmtree(log.parent)  # it did not exist yet
            continue
        for file in log.iterdir():
            numbered = NUMBERED.match(file.name)
            if file.is_file() and not (numbered and int(numbered[1]) <= int(before.stem)):
                file.unlink()
