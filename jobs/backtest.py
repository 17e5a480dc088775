"""Frozen nights replayed with insiders planted in the landing files: what the lists would have made of them.

Each replay works on a copy of the lake as it was on the evening before the first frozen night, with rows planted in
what was delivered since. It runs the nights' own jobs, from landed files to ranks, with a model trained before those
nights and let through (models.history); nothing is trained, and who is planted is known to nobody but the file that the
ranks are compared with at the end.
"""

import argparse
import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from pyspark.sql import functions as F

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import BASELINE, RISK
from features.catalog import channels
from jobs import night
from jobs.catalog import NIGHTLY
from jobs.context import Context
from jobs.copies import copied
from jobs.days import Days
from jobs.injection.found import found, insiders
from jobs.injection.inject import Wanted, inject
from jobs.injection.planted import Asked
from jobs.lake import Lake
from models import backtest, history, logbook
from models.backtest import Found
from simulation.scenarios import LIBRARY

log = logging.getLogger("postern")

INTENSITIES = (0.25, 0.5, 1.0, 2.0)
AT_ONCE = 4
"""Plants of one replay: few beside the people of a site, so that they do not change what is usual for everybody."""
NIGHTS = 28
"""Frozen nights, at most."""
SEEDS = 5
COMPARED_SEEDS = 2
"""Of a comparison, which every week pays for: two plants of each scenario, a few of each group."""
UNUSED = ("watch", "risk_list")
"""Jobs of the night that come after the ranks."""


def run(
    context: Context, days: Days, asked: Sequence[Asked], scratch: Path, budget: int | None = None,
    never: Sequence[str] = (),
) -> list[Found]:  # fmt: skip
    """What came of every plant, replay by replay, within `budget`, by default the site's.

    `never` are personnel numbers of known insiders, who host none.

    Raises NoChampion when no model that was let through was trained before `days`, MissingState when no state of the
    evening before is kept.
    """
    version = history.replaying(context.settings.mlflow, days.start, channels())
    context.lake.state(BASELINE, days.before, "backtest")
    leads = context.site.list.budget if budget is None else budget
    out: list[Found] = []
    for number, one in enumerate(asked, start=1):
        root, labels = scratch / f"lake-{number}", scratch / f"labels-{number}.csv"
        copied(Path(context.lake.root), root)
        wanted = [Wanted(name, one.intensity) for name in one.scenarios]
        told = inject(context, root, labels, wanted, days, one.seed, never)
        chosen = replace(context.settings, lake=str(root), model=version)
        replay = Context(Lake(context.lake.spark, str(root)), context.site, chosen)
        replayed(replay, days, told.deliveries)
        rows = replay.lake.read(RISK, days).where(F.col("rank").isNotNull()).select("day", "person", "rank").collect()
        out += found(replay, [(row["day"], row["person"], row["rank"]) for row in rows], labels, one, leads)
        log.info("backtest %d of %d: %s", number, len(asked), ", ".join(one.scenarios))
        shutil.rmtree(root)
    return out


def replayed(context: Context, days: Days, deliveries: Sequence[date], unused: Sequence[str] = UNUSED) -> None:
    """Conform what holds planted rows, then every job of the nights but those that are `unused`."""
    conform, *rest = (job for job in NIGHTLY if job.name not in unused)
    planned = [(conform, Days.through(min(deliveries), max(deliveries)))] if deliveries else []
    night.steps(context, [*planned, *((job, days) for job in rest)])


def window(context: Context, nights: int) -> Days:
    """The newest frozen nights, `nights` at most: behind an evening whose state is kept, and a training.

    Raises MissingState when there are none.
    """
    ranked = context.lake.days(RISK)
    learnt = history.oldest(context.settings.mlflow, channels())
    if ranked and learnt:
        kept = [d for d in context.lake.days(BASELINE) if learnt <= d < ranked[-1]]
        starts = [d + timedelta(days=1) for d in kept if (ranked[-1] - d).days <= nights]
        if starts:
            return Days.through(min(starts), ranked[-1])
    raise MissingState(
        "no nights can be replayed: expected ranked nights behind an evening whose baseline is kept, and behind the "
        "training of a version that was let through. Next: `postern backfill` through the start of a month, or say "
        "`--from D --to D`."
    )


def planned(scenarios: Sequence[str], intensities: Sequence[float], seeds: Sequence[int]) -> Iterator[Asked]:
    """Replays of AT_ONCE plants each; which are together changes with the seed."""
    for seed in seeds:
        turned = [scenarios[(place + seed) % len(scenarios)] for place in range(len(scenarios))]
        for intensity in intensities:
            for begin in range(0, len(turned), AT_ONCE):
                yield Asked(tuple(turned[begin : begin + AT_ONCE]), intensity, seed)


def logged(context: Context, days: Days, plants: Sequence[Found], text: str, budget: int, version: str) -> str:
    """One run in MLflow: its id. Scenarios, figures and seeds; nobody's name or number."""
    params: dict[str, str | int | float] = {
        "kind": "backtest",
        "site": context.site.site.name,
        "first_night": str(days.start),
        "last_night": str(days.last),
        "budget": budget,
        "model": version,
        "seeds": len({plant.seed for plant in plants}),
        "intensities": ", ".join(f"{step:g}" for step in sorted({plant.intensity for plant in plants})),
    }
    columns = ("scenario", "group", "intensity", "seed", "deeds", "best")
    table = {name: [getattr(plant, name) for plant in plants] for name in columns}
    table["nights"] = [-1 if plant.nights is None else plant.nights for plant in plants]
    plots = {"power": backtest.drawn(plants, budget)}
    uri = context.settings.mlflow
    return logbook.log_evaluation(uri, params, backtest.metrics(plants), text, {"plants": table}, plots)


def main(rest: list[str]) -> int:
    """The command `postern backtest`."""
    from jobs.arguments import day, placed, positive, through, whole
    from jobs.settings import settings
    from jobs.start import context

    names = tuple(told.name for told in LIBRARY)
    parser = argparse.ArgumentParser(prog="postern backtest", description=__doc__, parents=[placed()])
    parser.add_argument("--from", type=day, dest="first", metavar="D", help="first frozen night")
    parser.add_argument("--to", type=day, dest="last", metavar="D", help="last frozen night")
    parser.add_argument("--scenario", action="append", choices=names, help="only this one; may be repeated")
    parser.add_argument(
        "--intensity",
        action="append",
        type=positive,
        help="multiplies what simulation/scenarios.py declares of each scenario's day, which is 1; may be repeated; "
        f"default: {INTENSITIES}",
    )
    parser.add_argument(
        "--compare",
        action="store_true",
        help="plants under champion and challenger, on nights that neither has learnt from: evidence for the gate",
    )
    parser.add_argument(
        "--seeds",
        type=whole(1),
        help=f"hosts and days are drawn so often; default {SEEDS}, to --compare {COMPARED_SEEDS}",
    )
    parser.add_argument("--budget", type=whole(1), help="leads read each night; default: the site's list.budget")
    parser.add_argument("--truth", type=Path, help="known insiders, who host no plant; default: truth/events.csv")
    parser.add_argument("--mlflow", action="store_true", help="also log figures and power curves as a run in MLflow")
    given = parser.parse_args(rest)
    if (given.first is None) != (given.last is None):
        parser.error("say both --from and --to, or neither")
    if given.compare and (given.first or given.intensity or given.scenario or given.budget is not None or given.mlflow):
        parser.error("--compare has its own nights, budget and run, and plants the whole library at its intensity")
    chosen = settings(given.lake, given.site)
    if chosen.local is None:
        if given.compare:
            log.warning("backtest: the lake is no folder; next: --compare on a copy that is one, with its registry")
            return 0
        raise ConfigurationError("a lake is copied to be replayed, so it must be a folder. Next: --lake FOLDER.")
    with context(chosen, "backtest") as ready, tempfile.TemporaryDirectory(prefix="postern-") as scratch:
        if given.compare:
            from jobs import backtest_pair

            asked = list(planned(names, (1.0,), range(1, 1 + (given.seeds or COMPARED_SEEDS))))
            backtest_pair.run(ready, night.newest(ready), asked, given.truth)
            return 0
        days = through(given.first, given.last) if given.first and given.last else window(ready, NIGHTS)
        seeds = range(1, 1 + (given.seeds or SEEDS))
        asked = list(planned(given.scenario or names, given.intensity or INTENSITIES, seeds))
        budget = ready.site.list.budget if given.budget is None else given.budget
        plants = run(ready, days, asked, Path(scratch), budget, insiders(ready, given.truth))
        version = history.replaying(chosen.mlflow, days.start, channels())
        told = f"nights {days} of {ready.site.site.name}, by version {version}"
        text = "\n".join([told, "", *backtest.as_text(plants, budget)])
        if given.mlflow and plants:
            log.info("backtest: run %s in MLflow", logged(ready, days, plants, text, budget, version))
        print(text)  # noqa: T201  the command's answer
    return 0
