"""Which version scores nights of the past: one that learned from nights before them, and that was let through.

A version was let through when it became champion once, or when a backfill trained it for the nights behind it. Of those
that were there before a backfill begins none newer than the champion counts: nobody approved it, or it was rolled back.
"""

from collections.abc import Collection, Sequence
from datetime import date

from expectations.errors import NoChampion
from models import registry
from models.succession import CHAMPION, ON_THE_WAY, PROMOTED_BECAUSE, TRAINED_ON, named


def scoring(uri: str, day: date, behaviours: Sequence[str], earlier: Collection[str]) -> str | None:
    """The newest version for nights from `day` on that learned from nights before it alone and reads `behaviours`.

    `earlier` are the versions that were there before this backfill began. None when there is no such version: then the
    nights can only be learned from. Raises RegistryError when the registry cannot be read.
    """
    written, champion = registry.versions(uri), named(uri, CHAMPION)
    newest = written[champion][TRAINED_ON] if champion in written else str(date.max)
    found = sorted(
        (tags[TRAINED_ON], int(number))
        for number, tags in written.items()
        if tags[TRAINED_ON] < str(day)
        and {PROMOTED_BECAUSE, ON_THE_WAY} & tags.keys()
        and (number not in earlier or number == champion or tags[TRAINED_ON] < newest)
    )
    return next((str(number) for _, number in reversed(found) if reads(uri, str(number), behaviours)), None)


def reads(uri: str, number: str, behaviours: Sequence[str]) -> bool:
    """Whether a version is of this catalogue and of these detectors."""
    try:
        return registry.load(uri, number).champion.reads(behaviours)
    except NoChampion:
        return False
