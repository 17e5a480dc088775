"""Why a run stopped: one exception per cause, each with its exit code, so that a scheduler can tell them apart."""

from collections.abc import Sequence
from datetime import date


class PosternError(Exception):
    """A run that stopped for a known cause. The message names what, what was expected, what came, and the next step."""

    exit_code = 1


class ConfigurationError(PosternError):
    """The site's configuration, or a setting, cannot be used."""

    exit_code = 10


class LandingError(PosternError):
    """A landed file or a feed cannot be read at all; nothing of it was written."""

    exit_code = 11


class NothingLanded(PosternError):
    """There is no data for the days asked for."""

    exit_code = 12


class MissingState(PosternError):
    """An earlier job, or an earlier night, has not run yet."""

    exit_code = 13


class ContractBroken(PosternError):
    """A table does not have the columns it promises."""

    exit_code = 14


class GateFailed(PosternError):
    """A critical check failed; nothing was published.

    `day` is the first night that it stopped, None when it stopped none; `reasons` are what was found about that night.
    """

    exit_code = 20

    def __init__(self, message: str, day: date | None = None, reasons: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.day, self.reasons = day, tuple(reasons)


class NoChampion(PosternError):
    """No model carries the alias the night scores with, or one that this code cannot read."""

    exit_code = 21


OTHER_CODE = (
    "Next: run the code that trained it; or, if this code is to score, as *Upgrading* in docs/operations.md says: "
    '`postern backfill`, `postern train`, and a person decides: `postern promote --incomparable --because "…"`.'
)
"""What to do about a model of another catalogue or other detectors."""


class RegistryError(PosternError):
    """The registry of models cannot be reached, or what it names cannot be read."""

    exit_code = 22


class ListDiffers(PosternError):
    """A night that was made again did not give the list that was published."""

    exit_code = 23


class PublishingFailed(PosternError):
    """The folder of a night's files cannot be replaced; its list is in the lake."""

    exit_code = 24


class SetupError(PosternError):
    """This machine lacks something Postern needs."""

    exit_code = 30


def cause(exit_code: int) -> type[PosternError]:
    """What another of our processes stopped for, by the code it ended with; PosternError for a code of no cause."""
    return next((kind for kind in PosternError.__subclasses__() if kind.exit_code == exit_code), PosternError)
