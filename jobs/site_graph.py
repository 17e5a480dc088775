"""The site's graph as a configuration declares it: checked, told in a few lines, and as frames for the night."""

from pyspark.sql import SparkSession

from features.passages import Ways
from features.site_graph import Door, SiteGraph, Zone, gap_name, gaps, least_reads, least_seconds, paces, site_graph
from feeds.site import Site
from jobs.rows import frame


def graph_of(site: Site) -> SiteGraph | None:
    """The graph of the site's doors; None when it declares none."""
    if not site.doors:
        return None
    zones = [Zone(zone.name, zone.area, zone.consequence, zone.rules) for zone in site.zones]
    doors = [
        Door(door.name, door.from_zone, door.to_zone, door.least_seconds, door.one_way, door.exit_reader)
        for door in site.doors
    ]
    return site_graph(zones, doors)


def ways(spark: SparkSession, graph: SiteGraph) -> Ways:
    """The graph as small frames; zones and doors are numbered in the graph's order."""
    zones, first = [zone.name for zone in graph.zones], gaps(graph)
    at = {name: number for number, name in enumerate(zones)}
    readers = []
    for number, door in enumerate(graph.doors):
        passages = [(way, before, after) for way, before, after, reads in door.ways if reads]
        if len(passages) == 1:
            # Where there is one reader, a log may well not tell the direction.
            passages += [("", *passages[0][1:])]
        readers += [
            (door.name, way, number, at[before], at[after], gap_name(before, after)) for way, before, after in passages
        ]
    between = [(number, [first.get((one, other)) for other in zones]) for number, one in enumerate(zones)]
    least = [(number, row) for number, row in enumerate(paces(graph).tolist())]
    return Ways(
        readers=frame(spark, readers, "door string, way string, at_door int, before int, after int, gap string"),
        gaps=frame(spark, between, "was_in int, gaps array<string>"),
        paces=frame(spark, least, "was_at int, paces array<double>"),
    )


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
        if zone.rules or zone.area in ("vital", "inner"):
            rules = f"; {', '.join(zone.rules)}" if zone.rules else ""
            told.append(f"{zone.name}: {zone.area}, consequence {zone.consequence:g}{rules}")
    return told
