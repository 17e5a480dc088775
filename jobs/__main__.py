"""The command line: `postern <command>`, `python -m jobs <command>`, or this file given to spark-submit."""

import sys
from pathlib import Path

if not __package__:
    # spark-submit puts this folder first on the path, where our modules would hide others of the same name; and PySpark
    # in an archive, from which Python compiles anew whatever a process imports, before the environment's own.
    here = Path(__file__).resolve().parent
    kept = [place for place in sys.path if Path(place or ".").resolve() != here]
    archives = [place for place in kept if place.endswith(".zip") and "pyspark" in place]
    sys.path[:] = [str(here.parent), *(place for place in kept if place not in archives), *archives]

import argparse
import importlib
import logging
import os
from collections import Counter
from typing import TYPE_CHECKING

from expectations.errors import ConfigurationError, PosternError
from jobs import catalog, commands
from jobs.settings import Settings, settings

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.days import Days

log = logging.getLogger("postern")

SILENT = {
    # What runs at a guarded facility tells nobody; without a network these calls would only cost time.
    "DO_NOT_TRACK": "true",
    "GX_ANALYTICS_ENABLED": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "SCARF_ANALYTICS": "false",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command. Its exit code tells the cause; an error is one clear message, a traceback only on --debug."""
    # Ours alone: libraries tell their warnings by themselves, and their chatter is nobody's.
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.handlers, log.propagate = [shown], False
    log.setLevel(logging.INFO)
    for variable, value in SILENT.items():
        os.environ.setdefault(variable, value)
    given = sys.argv[1:] if argv is None else argv
    # A tool's options are its own: they are handed over before ours are looked for.
    own = given[:1] and given[0] in commands.TOOLS
    arguments = argparse.Namespace(command=given[0]) if own else commands.parser().parse_args(given)
    try:
        if own:
            return tool(given[0], given[1:])
        return carry_out(arguments, settings(arguments.lake, arguments.site))
    except PosternError as error:
        if "--debug" in given:
            raise
        print(f"postern {arguments.command}: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped; the days begun are replaced whole when run again", file=sys.stderr)
        return 130


def tool(name: str, rest: list[str]) -> int:
    """A command that reads its own arguments."""
    if name == "test":
        import pytest

        # A few tests are wanted at once, in one process; the suite is shared out, a file's tests staying together, in
        # the order that tests/conftest.py gives: files of few tests are not short ones.
        return int(pytest.main(rest or ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]))
    return int(importlib.import_module(f"jobs.{name}").main(rest) or 0)


def carry_out(arguments: argparse.Namespace, chosen: Settings) -> int:
    """One command. Imports wait until they are needed: `postern simulate` has no use for Spark."""
    match arguments.command:
        case "setup":
            from jobs import setup

            setup.run()
        case "demo":
            from jobs import demo

            told = demo.run(arguments.lake, arguments.people, arguments.days, arguments.seed)
            print("\n".join(told))
        case "simulate":
            simulate(arguments, chosen)
        case "site":
            from jobs import site, site_graph

            declared = site.load_site(chosen.site)
            print("\n".join(site_graph.summary(declared)))
            if arguments.draw:
                from jobs.report import site_picture

                site_picture.draw(declared, Path(arguments.draw))
            if arguments.learn:
                from jobs.start import context

                with context(chosen, "site") as ready:
                    print("\n".join(site_graph.proposal(ready)))
        case "status":
            from jobs import status

            print(status.report(chosen))
        case "replay":
            from jobs import reproduction
            from jobs.start import context

            with context(chosen, "replay", catalog.NIGHTLY) as ready:
                print(reproduction.reproduce(ready, arguments.day))
        case "shadow":
            from jobs import shadowed
            from jobs.start import context

            with context(chosen, "shadow") as ready:
                print(shadowed.told(ready, arguments.day))
        case "airflow":
            from jobs import scheduler

            return scheduler.serve(chosen, arguments.port)
        case "mlflow":
            from jobs import tracking

            return tracking.serve(chosen, arguments.port)
        case _:
            run_jobs(arguments, chosen)
    return 0


def simulate(arguments: argparse.Namespace, chosen: Settings) -> None:
    """Write a simulated facility into the lake's folder."""
    from jobs.simulate import END, simulate

    if chosen.local is None:
        raise ConfigurationError(
            f"A facility is simulated into a folder, and {chosen.lake} is none. Next: --lake FOLDER."
        )

    def progress(done: int, of: int) -> None:
        if done == of or done % 10 == 0:
            log.info("simulated %d of %d days", done, of)

    rows = simulate(
        chosen.local,
        people=arguments.people,
        days=arguments.days,
        end=arguments.end or END,
        seed=arguments.seed,
        access_format=arguments.format,
        insiders=Counter(arguments.plant) if arguments.plant else None,
        disturbances=arguments.disturb,
        progress=progress,
    )
    log.info("%d rows landed in %s; next: `postern backfill --from D --to D`", rows, chosen.local / "landing")


def run_jobs(arguments: argparse.Namespace, chosen: Settings) -> None:
    """One job, several, a night, or a backfill, in one Spark session."""
    from jobs.arguments import range_of

    asked = range_of(arguments)
    if asked is None and arguments.command not in {job.name for job in catalog.WEEKLY}:
        raise ConfigurationError(f"Which days? Next: `postern {arguments.command} --day D`, or `--from D --to D`.")
    from jobs.start import context

    several = arguments.command in ("night", "backfill")
    planned = catalog.NIGHTLY if several else catalog.session(arguments.command)
    # What a job is made of is imported while the JVM starts, and no other: MLflow alone takes seconds.
    with context(chosen, arguments.command, planned) as ready:
        from jobs import night

        if asked is None:
            asked = weekly_day(ready, arguments.command)
        if asked is None:
            return
        if arguments.command == "night":
            night.run(ready, asked)
        elif arguments.command == "backfill":
            from jobs import backfill

            backfill.run(ready, asked, arguments.train_every)
        else:
            night.live(ready, planned, asked)


def weekly_day(ready: "Context", command: str) -> "Days | None":
    """The night that a weekly job is as of when none is named; None: there is nothing to do."""
    if command == "train":
        from jobs import train

        return train.due(ready)
    from jobs import night

    return night.newest(ready)


if __name__ == "__main__":
    sys.exit(main())
