"""What the graphs find at the simulated facility, and whom they leave alone: `python -m benchmarks.plants`.

Over seeds: one facility with one of each planted kind, one without any, one with readers that fail, one with an outage.
Each runs through the whole pipeline, in one Spark session for all. A plant is found when it is among the first BUDGET
leads of some night from its first deed on; behind it stands how often a behaviour told by the site's graph or rules was
among the first three reasons of such a lead. Intervals are Wilson's, 95 %.

python -m benchmarks.plants --seeds 2 --people 150 --days 60 --only planted
"""

import argparse
import json
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import yaml
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.gold import DRIVER, NIGHT, RISK
from expectations.gold_day import PLACE_DAY
from expectations.quality import VERDICT
from features.behaviour import Behaviour
from features.catalog import MODULES, found
from jobs import backfill
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.session import session
from jobs.settings import settings
from jobs.simulate import END, simulate
from jobs.site import load_site
from jobs.truth import deeds
from models.intervals import wilson
from simulation.scenarios import LIBRARY

BUDGET = 5
REASONS = 3
MOVES = tuple(s.name for s in LIBRARY if not s.count)
"""Planted kinds: those that the demonstration does not plant by itself."""
RUNS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "planted": (MOVES, ()),
    "quiet": ((), ()),
    "readers": ((), ("reader_loss", "propped_door")),
    "outage": ((), ("outage_week",)),
}
"""Kind of run: what is planted, what is disturbed."""


def needs_the_site(behaviour: Behaviour) -> bool:
    """Whether the behaviour is told by the site's graph, or by its rules."""
    return behaviour.needs_graph or bool(getattr(behaviour, "needs_rules", False))


def graph_behaviours() -> frozenset[str]:
    """Behaviours of every module that reads the site's graph or rules, whatever they are called."""
    told = [list(found(module)) for module in MODULES]
    return frozenset(b.name for module in told if any(map(needs_the_site, module)) for b in module)


@dataclass(frozen=True)
class Plant:
    """One planted insider, or pair, and what came of it. Nights count from the first deed; None: never."""

    kind: str
    nights: int | None
    """To the first list that had them within the budget."""
    named: int | None
    """The same, with a graph behaviour among the first reasons."""
    best: int | None
    """Best rank since the first deed."""


@dataclass(frozen=True)
class Calm:
    """Nights without a plant: leads that name a graph behaviour, and how many innocent leads the lists expected."""

    kind: str
    nights: int
    named: int
    expected: float
    warnings: int
    """Broken rules and readers in doubt on the disturbed days."""
    spotted: bool | None
    """Whether the reader that failed was in doubt; None where none failed."""


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="facilities with plants; default 20")
    parser.add_argument("--calm", type=int, default=5, help="facilities of each kind without plants; default 5")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--only", choices=tuple(RUNS), action="append", help="these kinds of run; default: all")
    parser.add_argument("--json", type=Path, help="also write what came of each plant there")
    given = parser.parse_args()
    logging.getLogger("postern").setLevel(logging.ERROR)
    spark = session("postern plants", settings().master)
    plants: list[Plant] = []
    calm: list[Calm] = []
    for kind in given.only or RUNS:
        for seed in range(given.first_seed, given.first_seed + (given.seeds if kind == "planted" else given.calm)):
            with tempfile.TemporaryDirectory(prefix="postern-") as folder:
                context = replayed(spark, Path(folder), kind, given.people, given.days, seed)
                if kind == "planted":
                    plants += plants_of(context)
                else:
                    calm.append(calm_of(context, kind))
            spark.catalog.clearCache()
            print(f"{kind}, seed {seed}: {(plants[-len(MOVES) :] if kind == 'planted' else calm[-1:])}", flush=True)
    spark.stop()
    print("\n".join(as_text(plants, calm)))
    if given.json:
        told = {"plants": [asdict(p) for p in plants], "calm": [asdict(c) for c in calm]}
        given.json.write_text(json.dumps(told, indent=2) + "\n")


def replayed(spark: SparkSession, root: Path, kind: str, people: int, days: int, seed: int) -> Context:
    """The facility simulated and every night backfilled, its first model trained when a third is left."""
    plants, disturbances = RUNS[kind]
    insiders = dict.fromkeys(plants, 1)
    simulate(
        root, people=people, days=days, seed=seed, insiders=insiders, disturbances=disturbances, at_the_end=False
    )  # fmt: skip
    told = yaml.safe_load((root / "site.yaml").read_text())
    (root / "site.yaml").write_text(yaml.safe_dump({**told, "list": {"budget": BUDGET}}, sort_keys=False))
    chosen = replace(settings(str(root), environment={}), mlflow=f"sqlite:///{root / 'mlflow.db'}")
    context = Context(Lake(spark, str(root)), load_site(chosen.site), chosen)
    nights = Days.through(END - timedelta(days=days - 1), END)
    backfill.run(context, nights, train_every=max(1, days // 3))
    return context


def leads(context: Context) -> tuple[dict[tuple[int, date], int], set[tuple[int, date]]]:
    """Ranks by (person, night), and the (person, night) within the budget that name a graph behaviour early."""
    ranked = context.lake.read(RISK).where(F.col("rank").isNotNull())
    ranks = {(row["person"], row["day"]): row["rank"] for row in ranked.select("person", "day", "rank").collect()}
    early = context.lake.read(DRIVER).where(F.col("position") <= REASONS)
    told = early.where(F.col("channel").isin(sorted(graph_behaviours()))).select("person", "day").distinct().collect()
    return ranks, {(r["person"], r["day"]) for r in told if ranks.get((r["person"], r["day"]), BUDGET + 1) <= BUDGET}


def plants_of(context: Context) -> list[Plant]:
    """What came of each planted insider; of a pair, of whoever was met first."""
    key, root = Pseudonyms(pseudonym_key()), Path(context.lake.root)
    planted = deeds(root / "truth" / "events.csv", context.site)
    ranks, named = leads(context)
    out = []
    for kind in MOVES:
        people = {key.of(deed.number) for deed in planted if deed.scenario == kind}
        days = [deed.day for deed in planted if deed.scenario == kind and deed.day]
        if not days:
            continue
        since = {(p, day): rank for (p, day), rank in ranks.items() if p in people and day >= min(days)}

        within = {at for at, rank in since.items() if rank <= BUDGET}
        out.append(
            Plant(
                kind,
                nights=first(min(days), within),
                named=first(min(days), within & named),
                best=min(since.values(), default=None),
            )
        )
    return out


def first(begun: date, met: set[tuple[int, date]]) -> int | None:
    """Nights from the first deed to the first of (person, night); None when there is none."""
    return min(((day - begun).days for _, day in met), default=None)


def calm_of(context: Context, kind: str) -> Calm:
    """What was told of a facility without plants, on its disturbed days if it has any, else on all scored nights."""
    root, lake = Path(context.lake.root), context.lake
    rows = [line.split(",") for line in (root / "truth" / "disturbances.csv").read_text().split()[1:]]
    disturbed = {date.fromisoformat(day) for _, _, day in rows}
    scored = {row["day"]: float(row["innocent"]) for row in lake.read(NIGHT).collect()}
    nights = disturbed & set(scored) or set(scored)
    _, named = leads(context)
    broken = [row for row in lake.read(VERDICT).where("not passed").collect() if row["day"] in disturbed]
    doubted = lake.read(PLACE_DAY).where("doubted = 1").select("day", "kind", "place").distinct().collect()
    in_doubt = {(row["day"], row["place"]) for row in doubted if row["day"] in disturbed}
    doors = {door.name: door for door in context.site.doors}
    spotted = [
        any(
            at == date.fromisoformat(day) and (doors[place].name in what or names(doors[place].to_zone, what))
            for at, what in in_doubt
        )
        for _, place, day in rows
        if place
    ]
    return Calm(
        kind,
        nights=len(nights),
        named=sum(day in nights for _, day in named),
        expected=sum(scored[day] for day in nights),
        warnings=len(broken) + len(in_doubt),
        spotted=all(spotted) if spotted else None,
    )


def names(zone: str, gap: str) -> bool:
    """Whether a gap, told as 'yard → workshop, seen at D-012', lacks a read of this zone's door."""
    return zone in gap.partition(",")[0].split(" → ")


def as_text(plants: Sequence[Plant], calm: Sequence[Calm]) -> Iterator[str]:
    """The figures as tables."""
    if plants:
        yield f"{'planted':<20}{'of':>4}{f'found@{BUDGET}':>22}{'graph named':>22}{'nights':>8}{'best rank':>11}"
    for kind in dict.fromkeys(p.kind for p in plants):
        mine = [p for p in plants if p.kind == kind]
        nights = [p.nights for p in mine if p.nights is not None]
        ranks = [p.best for p in mine if p.best is not None]
        yield (
            f"{kind:<20}{len(mine):>4}{share(mine, lambda p: p.nights is not None):>22}"
            f"{share(mine, lambda p: p.named is not None):>22}"
            f"{np.median(nights) if nights else np.nan:>8.0f}{np.median(ranks) if ranks else np.nan:>11.0f}"
        )
    if calm:
        yield ""
        heads = (("runs", 5), ("nights", 8), ("leads naming a graph", 22), ("expected", 10), ("warnings", 10))
        yield f"{'without plants':<20}" + "".join(f"{head:>{width}}" for head, width in heads)
    for kind in dict.fromkeys(c.kind for c in calm):
        told = [c for c in calm if c.kind == kind]
        spotted = [c.spotted for c in told if c.spotted is not None]
        yield (
            f"{kind:<20}{len(told):>5}{sum(c.nights for c in told):>8}{sum(c.named for c in told):>22}"
            f"{sum(c.expected for c in told):>10.1f}{sum(c.warnings for c in told):>10}"
            + (f"  readers doubted in {sum(spotted)} of {len(spotted)} runs" if spotted else "")
        )


def share(plants: Sequence[Plant], wanted: Callable[[Plant], bool]) -> str:
    """A share with its interval."""
    hits = sum(map(wanted, plants))
    low, high = wilson(hits, len(plants))
    return f"{hits / len(plants):.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main()
