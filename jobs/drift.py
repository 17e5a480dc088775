"""Whether habits have changed for everybody: the week up to a night against the four weeks before it.

Every night each behaviour, each feed and the score are reduced to a sketch (jobs.profiles), and five weeks of sketches
are compared (quality.drift). Why habits may have changed is declared by the site or detected, and named (jobs.regimes).
A model fitted to old habits is asked about new ones; so this proposes a training, and never starts one.
"""

import argparse
import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from expectations.errors import MissingState
from expectations.quality import DRIFT, REGIME
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import frame
from jobs.profiles import BEHAVIOUR, CALIBRATION, FEED, Figure, columns, profiled, profiles, write_profiles
from jobs.regimes import regimes
from models.drift import MOVED, MOVING, RECENT_NIGHTS, REFERENCE_NIGHTS, Called, Drift, called, drift
from models.sketch import Sketch

log = logging.getLogger("postern")

PERSON_NIGHTS = 140_000
"""Whose person-days are in memory together: a week of 20,000 people."""

TOLD = ("missing", "moved", "moving")
"""Verdicts that are told one by one, the gravest first."""

CHANGED = ("missing", "moved")
"""Verdicts that propose a training, if they are there to stay."""

Found = Mapping[Figure, Drift | Called]


def run(context: Context, days: Days) -> None:
    """Write profile, drift and regimes of `days`."""
    lake = context.lake
    people = lake.read(PERSON_DAY, days).select("person").distinct().count()
    for chunk in days.chunks(max(1, PERSON_NIGHTS // max(people, 1))):
        write_profiles(lake, profiles(lake, chunk), chunk)
    sketches = profiled(lake, Days(days.start - timedelta(days=REFERENCE_NIGHTS + RECENT_NIGHTS), days.end))
    found = {day: compared(sketches, day) for day in days}
    write_drift(lake, found, days)
    named = regimes(context, {day: changed(told, FEED) for day, told in found.items()}, days)
    rows = [{"day": day, **regime} for day in days for regime in named[day]]
    lake.write(REGIME, frame(lake.spark, REGIME, columns(rows, REGIME.names)), days)
    last = found[days.last]
    log.info("drift of %s: %s", days.last, sentence(last, [str(r["name"]) for r in named[days.last]]))


def compared(sketches: Mapping[date, Mapping[Figure, Sketch]], day: date) -> dict[Figure, Drift | Called]:
    """Each figure's week up to `day` against the weeks before; empty where either has no night."""
    recent = [d for d in sketches if 0 <= (day - d).days < RECENT_NIGHTS]
    before = [d for d in sketches if RECENT_NIGHTS <= (day - d).days < RECENT_NIGHTS + REFERENCE_NIGHTS]
    if not recent or not before:
        return {}
    figures = dict.fromkeys(figure for d in sorted([*before, *recent]) for figure in sketches[d])

    def window(days: Sequence[date], figure: Figure) -> Sketch:
        # A night on which a feed said nothing of anybody misses everybody, not nobody.
        silent = Sketch.sum([])
        return Sketch.sum(
            [
                night[figure]
                if figure in (night := sketches[d])
                else Sketch(silent.keys, silent.counts, everybody(night))
                for d in sorted(days)
            ]
        )

    told: dict[Figure, Drift | Called] = {}
    for figure in figures:
        now = window(recent, figure)
        told[figure] = called(now) if figure[0] == CALIBRATION else drift(window(before, figure), now)
    return told


def everybody(night: Mapping[Figure, Sketch]) -> int:
    """Person-days of a night, by any of its behaviours: which there are depends on the catalogue of that time."""
    return next(sketch.size for (kind, _), sketch in night.items() if kind == BEHAVIOUR)


def changed(found: Found, kind: str) -> dict[str, Drift]:
    """The figures of a kind whose verdict is told."""
    return {
        name: one
        for (what, name), one in found.items()
        if what == kind and isinstance(one, Drift) and one.verdict in CHANGED
    }


def write_drift(lake: Lake, found: Mapping[date, Found], days: Days) -> None:
    """One row per day and figure; NULL where there is nothing to tell."""
    rows = [
        {"day": day, "kind": kind, "name": name, "verdict": one.verdict, "person_days": one.person_days}
        | (
            {"called": none(one.ratio), "missing_before": 0.0, "missing": 0.0}
            if isinstance(one, Called)
            else {
                name: none(getattr(one, name))
                for name in ("psi", "psi_by_chance", "ks", "ks_p", "missing_before", "missing")
            }
        )
        for day, figures in found.items()
        for (kind, name), one in figures.items()
    ]
    lake.write(DRIFT, frame(lake.spark, DRIFT, columns(rows, DRIFT.names)), days)


def none(figure: float) -> float | None:
    """NULL for NaN."""
    return None if np.isnan(figure) else figure


def sentence(found: Found, named: Sequence[str]) -> str:
    """In one line: how much has changed, what may explain it, and whether to think of a training."""
    if not found:
        return "too few nights to compare"
    told = [name for (kind, name), one in found.items() if one.verdict in CHANGED and kind != FEED]
    why = f"; known or detected: {', '.join(named)}" if named else ""
    following = "; if it is there to stay, postern train" if told else ""
    return f"{len(told)} of {len(found)} figures have changed for everybody{why}{following}"


def page(lake: Lake, day: date) -> str:
    """What is kept of a night: what changed, one line each, the gravest first; what did not, counted; and why."""
    rows = lake.read(DRIFT, Days.one(day)).toArrow().to_pylist()
    if not rows:
        raise MissingState(
            f"{DRIFT.name} holds nothing of {day}: too few nights before it, or it was not watched. "
            f"Next: `postern watch --day {day}`, or another --day."
        )
    family = {behaviour.name: behaviour.family for behaviour in BEHAVIOURS}
    grave = sorted(
        (row for row in rows if row["verdict"] in TOLD),
        key=lambda row: (TOLD.index(row["verdict"]), -(row["psi"] or 0.0), row["kind"], row["name"]),
    )
    lines = [
        f"the week up to {day} against the four before, everybody's person-days",
        f"psi: population stability index, moving above {MOVING}, moved from {MOVED}, and beyond chance; "
        "ks: largest distance of the distributions, p: how often chance makes one; "
        "called: days called once in 100 over those that may be",
        "",
    ]
    heads = (("psi", 7), ("chance", 9), ("ks", 7), ("p", 7), ("called", 8), ("missing before", 17), ("now", 7))
    if grave:
        lines.append(f"{'':<34}{'':<13}{'':<10}" + "".join(f"{head:>{width}}" for head, width in heads))
    for row in grave:
        names = ("psi", "psi_by_chance", "ks", "ks_p", "called", "missing_before", "missing")
        cells = zip(names, heads, strict=True)
        figures = "".join(f"{'–' if row[n] is None else f'{row[n]:.2f}':>{width}}" for n, (_, width) in cells)
        lines.append(f"{row['name']:<34}{family.get(row['name'], row['kind']):<13}{row['verdict']:<10}{figures}")
    calm, few = (sum(row["verdict"] == verdict for row in rows) for verdict in ("stable", "too few"))
    lines.append(f"{calm} of {len(rows)} stable, {few} with too few values to say")
    for row in lake.read(REGIME, Days.one(day)).orderBy("kind", "name").collect():
        lines.append(f"{'declared' if row['declared'] else 'detected'}: {row['kind']} {row['name']}: {row['says']}")
    if any(row["verdict"] in CHANGED for row in rows):
        lines.append(
            "next: find out what changed at the site, a feed or an outage; if it is there to stay, postern train"
        )
    return "\n".join(lines)


def main(rest: list[str]) -> int:
    """The command `postern drift`."""
    from jobs.arguments import day, placed
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(prog="postern drift", description=__doc__, parents=[placed()])
    parser.add_argument("--day", type=day, metavar="D", help="last night of the week; default: the newest watched")
    given = parser.parse_args(rest)
    with context(settings(given.lake, given.site), "drift") as ready:
        held = [given.day] if given.day else ready.lake.days(DRIFT)
        if not held:
            raise MissingState(f"{DRIFT.name} holds no night. Next: `postern watch --day D`.")
        print(page(ready.lake, held[-1]))  # noqa: T201  the command's answer
    return 0
