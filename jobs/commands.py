"""The commands and what they say about themselves. Import-light, so that `--help` answers at once."""

import argparse
from collections.abc import Iterable
from textwrap import fill

from jobs.arguments import day, facility, placed, whole
from jobs.catalog import JOBS, NIGHTLY, session
from jobs.job import Job, once
from jobs.plan import tasks

WIDTH = 100
"""Columns of a help page's running text."""
EXAMPLES = """\
a first look
  ./postern demo                                     everything, on a simulated facility, in minutes
  ./postern status                                   what ran, what is published, what is stale

your own site
  ./postern setup                                    once, with a network
  mkdir -p lake && cp sites/example.yaml lake/site.yaml
                                                     then say there which logs you land and how they read
  ./postern site --draw site.svg                     are zones and doors as you meant them?
  mkdir -p lake/landing/access/2026-03-29            landing/<feed>/<day>/: one folder for each log and operational day,
  cp …/badges.csv lake/landing/access/2026-03-29/    under any file name; people and cards likewise
  ./postern backfill --from 2026-01-01 --to 2026-03-29
  ./postern night --day 2026-03-30                   one night: its list and report are in lake/published
  ./postern airflow                                  every night, once `nightly` is switched on on its page

after a late file for a past day
  ./postern backfill --from 2026-03-28 --to 2026-03-30

for an inspector
  ./postern replay --day 2026-03-30                  the published list again from its landing files: identical?

exit codes
  0 done · 1 unexpected · 2 wrong usage · 10 configuration · 11 a landed file cannot be read · 12 nothing landed
  13 an earlier job or night is missing · 14 a table breaks its promise · 20 a gate stopped the night, nothing published
  21 no champion model · 22 the registry of models cannot be read · 23 a replayed night gives another list
  24 the published files cannot be replaced · 30 this machine lacks something · 130 stopped by Ctrl-C
"""

SCENARIOS = (
    *("unauthorised_explorer", "file_thief", "borrowed_badge", "administrator", "slow_drifter", "tailgater"),
    *("badge_lending", "lone_presence", "colluding_pair", "skipping_patrol", "route_scout", "empty_desk"),
)
DISTURBANCES = ("reader_loss", "propped_door", "outage_week")
"""Named here again, so that help needs no library of theirs; a test holds them to it."""

PORTS = 65_535
"""The last port there is."""


def parser() -> argparse.ArgumentParser:
    """Every command of `postern`; the `--help` of each says what it is for."""
    dated, weekly = argparse.ArgumentParser(add_help=False), argparse.ArgumentParser(add_help=False)
    newest, alone = "; default: as of the newest night", "; what is asked is asked as of it"
    for told, default, of_range in ((dated, "", ""), (weekly, newest, alone)):
        told.add_argument("--day", type=day, metavar="D", help=f"one operational day, as 2026-03-30{default}")
        told.add_argument("--from", type=day, metavar="D", dest="first", help="first day of a range")
        told.add_argument("--to", type=day, metavar="D", dest="last", help=f"last day of the range, included{of_range}")

    root = argparse.ArgumentParser(
        prog="postern",
        description="Nightly, explained insider-threat leads for guarded facilities.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = root.add_subparsers(dest="command", metavar="command", required=True)

    def command(
        name: str, says: str, *parents: argparse.ArgumentParser, runs: tuple[Job, ...] = ()
    ) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=says,
            description=fill(says, WIDTH),
            epilog=taught(name, runs) if runs else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            parents=[placed(), *parents],
        )

    says = "Simulate a facility, backfill and train, run its last night through Airflow, show the list."
    demo = commands.add_parser("demo", help=says, description=says)
    demo.add_argument("--lake", help="its folder, emptied first; default: demo in the project")
    demo.add_argument("--debug", action="store_true", help="show where an error came from")
    demo.set_defaults(site=None)
    facility(demo, people=120, days=52, least=2)
    command("night", "All of a night's jobs in one Spark session, up to the published list.", dated, runs=NIGHTLY)
    says = "A range of nights in few passes: the same tables as night by night."
    backfill = command("backfill", says, dated, runs=(*NIGHTLY, *session("train")))
    backfill.add_argument(
        "--train-every",
        type=whole(0),
        metavar="N",
        help="train after every N nights, not as the site says; 0: never",
    )
    site = command("site", "Check the site's zones and doors, tell them in a few lines, draw them.")
    site.add_argument("--draw", metavar="FILE", help="draw the site's graph into this file: .svg, .pdf or .png")
    site.add_argument(
        "--learn", action="store_true", help="propose least_seconds of its doors from the reads landed so far"
    )
    command("status", "What ran, what is published, which model scores, what is stale, and what to do next.")
    shadow = command(
        "shadow",
        "A night under both models: each lead's rank under champion and challenger, for whoever decides between them.",
    )
    shadow.add_argument("--day", type=day, metavar="D", help="the night, as 2026-03-30; default: the newest shadowed")
    replay = command(
        "replay",
        "Make a published night again, in a copy of the lake as it was then, from its landing files and the model it "
        "names: is it the same list? Exit code 0: identical; 23: it tells what differs. The lake is only read.",
    )
    replay.add_argument("--day", type=day, metavar="D", required=True, help="the night, as 2026-03-30")
    airflow = command("airflow", "A local Airflow with the DAGs loaded, on 127.0.0.1 only; Ctrl-C stops it.")
    airflow.add_argument("--port", type=whole(1, PORTS), default=8080, help="of its page; default 8080")
    mlflow = command("mlflow", "MLflow's page on the trainings of this lake, on 127.0.0.1 only; Ctrl-C stops it.")
    mlflow.add_argument("--port", type=whole(1, PORTS), default=5000, help="of its page; default 5000")
    simulate = command("simulate", "A facility that does not exist: landing files, site configuration, ground truth.")
    facility(simulate, people=400, days=75)
    simulate.add_argument("--end", type=day, metavar="D", help="last day; default 2026-03-31")
    simulate.add_argument(
        "--plant",
        action="append",
        metavar="SCENARIO",
        help=f"not the usual insiders but this, may be repeated: {', '.join(SCENARIOS)}",
    )
    simulate.add_argument(
        "--disturb",
        action="append",
        default=[],
        metavar="KIND",
        help=f"also, by nobody's fault, may be repeated: {', '.join(DISTURBANCES)}",
    )
    simulate.add_argument("--format", choices=("csv", "jsonl", "parquet"), default="csv", help="of the badge feed")
    for job in JOBS:
        if job.name not in TOOLS:
            command(job.name, job.says, dated if job.runs == "nightly" else weekly, runs=(job,))
    for task in tasks(NIGHTLY):
        if task not in JOBS:
            jobs = session(task.name)
            command(task.name, f"{', '.join(job.name for job in jobs)}, in one Spark session.", dated, runs=jobs)
    for name, says in TOOLS.items():
        commands.add_parser(name, help=says, add_help=False)
    command("setup", "Fetch once what later runs need: Java, Delta's jars, the pseudonym key.")
    return root


def taught(name: str, jobs: tuple[Job, ...]) -> str:
    """What the jobs read that none of them makes, what they write, what their gates judge, and how to call them."""
    written = once(table for job in jobs for table in job.writes)
    own = {table.name for table in written}
    # A lone job names also what it carries on from its own earlier nights.
    read = [
        table.name
        for table in once(table for job in jobs for table in (*job.reads, *job.recalls))
        if len(jobs) == 1 or table.name not in own
    ]
    landing = ["landing/<feed>/<day>/"] if any(job.name == "conform" for job in jobs) else []
    told = (
        ("reads", [*landing, *read]),
        ("writes", [table.name for table in written]),
        ("judged by its gate", [table.name for table in once(table for job in jobs for table in job.judges)]),
    )
    days = "--from 2026-01-01 --to 2026-03-29" if name == "backfill" else "--day 2026-03-30"
    lists = [f"{title}\n{listed(names)}" for title, names in told if names]
    return "\n\n".join([*lists, f"example\n  ./postern {name} {days}"])


def listed(names: Iterable[str]) -> str:
    """Names in lines as wide as the help."""
    return fill(", ".join(names), WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


TOOLS = {
    "evaluate": "How high known insiders ranked, night by night, at a budget of leads.",
    "backtest": "Frozen nights replayed with planted insiders: recall, nights to detection, least intensity found; "
    "--compare: under champion and challenger.",
    "audit": "Whether the lists treated groups of people alike: flag rate, rank and calibration of each.",
    "disposition": "Record what came of a lead; --summary tells how leads were judged, those drawn at random apart.",
    "event": "The recorded events behind a reason, by the ids under its evidence.",
    "name": "Whom a code stands for, for whoever may know: --because is recorded; --record tells who asked so far.",
    "drift": "Whether habits have changed for everybody: this week against the four before; proposes a training.",
    "experiment": "This code's behaviours and detectors against the published lists, on nights it has not learnt from.",
    "promote": "Let the challenger that passed the gate score the nights; --show tells what the gate found.",
    "rollback": "Let the previous champion score again.",
    "test": "Run the test suite; further arguments go to pytest.",
}
"""Commands that read their own arguments."""
