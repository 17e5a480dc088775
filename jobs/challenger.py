"""The challenger that this code can ask: one of other code, of another branch perhaps, must stop nothing.

The alias is one, whoever trains against the registry: a branch's training takes it from the version of the live code.
"""

import logging

from features.catalog import channels
from models import history, registry, succession
from models.registry import Shelved
from models.succession import CHALLENGER, CHAMPION, ON_THE_WAY, PROMOTED_BECAUSE

log = logging.getLogger("postern")


def readable(uri: str) -> Shelved | None:
    """The challenger; where this code does not read it, the newest version beside it that it does, with a warning.

    None when there is no such version. Raises RegistryError when the registry cannot be read.
    """
    named = succession.named(uri, CHALLENGER)
    if named is None:
        return None
    if history.reads(uri, named, channels()):
        return registry.load(uri, named)
    other = next((number for number in beside(uri) if history.reads(uri, number, channels())), None)
    log.warning(
        "the challenger, version %s, is of another catalogue or other detectors and is passed over; %s",
        *(named, f"version {other} stands for it" if other else "there is no other"),
    )
    return None if other is None else registry.load(uri, other)


def beside(uri: str) -> list[str]:
    """Versions that were trained to be challengers since the champion was, and never scored; the newest first."""
    since = int(succession.named(uri, CHAMPION) or 0)
    found = registry.versions(uri).items()
    waiting = [int(number) for number, tags in found if not {PROMOTED_BECAUSE, ON_THE_WAY} & tags.keys()]
    return [str(number) for number in sorted(waiting, reverse=True) if number > since]
