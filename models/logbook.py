"""What runs write into MLflow: one experiment for each kind of question, nothing that could tell a person.

MLflow notes by itself under which account and from which file a run was started, and a model logged; both are replaced
by the project's name, for an account is a person's.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import mlflow
import numpy as np
from matplotlib.figure import Figure
from mlflow.tracking import MlflowClient

from expectations.errors import ConfigurationError, PosternError, RegistryError

TRAINING, EVALUATION, PROMOTION, EXPERIMENT = (
    *("postern-training", "postern-evaluation", "postern-promotion"),
    "postern-experiment",
)
"""What was fitted; rankings against ground truth; challengers against champions; branches against champions."""

NOBODY = {"mlflow.user": "postern", "mlflow.source.name": "postern"}

ARTIFACTS = "POSTERN_MLFLOW_ARTIFACTS"
"""The variable that names a folder or URI for files, where the registry is a database on a server."""

Cells = Mapping[str, Sequence[str | int | float]]
"""Columns of equal length."""


@dataclass(frozen=True)
class Record:
    """What is kept of a run beside its parameters and metrics."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """File name to content."""
    tables: Mapping[str, Cells] = field(default_factory=dict)
    plots: Mapping[str, Figure] = field(default_factory=dict)
    card: str = ""
    """The model card, kept as `model_card.md` and as the version's description."""


@contextmanager
def logged(
    uri: str,
    experiment: str,
    params: Mapping[str, str | int | float],
    metrics: Mapping[str, float],
    record: Record,
    name: str | None = None,
) -> Iterator[str]:
    """A run of `experiment` with everything given written to it; more may be logged inside. Yields its id.

    MLflow holds no infinity and allows few signs in names: figures that are not finite stand in the texts alone, and
    other signs become underscores.
    """
    connect(uri)
    _experiment(uri, experiment)
    with mlflow.start_run(run_name=name, tags=NOBODY) as run:
        mlflow.log_params({_allowed(name): value for name, value in params.items()})
        mlflow.log_metrics({_allowed(name): value for name, value in metrics.items() if np.isfinite(value)})
        for file, text in (dict(record.texts) | ({"model_card.md": record.card} if record.card else {})).items():
            mlflow.log_text(text, file)
        for title, columns in record.tables.items():
            mlflow.log_table({column: list(cells) for column, cells in columns.items()}, f"{title}.json")
        for title, plot in record.plots.items():
            mlflow.log_figure(plot, f"{title}.png")
        yield str(run.info.run_id)


def log_evaluation(
    uri: str,
    params: Mapping[str, str | int | float],
    metrics: Mapping[str, float],
    text: str,
    tables: Mapping[str, Cells],
    plots: Mapping[str, Figure],
    beside: str = "",
) -> str:
    """Log how a ranking compared with ground truth: one run, its id. `beside` is the text that sets sites side by side,
    kept as `sites.txt`."""
    texts = {"evaluation.txt": text} | ({"sites.txt": beside} if beside else {})
    with logged(uri, EVALUATION, params, metrics, Record(texts, tables, plots)) as run:
        return run


def log_comparison(
    uri: str, experiment: str, params: Mapping[str, str | int | float], metrics: Mapping[str, float], record: Record
) -> str:
    """Log how one model compared with another: one run of `experiment`, its id. Its page is `comparison.md`."""
    with logged(uri, experiment, params, metrics, record) as run:
        return run


def page(uri: str, experiment: str, code: str) -> str | None:
    """`comparison.md` of the newest run of `experiment` that code of this hash made; None when there is none."""
    with reading(uri):
        found = mlflow.get_experiment_by_name(experiment)
        made = f"params.code_sha256 = '{code}' and attributes.status = 'FINISHED'"
        runs = MlflowClient().search_runs([found.experiment_id], made, max_results=1) if found else []
        return str(mlflow.artifacts.load_text(f"runs:/{runs[0].info.run_id}/comparison.md")) if runs else None


def connect(uri: str) -> None:
    """Speak to this tracking server and registry from now on."""
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)


@contextmanager
def reading(uri: str) -> Iterator[None]:
    """Read from this registry. Whatever keeps it from answering is raised as RegistryError: it never means no model."""
    try:
        connect(uri)
        yield
    except PosternError:
        raise
    # MLflow lets errors of its database, of the network and of the artifacts' store through as they are.
    except Exception as error:
        told = getattr(error, "error_code", type(error).__name__)
        raise RegistryError(
            f"the registry of models could not be read ({told}), so that nothing was decided by what it holds. "
            "Next: see that POSTERN_MLFLOW answers and that its artifacts are there, then run again; "
            "`--debug` shows the cause."
        ) from error


def _allowed(name: str) -> str:
    return re.sub(r"[^\w\-. :/]", "_", name)


def _experiment(uri: str, name: str) -> None:
    """Choose the experiment. One that is new is told where its files lie, unless a server of MLflow decides that."""
    if mlflow.get_experiment_by_name(name) is None and not uri.startswith(("http://", "https://")):
        mlflow.create_experiment(name, artifact_location=_files(uri))
    mlflow.set_experiment(name)


def _files(uri: str) -> str:
    """Where the files of runs and models lie: beside a SQLite file; else where ARTIFACTS says, for a database holds
    none, and MLflow would put them wherever the run was started. Raises ConfigurationError when it does not say."""
    if uri.startswith("sqlite:///"):
        return (Path(uri.removeprefix("sqlite:///")).resolve().parent / "mlflow").as_uri()
    if not (given := os.environ.get(ARTIFACTS)):
        raise ConfigurationError(
            f"the registry is a database, and {ARTIFACTS} does not say where files of trainings and models go. "
            "Next: name a folder or a bucket there that every machine of the jobs reaches."
        )
    return given if "://" in given else Path(given).resolve().as_uri()
