"""How early the known insiders would have been met by whoever reads the first leads of each night.

Ranks come from gold.risk as it was published; ground truth from a file that nothing else reads.
"""

import argparse
import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import NIGHT, RISK
from expectations.silver import LEDGER
from features.catalog import PERSON_DAY
from jobs.beside import read, side_by_side
from jobs.context import Context
from jobs.days import Days
from jobs.evaluation import EVERYBODY, Evaluation, as_json, as_text, metrics, tables
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.matrix import arrow
from jobs.truth import Deed, deeds
from models import evaluate_plots as plots
from models import logbook
from models.evaluate import Figures, Malicious, NothingToCount, evaluate
from models.evaluate_sums import DETECTED
from models.groups import pooled
from models.innocent import Announced, innocent_leads

log = logging.getLogger("postern")

EPOCH = date(1970, 1, 1)


def run(
    context: Context,
    days: Days,
    truth: Path,
    groups: Sequence[str],
    out: Path | None = None,
    *,
    by_role: bool = False,
    logged: bool = False,
    beside: Sequence[Path] = (),
) -> str:
    """The figures of each scenario, and of each group such as '1+3', as text; also written to `out` as JSON.

    With `by_role` the text has them for each role too, as the JSON always has; with `logged` they become a run in
    MLflow, with tables and plots; `beside` are other sites' JSON files, to be set side by side, there too. Raises
    ConfigurationError when the file with the answers names nobody, lacks a scenario of a group, or tells no days where
    more than ranks at the end is asked for, or when another site's file tells nothing; MissingState when no night of
    `days` is ranked.
    """
    others = [read(file, "evaluate") for file in beside]
    told = deeds(truth, context.site)
    if not told:
        raise ConfigurationError(f"{truth} names nobody. Next: give the file with the answers.")
    known_to_truth({deed.scenario for deed in told}, groups)
    key, undated = Pseudonyms(pseudonym_key()), any(deed.day is None for deed in told)
    said = {"--together": groups, "--json": out, "--by-role": by_role, "--beside": beside, "--mlflow": logged}
    if undated and (wanted := [name for name, asked in said.items() if asked]):
        raise ConfigurationError(
            f"{truth} tells no days: expected a day of every deed for {', '.join(wanted)}. "
            "Next: give a file with days, or ask without."
        )
    table = ranked(context, days)
    if undated:
        return at_the_end(context, days, told, key)
    found = evaluated(context, table, days, malicious(told, key), groups)
    if out:
        out.write_text(as_json(found))
    compared = side_by_side([json.loads(as_json(found)), *others]) if others else ""
    if logged:
        log.info("evaluate: run %s in MLflow", log_to_mlflow(context, found, truth, compared))
    text = as_text(found, by_role=by_role)
    return f"{text}\n\n{compared}" if compared else text


def known_to_truth(scenarios: Collection[str], groups: Sequence[str]) -> None:
    """Raise ConfigurationError for a group such as '1+3' that has a scenario which is not among `scenarios`."""
    unknown = sorted({name for group in groups for name in group.split("+")} - set(scenarios))
    if unknown:
        raise ConfigurationError(
            f"--together: the answers have no scenario called {', '.join(map(repr, unknown))}. "
            f"Next: choose from {', '.join(sorted(scenarios))}."
        )


def answers(context: Context, truth: Path) -> list[Malicious]:
    """The malicious person-days of a file with the answers, as pseudonyms; of no day, none."""
    return malicious(deeds(truth, context.site), Pseudonyms(pseudonym_key()))


def malicious(told: Sequence[Deed], key: Pseudonyms) -> list[Malicious]:
    """Deeds with a day, as the protocol counts them."""
    return [Malicious(d.scenario, key.of(d.number), (d.day - EPOCH).days) for d in told if d.day]


def ranked(context: Context, days: Days) -> pa.Table:
    """Everybody with an event on each ranked night: day, person, risk, and the role of that day."""
    risks = context.lake.read(RISK, days).where("active").select("day", "person", "risk")
    roles = context.lake.read(PERSON_DAY, days).select("day", "person", "role")
    both = risks.join(roles, ["day", "person"], how="left").fillna("unknown", ["role"])
    table = arrow(both, "day", "person")
    if table.num_rows == 0:
        raise MissingState(f"{RISK.name} holds no ranked night in {days}. Next: `postern backfill` over them.")
    return table


def evaluated(
    context: Context, table: pa.Table, days: Days, known: Sequence[Malicious], groups: Sequence[str]
) -> Evaluation:
    """Everything the protocol says of the ranks in `table`, as `ranked` reads them."""
    nights = table["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    people, risk = table["person"].to_numpy(), table["risk"].to_numpy()
    role = pooled(table["role"].to_numpy(zero_copy_only=False).astype(np.str_), people)
    parts = {name: role == name for name in np.unique(role).tolist()}
    budget = context.site.list.budget
    scenarios: dict[str, Figures] = {}
    roles: dict[str, dict[str, Figures]] = {}
    wanted = [*dict.fromkeys(d.scenario for d in known), *groups]
    for name in wanted:
        measure = partial(evaluate, nights, people, risk, known, name.split("+"), budget=budget)
        with suppress(NothingToCount):
            scenarios[name], roles[name] = measure(), {}
        for part, rows in parts.items():
            with suppress(NothingToCount):
                roles[name][part] = measure(part=rows)
    told = {row["day"]: row for row in context.lake.read(NIGHT, days).collect()}
    expected = {(day - EPOCH).days: float(row["innocent"]) for day, row in told.items()}
    count = partial(innocent_leads, nights, people, risk, known, expected, budget)
    announced: dict[str, Announced] = {}
    with suppress(NothingToCount):
        announced[EVERYBODY] = count()
        announced |= {part: count(part=rows) for part, rows in parts.items()}
    return Evaluation(
        site=context.site.site.name,
        days=Days(table["day"][0].as_py(), days.end),
        feeds=feeds_read(context, days),
        budget=budget,
        models=tuple(sorted({row["model"] for row in told.values()}, key=lambda version: (len(version), version))),
        scenarios=scenarios,
        silent=tuple(name for name in wanted if name not in scenarios),
        roles=roles,
        announced=announced,
    )


def feeds_read(context: Context, days: Days) -> tuple[str, ...]:
    """The site's feeds that brought events of these days: one that is configured and was never landed shows nothing."""
    landed = context.lake.read(LEDGER).where(F.col("silver") > 0)
    landed = landed.where((F.col("last_day") >= F.lit(days.start)) & (F.col("first_day") < F.lit(days.end)))
    brought = {row["feed"] for row in landed.select("feed").distinct().collect()}
    return tuple(feed for feed in context.site.feeds if feed in brought)


def log_to_mlflow(context: Context, found: Evaluation, truth: Path, compared: str = "") -> str:
    """One run in MLflow's experiment of evaluations, with tables, plots and what was `compared` of sites: its id."""
    lake = context.lake
    params: dict[str, str | int | float] = {
        "site": found.site,
        "first_night": str(found.days.start),
        "last_night": str(found.days.last),
        "feeds": ", ".join(found.feeds),
        "budget": found.budget,
        "models": ", ".join(found.models),
        # Which answers, without saying where this machine keeps them or whom they name.
        "truth_sha256": hashlib.sha256(truth.read_bytes()).hexdigest()[:16],
        **{f"delta_version/{t.name}": lake.version(t) or 0 for t in (RISK, PERSON_DAY, NIGHT)},
    }
    drawn = {"recall": plots.recall(found.scenarios)} if found.scenarios else {}
    drawn |= {f"recall_by_role_{name}": plots.by_group(f, DETECTED, "role") for name, f in found.roles.items() if f}
    if EVERYBODY in found.announced:
        drawn["innocent_leads"] = plots.reliability(found.announced[EVERYBODY])
    text = as_text(found, by_role=True)
    return logbook.log_evaluation(context.settings.mlflow, params, metrics(found), text, tables(found), drawn, compared)


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
    from jobs.arguments import day, placed, through
    from jobs.settings import settings
    from jobs.start import context

    parser = argparse.ArgumentParser(prog="postern evaluate", description=__doc__, parents=[placed()])
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
    parser.add_argument("--by-role", action="store_true", help="also print the figures of each role")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument(
        "--beside", action="append", type=Path, default=[], metavar="FILE", help="another site's --json, side by side"
    )
    parser.add_argument("--mlflow", action="store_true", help="also log figures, tables and plots as a run in MLflow")
    given = parser.parse_args(rest)
    chosen = settings(given.lake, given.site)
    truth = given.truth or (chosen.local or Path()) / "truth" / "events.csv"
    if not truth.exists():
        raise ConfigurationError(f"there is no ground truth at {truth}. Next: say where it is with `--truth FILE`.")
    with context(chosen, "evaluate") as ready:
        held = ready.lake.days(RISK)
        if not held:
            raise MissingState(f"{RISK.name} holds no night. Next: `postern backfill --from D --to D`.")
        days = through(given.first or held[0], given.last or held[-1])
        told = run(
            ready, days, truth, given.together, given.json,
            by_role=given.by_role, logged=given.mlflow, beside=given.beside,
        )  # fmt: skip
        print(told)  # noqa: T201  the command's answer
    return 0
