"""What a file's columns are called, and whether the feed can be read from them."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame

from expectations.errors import LandingError
from feeds.feed import Feed
from feeds.header import came
from feeds.site import FeedConfig
from feeds.text import wanted
from jobs.landing.files import LandedFile


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows of files of one layout: `_file` (index), `_line`, `_raw`, `_hash`, `_broken`, and the cells by name."""

    rows: DataFrame
    cells: dict[str, Column]


def positions(header: Sequence[str]) -> dict[str, int]:
    """Column name, compared without case, → its place; the first when a name repeats."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        found.setdefault(name.casefold(), place)
    return found


def check_columns(feed: Feed, config: FeedConfig, file: LandedFile, header: Sequence[str]) -> None:
    """Raises LandingError when a column that the feed cannot do without is missing, or stands there twice."""
    folded = [name.casefold() for name in header]
    needed = wanted(feed, config)
    missing = [name for name, required in needed.items() if required and name.casefold() not in folded]
    twice = [name for name in needed if folded.count(name.casefold()) > 1]
    if not missing and not twice:
        return
    wrong = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(twice)} twice"
    raise LandingError(
        f"landing/{file.name} {wrong}: expected columns {', '.join(n for n, must in needed.items() if must)}; got "
        f"{came(header, (*needed, *feed.known))}. Nothing was written. Next: map the log's columns under "
        f"feeds.{feed.name}.columns in the site's configuration, or have the file delivered again with a header."
    )


def unknown(feed: Feed, config: FeedConfig, header: Sequence[str]) -> tuple[str, ...]:
    """Columns that the feed neither reads nor expects."""
    known = {name.casefold() for name in (*wanted(feed, config), *feed.known)}
    return tuple(sorted({name for name in header if name.casefold() not in known}))
