"""Let the challenger that passed the gate score from now on; `--show` tells what the gate found.

The champion until now becomes `previous`, and `postern rollback` returns to it. A night in progress keeps the champion
it began with. A challenger of another catalogue or other detectors than the champion's cannot be compared: it scores
only by --incomparable.
"""

import argparse

from expectations.errors import MissingState
from features.catalog import channels
from jobs.arguments import placed
from jobs.challenger import readable
from jobs.settings import Settings, settings
from models import history, succession


def run(chosen: Settings, version: str | None, because: str, *, incomparable: bool = False) -> str:
    """Promote a version, by default the challenger; what was done.

    Raises GateFailed unless it passed the gate, or cannot be compared and may score all the same (`incomparable`);
    NoChampion when this code cannot read it.
    """
    wanted = version or challenger(chosen.mlflow)
    if wanted is None:
        raise MissingState(
            "no version is a challenger. Next: `postern train`, `postern attack`, `postern backtest --compare` "
            "and `postern compare`."
        )
    before = promoted(chosen.mlflow, wanted, because, incomparable=incomparable)
    return f"version {wanted} scores from now on; version {before or 'none'} did. Back: postern rollback"


def promoted(uri: str, version: str, because: str, *, incomparable: bool = False) -> str:
    """Let a version score, whoever asks, this command or Airflow; the one that did. Raises what `run` raises."""
    history.readable(uri, version, channels())
    return succession.promote(uri, version, because, incomparable=incomparable)


def challenger(uri: str) -> str | None:
    """The challenger that this code reads, else the one of other code, of which it is then said that nobody can."""
    found = readable(uri)
    return found.version if found else succession.named(uri, succession.CHALLENGER)


def show(chosen: Settings, version: str | None = None) -> str:
    """The page of a version's comparison, by default the challenger's.

    Raises MissingState when there is none, NoChampion when the registry does not have the version.
    """
    number = version or challenger(chosen.mlflow)
    found = succession.comparison(chosen.mlflow, number) if number else None
    if found is None:
        raise MissingState(
            f"there is no comparison of {f'version {version}' if version else 'a challenger'} with a champion. Next: "
            "`postern attack`, `postern backtest --compare` and `postern compare`, which ask about the challenger; "
            "before them `postern train`, when there is none."
        )
    return found.page


def main(rest: list[str]) -> int:
    """The command `postern promote`."""
    parser = argparse.ArgumentParser(prog="postern promote", description=__doc__, parents=[placed()])
    parser.add_argument("version", nargs="?", help="version of the model; default: the challenger")
    parser.add_argument("--because", help="the reason on record; names no person")
    parser.add_argument("--incomparable", action="store_true", help="though it cannot be compared with the champion")
    parser.add_argument("--show", action="store_true", help="print what the gate found, and do nothing")
    given = parser.parse_args(rest)
    if not given.show and not given.because:
        parser.error("say why with --because: the reason stays on record")
    chosen = settings(given.lake, given.site)
    if given.show:
        said = show(chosen, given.version)
    else:
        said = run(chosen, given.version, given.because, incomparable=given.incomparable)
    print(said)  # noqa: T201  the answer
    return 0
