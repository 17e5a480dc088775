"""Versions of the model in MLflow, and who scores: trainings are registered, a person moves the alias `champion`.

A version is one pooled model: plain arrays, no person in it. Aliases, not stages, say what a version is for:
`champion` scores the nights, `challenger` would like to, `previous` is what a roll-back returns to. Verdicts of the
gate (models.promotion) stand as tags on the version they speak of.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types.schema import ColSpec, Schema

from expectations.errors import GateFailed, NoChampion
from models import pooled
from models.champion import Champion
from models.logbook import TRAINING, Record, connect, logged
from models.pooled import ARTIFACT

MODEL = "postern"
CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
"""Aliases."""

TRAINED_ON, GATE, COMPARED_WITH, COMPARISON, PROMOTED_BECAUSE = (
    *("trained_on", "gate", "compared_with", "comparison"),
    "promoted_because",
)
"""Tags of a version: newest night read, the gate's verdict, against which version, in which run, and why it scores."""
PASSED, FAILED = "passed", "failed"

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas")
"""What the model's arithmetic rests on; MLflow adds itself."""

MISSING = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow answers for a model, and for an alias, that does not exist."""


@dataclass(frozen=True)
class Shelved:
    """A model with the version it is registered under."""

    champion: Champion
    version: str
    trained_on: date
    """Newest night it was trained on."""


def publish(
    champion: Champion,
    uri: str,
    trained_on: date,
    params: Mapping[str, str | int | float],
    metrics: Mapping[str, float],
    record: Record | None = None,
    promote: bool = True,
) -> str:
    """Log a training and register its model as one new version; the version.

    `uri` is MLflow's tracking and registry, SQLite by default; `trained_on` is the newest night read. `params` holds
    the training range, the Delta versions and hashes of what was read and the catalogue's fingerprint; `record` what
    else is kept of the training. Nothing given may say anything about a person. With `promote` the version becomes
    champion at once, because there is nothing to compare it with; otherwise it becomes the challenger.
    """
    connect(uri)
    with (
        logged(uri, TRAINING, params, metrics, record or Record()),
        tempfile.TemporaryDirectory() as scratch,
    ):
        path = Path(scratch) / "champion.npz"
        np.savez_compressed(path, **champion.arrays())  # type: ignore[arg-type]
        kept = mlflow.pyfunc.log_model(
            name=MODEL,
            python_model=pooled.__file__,
            artifacts={ARTIFACT: str(path)},
            registered_model_name=MODEL,
            signature=signature(champion),
            input_example=calm(champion),
            conda_env=environment(),
        )
    number, client = str(kept.registered_model_version), MlflowClient()
    client.set_model_version_tag(MODEL, number, TRAINED_ON, str(trained_on))
    if record and record.card:
        client.update_model_version(MODEL, number, record.card)
    if promote:
        _move(number, "there was nothing to compare it with")
    else:
        client.set_registered_model_alias(MODEL, CHALLENGER, number)
    return number


def signature(champion: Champion) -> ModelSignature:
    """One column of bits for each behaviour in, one of scores out."""
    behaviours = champion.names[: len(champion.behaviour)]
    return ModelSignature(
        inputs=Schema([ColSpec("double", name) for name in behaviours]), outputs=Schema([ColSpec("double", "score")])
    )


def calm(champion: Champion) -> pd.DataFrame:
    """A day without any surprise, which is nobody's: the example of what the model is given."""
    behaviours = champion.names[: len(champion.behaviour)]
    return pd.DataFrame(np.zeros((1, len(behaviours))), columns=list(behaviours))


def environment() -> dict[str, Any]:
    """The Python and the libraries that fitted the model, each by its version."""
    pinned = [f"{library}=={version(library)}" for library in ("mlflow", *LIBRARIES)]
    try:
        pip = f"pip=={version('pip')}"
    except PackageNotFoundError:
        pip = "pip"  # an environment that uv made has none
    return {
        "name": MODEL,
        "channels": ["conda-forge"],
        "dependencies": [f"python={python_version()}", pip, {"pip": pinned}],
    }


def champion(uri: str) -> Shelved:
    """The version that scores. Raises NoChampion while none carries the alias.

    The alias is resolved once, so that the version recorded is the version that scored, whoever promotes meanwhile.
    """
    number = named(uri, CHAMPION)
    if number is None:
        raise NoChampion(
            f"no version of model {MODEL!r} carries the alias {CHAMPION!r} in the registry. "
            "Next: `postern train`, or point POSTERN_MLFLOW at the registry that has it."
        )
    return load(uri, number)


def challenger(uri: str) -> Shelved | None:
    """The version that would like to score, if there is one."""
    number = named(uri, CHALLENGER)
    return None if number is None else load(uri, number)


def named(uri: str, alias: str) -> str | None:
    """The version that carries the alias, if any does."""
    connect(uri)
    try:
        return str(MlflowClient().get_model_version_by_alias(MODEL, alias).version)
    except MlflowException as error:
        if error.error_code not in MISSING:
            raise
        return None


def load(uri: str, number: str) -> Shelved:
    """One version, for a replay. Raises NoChampion when the registry does not have it.

    Only the arrays are read: nothing that lies beside them is run.
    """
    connect(uri)
    try:
        folder = Path(mlflow.artifacts.download_artifacts(f"models:/{MODEL}/{number}"))
        trained_on = tags(uri, number)[TRAINED_ON]
    except MlflowException as error:
        raise NoChampion(
            f"model {MODEL!r} version {number} is not in the registry. Next: name one that `postern train` registered "
            "(POSTERN_MODEL), or point POSTERN_MLFLOW at the registry that has it."
        ) from error
    with np.load(folder / "artifacts" / "champion.npz", allow_pickle=False) as arrays:
        return Shelved(Champion.of_arrays(arrays), number, date.fromisoformat(trained_on))


def tags(uri: str, number: str) -> dict[str, str]:
    """What is written on a version."""
    connect(uri)
    return dict(MlflowClient().get_model_version(MODEL, number).tags)


def trainings(uri: str) -> dict[str, date]:
    """Version → newest night it was trained on, of every registered version."""
    connect(uri)
    found = MlflowClient().search_model_versions(f"name='{MODEL}'")
    return {str(v.version): date.fromisoformat(v.tags[TRAINED_ON]) for v in found if TRAINED_ON in v.tags}


def trained_before(uri: str, day: date) -> str:
    """The newest version that was trained on nights before `day` alone. Raises NoChampion when there is none."""
    older = {version: trained for version, trained in trainings(uri).items() if trained < day}
    if not older:
        raise NoChampion(
            f"no version of model {MODEL!r} was trained on nights before {day} alone. "
            "Next: name later nights, or `postern train --day D` with an earlier day."
        )
    return max(older, key=lambda version: (older[version], int(version)))


def logged_params(uri: str, number: str) -> dict[str, str]:
    """What the training of a version was given: ranges, table versions and hashes, the catalogue's fingerprint."""
    connect(uri)
    client = MlflowClient()
    return dict(client.get_run(client.get_model_version(MODEL, number).run_id).data.params)


def judged(uri: str, number: str, passed: bool, against: str, run: str) -> None:
    """Write the gate's verdict on a version: against which champion, and in which run it can be read."""
    connect(uri)
    verdict = {GATE: PASSED if passed else FAILED, COMPARED_WITH: against, COMPARISON: run}
    for tag, told in verdict.items():
        MlflowClient().set_model_version_tag(MODEL, number, tag, told)


@dataclass(frozen=True)
class Compared:
    """What the gate found of the challenger."""

    version: str
    passed: bool
    page: str
    """Markdown, for whoever decides."""


def comparison(uri: str) -> Compared | None:
    """The challenger's last comparison; None before there is any."""
    number = named(uri, CHALLENGER)
    written = tags(uri, number) if number else {}
    if number is None or COMPARISON not in written:
        return None
    page = mlflow.artifacts.load_text(f"runs:/{written[COMPARISON]}/comparison.md")
    return Compared(number, written[GATE] == PASSED, str(page))


def promote(uri: str, number: str, because: str) -> str:
    """Let a challenger score: the champion becomes `previous`. Returns the version that scored until now.

    `because` is the reason on record; it names no person. Raises GateFailed unless the gate let this version pass
    against the very champion that now scores: a verdict against another one says nothing of today.
    """
    current = named(uri, CHAMPION)
    try:
        written = tags(uri, number)
    except MlflowException as error:
        raise NoChampion(f"model {MODEL!r} has no version {number}. Next: `postern promote --show`.") from error
    if number == current:
        raise GateFailed(f"version {number} is the champion already. Next: nothing.")
    if current is not None and (written.get(GATE) != PASSED or written.get(COMPARED_WITH) != current):
        raise GateFailed(
            f"version {number} did not pass the gate against the champion, version {current}: "
            f"its verdict is {written.get(GATE, 'none')} against {written.get(COMPARED_WITH, 'nobody')}. "
            "Next: `postern compare`, then read its page."
        )
    _move(number, because)
    return current or ""


def rollback(uri: str, because: str) -> tuple[str, str]:
    """Let the previous champion score again: (version that scores now, version that did). Twice is back again.

    Raises NoChampion when there is no previous one.
    """
    current, earlier = named(uri, CHAMPION), named(uri, PREVIOUS)
    if current is None or earlier is None:
        raise NoChampion("there is no previous champion to go back to. Next: `postern train`.")
    _move(earlier, because)
    return earlier, current


def _move(number: str, because: str) -> None:
    """The champion becomes `previous`, the version becomes champion; it is a challenger no longer."""
    client, uri = MlflowClient(), mlflow.get_tracking_uri()
    current, waiting = named(uri, CHAMPION), named(uri, CHALLENGER)
    client.set_model_version_tag(MODEL, number, PROMOTED_BECAUSE, because)
    if current not in (None, number):
        client.set_registered_model_alias(MODEL, PREVIOUS, current)
    client.set_registered_model_alias(MODEL, CHAMPION, number)
    if waiting == number:
        client.delete_registered_model_alias(MODEL, CHALLENGER)
