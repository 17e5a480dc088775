"""Other detectors on Postern's own person-days, under the nightly-list protocol, beside Postern's list.

    python -m benchmarks.rivals LAKE --site sites/cert-r4.2.yaml --truth ANSWERS --together 1+3 --from 2010-03-01

Same gold.person_day, same truth, same functions of `models.evaluate`; nobody sees a label or a later night. Postern is
gold.risk as it was published. Of each rival the nightly score and the accumulated one (`+ acc`), given all of Postern's
behaviours, and given eight figures of a day's logons, as their users build them. Beside published detectors stand the
scripts that people write by hand (`benchmarks.rival_scripts`). ECOD is written from its paper, and PyOD's own stands
beside it where the dependency group `rivals` is installed; AccessAnomaly from its method (`benchmarks.access_anomaly`),
and a contrastive model in the manner of Facade (`benchmarks.contrastive`), over the places of one kind, the machines
unless told otherwise.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import access_anomaly as access
from benchmarks import rival_detectors as rivals
from benchmarks import rival_pyod
from benchmarks.contrastive import contrastive
from benchmarks.rival_scripts import of_own_past, of_relations
from expectations.gold import RISK
from expectations.gold_day import PLACE_DAY
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs.context import Context
from jobs.evaluate import EPOCH, answers, known_to_truth
from jobs.matrix import arrow, matrix
from jobs.settings import settings
from jobs.start import context
from models.arrays import Array, People, Rows, places_of
from models.evaluate import Figures, evaluate
from models.evaluate_sums import DETECTED

EIGHT = (
    *("logons", "logoffs", "minutes_on", "logon_first"),
    *("logon_last", "logon_off_hours", "logon_night", "machines"),
)
"""What a script makes of a day's logons. The relations that some of the scripts add by hand are theirs all the same."""

ON_EIGHT = ", eight figures of logons"

HEAD = (
    f"{'':<54}{'nr@5':>19}{'nr@10':>19}{'pr@1':>19}{'pr@5':>19}{'pr@10':>19}{'auc':>7}{'r@5%':>6}{'r@1%':>6}{'rank':>6}"
)


def person_days(ready: Context) -> tuple[rivals.Nights, People, dict[str, Array], Array]:
    """Nights, people, behaviours by name, Postern's risk (NaN on nights it did not rank); by night, person."""
    names = [b.name for b in BEHAVIOURS]
    risks = ready.lake.read(RISK).where("active").select("day", "person", "risk")
    days = ready.lake.read(PERSON_DAY).select("day", "person", *names)
    table = arrow(days.join(risks, ["day", "person"], how="left"), "day", "person")
    features = matrix(table, names)
    told = {name: column for name, column in zip(names, features.T, strict=True) if not np.isnan(column).all()}
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    return nights, table["person"].to_numpy(), told, matrix(table, ["risk"])[:, 0]


@dataclass(frozen=True)
class Seen:
    """Who was at which places: `role` is the position of the person's role that day, `people` whom positions mean."""

    visits: access.Visits
    role: Rows
    people: People


def seen_at(ready: Context, kind: str) -> Seen:
    """Everybody's visits to the places of the kind."""
    roles = ready.lake.read(PERSON_DAY).select("day", "person", "role")
    frame = ready.lake.read(PLACE_DAY).where(f"kind = '{kind}'").groupBy("day", "person", "place")
    table = arrow(frame.agg({"events": "sum"}).join(roles, ["day", "person"]), "day", "person", "place")
    people, user = np.unique(table["person"].to_numpy(), return_inverse=True)
    place, role = (
        np.unique(table[name].to_numpy(zero_copy_only=False).astype(np.str_), return_inverse=True)[1].astype(np.intp)
        for name in ("place", "role")
    )
    night = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    count = table["sum(events)"].to_numpy().astype(np.float64)
    return Seen(access.Visits(night, user.astype(np.intp), place, count), role, people)


def timed(make: Callable[[], Array]) -> tuple[Array, float]:
    """What comes out, and the seconds it took."""
    began = time.monotonic()
    return make(), time.monotonic() - began


def paced(found: Iterator[tuple[str, Array]]) -> Iterator[tuple[str, Array, float]]:
    """Each with the seconds that it took."""
    began = time.monotonic()
    for name, score in found:
        yield name, score, time.monotonic() - began
        began = time.monotonic()


def of_pairs(
    nights: rivals.Nights, people: People, columns: Mapping[str, Array], seen: Seen
) -> Iterator[tuple[str, Array, float]]:
    """Name, score of each row, and seconds, of chance and of the rivals that look at who was where and when."""
    yield "chance", np.random.default_rng(0).random(len(nights)), 0.0
    at = places_of(people, seen.people)
    # Whoever went nowhere has the position after the last, where nobody is.
    users, first, last = np.where(at >= 0, at, seen.people.size), int(nights[0]), int(nights[-1])

    def collaborative(*, history: bool) -> Array:
        told = access.access_anomaly(seen.visits, first, last, history=history)
        return access.worst(seen.visits, told, nights, users)

    if seen.people.size:
        yield "AccessAnomaly, re-implemented", *timed(partial(collaborative, history=False))
        yield "AccessAnomaly with known pairs", *timed(partial(collaborative, history=True))
        began = time.monotonic()
        found = contrastive(seen.visits, seen.role, first, last)
        seconds = time.monotonic() - began
        for name, told in zip(("contrastive, as Facade", "contrastive with known pairs"), found, strict=True):
            yield name, access.worst(seen.visits, told, nights, users), seconds
    yield from paced(of_relations(columns, nights, people))


def of_figures(
    nights: rivals.Nights, people: People, columns: Mapping[str, Array], features: Array
) -> Iterator[tuple[str, Array, float]]:
    """The same of every rival that looks at `features`; `columns` are all there are, for relations added by hand."""
    yield "isolation forest", *timed(lambda: rivals.isolation_forest(features, nights))
    yield "ECOD", *timed(lambda: rivals.ecod(features, nights))
    yield "ECOD, as PyOD", *timed(lambda: rivals.ecod_as_pyod(features, nights))
    if rival_pyod.installed():
        yield "ECOD (PyOD)", *timed(lambda: rival_pyod.ecod(features, nights))
        yield "isolation forest (PyOD)", *timed(lambda: rival_pyod.isolation_forest(features, nights))
    yield "dense autoencoder", *timed(lambda: rivals.autoencoder(features, nights))
    yield "LSTM, next day", *timed(lambda: rivals.lstm_next_day(features, nights, people))
    z, seconds = timed(lambda: rivals.own_z(features, nights, people))
    yield "own z-scores", z.sum(axis=1), seconds
    found, more = timed(lambda: rivals.autoencoder(np.minimum(z, 10.0), nights))
    yield "dense autoencoder on own z-scores", found, seconds + more
    z, seconds = timed(lambda: rivals.own_z(features, nights, people, guard=14))
    yield "own z-scores, 14 nights kept out", z.sum(axis=1), seconds
    yield from paced(of_own_past(columns, features, nights, people))


def rows(
    nights: rivals.Nights, people: People, columns: Mapping[str, Array], seen: Seen
) -> Iterator[tuple[str, Array, float]]:
    """Every rival, given all of `columns` and given EIGHT of them."""
    yield from of_pairs(nights, people, columns, seen)
    for given_them, names in (("", tuple(columns)), (ON_EIGHT, tuple(n for n in EIGHT if n in columns))):
        if names:
            features = np.column_stack([columns[name] for name in names])
            for name, score, seconds in of_figures(nights, people, columns, features):
                yield f"{name}{given_them}", score, seconds


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
        "--places", default="machine", help="kind of place that rivals of pairs look at; default: machine"
    )
    parser.add_argument("--json", type=Path, help="also write the figures there")
    given = parser.parse_args()
    chosen = settings(given.lake, given.site)
    with context(chosen, "rivals") as ready:
        known = answers(ready, given.truth or Path(given.lake) / "truth" / "events.csv")
        known_to_truth({d.scenario for d in known}, given.together)
        nights, people, columns, risk = person_days(ready)
        seen = seen_at(ready, given.places)
    # Everybody is ranked on the nights that Postern ranked, on the same rows.
    ranked = ~np.isnan(risk)
    for bound, outside in ((given.first, np.less), (given.last, np.greater)):
        if bound:
            ranked &= ~outside(nights, (bound - EPOCH).days)
    print(f"{len(nights):,} person-days × {len(columns)} behaviours, {ranked.sum():,} of them ranked")
    if not rival_pyod.installed():
        print(rival_pyod.MISSING)
    entries = [("Postern", risk)]
    for name, score, seconds in rows(nights, people, columns, seen):
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
