"""The site's graph as a configuration declares it: checked, told in a few lines, and as frames for the night."""

from pyspark.sql import DataFrame, SparkSession

from expectations.silver import ACCESS
from features.passages import Ways
from features.site_graph import (
    OUTSIDE,
    Door,
    SiteGraph,
    Zone,
    gap_name,
    gaps,
    least_reads,
    least_seconds,
    paces,
    site_graph,
    unread,
)
from features.site_measures import centrality, grave, needed, ways_out
from features.transit import QUANTILE, SUPPORT, transit_times
from feeds.site import Site
from jobs.context import Context
from jobs.rows import frame


def zones_of(site: Site) -> list[Zone]:
    """The zones that the site declares."""
    return [Zone(zone.name, zone.area, zone.consequence, zone.rules, zone.material) for zone in site.zones]


def graph_of(site: Site) -> SiteGraph | None:
    """The graph of the site's doors; None when it declares none."""
    if not site.doors:
        return None
    doors = [
        Door(door.name, door.from_zone, door.to_zone, door.least_seconds, door.one_way, door.exit_reader)
        for door in site.doors
    ]
    return site_graph(zones_of(site), doors)


def ways(spark: SparkSession, graph: SiteGraph) -> Ways:
    """The graph as small frames; zones and doors are numbered in the graph's order."""
    zones, first = [zone.name for zone in graph.zones], gaps(graph)
    at = {name: number for number, name in enumerate(zones)}
    high = grave(graph.zones)
    readers = []
    for number, door in enumerate(graph.doors):
        passages = [(way, before, after) for way, before, after, reads in door.ways if reads]
        if len(passages) == 1:
            # Where there is one reader, a log may well not tell the direction.
            passages += [("", *passages[0][1:])]
        readers += [
            (door.name, way, number, at[before], at[after], gap_name(before, after), after in high)
            for way, before, after in passages
        ]
    between = [(number, [first.get((one, other)) for other in zones]) for number, one in enumerate(zones)]
    least = [(number, row) for number, row in enumerate(paces(graph).tolist())]
    out, central = ways_out(graph), centrality(graph)
    figures = [(zone.name, out[zone.name], zone.consequence, central[zone.name]) for zone in graph.zones]
    return Ways(
        readers=frame(
            spark, readers, "door string, way string, at_door int, before int, after int, gap string, grave boolean"
        ),
        gaps=frame(spark, between, "was_in int, gaps array<string>"),
        paces=frame(spark, least, "was_at int, paces array<double>"),
        needed=frame(
            spark, [(*way, True) for way in needed(graph)], "_came int, _goes int, _into int, _needed boolean"
        ),
        zones=frame(spark, figures, "zone string, ways_out int, consequence double, centrality double"),
        outside=at[OUTSIDE],
    )


def sides(spark: SparkSession, graph: SiteGraph) -> DataFrame:
    """(door, way, was_in, beside): the zone each reader is read from, and the zones that lead there unread."""
    free, rows = unread(graph), []
    for door in graph.doors:
        passages = [(way, before) for way, before, _, reads in door.ways if reads]
        if len(passages) == 1:
            passages += [("", passages[0][1])]
        rows += [(door.name, way, before, free[before]) for way, before in passages]
    return frame(spark, rows, "door string, way string, was_in string, beside array<string>")


def unread_ways(spark: SparkSession, graph: SiteGraph) -> DataFrame:
    """(start, end): zones between which nobody need be read, each with itself."""
    rows = [(start, end) for end, starts in unread(graph).items() for start in starts]
    return frame(spark, rows, "start string, end string")


def summary(site: Site) -> list[str]:
    """The site in a few lines, for whoever has just declared it. A configuration that loads has no faults."""
    graph = graph_of(site)
    if graph is None:
        return [
            f"{site.site.name}: {len(site.zones)} zones and no doors declared.",
            "What needs the site's graph (reads missing on the way, two zones at once) is left out.",
            "Next: declare `doors` as sites/example.yaml shows.",
        ]
    slow, reads = least_seconds(graph), least_reads(graph)
    farthest = max(slow, key=lambda pair: (slow[pair], pair))
    deepest = max(reads, key=lambda pair: (reads[pair], pair))
    one_way, unread = [d.name for d in graph.doors if d.one_way], [d.name for d in graph.doors if not d.exit_reader]
    untimed = [d.name for d in graph.doors if not d.least_seconds]
    told = [
        f"{site.site.name}: {len(graph.zones)} zones and {len(graph.doors)} doors. "
        "Every zone can be reached from outside, and left again.",
        f"most reads between two zones: {reads[deepest]}, from {deepest[0]} to {deepest[1]}",
        f"longest quickest way: {slow[farthest]:g} s, from {farthest[0]} to {farthest[1]}",
        f"doors one way: {', '.join(one_way) or 'none'}",
        f"doors left without a read: {', '.join(unread) or 'none'}",
    ]
    if untimed:
        told.append(f"doors without least_seconds, where no walk is too fast: {', '.join(untimed)}")
    for zone in sorted(graph.zones, key=lambda zone: (-zone.consequence, zone.name)):
        if zone.in_force or zone.area in ("vital", "inner"):
            told.append("; ".join([f"{zone.name}: {zone.area}, consequence {zone.consequence:g}", *zone.in_force]))
    return told


def proposal(context: Context) -> list[str]:
    """Least seconds of each door as its reads show them, beside what the site declares; to be declared by hand."""
    found = transit_times(context.lake.read(ACCESS)).orderBy("door").collect()
    if not found:
        return [f"no door has {SUPPORT} walks yet. Next: `postern backfill`, then ask again."]
    declared = {door.name: door.least_seconds for door in context.site.doors}
    told = [f"least seconds from a door to the next, as the quickest {QUANTILE:.0%} of walks take them:"]
    for row in found:
        known = declared.get(row["door"])
        beside = "not declared" if known is None else f"declared {known:g}"
        beside += ", too long" if known is not None and known > row["seconds"] else ""
        told.append(f"  {row['door']}: {row['seconds']} s over {row['walks']:,} walks ({beside})")
    return [*told, "Next: write what you believe as least_seconds; nothing is taken over by itself."]
