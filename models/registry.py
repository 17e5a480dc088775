"""The one place that talks to MLflow: trainings are logged, one model version each; nights load the champion.

A version is one pooled model: plain arrays, no person in it. Aliases, not stages, say which version scores.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient

from expectations.errors import NoChampion
from models.arrays import Array
from models.champion import Champion

MODEL, ALIAS = "postern", "champion"
TRAINING, EVALUATION = "postern-training", "postern-evaluation"
"""Experiments: what was fitted, and how rankings compare with ground truth."""
ARTIFACT = "champion"
TRAINED_ON = "trained_on"

MISSING = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""How MLflow answers for a model, and for an alias, that does not exist."""


@dataclass(frozen=True)
class Shelved:
    """A champion with the version it is registered under."""

    champion: Champion
    version: str
    trained_on: date
    """Newest night it was trained on."""


class PooledModel(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """The champion as MLflow keeps it: any MLflow client can score a table of bits with it."""

    champion: Champion

    def load_context(self, context: Any) -> None:
        """Read the arrays; nothing is unpickled."""
        with np.load(context.artifacts[ARTIFACT], allow_pickle=False) as arrays:
            self.champion = Champion.of_arrays(arrays)

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> Array:
        """Scores of person-days: one column of bits for each behaviour, by name; no detector outside the model."""
        names = list(self.champion.names[: len(self.champion.behaviour)])
        return self.champion.scored(model_input[names].to_numpy(dtype=np.float64), {}).score


def publish(
    champion: Champion,
    uri: str,
    trained_on: date,
    params: Mapping[str, str | int | float],
    metrics: Mapping[str, float],
    tags: Mapping[str, str] | None = None,
    promote: bool = True,
) -> str:
    """Log a training and register its model; the new version. With `promote` the version becomes champion.

    `uri` is MLflow's tracking and registry, SQLite by default; `trained_on` is the newest night read. `params` holds
    the training range, the Delta versions read and the catalogue's fingerprint; none of the three mappings may say
    anything about a person.
    """
    _connect(uri)
    _experiment(uri, TRAINING)
    with tempfile.TemporaryDirectory() as scratch, mlflow.start_run():
        path = Path(scratch) / "champion.npz"
        np.savez_compressed(path, **champion.arrays())  # type: ignore[arg-type]
        mlflow.log_params(dict(params))
        mlflow.log_metrics(dict(metrics))
        mlflow.set_tags(dict(tags or {}))
        logged = mlflow.pyfunc.log_model(
            name=MODEL,
            python_model=PooledModel(),
            artifacts={ARTIFACT: str(path)},
            registered_model_name=MODEL,
            pip_requirements=["numpy", "scipy", "scikit-learn"],
        )
    version = str(logged.registered_model_version)
    MlflowClient().set_model_version_tag(MODEL, version, TRAINED_ON, str(trained_on))
    if promote:
        MlflowClient().set_registered_model_alias(MODEL, ALIAS, version)
    return version


def log_evaluation(
    uri: str,
    params: Mapping[str, str | int | float],
    metrics: Mapping[str, float],
    text: str,
    tables: Mapping[str, Mapping[str, Sequence[str | int | float]]],
    plots: Mapping[str, Figure],
) -> str:
    """Log how a ranking compared with ground truth: one run, its id. `tables` maps names to columns of equal length.

    MLflow holds no infinity and allows few signs in a metric's name: figures that are not finite stand in the text
    alone, and other signs become underscores. Nothing given here may say anything about a person.
    """
    _connect(uri)
    _experiment(uri, EVALUATION)
    with mlflow.start_run() as run:
        mlflow.log_params(dict(params))
        finite = {re.sub(r"[^\w\-. :/]", "_", name): value for name, value in metrics.items() if np.isfinite(value)}
        mlflow.log_metrics(finite)
        mlflow.log_text(text, "evaluation.txt")
        for name, columns in tables.items():
            mlflow.log_table({column: list(cells) for column, cells in columns.items()}, f"{name}.json")
        for name, plot in plots.items():
            mlflow.log_figure(plot, f"{name}.png")
    return str(run.info.run_id)


def champion(uri: str) -> Shelved:
    """`models:/postern@champion`. Raises NoChampion while no version carries the alias.

    The alias is resolved once, so that the version recorded is the version that scored, whoever promotes meanwhile.
    """
    _connect(uri)
    try:
        version = str(MlflowClient().get_model_version_by_alias(MODEL, ALIAS).version)
    except MlflowException as error:
        if error.error_code not in MISSING:
            raise
        raise NoChampion(
            f"no version of model {MODEL!r} carries the alias {ALIAS!r} in the registry. "
            "Next: `postern train`, or point POSTERN_MLFLOW at the registry that has it."
        ) from error
    return load(uri, version)


def load(uri: str, version: str) -> Shelved:
    """One version, for a replay. Raises NoChampion when the registry does not have it."""
    _connect(uri)
    try:
        model = mlflow.pyfunc.load_model(f"models:/{MODEL}/{version}")
    except MlflowException as error:
        raise NoChampion(
            f"model {MODEL!r} version {version} is not in the registry. Next: name one that `postern train` registered "
            "(POSTERN_MODEL), or point POSTERN_MLFLOW at the registry that has it."
        ) from error
    tags = MlflowClient().get_model_version(MODEL, version).tags
    return Shelved(model.unwrap_python_model().champion, version, date.fromisoformat(tags[TRAINED_ON]))


def _experiment(uri: str, name: str) -> None:
    """Choose the experiment. Beside a SQLite file its files lie beside it, not wherever the run was started."""
    if uri.startswith("sqlite:///") and mlflow.get_experiment_by_name(name) is None:
        beside = Path(uri.removeprefix("sqlite:///")).resolve().parent / "mlflow"
        mlflow.create_experiment(name, artifact_location=beside.as_uri())
    mlflow.set_experiment(name)


def _connect(uri: str) -> None:
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
