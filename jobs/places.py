"""The site's zones and doors: as declared, and those that were only seen."""

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.silver import DOOR, ZONE
from feeds.roster import UNKNOWN
from feeds.site import Site
from jobs.lake import Lake
from jobs.rows import frame, replace_if_changed


def let_into(lake: Lake, site: Site) -> DataFrame:
    """Door → the zones on its two sides; the first declaration of a door holds."""
    sides = {door.name: (door.from_zone, door.to_zone) for door in reversed(site.doors)}
    rows = [(name, *zones) for name, zones in sorted(sides.items())]
    return frame(lake.spark, rows, "door string, _from string, _to string")


def write_places(lake: Lake, site: Site, reads: Iterable[DataFrame]) -> None:
    """Write both tables; `reads` are the events at doors."""
    zones = {zone.name: (zone.name, zone.area, zone.consequence) for zone in site.zones}
    doors = {(d.name, d.from_zone, d.to_zone): d.least_seconds for d in site.doors}
    seen = [
        (row["door"], row["zone"])
        for row in lake.read(DOOR).select(F.col("door"), F.col("zone_to").alias("zone")).collect()
    ]
    seen += [(None, row["zone"]) for row in lake.read(ZONE).select("zone").collect()]
    for events in reads:
        seen += [(row["door"], row["zone"]) for row in events.select("door", "zone").distinct().collect()]
    declared = {name for name, _, _ in doors}
    for door, zone in sorted(seen, key=repr):
        if door is not None and door not in declared:
            doors.setdefault((door, UNKNOWN, zone or UNKNOWN), 0.0)
    names = {zone for _, zone in seen if zone} | {end for _, *ends in doors for end in ends}
    for name in sorted(names - set(zones)):
        zones[name] = (name, "outside" if name == "outside" else "office", 1.0)
    replace_if_changed(lake, ZONE, list(zones.values()))
    replace_if_changed(lake, DOOR, [(*key, seconds) for key, seconds in doors.items()])
