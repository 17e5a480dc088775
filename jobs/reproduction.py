"""A published night made once more, from its landing files: is it the same list?

It is made in a copy of the lake as it was when the list was published, with the landed files that the ledger of then
accounts for and the model that the list names; nothing that was delivered, recomputed or trained since is there. The
lake itself is only read.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from expectations.errors import ConfigurationError, LandingError, ListDiffers, MissingState
from expectations.gold import RISK_LIST
from expectations.silver import LEDGER
from jobs import night, past
from jobs.catalog import NIGHTLY, job
from jobs.context import Context
from jobs.copies import linked
from jobs.days import Days
from jobs.lake import Lake
from jobs.report import publish

ROSTERS = ("people", "cards")
UNUSED = ("conform", "watch")
"""Conform runs delivery by delivery; what watch finds is told by the list of the night after."""
MADE_BY = ("code", "site")
"""What else a list is made by, as its `versions` tell: the code and the site's configuration."""


def reproduce(context: Context, day: date) -> str:
    """Make the night again and compare; what was compared, in a line.

    Raises ListDiffers when it is not the published list, MissingState when what it was made from is no longer kept,
    LandingError when a landed file is gone or has another size.
    """
    if context.settings.local is None:
        raise ConfigurationError("a lake is copied to be replayed, so it must be a folder. Next: --lake FOLDER.")
    was, files = table(context.lake, day), context.settings.published / str(day)
    models = {lead["model"] for lead in was["leads"]}
    if len(models) != 1:
        raise MissingState(
            f"{RISK_LIST.name} holds {len(was['leads'])} leads of {day} by {len(models)} models: expected one model. "
            "Next: `postern status` tells which lists there are."
        )
    at = past.published(context.settings.local, RISK_LIST, day)
    with tempfile.TemporaryDirectory(prefix="postern-") as scratch:
        root = Path(scratch) / "lake"
        past.as_of(context.settings.local, root, at)
        lake = Lake(context.lake.spark, str(root))
        deliveries, landed = relanded(lake, context.settings.local, root, day)
        again = Context(lake, context.site, replace(context.settings, lake=str(root), model=models.pop()))
        # Other deliveries that hold some of the night may be days of which nothing else had come yet.
        ungated = replace(job("conform"), gate=())
        steps = [(job("conform") if delivery == day else ungated, Days.one(delivery)) for delivery in deliveries]
        night.steps(again, [*steps, *((step, Days.one(day)) for step in NIGHTLY if step.name not in UNUSED)])
        found, compared = compare(was, files, table(lake, day), again.settings.published / str(day))
    moment = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
    made = f"{landed} landed file(s) of {len(deliveries)} delivery(ies), the lake as of {moment}"
    if found:
        raise ListDiffers(
            f"the list of {day}, made again from {made}, differs:\n  " + "\n  ".join(found) + "\nNext: the code, the "
            "site's configuration and the landing files must be those of that night; see docs/operations.md."
        )
    return f"identical: the list of {day}, {len(was['leads'])} leads in {', '.join(compared)}, from {made}"


def table(lake: Lake, day: date) -> dict[str, Any]:
    """The list as its table tells it."""
    rows = lake.read(RISK_LIST, Days.one(day)).orderBy("rank").collect()
    return {"leads": [row.asDict() for row in rows]}


def relanded(lake: Lake, source: Path, root: Path, day: date) -> tuple[list[date], int]:
    """Link the landed files behind the night that were known then; its deliveries, oldest first, and how many files.

    A roster of a delivery that was never conformed by itself stands in no ledger: it is taken if it is of a day up to
    the newest delivery of then.
    """
    ledger = lake.read(LEDGER).select("feed", "landed", "file", "bytes", "first_day", "last_day").collect()
    deliveries = sorted(
        {
            row["landed"]
            for row in ledger
            if row["feed"] not in ROSTERS
            and (row["landed"] == day or (row["first_day"] and row["first_day"] <= day <= row["last_day"]))
        }
    )
    known, newest = {row["landed"] for row in ledger}, max((row["landed"] for row in ledger), default=day)
    wanted = {row["file"]: row["bytes"] for row in ledger if row["landed"] in deliveries}
    for kind in ROSTERS:
        told = {row["file"]: (row["landed"], row["bytes"]) for row in ledger if row["feed"] == kind}
        for file in sorted((source / "landing" / kind).glob("*/*")):
            landed = date.fromisoformat(file.parent.name)
            if landed <= newest and landed not in known:
                told[str(file.relative_to(source / "landing"))] = (landed, file.stat().st_size)
        first = min(deliveries, default=day)
        since = max((landed for landed, _ in told.values() if landed <= first), default=date.min)
        wanted |= {name: size for name, (landed, size) in told.items() if landed >= since}
    for name, size in sorted(wanted.items()):
        file = source / "landing" / name
        found = file.stat().st_size if file.exists() else None
        if found != size:
            raise LandingError(
                f"landing/{name} is not what the night was made from: expected {size} bytes, got "
                f"{'no file' if found is None else f'{found} bytes'}. Next: restore it, then replay again."
            )
        target = root / "landing" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        linked(file, target)
    return deliveries, len(wanted)


def compare(was: Mapping[str, Any], files: Path, now: Mapping[str, Any], made: Path) -> tuple[list[str], list[str]]:
    """What differs between a list and the one made again, and what was compared. The page tells its own minute."""
    found, compared = [f"{RISK_LIST.name}: {told}" for told in differences(was, now)], [RISK_LIST.name]
    if files.exists():
        lists = [json.loads((folder / publish.LIST).read_text(encoding="utf-8")) for folder in (files, made)]
        versions = [told.pop("versions") for told in lists]
        found += [f"{publish.LIST}: {told}" for told in differences(*lists)]
        if (files / publish.SHEET).read_bytes() != (made / publish.SHEET).read_bytes():
            found.append(f"{publish.SHEET}: not the same bytes")
        if found:
            changed = [name for name in MADE_BY if versions[0].get(name) != versions[1].get(name)]
            found += [f"made by another {name} than then" for name in changed]
        compared += [publish.LIST, publish.SHEET]
    return found, compared


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two lists: ranks and names of fields, nobody's pseudonym."""
    names = sorted((was.keys() | now.keys()) - {"leads"})
    told = [f"{name} differs" for name in names if was.get(name) != now.get(name)]
    if len(was["leads"]) != len(now["leads"]):
        told.append(f"{len(was['leads'])} leads were published, {len(now['leads'])} came now")
    for then, again in zip(was["leads"], now["leads"], strict=False):
        if then["person"] != again["person"]:
            told.append(f"rank {then['rank']}: another person")
        elif then != again:
            fields = [name for name in then if then[name] != again.get(name)]
            told.append(f"rank {then['rank']}: {', '.join(fields)}")
    return told
