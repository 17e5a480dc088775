"""Other detectors on Postern's own person-days, under the nightly-list protocol, beside Postern's list.

    python -m benchmarks.rivals LAKE --site sites/cert-r4.2.yaml --truth ANSWERS --together 1+3 --from 2010-03-01

Same gold.person_day, same truth, same functions of `models.evaluate`; nobody sees a label or a later night. Postern is
gold.risk as it was published. Of each rival the nightly score and the accumulated one (`+ acc`). Beside published
detectors stand the scripts that people write by hand (`benchmarks.rival_scripts`). ECOD is
written from its paper, for PyOD is not among the dependencies; AccessAnomaly from its method
(`benchmarks.access_anomaly`), over the places of one kind, the machines unless told otherwise.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks import access_anomaly as access
from benchmarks import rival_detectors as rivals
from benchmarks.rival_scripts import scripts
from expectations.gold import RISK
from expectations.gold_day import PLACE_DAY
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs.context import Context
from jobs.evaluate import EPOCH, answers
from jobs.matrix import arrow, matrix
from jobs.settings import settings
from jobs.start import context
from models.arrays import Array, People, places_of
from models.evaluate import Figures, evaluate
from models.evaluate_sums import DETECTED

HEAD = (
    f"{'':<54}{'nr@5':>19}{'nr@10':>19}{'pr@1':>19}{'pr@5':>19}{'pr@10':>19}{'auc':>7}{'r@5%':>6}{'r@1%':>6}{'rank':>6}"
)


def person_days(ready: Context) -> tuple[rivals.Nights, People, tuple[str, ...], Array, Array]:
    """Nights, people, features with their names, Postern's risk (NaN on nights it did not rank); by night, person."""
    names = [b.name for b in BEHAVIOURS]
    risks = ready.lake.read(RISK).where("active").select("day", "person", "risk")
    days = ready.lake.read(PERSON_DAY).select("day", "person", *names)
    table = arrow(days.join(risks, ["day", "person"], how="left"), "day", "person")
    features = matrix(table, names)
    told = np.atleast_1d(~np.isnan(features).all(axis=0))
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    kept = tuple(name for name, known in zip(names, told, strict=True) if known)
    return nights, table["person"].to_numpy(), kept, features[:, told], matrix(table, ["risk"])[:, 0]


def visited(ready: Context, kind: str) -> tuple[access.Visits, People]:
    """Who was at which places of the kind, and the people that the positions stand for."""
    frame = ready.lake.read(PLACE_DAY).where(f"kind = '{kind}'").groupBy("day", "person", "place")
    table = arrow(frame.agg({"events": "sum"}), "day", "person", "place")
    people, user = np.unique(table["person"].to_numpy(), return_inverse=True)
    place = np.unique(table["place"].to_numpy(zero_copy_only=False).astype(np.str_), return_inverse=True)[1]
    night = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    count = table["sum(events)"].to_numpy().astype(np.float64)
    return access.Visits(night, user.astype(np.intp), place.astype(np.intp), count), people


def scores(
    nights: rivals.Nights, people: People, names: tuple[str, ...], features: Array, visits: access.Visits,
    visitors: People,
) -> Iterator[tuple[str, Array, float]]:  # fmt: skip
    """Name, score of each row, and seconds, of every rival."""

    def timed(make: Callable[[], Array]) -> tuple[Array, float]:
        began = time.monotonic()
        return make(), time.monotonic() - began

    yield "chance", np.random.default_rng(0).random(len(nights)), 0.0
    known = places_of(people, visitors)

    def collaborative(*, history: bool) -> Array:
        told = access.access_anomaly(visits, int(nights[0]), int(nights[-1]), history=history)
        # Whoever went nowhere has the position after the last, where nobody is.
        return access.worst(visits, told, nights, np.where(known >= 0, known, visitors.size))

    if visitors.size:
        yield "AccessAnomaly, re-implemented", *timed(lambda: collaborative(history=False))
        yield "AccessAnomaly with known pairs", *timed(lambda: collaborative(history=True))
    yield "isolation forest", *timed(lambda: rivals.isolation_forest(features, nights))
    yield "ECOD", *timed(lambda: rivals.ecod(features, nights))
    yield "dense autoencoder", *timed(lambda: rivals.autoencoder(features, nights))
    yield "LSTM, next day", *timed(lambda: rivals.lstm_next_day(features, nights, people))
    z, seconds = timed(lambda: rivals.own_z(features, nights, people))
    yield "own z-scores", z.sum(axis=1), seconds
    found, more = timed(lambda: rivals.autoencoder(np.minimum(z, 10.0), nights))
    yield "dense autoencoder on own z-scores", found, seconds + more
    z, seconds = timed(lambda: rivals.own_z(features, nights, people, guard=14))
    yield "own z-scores, 14 nights kept out", z.sum(axis=1), seconds
    began = time.monotonic()
    for name, score in scripts(dict(zip(names, features.T, strict=True)), features, nights, people):
        yield name, score, time.monotonic() - began
        began = time.monotonic()


def line(name: str, f: Figures) -> str:
    """One row of the table."""
    cells = [(f.night_recall[5], f.night_interval[5]), (f.night_recall[10], f.night_interval[10])]
    cells += [(f.person_recall[k], f.person_interval[k]) for k in (1, 5, 10)]
    told = "".join(f"{f'{figure:.2f} [{low:.2f}, {high:.2f}]':>19}" for figure, (low, high) in cells)
    return f"{name:<54}{told}{f.auc:>7.3f}{f.recall_at_fpr:>6.2f}{f.recall_at_1_fpr:>6.2f}{f.median_rank:>6.0f}"


def main() -> None:
    """Run them all and print one table for each scenario and group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lake", help="a lake whose nights are scored")
    parser.add_argument("--site", help="the site's configuration; default: site.yaml in the lake")
    parser.add_argument("--truth", type=Path, help="default: truth/events.csv in the lake")
    parser.add_argument("--from", type=date.fromisoformat, dest="first", help="first ranked night; default: Postern's")
    parser.add_argument("--to", type=date.fromisoformat, dest="last", help="last ranked night; default: Postern's")
    parser.add_argument("--together", action="append", default=[], metavar="A+B", help="also these scenarios together")
    parser.add_argument(
        "--places", default="machine", help="kind of place that AccessAnomaly looks at; default: machine"
    )
    parser.add_argument("--json", type=Path, help="also write the figures there")
    given = parser.parse_args()
    chosen = settings(given.lake, given.site)
    with context(chosen, "rivals") as ready:
        known = answers(ready, given.truth or Path(given.lake) / "truth" / "events.csv")
        nights, people, names, features, risk = person_days(ready)
        visits, visitors = visited(ready, given.places)
    # Everybody is ranked on the nights that Postern ranked, on the same rows.
    ranked = ~np.isnan(risk)
    for bound, outside in ((given.first, np.less), (given.last, np.greater)):
        if bound:
            ranked &= ~outside(nights, (bound - EPOCH).days)
    print(f"{len(nights):,} person-days × {features.shape[1]} behaviours, {ranked.sum():,} of them ranked")
    entries = [("Postern", risk)]
    for name, score, seconds in scores(nights, people, names, features, visits, visitors):
        print(f"{name}: {seconds:.0f} s", flush=True)
        entries += [(name, score), (f"{name} + acc", rivals.accumulated(score, nights, people))]
    found = {
        group: {
            name: evaluate(nights[ranked], people[ranked], score[ranked], known, group.split("+"), budget=DETECTED)
            for name, score in entries
        }
        for group in [*dict.fromkeys(d.scenario for d in known), *given.together]
    }
    for group, figures in found.items():
        first = next(iter(figures.values()))
        print(f"\nscenario {group}: {first.insiders} people, {first.person_days} person-days\n{HEAD}")
        print("\n".join(line(name, f) for name, f in figures.items()))
    if given.json:
        told_figures = {group: {name: asdict(f) for name, f in of.items()} for group, of in found.items()}
        given.json.write_text(json.dumps(told_figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
