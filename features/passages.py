"""Reads that do not fit the one before: a read is missing on the way, or there was no time for the way.

Judged per person and operational day from consecutive reads. The first read of a day follows none, so it always fits.
"""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

AGAIN = 10
"""Seconds within which one door read twice the same way is one passage: a reader that stutters, a door pulled late."""

SEEN_AT = ", seen at "
"""Stands between a gap and the door at which the badge was read next: 'yard → lobby, seen at V'."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The site's graph (features.site_graph) as small frames to be broadcast; zones and doors by number."""

    readers: DataFrame
    """(door, way, at_door, before, after, gap, grave): way is 'in', 'out', or '' for reads of a door's only reader that
    tell no direction; gap names the passage as 'zone → zone'; grave: whether it leads into a grave zone."""
    gaps: DataFrame
    """(was_in, gaps): per zone, to each zone the first reader on the way; NULL where nobody need be read."""
    paces: DataFrame
    """(was_at, paces): per door, least seconds to each door."""
    needed: DataFrame
    """(_came, _goes, _into, _needed): features.site_measures.needed."""
    zones: DataFrame
    """(zone, ways_out, consequence, centrality): figures of each zone."""
    outside: int
    """The number of the zone outside."""


def judged(reads: DataFrame, ways: Ways | None) -> DataFrame:
    """`reads` with `since_zone`, `misfit` and `gap`.

    `since_zone`: seconds since the person's read just before, when that was in another zone;
    `misfit`: how the read does not fit the one before it:
    - 'hurried': at another door sooner than anybody can walk there;
    - 'at_once': that, and a read is missing on the way besides: two places at once;
    - 'entered_again', 'left_again': in, or out, where the badge was already: the read between is missing;
    - 'skipped': elsewhere than the badge was let into, with time enough and a read missing on the way;
    `gap`: where a read is missing, the first reader passed unread, and the door of this read.

    The last two are NULL where the read fits, or one of the two is at a door that the graph does not have. Reads of one
    instant are ordered by event id. Refused reads count: the badge was there, and stayed in front of the door.
    """
    in_order = Window.partitionBy("person", "day").orderBy("at", "event")

    def before(column: Column | str) -> Column:
        return F.lag(column).over(in_order)

    seconds = F.unix_seconds("at") - F.unix_seconds(before("at"))
    since = {"since_zone": F.when(before("zone") != F.col("zone"), seconds)}
    if ways is None:
        nothing = F.lit(None).cast("string")
        return reads.withColumns({**since, "misfit": nothing, "gap": nothing})
    way = F.coalesce("direction", F.lit(""))
    placed = reads.withColumn("way", way).join(F.broadcast(ways.readers.drop("gap", "grave")), ["door", "way"], "left")
    stays = F.when(F.col("outcome") == "denied", F.col("before")).otherwise(F.col("after"))
    again = (before("at_door") == F.col("at_door")) & (before("way") == F.col("way")) & (seconds <= AGAIN)
    followed = placed.withColumns(
        {
            **since,
            "since": F.when(~again, seconds),
            "was_in": before(stays),
            "was_at": before("at_door"),
        }
    )
    known = followed.join(F.broadcast(ways.gaps), "was_in", "left").join(F.broadcast(ways.paces), "was_at", "left")
    is_gap, is_soon = F.col("gap").isNotNull(), F.col("since") < F.get("paces", F.col("at_door"))
    misfit = (
        F.when(is_soon, F.when(is_gap, "at_once").otherwise("hurried"))
        .when(is_gap & (F.col("after") == F.col("was_in")), F.concat(_led(), F.lit("_again")))
        .when(is_gap, "skipped")
    )
    # A NULL in any part makes the whole NULL: nobody need be read on the way.
    gap = F.when(F.col("since").isNotNull(), F.concat(F.get("gaps", F.col("before")), F.lit(SEEN_AT), F.col("door")))
    return (
        known.withColumn("gap", gap)
        .withColumn("misfit", misfit)
        .drop("way", "at_door", "before", "after", "since", "was_in", "was_at", "gaps", "paces")
    )


def _led() -> Column:
    return F.when(F.col("way") == "out", "left").otherwise("entered")
