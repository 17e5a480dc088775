"""Let the previous champion score again; said twice, it is back again. A night in progress keeps its champion."""

import argparse

from features.catalog import channels
from jobs.arguments import placed
from jobs.settings import Settings, settings
from models import history, succession


def run(chosen: Settings, because: str) -> str:
    """Return to the previous champion; what was done. Raises NoChampion when there is none, or this code cannot read
    it."""
    earlier = succession.named(chosen.mlflow, succession.PREVIOUS)
    if earlier:
        history.readable(chosen.mlflow, earlier, channels())
    now, before = succession.rollback(chosen.mlflow, because)
    return f"version {now} scores from now on; version {before} did"


def main(rest: list[str]) -> int:
    """The command `postern rollback`."""
    parser = argparse.ArgumentParser(prog="postern rollback", description=__doc__, parents=[placed()])
    parser.add_argument("--because", default="rolled back", help="the reason on record; names no person")
    given = parser.parse_args(rest)
    print(run(settings(given.lake, given.site), given.because))  # noqa: T201  the command's answer
    return 0
