"""How much more an adversary must do against the champion than against an undefended baseline, attack by attack.

python -m benchmarks.attacks [--lake LAKE] [--people 150] [--days 110]

Works on person-days of a simulated facility: an own lake with its person-days and ground truth, or one made for it. The
deed is what planted insiders who drift add to their own usual day towards the end, read from the lake; whoever is
planted is taken out of the nights. All else is what `postern attack` does to a challenger with declared deeds.
"""

import argparse
import json
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs import night as nights_of
from jobs.catalog import job
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.matrix import arrow, matrix, rows_of
from jobs.session import session
from jobs.settings import settings
from jobs.simulate import END, simulate
from jobs.site import load_site
from jobs.truth import deeds
from models.arrays import Array
from models.attackers import drawn, whole
from models.effort import Scene, misled, unseen
from models.rankings import Evening, Night, fitted, ranked_by, undefended
from models.robustness import CHAMPION, UNDEFENDED, rows

BUDGET = 5
AHEAD = 50
"""Nights that an attack may take."""
LEARNT = 26
"""Nights before the first that a model is fitted to: the guard, and enough history to be scored."""
DRIFTER = "slow_drifter"
LATE = 0.8
"""Quantile of what they add, day by day: the deed in full, not its beginning."""


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path, help="a simulated lake with person-days; default: one is made")
    parser.add_argument("--people", type=int, default=150)
    parser.add_argument("--days", type=int, default=110)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the table there")
    given = parser.parse_args()
    logging.getLogger("postern").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="postern-") as scratch:
        root = given.lake or Path(scratch) / "lake"
        spark = session("postern attacks", settings().master)
        chosen = settings(str(root), environment={})
        if given.lake is None:
            simulate(root, people=given.people, days=given.days, seed=given.seed, insiders={DRIFTER: 4})
        context = Context(Lake(spark, str(root)), load_site(chosen.site), chosen)
        if given.lake is None:
            days = Days.through(END - timedelta(days=given.days - 1), END)
            nights_of.steps(context, [(replace(job(name), gate=()), days) for name in ("conform", "person_day")])
        nights, peers, deed = cube(context)
        spark.stop()
    found = list(told(nights, peers, deed, given.seed))
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n")


def cube(context: Context) -> tuple[list[Night], dict[int, str], Array]:
    """The nights without whoever is planted, everybody's role, and the deed."""
    table = arrow(context.lake.read(PERSON_DAY), "day", "person")
    people, day_of = table["person"].to_numpy(), table["day"].to_numpy()
    values = matrix(table, [b.name for b in BEHAVIOURS])
    key = Pseudonyms(pseudonym_key())
    planted = deeds(Path(context.lake.root) / "truth" / "events.csv", context.site)
    insiders = {key.of(deed.number) for deed in planted}
    added = []
    for one in planted:
        if one.scenario == DRIFTER and one.day:
            mine = people == key.of(one.number)
            on = mine & (day_of == np.datetime64(one.day))
            if on.any():
                added.append(values[on][0] - np.nanmedian(values[mine & ~on], axis=0))
    # Only what the deed adds: whoever comes less early on the day of the deed hides nothing by it.
    deed = np.maximum(np.nan_to_num(np.nanquantile(added, LATE, axis=0)), 0.0)
    nights = []
    for day in sorted(set(day_of.tolist())):
        here = rows_of(day_of, day)
        innocent = ~np.isin(people[here], list(insiders))
        nights.append(Night(people[here][innocent], values[here][innocent]))
    roles = dict(zip(people.tolist(), table["role"].to_pylist(), strict=True))
    return nights, roles, deed


def told(nights: list[Night], peers: dict[int, str], deed: Array, seed: int) -> Iterator[dict[str, str]]:
    """Print what each attack gets away with under each ranking, and how much more effort the champion costs."""
    history, ahead = nights[:-AHEAD], nights[-AHEAD:]
    evening = Evening.of(BEHAVIOURS, history, peers, LEARNT, ahead=ahead)
    attackers = drawn({DRIFTER: deed}, BEHAVIOURS, history, ahead, peers, seed)
    scene, model = Scene(ahead, attackers, whole(BEHAVIOURS), BUDGET), fitted(evening)
    rankings = {CHAMPION: ranked_by(evening, model), UNDEFENDED: undefended(BEHAVIOURS, history)}
    print(
        f"{len(attackers)} attackers, budget {BUDGET}; mean share of the deed, per night or person, that is not named"
    )
    printed({name: name for name in ("attack", "patience", *rankings, "more effort")})
    shares = {who: unseen(ranking, scene) for who, ranking in rankings.items()}
    for row in rows({name: {who: shares[who][name] for who in rankings} for name in shares[CHAMPION]}):
        cells = {name: str(row[name]) for name in ("attack", "patience", *rankings)}
        yield printed(cells | {"more effort": str(row[f"effort, {CHAMPION}"])})
    away = misled(evening, model, scene)
    last = {"attack": "flipped labels, at once", "patience": "any number", CHAMPION: f"{away.mean():.2f}"}
    yield printed(last | {UNDEFENDED: "", "more effort": "every family of the deed turned down"})


def printed(row: dict[str, str]) -> dict[str, str]:
    """The row, once it stands in the terminal."""
    print("".join(f"{cell:<26}" for cell in row.values()), flush=True)
    return row


if __name__ == "__main__":
    main()
