"""Which version scores nights of the past: one that learned from nights before them, and that was let through.

A version was let through when it became champion once, or when a backfill trained it for the nights behind it. One that
was rolled back counts no more, until it is returned to. Of those that were there before a backfill begins none newer
than the champion counts: nobody approved it.
"""

from collections.abc import Collection, Sequence
from datetime import date

from expectations.errors import NoChampion
from features.behaviour import Channel
from models import registry
from models.succession import CHAMPION, MODEL, ON_THE_WAY, PROMOTED_BECAUSE, ROLLED_BACK, TRAINED_ON, named, tags


def scoring(uri: str, day: date, behaviours: Sequence[Channel], earlier: Collection[str]) -> str | None:
    """The newest version for nights from `day` on that learned from nights before it alone and reads `behaviours`.

    `earlier` are the versions that were there before this backfill began. None when there is no such version: then the
    nights can only be learned from. Raises RegistryError when the registry cannot be read.
    """
    before = [number for number, trained in let_through(uri, earlier) if trained < day]
    return next((number for number in reversed(before) if reads(uri, number, behaviours)), None)


def replaying(uri: str, day: date, behaviours: Sequence[Channel]) -> str:
    """The version that nights from `day` on are replayed with: of all that there are, the one that would have scored.

    Raises NoChampion when there is none, RegistryError when the registry cannot be read.
    """
    version = scoring(uri, day, behaviours, registry.versions(uri).keys())
    if version is None:
        raise NoChampion(
            f"no version of model {MODEL!r} that was let through, and that reads this catalogue, was trained on nights "
            f"before {day} alone. Next: name later nights, or `postern backfill` over earlier ones."
        )
    return version


def oldest(uri: str, behaviours: Sequence[Channel]) -> date | None:
    """The night behind which there is a version to replay with; None when there is none at all."""
    known = let_through(uri, registry.versions(uri).keys())
    return next((trained for number, trained in known if reads(uri, number, behaviours)), None)


def let_through(uri: str, earlier: Collection[str]) -> list[tuple[str, date]]:
    """(version, newest night it learned from) of those that count, in the order of what they learned from."""
    written, champion = registry.versions(uri), named(uri, CHAMPION)
    newest = written[champion][TRAINED_ON] if champion in written else str(date.max)
    found = sorted(
        (tags[TRAINED_ON], int(number))
        for number, tags in written.items()
        if {PROMOTED_BECAUSE, ON_THE_WAY} & tags.keys()
        and ROLLED_BACK not in tags
        and (number not in earlier or number == champion or tags[TRAINED_ON] < newest)
    )
    return [(str(number), date.fromisoformat(trained)) for trained, number in found]


def comparable(uri: str, behaviours: Sequence[Channel]) -> bool:
    """Whether there is a champion, and of this catalogue and these detectors.

    Raises RegistryError when the registry cannot say: a champion that cannot be fetched now is one all the same.
    """
    current = named(uri, CHAMPION)
    return current is not None and reads(uri, current, behaviours)


def readable(uri: str, number: str, behaviours: Sequence[Channel]) -> None:
    """Raise NoChampion unless a version is of this catalogue and of these detectors: no night could be scored by it."""
    tags(uri, number)  # one that does not exist is another error
    if not reads(uri, number, behaviours):
        raise NoChampion(
            f"version {number} is of another catalogue or other detectors than this code, which could score no night "
            "by it; nothing was changed. Next: check out the code that trained it, then run this again."
        )


def reads(uri: str, number: str, behaviours: Sequence[Channel]) -> bool:
    """Whether a version is of this catalogue and of these detectors."""
    try:
        return registry.load(uri, number).champion.reads(behaviours)
    except NoChampion:
        return False
