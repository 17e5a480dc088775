"""Let the previous champion score again; said twice, it is back again. A night in progress keeps its champion."""

import argparse

from jobs.settings import settings
from models import succession


def main(rest: list[str]) -> int:
    """The command `postern rollback`."""
    parser = argparse.ArgumentParser(prog="postern rollback", description=__doc__)
    parser.add_argument("--because", default="rolled back", help="the reason on record; names no person")
    parser.add_argument("--lake", help="where the tables are; default: POSTERN_LAKE, else lake in the project")
    parser.add_argument("--site", help="the site's configuration; default: POSTERN_SITE, else site.yaml in the lake")
    given = parser.parse_args(rest)
    now, before = succession.rollback(settings(given.lake, given.site).mlflow, given.because)
    print(f"version {now} scores from now on; version {before} did")  # noqa: T201  the command's answer
    return 0
