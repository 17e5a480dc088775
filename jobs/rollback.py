"""Let the previous champion score again; said twice, it is back again. A night in progress keeps its champion."""

import argparse

from jobs.commands import placed
from jobs.settings import settings
from models import succession


def main(rest: list[str]) -> int:
    """The command `postern rollback`."""
    parser = argparse.ArgumentParser(prog="postern rollback", description=__doc__, parents=[placed()])
    parser.add_argument("--because", default="rolled back", help="the reason on record; names no person")
    given = parser.parse_args(rest)
    now, before = succession.rollback(settings(given.lake, given.site).mlflow, given.because)
    print(f"version {now} scores from now on; version {before} did")  # noqa: T201  the command's answer
    return 0
