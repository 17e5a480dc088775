"""This code against the published lists: would its behaviours and detectors have made better ones?

Fits a model of this working copy to the lake's nights but the newest, ranks those, and asks the gate's questions of its
lists and the published ones. Where the catalogue is another, the nights are folded anew, into a scratch folder. Nothing
is registered and no table of the lake is written: what came out is a run in MLflow's experiment `postern-experiment`.
"""

import argparse
import logging
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from expectations.errors import MissingState
from expectations.gold import BASELINE, RISK, SCORE, SURPRISE
from expectations.gold_day import HABIT, PLACE_DAY
from features.catalog import PERSON_DAY, fingerprint
from jobs import backfill, baseline, compare, comparison, fitting, night, person_day
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import arrow, rows_of
from jobs.overlay import Overlay
from jobs.provenance import code, environment, hashed
from jobs.replay import Replayed, lists
from jobs.train import FROZEN_NIGHTS
from models import logbook, promotion, registry, succession
from models.logbook import Record
from models.registry import Shelved
from models.risk import Risk

log = logging.getLogger("postern")

BRANCH = "branch"
"""What stands for a version where this code's model is spoken of."""

FOLDED = (PLACE_DAY, HABIT, PERSON_DAY, BASELINE, SURPRISE)
"""Tables that follow the catalogue: another one reads none of the lake's."""


def run(context: Context, scratch: Path, nights: int = FROZEN_NIGHTS, *, fold: bool = False) -> str:
    """Compare on the newest `nights`; the comparison's page.

    `fold` folds the events anew though the catalogue is the champion's. Raises MissingState when no list was published
    of those nights, or too little is left to learn from.
    """
    newest = night.newest(context).last
    frozen = Days(newest - timedelta(days=nights - 1), newest + timedelta(days=1))
    before = published(context.lake, frozen)
    if not before:
        raise MissingState(f"{RISK.name} holds none of {frozen}. Next: `postern backfill` over them.")
    anew = fold or not known(context)
    branch = replace(context, lake=Overlay(context.lake, scratch, [t.name for t in FOLDED] if anew else ()))
    if anew:
        folded(context, branch, newest)
    model = fitting.fit(branch, frozen.before)
    after = lists(branch, Shelved(model.champion, BRANCH, model.last), frozen)
    held = {n.day for n in before} & {n.day for n in after}
    before, after = ([n for n in told if n.day in held] for told in (before, after))
    found = compare.asked(context, before, after, model.champion, frozen)
    page = promotion.explored(context.site.site.name, f"nights {frozen}", found.checks)
    record = Record({"comparison.md": page, "environment.txt": environment()}, found.tables, model.record.plots)
    params = dict(model.data) | {"frozen_nights": str(frozen), "code_sha256": code(), "folded_anew": str(anew)}
    params |= hashed(comparison.supplied(context.settings))
    metrics = {**model.metrics, **found.metrics}
    number = logbook.log_comparison(context.settings.mlflow, logbook.EXPERIMENT, params, metrics, record)
    return f"{page}\nrun {number} of {logbook.EXPERIMENT}; side by side with others: postern mlflow"


def known(context: Context) -> bool:
    """Whether the lake's nights were folded by this catalogue, as far as the champion's training tells."""
    uri = context.settings.mlflow
    number = succession.named(uri, succession.CHAMPION)
    return number is not None and registry.logged_params(uri, number).get("catalogue") == fingerprint()


def folded(context: Context, branch: Context, newest: date) -> None:
    """Fold every night of the lake by this catalogue, into the branch's own tables."""
    held = context.lake.days(PERSON_DAY)
    for chunk in Days.through(held[0], newest).chunks(backfill.nights_at_once(context)):
        log.info("experiment: fold the events of %s", chunk)
        for job in (person_day, baseline):
            job.run(branch, chunk)


def published(lake: Lake, days: Days) -> list[Replayed]:
    """The lists as they were ranked then, whichever versions did; their parts are not kept for everybody."""
    risks = lake.read(RISK, days).where("active and rank is not null").select("person", "day", "rank", "risk")
    scores = lake.read(SCORE, days).select("person", "day", "score", "once_in", "status")
    table = arrow(risks.join(scores, ["person", "day"], how="inner"), "day", "person")
    day_of, told = table["day"].to_numpy(), []
    for day in days:
        here = rows_of(day_of, day)
        if here.stop > here.start:
            cells = {name: table[name].to_numpy(zero_copy_only=False)[here] for name in table.column_names}
            people = cells["person"]
            told.append(
                Replayed(
                    *(day, people, cells["rank"].astype(np.int64), cells["risk"], np.zeros((people.size, 0))),
                    score=cells["score"],
                    once_in=cells["once_in"],
                    ready=cells["status"] == "scored",
                    state=Risk.empty(0),
                )
            )
    return told


def main(rest: list[str]) -> int:
    """The command `postern experiment`."""
    from jobs.arguments import placed, whole
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(prog="postern experiment", description=__doc__, parents=[placed()])
    parser.add_argument(
        "--nights",
        type=whole(1),
        default=FROZEN_NIGHTS,
        metavar="N",
        help=f"newest nights compared on; default {FROZEN_NIGHTS}",
    )
    parser.add_argument("--fold", action="store_true", help="fold the events anew, as for another catalogue")
    parser.add_argument("--scratch", type=Path, help="keep what was folded there; default: a folder that goes away")
    given = parser.parse_args(rest)
    with context(settings(given.lake, given.site), "experiment") as ready, tempfile.TemporaryDirectory() as folder:
        print(run(ready, given.scratch or Path(folder), given.nights, fold=given.fold))  # noqa: T201  the answer
    return 0
