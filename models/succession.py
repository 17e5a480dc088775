"""Who scores: aliases and the gate's verdicts on versions of the model, moved by a person.

Aliases, not stages, say what a version is for: `champion` scores the nights, `challenger` would like to, `previous` is
what a roll-back returns to. Verdicts of the gate (models.promotion) stand as tags on the version they speak of.
"""

from dataclasses import dataclass

import mlflow
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from expectations.errors import GateFailed, NoChampion
from models.logbook import connect, reading

MODEL = "postern"
CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
"""Aliases."""

TRAINED_ON, GATE, COMPARED_WITH, COMPARISON, PROMOTED_BECAUSE, ROLLED_BACK, ON_THE_WAY = (
    *("trained_on", "gate", "compared_with", "comparison"),
    *("promoted_because", "rolled_back", "on_the_way"),
)
"""Tags of a version: newest night read, the gate's verdict, against which version, in which run, why it scores, and why
it does so no longer; or that a backfill trained it for nights of the past alone."""
PASSED, FAILED, INCOMPARABLE = "passed", "failed", "incomparable"
"""Verdicts. Incomparable: the code that trained it does not read the champion, so that nothing could be asked."""

MISSING = "RESOURCE_DOES_NOT_EXIST"
"""How MLflow answers for a model, and for a version, that does not exist."""


def named(uri: str, alias: str) -> str | None:
    """The version that carries the alias, if any does. Raises RegistryError when the registry cannot be read."""
    with reading(uri):
        try:
            found = MlflowClient().get_registered_model(MODEL).aliases.get(alias)
        except MlflowException as error:
            if error.error_code != MISSING:
                raise
            return None
        return None if found is None else str(found)


def tags(uri: str, number: str) -> dict[str, str]:
    """What is written on a version. Raises NoChampion when the registry does not have it, RegistryError when it cannot
    be read."""
    with reading(uri):
        try:
            return dict(MlflowClient().get_model_version(MODEL, number).tags)
        except MlflowException as error:
            if error.error_code != MISSING:
                raise
            raise NoChampion(
                f"model {MODEL!r} has no version {number}. Next: name one that `postern train` registered, "
                "or point POSTERN_MLFLOW at the registry that has it."
            ) from error


def judged(uri: str, number: str, verdict: str, against: str, run: str | None = None) -> None:
    """Write the gate's verdict on a version: against which champion, and in which run it can be read, if in any."""
    connect(uri)
    told_of = {GATE: verdict, COMPARED_WITH: against} | ({COMPARISON: run} if run else {})
    for tag, told in told_of.items():
        MlflowClient().set_model_version_tag(MODEL, number, tag, told)


@dataclass(frozen=True)
class Compared:
    """What the gate found of a challenger."""

    version: str
    verdict: str
    page: str
    """Markdown, for whoever decides."""


def comparison(uri: str, number: str) -> Compared | None:
    """A version's last comparison; None before there is any. Raises NoChampion when the registry does not have it."""
    written = tags(uri, number)
    if COMPARISON not in written:
        return None
    with reading(uri):
        page = mlflow.artifacts.load_text(f"runs:/{written[COMPARISON]}/comparison.md")
    return Compared(number, written[GATE], str(page))


def promote(uri: str, number: str, because: str, *, incomparable: bool = False) -> str:
    """Let a challenger score: the champion becomes `previous`. Returns the version that scored until now.

    `because` is the reason on record; it names no person. `incomparable` is a person's word that they know that nothing
    was compared, for a version that cannot be. Raises GateFailed unless the gate let this version pass, or it is such a
    version, against the very champion that now scores: a verdict against another one says nothing of today. Raises
    NoChampion when the registry does not have it.
    """
    current, written = named(uri, CHAMPION), tags(uri, number)
    if number == current:
        raise GateFailed(f"version {number} is the champion already. Next: nothing.")
    verdict = written.get(GATE) if written.get(COMPARED_WITH) == current else None
    if verdict == INCOMPARABLE and not incomparable:
        raise GateFailed(
            f"version {number} cannot be compared with the champion, version {current}, which is of another catalogue "
            "or other detectors: the gate was not asked. Next: read what `postern experiment` says; a person decides: "
            '`postern promote --incomparable --because "…"`.'
        )
    if current is not None and verdict not in (PASSED, INCOMPARABLE):
        raise GateFailed(
            f"version {number} did not pass the gate against the champion, version {current}: "
            f"its verdict is {written.get(GATE, 'none')} against {written.get(COMPARED_WITH, 'nobody')}. "
            "Next: `postern attack`, `postern backtest --compare` and `postern compare`, then read its page."
        )
    moved(number, because)
    return current or ""


def rollback(uri: str, because: str) -> tuple[str, str]:
    """Let the previous champion score again: (version that scores now, version that did). Twice is back again.

    The version that is left says so in a tag: past nights are not its own any more either (models.history). Raises
    NoChampion when there is no previous one.
    """
    current, earlier = named(uri, CHAMPION), named(uri, PREVIOUS)
    if current is None or earlier is None:
        raise NoChampion("there is no previous champion to go back to. Next: `postern train`.")
    undone = ROLLED_BACK in tags(uri, earlier)
    moved(earlier, because)
    # Whoever takes a roll-back back finds nothing wrong with the version that it had returned to.
    if not undone:
        MlflowClient().set_model_version_tag(MODEL, current, ROLLED_BACK, because)
    return earlier, current


def moved(number: str, because: str) -> None:
    """The champion becomes `previous`, the version becomes champion; it is a challenger no longer."""
    client, uri = MlflowClient(), mlflow.get_tracking_uri()
    current, waiting = named(uri, CHAMPION), named(uri, CHALLENGER)
    client.set_model_version_tag(MODEL, number, PROMOTED_BECAUSE, because)
    if ROLLED_BACK in tags(uri, number):
        client.delete_model_version_tag(MODEL, number, ROLLED_BACK)
    if current not in (None, number):
        client.set_registered_model_alias(MODEL, PREVIOUS, current)
    client.set_registered_model_alias(MODEL, CHAMPION, number)
    if waiting == number:
        client.delete_registered_model_alias(MODEL, CHALLENGER)
