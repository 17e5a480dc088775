"""What landed rows tell of those who act: their own rows, who holds which identifier, and what the site is like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import networkx as nx
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from feeds import clock, text
from feeds.catalog import catalog
from feeds.feed import Feed
from feeds.site import Site
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Held, Pseudonyms, personnel_number, pseudonym_key
from jobs.landing.files import LandedFile, find
from jobs.landing.rows import read
from jobs.people import Rosters, as_held
from jobs.site_graph import graph_of
from simulation.act import GRAVE, UPLOADS, Host, Seen, Ways, World

VOCABULARY = 2_000
"""Doors, machines and addresses known beside the hosts' own: the most used."""


@dataclass(frozen=True)
class Landing:
    """One feed's rows of some days as they were landed, with our fields: `_who`, `_file`, `_line`, `at`, `day`.

    They are parsed once and kept: every question about hosts and site is asked of the same weeks. `rows.unpersist()`.
    """

    feed: Feed
    files: Sequence[LandedFile]
    rows: DataFrame
    identifies: str


def landings_of(context: Context, window: Days) -> dict[str, Landing]:
    """The feeds that the site lands, by name: rows of `window` that were delivered since it began."""
    found = ((name, landing(context, name, window)) for name in catalog() if name in context.site.feeds)
    return {name: told for name, told in found if told}


def landing(context: Context, name: str, window: Days) -> Landing | None:
    """A feed's landed rows of `window` with our fields; None when none were delivered."""
    site, feed = context.site, catalog()[name]
    config = site.feeds[name]
    files = find(context.lake.spark, context.lake.root, [name], Days(window.start, date.max))
    landed = read(context.lake.spark, feed, config, files)
    kind = next(kind for kind in feed.identified_by if text.sources(feed, config, feed[kind]))
    # Without a roster the pattern reads identifiers as they are written.
    who = F.col(kind) if site.people.roster == "none" else as_held(F.lit(kind), F.col(kind))
    parts = []
    for raw in landed.raw:
        texts = {field.name: text.text_of(field, feed, config, raw.cells).alias(field.name) for field in feed.fields}
        rows = raw.rows.where(F.col("_broken").isNull()).select("_file", "_line", *texts.values())
        written, typed = config.time_format or feed.time_format or "", rows.schema["at"].dataType
        at = clock.instant(F.col("at"), typed, written, site.zone_of(name))
        meant = [text.meant(field, config).alias(field.name) for field in feed.fields if field.name not in ("at", kind)]
        rows = rows.select("_file", "_line", at.alias("at"), who.alias("_who"), *meant)
        rows = rows.where(F.col("at").isNotNull() & F.col("_who").isNotNull())
        parts.append(rows.withColumn("day", clock.operational_day(F.col("at"), site)))
    if not parts:
        return None
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionByName(part)
    asked = (F.col("day") >= F.lit(window.start)) & (F.col("day") < F.lit(window.end))
    return Landing(feed, files, rows.where(asked).persist(), kind)


def identities(context: Context, landings: Mapping[str, Landing], window: Days) -> list[Held]:
    """Who holds which identifier: of the roster in force at the end, else by the site's pattern."""
    site = context.site
    if site.people.roster != "none":
        return Rosters(context.lake, site, Days.one(window.last), Pseudonyms(pseudonym_key())).held(window.last)
    number = personnel_number(site.people.identity.pattern)
    found = {
        (told.identifies, row["_who"])
        for told in landings.values()
        for row in told.rows.select("_who").distinct().collect()
    }
    ever = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return [Held(kind, who, *ever, number(who)) for kind, who in sorted(found) if number(who)]


def activity(landings: Mapping[str, Landing], held: Sequence[Held]) -> dict[str, dict[str, int]]:
    """Feed → personnel number → days seen."""
    found: dict[str, dict[str, int]] = {}
    for name, told in landings.items():
        counts = told.rows.groupBy("_who").agg(F.count_distinct("day").alias("days")).collect()
        by_identifier = {row["_who"]: row["days"] for row in counts}
        mine: dict[str, int] = {}
        for row in held:
            if row.kind == told.identifies and row.number and row.identifier in by_identifier:
                mine[row.number] = max(mine.get(row.number, 0), by_identifier[row.identifier])
        found[name] = mine
    return found


def roles_of(context: Context, window: Days) -> dict[str, str]:
    """Personnel number → role, where there is a roster."""
    if context.site.people.roster == "none":
        return {}
    rosters = Rosters(context.lake, context.site, Days.one(window.last), Pseudonyms(pseudonym_key()))
    return {row.person: row.role for row in rosters.employments(rosters.in_force("people", window.last))}


def hosts_of(landings: Mapping[str, Landing], held: Sequence[Held], numbers: set[str]) -> dict[str, Host]:
    """Those who act, with all their rows of the window."""
    rows: dict[str, list[Seen]] = {number: [] for number in numbers}
    for name, told in landings.items():
        mine = [row for row in held if row.kind == told.identifies and row.number in numbers]
        of = {row.identifier: row for row in mine}
        fields = [field for field in told.feed.names if field in told.rows.columns and field != "at"]
        found = told.rows.where(F.col("_who").isin(sorted(of)))
        # Instants as microseconds: a timestamp would come back on this machine's clock.
        moment = F.unix_micros("at").alias("_micros")
        for row in found.select("_who", "_file", "_line", "day", moment, *fields).collect():
            at = datetime.fromtimestamp(row["_micros"] / 1e6, UTC)
            holder = next((h for h in mine if h.identifier == row["_who"] and h.start <= at < h.end), None)
            if holder and holder.number:
                cells = {field: row[field] for field in fields if row[field] is not None}
                file = told.files[row["_file"]].name
                rows[holder.number].append(Seen(name, at, row["day"], cells, file, row["_line"]))
    order = {number: sorted(told, key=lambda r: (r.at, r.feed, r.file, r.line)) for number, told in rows.items()}
    return {number: Host(number, told) for number, told in order.items()}


def world_of(site: Site, landings: Mapping[str, Landing]) -> World:
    """Doors, machines, addresses and ways: small, whatever the logs' size."""

    def used(feed: str, name: str) -> list[str]:
        if feed not in landings or name not in landings[feed].rows.columns:
            return []
        counts = landings[feed].rows.where(F.col(name).isNotNull()).groupBy(name).count()
        top = counts.orderBy(F.desc("count"), name).limit(VOCABULARY).collect()
        return sorted(row[name] for row in top)

    graph = graph_of(site)
    # A damaged row may name a door that there is not.
    declared = {door.name for door in graph.doors} if graph else set()
    doors = [door for door in used("access", "door") if not declared or door in declared]
    zones: dict[str, str] = {}
    if doors and "access" in landings and "zone" in landings["access"].rows.columns:
        seen = landings["access"].rows.where(F.col("door").isin(doors))
        rows = seen.groupBy("door").agg(F.min("zone").alias("zone")).collect()
        zones = {row["door"]: row["zone"] or "" for row in rows}
    ways = None
    if graph:
        edges: nx.DiGraph[str] = nx.DiGraph()
        for door in graph.doors:
            for direction, before, after, reads in door.ways:
                edges.add_edge(before, after, door=door.name, direction=direction, read=bool(reads))
        ways = Ways(
            edges,
            frozenset(zone.name for zone in graph.zones if zone.area in GRAVE),
            frozenset(zone.name for zone in graph.zones if "two_person" in zone.rules),
        )
    return World(
        zone=ZoneInfo(site.site.time_zone),
        feeds=frozenset(landings),
        doors=dict.fromkeys(doors, "") | zones,
        machines=used("logon", "machine"),
        addresses=[a for a in used("mail", "to") if ";" not in a] or used("mail", "from"),
        uploads=site.web_categories.get(UPLOADS, ()) or ("uploads.example",),
        ways=ways,
    )
