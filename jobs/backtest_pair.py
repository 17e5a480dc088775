"""The same plants in the same frozen nights under champion and challenger: `postern backtest --compare`.

The nights' own jobs run once for each replay, from landed files to surprise; then both models rank them. What the gate
reads of it is each plant's best rank, by kind of insider, in pairs (jobs.evidence).
"""

import logging
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from expectations.gold import BASELINE
from features.catalog import channels
from jobs.backtest import COMPARED_SEEDS, UNUSED, planned
from jobs.backtest import replayed as folded
from jobs.challenger import readable
from jobs.compare import frozen
from jobs.context import Context
from jobs.copies import copied
from jobs.days import Days
from jobs.evidence import WHO, Evidence, keep
from jobs.injection.found import found, insiders
from jobs.injection.inject import Wanted, inject, scenario
from jobs.injection.planted import Asked
from jobs.lake import Lake
from jobs.provenance import code, environment
from jobs.replay import replayed
from models import backtest, history, logbook, registry
from models.backtest import Found
from models.check import Ranked
from models.registry import Shelved
from simulation.scenarios import LIBRARY

log = logging.getLogger("postern")


def run(context: Context, days: Days, asked: Sequence[Asked] | None = None, truth: Path | None = None) -> None:
    """Plant what is `asked`, by default the library, in the frozen nights up to the last of `days`; keep the ranks.

    Known insiders, by `truth` or the lake's own, host none. Without a challenger, or a champion to compare it
    with, nothing is done. Raises MissingState when no evening is kept that the frozen nights could be folded from.
    """
    uri = context.settings.mlflow
    challenger = readable(uri)
    if challenger is None:
        log.info("backtest: no version that this code reads is a challenger; nothing to compare")
        return
    if not history.comparable(uri, channels()):
        log.info("backtest: the champion is of another catalogue or other detectors; nothing to compare with")
        return
    champion = registry.champion(uri)
    nights = frozen(champion, challenger, days.last)
    if nights is None:
        log.warning("backtest: no night is frozen; next: wait for nights that neither model has learnt from")
        return
    told = list(asked or planned([known.name for known in LIBRARY], (1.0,), range(1, 1 + COMPARED_SEEDS)))
    whole, nights = behind_kept(context.lake, nights)
    with TemporaryDirectory(prefix="postern-") as scratch:
        plants = planted(context, (champion, challenger), told, whole, nights, Path(scratch), insiders(context, truth))
    best = [backtest.best_ranks(plants[who]) for who in WHO]
    recall = {group: Ranked(best[0][group], best[1][group]) for group in best[0]}
    found_of = Evidence(recall, unplanted=unplanted(told, recall))
    keep(context.settings, "backtest", champion.version, challenger.version, found_of)
    params: dict[str, str | int | float] = {"kind": "backtest", "champion": champion.version}
    params |= {"challenger": challenger.version, "first_night": str(nights.start), "last_night": str(nights.last)}
    params |= {"plants": len(plants[WHO[0]]), "seeds": len({one.seed for one in told}), "code_sha256": code()}
    metrics = {f"{who}/{name}": value for who in WHO for name, value in backtest.metrics(plants[who]).items()}
    record = logbook.Record({"environment.txt": environment()})
    logbook.log_comparison(uri, logbook.PROMOTION, params, metrics, record)
    log.info("backtest: %d plants in %s under both models; next: postern compare", params["plants"], nights)


def planted(
    context: Context, models: tuple[Shelved, Shelved], asked: Sequence[Asked], whole: Days, nights: Days,
    scratch: Path, never: Sequence[str],
) -> dict[str, list[Found]]:  # fmt: skip
    """What came of every plant under each of WHO: acted out in `nights`, all of `whole` being folded."""
    plants: dict[str, list[Found]] = {who: [] for who in WHO}
    for number, one in enumerate(asked, start=1):
        root, labels = scratch / f"lake-{number}", scratch / f"labels-{number}.csv"
        copied(Path(context.lake.root), root)
        wanted = [Wanted(name, one.intensity) for name in one.scenarios]
        told = inject(context, root, labels, wanted, nights, one.seed, never)
        replay = Context(Lake(context.lake.spark, str(root)), context.site, replace(context.settings, lake=str(root)))
        folded(replay, whole, told.deliveries, (*UNUSED, "score", "risk"))
        for who, model in zip(WHO, models, strict=True):
            ranked = [
                (night.day, int(person), int(rank))
                for night in replayed(replay, model, nights)
                for person, rank in zip(night.people, night.rank, strict=True)
            ]
            plants[who] += found(replay, ranked, labels, one, context.site.list.budget)
        log.info("backtest %d of %d: %s", number, len(asked), ", ".join(one.scenarios))
        shutil.rmtree(root)
    return plants


def unplanted(asked: Iterable[Asked], planted: Iterable[str]) -> list[str]:
    """Scenario groups of what was `asked` of which nothing is among the `planted` groups."""
    return sorted({scenario(name).group for one in asked for name in one.scenarios} - set(planted))


def behind_kept(lake: Lake, nights: Days) -> tuple[Days, Days]:
    """What is folded, from the newest evening that is kept before the nights on; and the nights that it reaches.

    Where none is kept before them, the first nights are left out. Raises MissingState when none is kept at all.
    """
    kept = [evening for evening in lake.days(BASELINE) if evening < nights.last]
    earlier = [evening for evening in kept if evening < nights.start]
    if not kept:
        lake.state(BASELINE, nights.before, "backtest")
    begin = (earlier[-1] if earlier else kept[0]) + timedelta(days=1)
    if not earlier:
        log.warning("backtest: no evening before %s is kept; plants begin on %s", nights.start, begin)
    whole = Days(begin, nights.end)
    return whole, Days(max(begin, nights.start), nights.end)
