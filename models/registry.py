"""Versions of the model in MLflow: trainings are registered, versions loaded. Who scores: models.succession.

A version is one pooled model: plain arrays, no person in it.
"""

import shutil
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
from mlflow.models import ModelSignature
from mlflow.tracking import MlflowClient
from mlflow.types.schema import ColSpec, Schema

from expectations.errors import NoChampion
from models import pooled
from models.champion import Champion
from models.logbook import NOBODY, TRAINING, Record, connect, logged, reading
from models.pooled import ARTIFACT
from models.succession import (
    CHAMPION,
    MODEL,
    ON_THE_WAY,
    TRAINED_ON,
    moved,
    named,
    tags,
)

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas")
"""What the model's arithmetic rests on; MLflow adds itself."""


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
    alias: str | None = CHAMPION,
) -> str:
    """Log a training and register its model as one new version; the version.

    `uri` is MLflow's tracking and registry, SQLite by default; `trained_on` is the newest night read. `params` holds
    the training range, the Delta versions and hashes of what was read and the catalogue's fingerprint; `record` what
    else is kept of the training. Nothing given may say anything about a person. `alias` is what the version becomes:
    champion at once, which is for a registry that had none and for all trainings of a backfill that began so;
    challenger; or, with None, neither: a backfill trained it for nights of the past.
    """
    connect(uri)
    with (
        logged(uri, TRAINING, params, metrics, record or Record()),
        tempfile.TemporaryDirectory() as scratch,
    ):
        path, code = Path(scratch) / "champion.npz", Path(scratch) / "pooled.py"
        np.savez_compressed(path, **champion.arrays())  # type: ignore[arg-type]
        shutil.copyfile(pooled.__file__, code)
        kept = mlflow.pyfunc.log_model(
            name=MODEL,
            # MLflow notes where the file lay: in a checkout that may be below somebody's home.
            python_model=str(code),
            artifacts={ARTIFACT: str(path)},
            registered_model_name=MODEL,
            signature=signature(champion),
            input_example=calm(champion),
            conda_env=environment(),
            tags=NOBODY,
        )
    number, client = str(kept.registered_model_version), MlflowClient()
    client.set_model_version_tag(MODEL, number, TRAINED_ON, str(trained_on))
    if record and record.card:
        client.update_model_version(MODEL, number, record.card)
    if alias == CHAMPION:
        moved(number, "there was nothing to compare it with")
    elif alias:
        client.set_registered_model_alias(MODEL, alias, number)
    else:
        client.set_model_version_tag(MODEL, number, ON_THE_WAY, "for nights of a backfill")
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


def champion(uri: str, pinned: str | None = None) -> Shelved:
    """The version that scores, or the one `pinned` for nights of the past.

    Raises NoChampion while none carries the alias, or when it is of other detectors.

    The alias is resolved once, so that the version recorded is the version that scored, whoever promotes meanwhile.
    """
    number = pinned or named(uri, CHAMPION)
    if number is None:
        raise NoChampion(
            f"no version of model {MODEL!r} carries the alias {CHAMPION!r} in the registry. "
            "Next: `postern train`, or point POSTERN_MLFLOW at the registry that has it."
        )
    return load(uri, number)


def load(uri: str, number: str) -> Shelved:
    """One version, for a replay. Only the arrays are read: nothing that lies beside them is run.

    Raises NoChampion when the registry does not have it, or it is of other detectors; RegistryError when the registry
    has it and it cannot be read.
    """
    written = tags(uri, number)
    with reading(uri):
        folder = Path(mlflow.artifacts.download_artifacts(f"models:/{MODEL}/{number}"))
        with np.load(folder / "artifacts" / "champion.npz", allow_pickle=False) as arrays:
            return Shelved(Champion.of_arrays(arrays), number, date.fromisoformat(written[TRAINED_ON]))


def versions(uri: str) -> dict[str, dict[str, str]]:
    """Version → its tags, of every version whose registration came to its end."""
    with reading(uri):
        found = MlflowClient().search_model_versions(f"name='{MODEL}'")
        return {str(v.version): dict(v.tags) for v in found if TRAINED_ON in v.tags}


def logged_params(uri: str, number: str) -> dict[str, str]:
    """What the training of a version was given: ranges, table versions and hashes, the catalogue's fingerprint."""
    with reading(uri):
        client = MlflowClient()
        return dict(client.get_run(client.get_model_version(MODEL, number).run_id).data.params)
