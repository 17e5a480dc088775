"""How early the known insiders would have been met by whoever reads the first leads of each night.

Ranks come from gold.risk as it was published; ground truth from a file that nothing else reads.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import RISK
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.matrix import arrow
from jobs.truth import Deed, deeds
from models.evaluate import KS, Figures, Malicious, evaluate

EPOCH = date(1970, 1, 1)


def run(context: Context, days: Days, truth: Path, groups: Sequence[str], out: Path | None = None) -> str:
    """The figures of each scenario, and of each group such as '1+3', as text; also written to `out` as JSON."""
    told = deeds(truth, context.site)
    if not told:
        raise ConfigurationError(f"{truth} names nobody. Next: give the file with the answers.")
    key = Pseudonyms(pseudonym_key())
    table = arrow(
        context.lake.read(RISK, days).where("active").select("day", "person", "risk", "rank"), "day", "person"
    )
    if table.num_rows == 0:
        raise MissingState(f"{RISK.name} holds no ranked night in {days}. Next: `postern backfill` over them.")
    if any(deed.day is None for deed in told):
        return at_the_end(context, days, told, key)
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    known = [Malicious(d.scenario, key.of(d.number), (d.day - EPOCH).days) for d in told if d.day]
    wanted = [*dict.fromkeys(d.scenario for d in told), *groups]
    figures = {}
    for name in wanted:
        try:
            figures[name] = evaluate(
                nights, table["person"].to_numpy(), table["risk"].to_numpy(), known, name.split("+")
            )
        except ValueError:
            continue
    if out:
        out.write_text(json.dumps({name: asdict(found) for name, found in figures.items()}, indent=2) + "\n")
    silent = [name for name in wanted if name not in figures]
    return page(figures, Days(table["day"][0].as_py(), days.end), tuple(context.site.feeds), silent)


def page(figures: dict[str, Figures], days: Days, feeds: Sequence[str], silent: Sequence[str]) -> str:
    """The figures as a table."""
    lines = [
        f"nightly-list protocol, nights {days.start} … {days.last}; feeds read: {', '.join(feeds)}",
        "nr@k: share of malicious person-days ranked ≤ k; pr@k: share of insiders with one [95 % interval]",
        "",
        f"{'scenario':<22}{'people':>7}{'days':>6}"
        + "".join(f"{f'nr@{k}':>7}" for k in KS)
        + "".join(f"{f'pr@{k}':>20}" for k in KS)
        + f"{'auc':>8}{'r@5%fpr':>9}{'median':>8}{'nights':>8}",
    ]
    for name, f in figures.items():
        people = "".join(
            f"{f'{f.person_recall[k]:.2f} [{f.person_interval[k][0]:.2f}, {f.person_interval[k][1]:.2f}]':>20}"
            for k in KS
        )
        lines.append(
            f"{name:<22}{f.insiders:>7}{f.person_days:>6}"
            + "".join(f"{f.night_recall[k]:>7.2f}" for k in KS)
            + people
            + f"{f.auc:>8.3f}{f.recall_at_fpr:>9.2f}{f.median_rank:>8.0f}{f.nights_to_detection:>8.0f}"
        )
        if f.unseen:
            lines.append(f"{'':<22}{f.unseen} further person-days are not visible in these feeds")
    lines += [f"{name}: not visible in these feeds on these nights" for name in silent]
    return "\n".join(lines)


def at_the_end(context: Context, days: Days, told: Sequence[Deed], key: Pseudonyms) -> str:
    """Where the planted people stand among everybody's risk as of the end, when no days are known."""
    last = arrow(context.lake.read(RISK, Days.one(days.last)).select("person", "risk"), "person")
    people, risk = last["person"].to_numpy(), last["risk"].to_numpy()
    order = people[np.lexsort((people, -risk))].tolist()
    lines = [f"{len(order)} people with any risk as of the end of {days.last}"]
    for scenario in dict.fromkeys(deed.scenario for deed in told):
        mine = [key.of(deed.number) for deed in told if deed.scenario == scenario]
        standing = sorted(order.index(person) + 1 if person in order else len(order) + 1 for person in mine)
        lines.append(f"{scenario}: {len(mine)} people, ranks {', '.join(map(str, standing))}")
    return "\n".join(lines)


def main(rest: list[str]) -> int:
    """The command `postern evaluate`."""
    from jobs.commands import day
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(prog="postern evaluate", description=__doc__)
    parser.add_argument("--lake", help="where the tables are; default: POSTERN_LAKE, else ./lake")
    parser.add_argument("--site", help="the site's configuration; default: site.yaml in the lake")
    parser.add_argument(
        "--truth", type=Path, help="CSV of scenario, person and day; default: truth/events.csv in the lake"
    )
    parser.add_argument(
        "--from", type=day, dest="first", metavar="D", help="first ranked night; default: the first there is"
    )
    parser.add_argument(
        "--to", type=day, dest="last", metavar="D", help="last ranked night; default: the last there is"
    )
    parser.add_argument("--together", action="append", default=[], metavar="A+B", help="also these scenarios together")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    given = parser.parse_args(rest)
    chosen = settings(given.lake, given.site)
    truth = given.truth or (chosen.local or Path()) / "truth" / "events.csv"
    if not truth.exists():
        raise ConfigurationError(f"there is no ground truth at {truth}. Next: say where it is with `--truth FILE`.")
    with context(chosen, "evaluate") as ready:
        held = ready.lake.days(RISK)
        if not held:
            raise MissingState(f"{RISK.name} holds no night. Next: `postern backfill --from D --to D`.")
        days = Days.through(given.first or held[0], given.last or held[-1])
        print(run(ready, days, truth, given.together, given.json))  # noqa: T201  the command's answer
    return 0
