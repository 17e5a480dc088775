from datetime import date

import pytest
from matplotlib.figure import Figure
from mlflow.tracking import MlflowClient

from expectations.errors import NoChampion
from models import registry
from models.champion import Champion


def test_the_champion_is_the_version_that_was_promoted(behaviours, tmp_path):
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    with pytest.raises(NoChampion, match="postern train"):
        registry.champion(uri)
    model, night = Champion.untrained(behaviours), date(2030, 5, 17)
    first = registry.publish(model, uri, night, {"catalogue": "abc"}, {"auc": 0.9})
    second = registry.publish(model, uri, night, {"catalogue": "abc"}, {"auc": 0.8}, promote=False)
    found = registry.champion(uri)
    assert (found.version, found.trained_on, found.champion.names) == (first, night, model.names)
    assert second != first
    assert registry.load(uri, second).version == second
    with pytest.raises(NoChampion, match="version 77"):
        registry.load(uri, "77")


def test_an_evaluation_is_a_run_with_tables_and_plots(tmp_path):
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    plot = Figure()
    run = registry.log_evaluation(
        uri,
        {"site": "here"},
        {"1+3/person_recall_5": 0.9, "1+3/nights_to_detection": float("inf")},
        "all of it",
        {"figures": {"role": ["everybody"], "auc": [0.9]}},
        {"recall": plot},
    )
    client = MlflowClient(uri)
    logged = client.get_run(run)
    assert logged.data.metrics == {"1_3/person_recall_5": 0.9}
    assert logged.data.params == {"site": "here"}
    assert {file.path for file in client.list_artifacts(run)} == {"evaluation.txt", "figures.json", "recall.png"}
    assert client.get_experiment(logged.info.experiment_id).name == registry.EVALUATION
