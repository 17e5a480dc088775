from datetime import date

import pytest

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
