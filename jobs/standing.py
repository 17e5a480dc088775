"""Who scores, who would like to, and when a model was last trained: a line each, for `postern status`.

Aliases and tags alone are read; no model is fetched.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from expectations.errors import RegistryError
from models import registry, succession
from models.succession import CHALLENGER, CHAMPION, COMPARED_WITH, FAILED, GATE, INCOMPARABLE, PASSED, TRAINED_ON

SQLITE = "sqlite:///"
IMPATIENT = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}
"""How often and how long (seconds) a server is asked again, where the environment says nothing else: MLflow's own
patience, minutes, is for jobs that need an answer."""
JUDGED = {
    PASSED: "passed the gate against version",
    FAILED: "did not pass the gate against version",
    INCOMPARABLE: "cannot be compared with version",
}
"""What the gate says of a challenger."""


def told(uri: str) -> list[str]:
    """The state of the registry at `uri`; one that cannot be read is a line too, for the rest of the status stands."""
    if uri.startswith(SQLITE) and not Path(uri.removeprefix(SQLITE)).exists():
        return ["no champion: nothing was trained yet"]  # to ask MLflow would make the file
    for name, value in IMPATIENT.items():
        os.environ.setdefault(name, value)
    try:
        named = {alias: succession.named(uri, alias) for alias in (CHAMPION, CHALLENGER)}
        return list(lines(named[CHAMPION], named[CHALLENGER], registry.versions(uri)))
    except RegistryError as error:
        return [f"not known: {error}"]


def lines(champion: str | None, challenger: str | None, versions: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Champion, challenger with the gate's verdict on it, and the newest training, of versions and their tags."""
    if champion is None:
        yield f"no champion{'' if versions else ': nothing was trained yet'}"
    else:
        yield f"champion, version {champion}, {trained(versions.get(champion, {}))}"
    if challenger is not None:
        tags = versions.get(challenger, {})
        yield f"challenger, version {challenger}, {trained(tags)}, {verdict(tags, champion)}"
    if versions:
        newest = max(versions, key=lambda number: (versions[number][TRAINED_ON], int(number)))
        yield f"last training as of {versions[newest][TRAINED_ON]}, version {newest}"


def trained(tags: Mapping[str, str]) -> str:
    """Up to which night a version learned."""
    return f"trained on nights up to {tags[TRAINED_ON]}" if TRAINED_ON in tags else "of an unknown training"


def verdict(tags: Mapping[str, str], champion: str | None) -> str:
    """What the gate said of a challenger; of another champion than today's it says nothing of today."""
    if GATE not in tags:
        return "not compared with the champion yet"
    against = tags.get(COMPARED_WITH)
    said = f"{JUDGED[tags[GATE]]} {against}"
    return said if against == champion else f"{said}, which no longer scores"
