"""Every feed, found by looking at the modules of this package for a `FEED`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import feeds
from feeds.feed import Feed


@cache
def catalog() -> dict[str, Feed]:
    """Name → feed, in order of names."""
    found = {}
    for module in sorted(iter_modules(feeds.__path__), key=lambda module: module.name):
        feed = getattr(import_module(f"feeds.{module.name}"), "FEED", None)
        if isinstance(feed, Feed):
            found[feed.name] = feed
    return found
