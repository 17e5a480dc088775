"""Load a site's configuration file. Whatever is wrong with it is said in the words of the file."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import get_args
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ValidationError

from expectations.errors import ConfigurationError
from features.site_graph import faults
from feeds.catalog import catalog
from feeds.feed import Feed
from feeds.site import FeedConfig, Site
from jobs.site_graph import graph_of

__all__ = ["Site", "load_site"]

SHOWN = 12
"""Known names listed in an error before it points to the example instead."""


def load_site(path: str | Path) -> Site:
    """The site that a YAML file declares.

    Raises ConfigurationError, which names each key that is wrong, what stands there, and what to write instead.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"the site's configuration {path} cannot be read ({error}). "
            "Next: copy sites/example.yaml there and edit it."
        ) from None
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path} is not YAML: {' '.join(str(error).split())}. Next: mend that line.") from None
    if not isinstance(given, dict):
        raise ConfigurationError(f"{path} holds no keys. Next: start from sites/example.yaml.")
    try:
        site = Site.model_validate(given)
    except ValidationError as error:
        told = [explained(wrong["loc"], wrong["type"], wrong["msg"], wrong["input"]) for wrong in error.errors()]
        raise ConfigurationError(f"{path}: " + "; ".join(dict.fromkeys(told))) from None
    wrong = [sentence for name, config in site.feeds.items() for sentence in check_feed(name, config, site)]
    graph = graph_of(site)
    wrong += faults(graph) if graph else []
    if wrong:
        raise ConfigurationError(f"{path}: " + "; ".join(wrong))
    return site


def explained(loc: Sequence[int | str], kind: str, message: str, given: object) -> str:
    """One complaint of pydantic as a sentence with a next step."""
    # Branches of a union come with the branch's own name in the path.
    keys = [str(part) for part in loc if not str(part).startswith(("literal[", "function-", "tuple[", "str"))]
    path = ".".join(keys)
    if kind == "extra_forbidden":
        return f"unknown key {path!r}: {instead(keys[-1], keys_at(keys[:-1]))}"
    if kind == "missing":
        return f"{path!r} is missing: add it (sites/example.yaml shows one)"
    if keys and keys[-1] == "time_zone":
        also = ["site"] if keys[0] == "feeds" else []
        return f"{path} is {given!r}, not an IANA time zone: {instead(str(given), [*also, *available_timezones()])}"
    said = message.removeprefix("Value error, ")
    # What keys say together is told of them, not of all that stands there.
    return said if not keys else f"{path}: {said}" if isinstance(given, dict) else f"{path} is {given!r}: {said}"


def instead(wrong: str, known: Iterable[str]) -> str:
    """What the writer may have meant."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    close = [folded[match] for match in get_close_matches(wrong.casefold(), folded, n=3, cutoff=0.6)]
    # A city alone is the commonest slip in a time zone.
    close = close or [name for name in names if name.casefold().endswith("/" + wrong.casefold())][:3]
    if close:
        return "did you mean " + " or ".join(repr(name) for name in close) + "?"
    shown = ", ".join(names[:SHOWN])
    return f"write one of {shown}" + (" … (see sites/example.yaml)" if len(names) > SHOWN else "")


def keys_at(keys: Sequence[str]) -> list[str]:
    """The keys that the configuration knows below a path."""
    at: type[BaseModel] | None = Site
    for key in keys:
        fields = {field.alias or name: field for name, field in at.model_fields.items()} if at else {}
        # Names that the site chose (of a feed, of a list's entry) lead no further down the declaration.
        at = model_in(fields[key].annotation) if key in fields else at
    return [field.alias or name for name, field in at.model_fields.items()] if at else []


def model_in(annotation: object) -> type[BaseModel] | None:
    """The declaration inside an annotation such as tuple[ZoneFacts, ...]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(model_in, get_args(annotation))), None)


def check_feed(name: str, config: FeedConfig, site: Site) -> list[str]:
    """What a feed's configuration lacks, once its form is right."""
    known = catalog()
    if name not in known:
        return [f"unknown feed 'feeds.{name}': {instead(name, known)}"]
    feed, wrong = known[name], []
    for section, given in (("columns", config.columns), ("values", config.values)):
        wrong += [
            f"unknown key 'feeds.{name}.{section}.{key}': {instead(key, feed.names)}"
            for key in given
            if key not in feed.names
        ]
    wrong += [
        f"'feeds.{name}.columns.{field.name}' is missing: "
        f"write the log's column that holds this: {field.meaning.lower()}"
        for field in feed.fields
        if field.required and field.theirs is None and field.name not in config.columns
    ]
    if not config.time_format and not feed.time_format and config.format != "parquet":
        wrong.append(
            f"'feeds.{name}.time_format' is missing: write a pattern such as \"yyyy-MM-dd HH:mm:ss\", or epoch_ms"
        )
    wrong += check_identity(feed, config)
    wrong += check_values(feed, config)
    if name == "mail" and not site.site.mail_domains:
        wrong.append("'site.mail_domains' is missing: feeds.mail needs it to tell recipients outside from colleagues")
    return wrong


def check_identity(feed: Feed, config: FeedConfig) -> list[str]:
    """Exactly one column names the person."""
    mapped = [kind for kind in feed.identified_by if kind in config.columns or feed[kind].theirs]
    if len(mapped) == 1:
        return []
    choice = " or ".join(f"'feeds.{feed.name}.columns.{kind}'" for kind in feed.identified_by)
    return [f"write exactly one of {choice}: the log's column that names the person; {len(mapped)} are given"]


def check_values(feed: Feed, config: FeedConfig) -> list[str]:
    """A mapping of values ends at values that silver allows."""
    wrong = []
    for name, mapping in config.values.items():
        if name not in feed.names or not feed[name].values:
            continue
        ours = set(feed[name].values.values())
        wrong += [
            f"feeds.{feed.name}.values.{name}.{theirs} is {value!r}: {instead(value, ours)}"
            for theirs, value in mapping.items()
            if value not in ours
        ]
    return wrong
