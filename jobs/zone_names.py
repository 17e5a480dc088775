"""The zones that logs name, held against those of the site's graph: rules and reads meet by name alone."""

from pyspark.sql import functions as F

from expectations.gate import Told
from expectations.rules import Rule
from expectations.silver import ACCESS, ALARM
from expectations.table import Table
from expectations.written import zones_declared
from feeds.site import Site
from jobs.days import Days
from jobs.lake import Lake
from jobs.site_graph import graph_of


def declared(site: Site) -> frozenset[str]:
    """All zones of the site's graph, the outside among them; none when it declares no doors."""
    graph = graph_of(site)
    return frozenset(zone.name for zone in graph.zones) if graph else frozenset()


def undeclared(lake: Lake, site: Site, table: Table, days: Days) -> tuple[tuple[Rule, ...], Told]:
    """The rule that the table's log names no zone but `declared` ones, with its numbers; none where that cannot be.

    Without doors a zone that is only seen is a zone like others; and a reader's zone that the log does not tell is told
    by its door.
    """
    known, feed = declared(site), table.name.removeprefix("silver.")
    named = table.name == ALARM.name or (
        table.name == ACCESS.name and feed in site.feeds and "zone" in site.feeds[feed].columns
    )
    if not known or not named:
        return (), {}
    day = table.day or "day"
    strange = lake.read(table, days).where(F.col("zone").isNotNull() & ~F.col("zone").isin(*known))
    rows = strange.groupBy(F.col(day).alias("day"), "zone").count().collect()
    by_zone: dict[str, int] = {}
    by_day = dict.fromkeys(days, 0.0)
    for row in rows:
        by_zone[row["zone"]] = by_zone.get(row["zone"], 0) + row["count"]
        by_day[row["day"]] += row["count"]
    rule = zones_declared(feed, sorted(by_zone, key=lambda zone: (-by_zone[zone], zone)))
    return (rule,), {rule.name: by_day}
