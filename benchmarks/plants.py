"""What Postern finds at the simulated facility, and whom it names besides: `python -m benchmarks.plants`.

Over seeds: facilities with one insider each of a few kinds, the library dealt out over them in turn; some without any,
with readers that fail, with an outage. Each runs through the whole pipeline, many in one Spark session; gates,
which change no rank, are left out where no warnings are counted. What found and named
mean is said in benchmarks.planted; shares have Wilson's intervals, ratios a bootstrap over facilities, 95 %.

POSTERN_DRIVER_MEMORY=2g python -m benchmarks.plants --seeds 2 --people 150 --days 60 --only planted --jobs 2

What --json holds already is not measured again, so a run of hours may be interrupted; new code wants a new file.
"""

import argparse
import logging
import multiprocessing
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import mean

import numpy as np
import yaml

from benchmarks.measured import Facility, Measured
from benchmarks.planted import BUDGET, Disturbed, Leads, Plant, disturbed_of, leads_of, plants_of
from jobs import backfill, risk
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.session import session
from jobs.settings import settings
from jobs.simulate import END, simulate
from jobs.site import load_site
from models.intervals import RESAMPLES, interval, wilson
from simulation.scenarios import LIBRARY

KINDS = tuple(s.name for s in LIBRARY)
MOVES = tuple(s.name for s in LIBRARY if not s.count)
"""Kinds that are told by movement and company: those that the demonstration does not plant by itself."""
PROTRACTED = "protracted theft"
WEEK = 7
UNUSED = ("watch", "risk_list")
"""Jobs of a night that come after the ranks and their reasons."""
MARGIN = 4
"""Reasons are kept for so many times the budget."""
AT_ONCE = 4
"""Insiders in one facility: of 150 people already more than any site has, and all that they do is learnt from."""
RUNS: Mapping[str, tuple[str, ...]] = {
    "planted": (),
    "quiet": (),
    "readers": ("reader_loss", "propped_door"),
    "outage": ("outage_week",),
}
"""Kind of run: what is disturbed."""


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=60, help="facilities with plants; default 60: each kind 20 times")
    parser.add_argument("--calm", type=int, default=5, help="facilities of each kind without plants; default 5")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"insiders in one facility; default {AT_ONCE}")
    parser.add_argument(
        "--kind", choices=KINDS, action="append", help="plant only this kind; may be repeated; default: the library"
    )
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--only", choices=tuple(RUNS), action="append", help="these kinds of run; default: all")
    parser.add_argument("--keep", type=Path, help="keep the lakes in this folder")
    parser.add_argument("--jobs", type=int, default=1, help="facilities at once, each on a core; default 1, on all")
    parser.add_argument("--json", type=Path, help="also write what came of each plant there, after each facility")
    given = parser.parse_args()
    told = Measured.of(given.json)
    every = facilities(
        given.only or RUNS, given.first_seed, given.seeds, given.calm, given.at_once, given.kind or KINDS
    )
    wanted = [facility for facility in every if facility not in told.done]
    master = settings().master if given.jobs == 1 else "local[1]"
    # A fresh interpreter each: a Spark session does not survive a fork.
    pool = ProcessPoolExecutor(given.jobs, multiprocessing.get_context("spawn"))
    try:
        begun = [pool.submit(came_of, one, given.people, given.days, given.keep, master) for one in wanted]
        for done in as_completed(begun):
            came = done.result()
            told.plants += came.plants
            told.leads += came.leads
            told.disturbed += came.disturbed
            told.done += came.done
            ((kind, seed, kinds),) = came.done
            print(f"{kind}, seed {seed}, {', '.join(kinds) or 'nobody planted'}: done", flush=True)
            if given.json:
                told.write(given.json)
    finally:
        pool.shutdown(cancel_futures=True)
    print("\n".join([*of_plants(told.plants), *of_leads(told.leads), *of_disturbed(told.disturbed)]))


def facilities(
    runs: Iterable[str], first: int, planted: int, calm: int, at_once: int, names: Sequence[str]
) -> Iterator[Facility]:
    """(kind of run, seed, who is planted): `names` dealt out over as few facilities as may be, again and again."""
    hands = -(-len(names) // at_once)
    for kind in runs:
        for seed in range(first, first + (planted if kind == "planted" else calm)):
            yield kind, seed, tuple(names[seed % hands :: hands]) if kind == "planted" else ()


def came_of(one: Facility, people: int, days: int, keep: Path | None, master: str) -> Measured:
    """One facility simulated, ranked and measured, in this process's own Spark session on `master`."""
    logging.getLogger("postern").setLevel(logging.ERROR)
    # Several insiders stand in each other's light: reasons are wanted further down than a list needs them.
    risk.MARGIN = MARGIN
    kind, seed, kinds = one
    with tempfile.TemporaryDirectory(prefix="postern-") as scratch:
        folder = keep / f"{kind}-{seed}" if keep else Path(scratch)
        context = replayed(folder, kind, people, days, seed, kinds, master)
        came = Measured([one], plants_of(context))
        if RUNS[kind]:
            came.disturbed.append(disturbed_of(context, kind))
        else:
            came.leads.append(leads_of(context, kind))
    context.lake.spark.catalog.clearCache()
    return came


def replayed(
    root: Path, kind: str, people: int, days: int, seed: int, plants: Sequence[str], master: str
) -> Context:  # fmt: skip
    """The facility simulated and every night backfilled, trained every week as a live one is."""
    insiders, disturbances = dict.fromkeys(plants, 1), RUNS[kind]
    root.mkdir(parents=True, exist_ok=True)
    simulate(
        root, people=people, days=days, seed=seed, insiders=insiders, disturbances=disturbances, at_the_end=False
    )  # fmt: skip
    told = yaml.safe_load((root / "site.yaml").read_text())
    (root / "site.yaml").write_text(yaml.safe_dump({**told, "list": {"budget": BUDGET}}, sort_keys=False))
    chosen = replace(settings(str(root), environment={}), mlflow=f"sqlite:///{root / 'mlflow.db'}")
    context = Context(Lake(session("postern plants", master), str(root)), load_site(chosen.site), chosen)
    nights = Days.through(END - timedelta(days=days - 1), END)
    # A disturbed day's broken rules are counted: there the gates are what is measured.
    backfill.run(context, nights, train_every=WEEK, without=UNUSED, gated=bool(disturbances))
    return context


def of_plants(plants: Sequence[Plant]) -> Iterator[str]:
    """What came of the plants, kind by kind and together."""
    if not plants:
        return
    yield (
        f"{'planted':<24}{'of':>4}{f'found@{BUDGET}':>20}{'by chance':>11}{'graph named':>20}{'own named':>20}"
        f"{'nights':>8}"
        f"{'best rank':>11}"
    )
    abrupt = [p for p in plants if p.group != PROTRACTED]
    together = {
        "by movement and company": [p for p in plants if p.kind in MOVES],
        "abrupt": abrupt,
        "protracted": [p for p in plants if p.group == PROTRACTED],
        "all": list(plants),
    }
    for name, mine in ({k: [p for p in plants if p.kind == k] for k in (s.name for s in LIBRARY)} | together).items():
        if mine:
            yield (
                f"{name:<24}{len(mine):>4}{share(mine, lambda p: p.nights is not None):>20}"
                f"{mean(p.chance for p in mine):>11.2f}"
                f"{share(mine, lambda p: p.named is not None):>20}"
                f"{share(mine, lambda p: p.own is not None):>20}"
                f"{median([p.nights for p in mine]):>8.0f}{median([p.best for p in mine]):>11.0f}"
            )


def of_leads(leads: Sequence[Leads]) -> Iterator[str]:
    """Innocent leads against announced ones."""
    if leads:
        heads = (("runs", 6), ("nights", 8), ("innocent", 10), ("announced", 11), ("ratio", 20), ("name a graph", 14))
        yield f"\n{'leads':<16}" + "".join(f"{head:>{width}}" for head, width in heads)
    for kind in dict.fromkeys(told.kind for told in leads):
        yield row(kind, [told for told in leads if told.kind == kind])


def of_disturbed(disturbed: Sequence[Disturbed]) -> Iterator[str]:
    """The same for disturbed days, and what was told of the readers."""
    yield from of_leads([told.leads for told in disturbed])
    for kind in dict.fromkeys(told.leads.kind for told in disturbed):
        mine = [told for told in disturbed if told.leads.kind == kind]
        spotted = [told.spotted for told in mine if told.spotted is not None]
        doubted = f"; readers doubted in {sum(spotted)} of {len(spotted)} runs" if spotted else ""
        told = f"{sum(told.upheavals for told in mine)} nights told as upheavals; {sum(told.resting for told in mine)}"
        yield f"{kind}: {sum(told.warnings for told in mine)} warnings; {told} leads name a failing reader{doubted}"


def row(kind: str, told: Sequence[Leads]) -> str:
    """One line of the table of leads."""
    innocent, announced = (sum(getattr(one, name) for one in told) for name in ("innocent", "announced"))
    return (
        f"{kind:<16}{len(told):>6}{sum(one.nights for one in told):>8}{innocent:>10}{announced:>11.1f}"
        f"{ratio(told):>20}{sum(one.named for one in told):>14}"
    )


def ratio(told: Sequence[Leads]) -> str:
    """Innocent leads over announced ones, facilities being drawn again for the interval."""
    innocent, announced = (np.array([float(getattr(one, name)) for one in told]) for name in ("innocent", "announced"))
    drawn = np.random.default_rng(0).integers(len(told), size=(RESAMPLES, len(told)))
    low, high = interval(innocent[drawn].sum(axis=1) / announced[drawn].sum(axis=1))
    return f"{innocent.sum() / announced.sum():.2f} [{low:.2f}, {high:.2f}]"


def median(figures: Sequence[int | None]) -> float:
    """Of those that are known; NaN of none."""
    known = [figure for figure in figures if figure is not None]
    return float(np.median(known)) if known else np.nan


def share(plants: Sequence[Plant], wanted: Callable[[Plant], bool]) -> str:
    """A share with its interval."""
    hits = sum(map(wanted, plants))
    low, high = wilson(hits, len(plants))
    return f"{hits / len(plants):.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main()
