"""Whether habits have changed for everybody: the week up to a night against the four weeks before it.

Compares every behaviour of gold.person_day, and the score, over everybody's person-days. A model fitted to old habits
is asked about new ones; so this proposes a training, and never starts one.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from pyspark.sql import functions as F

from expectations.errors import MissingState
from expectations.gold import SCORE
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs.context import Context
from jobs.days import Days
from jobs.matrix import arrow, matrix
from models.drift import MOVED, MOVING, RECENT_NIGHTS, REFERENCE_NIGHTS, Drift, drift

MOST_PEOPLE = 2000
"""Whose days are compared; of more people a share is drawn. Five weeks of them are a few dozen megabytes."""

SCORE_NAME = "score"
TOLD = ("missing", "moved", "moving")
"""Verdicts that are told one by one, the gravest first."""


def run(context: Context, day: date, out: Path | None = None) -> str:
    """The comparison as of the end of `day` as text, also written to `out` as JSON.

    Raises MissingState when either window holds no person-day.
    """
    recent = Days(day - timedelta(days=RECENT_NIGHTS - 1), day + timedelta(days=1))
    before = Days(recent.start - timedelta(days=REFERENCE_NIGHTS), recent.start)
    found = compared(context, before, recent)
    if out:
        told = {name: asdict(one) | {"verdict": one.verdict} for name, one in found.items()}
        out.write_text(json.dumps(told, indent=2) + "\n")
    return page(found, before, recent)


def compared(context: Context, before: Days, recent: Days) -> dict[str, Drift]:
    """Each behaviour, and the score of the scored, in the two windows."""
    lake, both = context.lake, Days(before.start, recent.end)
    names = [behaviour.name for behaviour in BEHAVIOURS]
    days = lake.read(PERSON_DAY, both).select("person", "day", *names)
    share = -(-days.select("person").distinct().count() // MOST_PEOPLE)
    # By pseudonym, a keyed hash: the same people in both windows, and again when run again.
    drawn = days.where(F.pmod("person", F.lit(share)) == 0) if share > 1 else days
    scored = lake.read(SCORE, both).where("status = 'scored'").select("person", "day", SCORE_NAME)
    table = arrow(drawn.join(scored, ["person", "day"], how="left"), "day", "person")
    now = table["day"].to_numpy().astype("datetime64[D]") >= np.datetime64(recent.start, "D")
    for window, rows in ((before, ~now), (recent, now)):
        if not rows.any():
            raise MissingState(
                f"{PERSON_DAY.name} holds nobody's day in {window}: nothing to compare. "
                f"Next: `postern backfill --from {before.start} --to {recent.last}`, or another `--day`."
            )
    values = matrix(table, [*names, SCORE_NAME])
    return {name: drift(values[~now, at], values[now, at]) for at, name in enumerate((*names, SCORE_NAME))}


def page(found: Mapping[str, Drift], before: Days, recent: Days) -> str:
    """What changed, one line each, the gravest first; what did not, counted."""
    family = {b.name: b.family for b in BEHAVIOURS}
    changed = sorted(
        (name for name, one in found.items() if one.verdict in TOLD),
        key=lambda name: (TOLD.index(found[name].verdict), -np.nan_to_num(found[name].psi), name),
    )
    calm = sum(one.verdict == "stable" for one in found.values())
    lines = [
        f"{recent} against {before}, everybody's person-days",
        f"psi: population stability index, moving above {MOVING}, moved from {MOVED}, and beyond chance; "
        "ks: largest distance of the distributions",
        "",
    ]
    if changed:
        lines.append(f"{'':<34}{'':<12}{'':<10}{'psi':>7}{'chance':>9}{'ks':>7}{'missing before':>17}{'now':>7}")
    for name in changed:
        one = found[name]
        figures = "".join(
            f"{'–' if np.isnan(figure) else f'{figure:.2f}':>{width}}"
            for figure, width in ((one.psi, 7), (one.psi_by_chance, 9), (one.ks, 7))
        )
        lines.append(
            f"{name:<34}{family.get(name, ''):<12}{one.verdict:<10}{figures}"
            f"{one.missing_before:>17.2f}{one.missing:>7.2f}"
        )
    few = sum(one.verdict == "too few" for one in found.values())
    lines.append(f"{calm} of {len(found)} stable, {few} with too few values to say")
    if any(found[name].verdict != "moving" for name in changed):
        lines.append(
            "next: find out what changed at the site, a feed or an outage; if it is there to stay, postern train"
        )
    return "\n".join(lines)


def main(rest: list[str]) -> int:
    """The command `postern drift`."""
    from jobs.commands import day
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(prog="postern drift", description=__doc__)
    parser.add_argument("--lake", help="where the tables are; default: POSTERN_LAKE, else ./lake")
    parser.add_argument("--site", help="the site's configuration; default: site.yaml in the lake")
    parser.add_argument("--day", type=day, metavar="D", help="last night of the week; default: the newest there is")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    given = parser.parse_args(rest)
    with context(settings(given.lake, given.site), "drift") as ready:
        held = [given.day] if given.day else ready.lake.days(PERSON_DAY)
        if not held:
            raise MissingState(f"{PERSON_DAY.name} holds no day. Next: `postern backfill --from D --to D`.")
        print(run(ready, held[-1], given.json))  # noqa: T201  the command's answer
    return 0
