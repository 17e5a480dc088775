"""Put a night's files in place: whole, or not at all. The last good list stays until the next one is complete."""

import html
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from expectations.errors import PublishingFailed

ATTEMPTS = 5
STALE = "STALE.json"
LATEST = "latest.json"
LIST, SHEET = "risk_list.json", "risk_list.csv"
DOOR = "latest.html"
"""The page to bookmark: leads on to the newest report, and says so when that one is stale."""


def stage(root: Path, day: date, files: Mapping[str, str]) -> Path:
    """Write a night's files into a folder of their own, out of sight; returns it."""
    root.mkdir(parents=True, exist_ok=True)
    staged = root / f".{day}.{os.getpid()}.staged"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    for name, text in files.items():
        (staged / name).write_text(text, encoding="utf-8", newline="")
    return staged


def publish(root: Path, day: date, staged: Path) -> Path:
    """Rename the staged folder into place, then point the latest list at it."""
    place, before = root / str(day), root / f".{day}.{os.getpid()}.before"
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            place.rename(before)
        shutil.rmtree(before, ignore_errors=True)
        # Another run of the same night may have put its own, equal, files there in between.
        with suppress(OSError):
            staged.rename(place)
            break
    else:
        raise PublishingFailed(f"{place} cannot be replaced. Next: see who holds it open, then run risk_list again.")
    point(root, day)
    return place


def point(root: Path, day: date) -> None:
    """Point the latest list at the night unless a newer one is there, and lift the mark that this list replaces."""
    newest = latest(root)
    if newest is None or day >= newest:
        replace(root / LATEST, json.dumps({"day": str(day), "report": f"{day}/report.html"}))
        marked = stale(root)
        if marked and date.fromisoformat(marked["day"]) <= day:
            (root / STALE).unlink(missing_ok=True)
        door(root)


def latest(root: Path) -> date | None:
    """The night of the newest published list."""
    try:
        told = json.loads((root / LATEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return date.fromisoformat(told["day"])


def stale(root: Path) -> dict[str, Any] | None:
    """The mark that a later run was stopped: day, last_good, reasons; None when the newest list is good."""
    try:
        told: dict[str, Any] = json.loads((root / STALE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told


def mark_stale(root: Path, day: date, reasons: Sequence[str]) -> None:
    """Mark the last good list stale because of `day`; one of that day, from an earlier run, too, a newer one not."""
    newest = latest(root)
    if newest is not None and newest > day:
        return
    root.mkdir(parents=True, exist_ok=True)
    good = newest and str(newest)
    told = {"day": str(day), "last_good": good, "reasons": list(reasons)}
    replace(root / STALE, json.dumps(told, ensure_ascii=False, indent=1))
    door(root)


def door(root: Path) -> None:
    """Rewrite the page that leads to the newest report."""
    newest, marked = latest(root), stale(root)
    link = f'<a href="{newest}/report.html">The list of {newest}</a>' if newest else "No list was ever published."
    onward = f'<meta http-equiv="refresh" content="0; url={newest}/report.html">' if newest and not marked else ""
    told = ""
    if marked:
        reasons = "".join(f"<li>{html.escape(reason)}</li>" for reason in marked["reasons"])
        said = f"Stale: the night of {marked['day']} was stopped, nothing was published."
        told = f"<p role=alert><strong>{said}</strong></p><ul>{reasons}</ul>"
    replace(
        root / DOOR,
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{onward}<title>Latest risk list</title>'
        "<style>:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;"
        f"padding:0 1rem}}</style></head><body><h1>Latest risk list</h1>{told}<p>{link}</p></body></html>",
    )


def replace(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new one, never half of it."""
    staged = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    staged.write_text(text, encoding="utf-8")
    staged.replace(path)
