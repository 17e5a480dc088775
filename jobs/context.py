"""What every job gets besides its days."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.settings import Settings

if TYPE_CHECKING:
    from feeds.site import Site
    from jobs.lake import Lake


@dataclass(frozen=True, slots=True)
class Context:
    """The tables, the site's configuration, and where the rest is. A job is `run(context, days) -> None`."""

    lake: "Lake"
    site: "Site"
    settings: Settings
