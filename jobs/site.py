"""Load a site's configuration file. Whatever is wrong with it is said in the words of the file."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from expectations.errors import ConfigurationError
from features.naming import misnamed
from features.site_graph import faults, site_graph
from feeds.catalog import catalog
from feeds.feed import Feed
from feeds.roster_file import CARDS, PEOPLE
from feeds.site import FeedConfig, Site
from jobs import site_yaml
from jobs.site_complaint import explained, instead
from jobs.site_graph import graph_of, zones_of
from jobs.zone_names import declared

__all__ = ["Site", "load_site"]


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
        given = site_yaml.read(text)
    except site_yaml.RepeatedKey as error:
        raise ConfigurationError(f"{path}: {error}. Next: keep one of the two.") from None
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
    wrong += check_people(site)
    graph = graph_of(site)
    wrong += faults(graph) if graph else []
    wrong += misnamed(graph or site_graph(zones_of(site), ()))
    wrong += check_zones(site)
    if wrong:
        raise ConfigurationError(f"{path}: " + "; ".join(wrong))
    return site


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


def check_people(site: Site) -> list[str]:
    """Columns of rosters and cards that are mapped and that nobody reads."""
    given = (("columns", site.people.columns, PEOPLE), ("card_columns", site.people.card_columns, CARDS))
    return [
        f"unknown key 'people.{section}.{key}': {instead(key, known)}"
        for section, mapped, known in given
        for key in mapped
        if key not in known
    ]


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


def check_zones(site: Site) -> list[str]:
    """Zones into which a log's are mapped and which the site's graph does not have."""
    known = declared(site)
    return [
        f"feeds.{name}.values.zone.{theirs} is {ours!r}, which no zone and no door declares: {instead(ours, known)}"
        for name, config in site.feeds.items()
        for theirs, ours in config.values.get("zone", {}).items()
        if known and ours not in known
    ]
