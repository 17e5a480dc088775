"""Challenger against champion on frozen nights: what a person has to know before letting the challenger score.

Both are asked about the same nights, which neither has learnt from. The gate's answers (models.promotion) become rows
of quality.promotion, a run in MLflow, and a verdict on the version, without which it cannot be promoted. Like the audit
it reads who belongs to which group of people; no training reads anything of this.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from expectations.gold import CHANNEL, PLACE_VECTOR, SURPRISE
from expectations.gold_day import HABIT, PLACE_DAY
from expectations.quality import PROMOTION
from expectations.silver import PEOPLE
from features.catalog import PERSON_DAY, channels
from jobs import comparison
from jobs.challenger import readable
from jobs.context import Context
from jobs.days import Days
from jobs.evidence import WHO, Evidence, evidence, measured
from jobs.matrix import frame
from jobs.provenance import code, environment, hashed, sources
from jobs.replay import Replayed, lists
from models import history, logbook, promotion, registry, succession
from models.champion import Champion
from models.check import Check
from models.registry import Shelved

log = logging.getLogger("postern")

MOST_NIGHTS = 28
"""Frozen nights compared, the newest: four weeks, if there are so many."""


@dataclass(frozen=True)
class Comparison:
    """What the gate found."""

    nights: Days | None
    """Frozen nights; None when there was none."""
    checks: Sequence[Check]
    metrics: Mapping[str, float]
    tables: Mapping[str, logbook.Cells]


def run(context: Context, days: Days) -> None:
    """Compare as of the last of `days`, if there is a challenger that this code reads; write and log what came out.

    Where it cannot read the champion nothing is asked, and the page says so.
    """
    uri = context.settings.mlflow
    challenger = readable(uri)
    if challenger is None:
        log.info("compare: no version that this code reads is a challenger; nothing to compare")
        return
    current = succession.named(uri, succession.CHAMPION)
    if current and not history.comparable(uri, channels()):
        uncompared(context, challenger, current, days.last)
        return
    champion = registry.champion(uri)
    read = sources(context.lake, [(t, None) for t in (CHANNEL, PLACE_VECTOR, PEOPLE)])
    elsewhere = {f"promotion/{file.name}": file for file in measured(context.settings, challenger.version)}
    read |= hashed(comparison.supplied(context.settings) | elsewhere)
    more = evidence(context.settings, champion.version, challenger.version)
    found = compared(context, champion, challenger, days.last, more)
    nights = f"nights {found.nights}" if found.nights else "no frozen night"
    page = promotion.page(challenger.version, champion.version, context.site.site.name, nights, found.checks)
    versions = {
        f"delta_version/{t.name}": context.lake.version(t) or 0 for t in (SURPRISE, PERSON_DAY, PLACE_DAY, HABIT)
    }
    told = {"challenger": challenger.version, "champion": champion.version, "code_sha256": code()}
    span = {"first_night": str(found.nights.start if found.nights else None), "last_night": str(days.last)}
    record = logbook.Record({"comparison.md": page, "environment.txt": environment()}, found.tables)
    params = {**told, **span, **read, **versions}
    number = logbook.log_comparison(uri, logbook.PROMOTION, params, found.metrics, record)
    passed = promotion.passes(found.checks)
    verdict = succession.PASSED if passed else succession.FAILED
    succession.judged(uri, challenger.version, verdict, champion.version, number)
    write(context, challenger.version, champion.version, found.checks, days.last)
    following = "a person decides: postern promote --show" if passed else "the champion stays"
    log.info("compare: version %s %s the gate; %s", challenger.version, "passed" if passed else "failed", following)


def uncompared(context: Context, challenger: Shelved, champion: str, last: date) -> None:
    """Write that nothing could be asked, and what an experiment with the challenger's code said."""
    uri, version = context.settings.mlflow, challenger.version
    trained_by = registry.logged_params(uri, version).get("code_sha256", "")
    check = Check("comparable", "not made", "this code cannot ask the champion: other behaviours or other detectors")
    said = logbook.page(uri, logbook.EXPERIMENT, trained_by)
    page = promotion.uncompared(version, champion, context.site.site.name, said)
    params = {"challenger": version, "champion": champion, "code_sha256": code(), "last_night": str(last)}
    record = logbook.Record({"comparison.md": page, "environment.txt": environment()})
    number = logbook.log_comparison(uri, logbook.PROMOTION, params, {}, record)
    succession.judged(uri, version, succession.INCOMPARABLE, champion, number)
    write(context, version, champion, [check], last)
    log.info("compare: version %s cannot be compared; a person decides: postern promote --show", version)


def frozen(champion: Shelved, challenger: Shelved, last: date) -> Days | None:
    """The nights up to `last` that neither has learnt from, at most MOST_NIGHTS; None when there is none."""
    known = max(champion.trained_on, challenger.trained_on)
    first = max(known + timedelta(days=1), last - timedelta(days=MOST_NIGHTS - 1))
    return Days.through(first, last) if first <= last else None


def compared(
    context: Context, champion: Shelved, challenger: Shelved, last: date, more: Evidence | None = None
) -> Comparison:
    """Ask everything that the gate asks, as of the end of `last`."""
    nights = frozen(champion, challenger, last)
    if nights is None:
        return Comparison(nights, [promotion.frozen(0)], {}, {})
    before, after = (lists(context, kept, nights) for kept in (champion, challenger))
    return asked(context, before, after, challenger.champion, nights, more)


def asked(
    context: Context,
    before: list[Replayed],
    after: list[Replayed],
    challenger: Champion,
    nights: Days,
    more: Evidence | None = None,
) -> Comparison:
    """Ask everything that the gate asks of two rankings of the same nights."""
    more = more or Evidence()
    ranked = comparison.insiders(context, before, after) | dict(more.recall)
    budget = context.site.list.budget
    audits = [comparison.groups(context, told) for told in (before, after)]
    words = [comparison.said(told) for told in (before, after)]
    kept, entering, leaving = comparison.changed(before, after, challenger)
    checks = [
        promotion.frozen(len(before)),
        *promotion.recalled(ranked, budget, more.unplanted),
        promotion.calibrated(*words),
        promotion.unbiased(*audits),
        *more.checks,
        promotion.stability(kept, entering, leaving),
    ]
    if not any(check.name == "robustness" for check in checks):
        checks.append(Check("robustness", "not made", "no attack suite was run against this version"))
    figures = {"nights": float(len(before)), "share_of_top_kept": float(np.mean(kept)) if kept else np.nan}
    for who, told in zip(WHO, words, strict=True):
        figures |= comparison.kept_words(who, told)
    for who, told_of in zip(WHO, audits, strict=True):
        figures |= comparison.parities(who, told_of)
    for name, group in ranked.items():
        recall = promotion.recall(group, budget)
        figures |= {
            f"champion/recall/{name}": recall.champion,
            f"challenger/recall/{name}": recall.challenger,
            f"gain/{name}": recall.challenger - recall.champion,
            f"gain/{name}/low": recall.gain[0],
            f"gain/{name}/high": recall.gain[1],
        }
    return Comparison(nights, checks, figures, {"groups": comparison.table_of(*audits)} if audits[1] else {})


def write(context: Context, challenger: str, champion: str, checks: Sequence[Check], day: date) -> None:
    """Keep the answers; those about other challengers of the same day stay."""
    rows = {
        "day": [day] * len(checks),
        "challenger": [challenger] * len(checks),
        "champion": [champion] * len(checks),
        "check": [check.name for check in checks],
        "outcome": [check.outcome for check in checks],
        "says": [check.says for check in checks],
    }
    mine = f"day = DATE'{day}' AND challenger = '{challenger}'"
    context.lake.merge(PROMOTION, frame(context.lake.spark, PROMOTION, rows), instead_of=mine)
