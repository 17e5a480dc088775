"""How much more an adversary must do against the champion than against an undefended baseline, attack by attack.

python -m benchmarks.attacks [--lake LAKE] [--people 150] [--days 110]

Works on person-days of a simulated facility: an own lake with its person-days and ground truth, or one made for it. The
deed is what planted insiders who drift add to their own usual day towards the end, read from the lake and not declared
here; whoever is planted is taken out of the nights, then people who do a little of it anyway act the deed out, spread
and hidden in the ways of models.attacks. At the grain of person-days: detectors that need tables are left out, and
consequence is 1.
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
from models.attacks import ATTACKS, unseen
from models.feedback import LEAST, MOST
from models.intervals import interval, resampled
from models.rankings import Night, Ranking, champion, undefended

BUDGET = 5
ATTACKERS = 24
ACCOMPLICES = 4
AHEAD = 50
"""Nights that an attack may take."""
LEARNT = 26
"""Nights before the first that a model is fitted to: the guard, and enough history to be scored."""
DRIFTER = "slow_drifter"
LATE = 0.8
"""Quantile of what they add, day by day: the deed in full, not its beginning."""
WHOLE = np.array([behaviour.kind in ("count", "flag") for behaviour in BEHAVIOURS])


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
        nights, peers, deed, parts = cube(context)
        spark.stop()
    rows = list(told(nights, peers, deed, parts, given.seed))
    if given.json:
        given.json.write_text(json.dumps(rows, indent=2) + "\n")


def cube(context: Context) -> tuple[list[Night], dict[int, str], Array, Array]:
    """The nights without whoever is planted, everybody's role, the deed, and its parts by feed."""
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
    sources = sorted({b.source for b, much in zip(BEHAVIOURS, deed, strict=True) if much > 0})
    parts = np.array([[float(b.source == source) for b in BEHAVIOURS] for source in sources])
    nights = []
    for day in sorted(set(day_of.tolist())):
        here = rows_of(day_of, day)
        innocent = ~np.isin(people[here], list(insiders))
        nights.append(Night(people[here][innocent], values[here][innocent]))
    roles = dict(zip(people.tolist(), table["role"].to_pylist(), strict=True))
    return nights, roles, deed, parts


def told(
    nights: list[Night], peers: dict[int, str], deed: Array, parts: Array, seed: int
) -> Iterator[dict[str, str]]:  # fmt: skip
    """Print what each attack gets away with under each ranking, and how much more effort the champion costs."""
    history, ahead = nights[:-AHEAD], nights[-AHEAD:]
    draw = np.random.default_rng(seed)
    seen = [sum(p in night.people for night in nights) for p in ahead[0].people.tolist()]
    steady = ahead[0].people[np.array(seen) > 0.5 * len(nights)]
    # Those who have the means: half of the people do nothing of the kind, and a first time cannot be hidden.
    means = doing(history, deed)
    steady = np.array(sorted(steady.tolist(), key=lambda p: (-means.get(p, 0.0), p))[: steady.size // 2])
    drawn = [int(p) for p in draw.permutation(steady)[: ATTACKERS * 2]]
    attackers = [[p, *draw.permutation([q for q in drawn if q != p])[: ACCOMPLICES - 1].tolist()] for p in drawn]
    attackers = attackers[:ATTACKERS]
    busiest = {p: busiest_peer(p, means, peers) for p in drawn}
    rankings: dict[str, Ranking] = {
        "champion": champion(BEHAVIOURS, history, peers, LEARNT),
        "undefended": undefended(BEHAVIOURS, history),
    }
    print(
        f"{len(attackers)} attackers, budget {BUDGET}; mean share of the deed, per night or person, that is not named"
    )
    printed({name: name for name in ("attack", "patience", *rankings, "more effort")})
    for attack in ATTACKS:
        # Accomplices are many: with all attackers at once, everybody would be one.
        several = attack.credentials(attack.patience) > 1
        groups = attackers[: ATTACKERS // ACCOMPLICES] if several else attackers
        shares = {
            name: np.asarray(unseen(attack, ranking, ahead, peers, groups, busiest, deed, parts, WHOLE, BUDGET))
            for name, ranking in rankings.items()
        }
        row = {"attack": attack.name, "patience": f"{attack.patience:g} {attack.unit}"}
        row |= {name: f"{share.mean():.2f}" for name, share in shares.items()}
        yield printed(row | {"more effort": more(shares["undefended"], shares["champion"])})
    flipped: dict[str, float] = {
        b.family: LEAST if any(deed[[c.family == b.family for c in BEHAVIOURS]] > 0) else MOST for b in BEHAVIOURS
    }
    misled = champion(BEHAVIOURS, history, peers, LEARNT, flipped)
    away = np.asarray(unseen(ATTACKS[0], misled, ahead, peers, attackers, busiest, deed, parts, WHOLE, BUDGET))
    row = {"attack": "flipped labels, at once", "patience": "any number", "champion": f"{away.mean():.2f}"}
    yield printed(row | {"undefended": "", "more effort": "every family of the deed turned down"})


def printed(row: dict[str, str]) -> dict[str, str]:
    """The row, once it stands in the terminal."""
    print("".join(f"{cell:<26}" for cell in row.values()), flush=True)
    return row


def more(undefended: Array, champion: Array) -> str:
    """How many times the effort, attackers being drawn again for its 95 % interval."""
    drawn = resampled(np.zeros(champion.size, dtype=np.int64), seed=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = interval((drawn @ undefended) / (drawn @ champion))
        return f"{undefended.mean() / champion.mean():.1f}x [{low:.1f}, {high:.1f}]"


def doing(history: list[Night], deed: Array) -> dict[int, float]:
    """How much of what the deed adds each person does anyway."""
    sums: dict[int, float] = {}
    for night in history:
        much = np.nansum(night.values * (deed > 0) / np.maximum(deed, 1e-9), axis=1)
        for person, amount in zip(night.people.tolist(), much.tolist(), strict=True):
            sums[person] = sums.get(person, 0.0) + amount
    return sums


def busiest_peer(person: int, means: dict[int, float], peers: dict[int, str]) -> int:
    """The colleague who does most of what the deed adds."""
    colleagues = [p for p in means if p != person and peers.get(p) == peers.get(person)]
    return max(colleagues, key=lambda other: (means[other], other), default=person)


if __name__ == "__main__":
    main()
