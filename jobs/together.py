"""Fold the nights' reads, logons and messages into who was with whom; roll the association on; find small groups.

Spark makes pairs, inside zone-hours that are no crowd, and walks through the zones under a rule; what is left is
people, their places and their closest and least explained partners, which numpy rolls from night to night.
"""

import logging
from collections.abc import Iterator
from functools import partial, reduce

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.gold_day import TOGETHER_MEASURES
from expectations.gold_together import COMPANY, TOGETHER
from expectations.quality import CROWD, SHARED
from expectations.silver import ACCESS, ADDRESS, ALARM, LOGON, MAIL, PEOPLE
from expectations.table import Table
from features.copresence import (
    TOO_MANY_STAYS,
    at_machines,
    beyond_the_closest,
    by_mail,
    calm,
    crowded_at_once,
    in_lockstep,
    in_zones,
    pairs,
    uncrowded,
)
from features.desk import answered_from_afar
from features.lone import TWO_PERSON, broken_rules
from features.person_day import as_last_told, on_days
from features.stays import crowds, stays, zone_hours
from feeds.site import Site
from jobs.abreast import abreast
from jobs.association import Night, before, meetings_of, presence_of, write_states
from jobs.clocks import events_of
from jobs.context import Context
from jobs.days import Days
from jobs.evenings import escorted, facts_frame, teams, write_communities, write_groups
from jobs.lake import Lake
from jobs.matrix import arrow, rows_of
from jobs.person_day import by_person, held, working_time
from jobs.rows import frame
from jobs.site_graph import graph_of, sides, unread_ways
from models.association import HOURS, Association, Whereabouts
from models.together import evening

log = logging.getLogger("postern")


def run(context: Context, days: Days) -> None:
    """Write together, company, groups, ties and what crowds leave out of `days`, and the association as of their ends.

    Raises MissingState when the association of the evening before is not kept, though earlier nights were folded.
    """
    lake, site = context.lake, context.site
    whereabouts, association = before(lake, days)
    roster = on_days(lake.read(PEOPLE), working_time(site))
    everybody = roster.select("person").distinct().count()
    reads = by_person(events(lake, site, ACCESS, days), everybody, days)
    graph, longest = graph_of(site), site.together.longest_stay_minutes * 60
    beside = sides(lake.spark, graph) if graph else None
    told = stays(reads, beside, longest)
    with held(told, everybody, days) as told:
        found = crowds(zone_hours(told)).localCheckpoint()
        crowded = left_out(found, site.together.crowd)
        hours = calm(zone_hours(told), found, site.together.crowd)
        everybody_met = company(lake, site, reads, hours.where("is_calm"), days).localCheckpoint()
        met = everybody_met.where("is_kept").select(*TOGETHER.names)
        seen = arrow(presence(hours), "day", "person", "zone")
        broken = [rows.localCheckpoint() for rows in broken_rules_of(site, told, roster)]
    if graph and beside is not None and "alarm" in site.feeds:
        free = unread_ways(lake.spark, graph)
        broken.append(shaped(answered_from_afar(events(lake, site, ALARM, days), reads, beside, free, longest)))
    lake.write(TOGETHER, met, days)
    meetings = arrow(met, "day", "person", "partner", "kind", "place")
    people = arrow(roster, "person", "from_day")
    evenings = list(rolled(site, days, whereabouts, association, seen, meetings, people))
    facts = facts_frame(lake, evenings)
    abreast(
        partial(write_states, lake, evenings, days),
        partial(write_groups, lake, evenings, days),
        partial(write_communities, lake, evenings, people, days),
        partial(lake.write, CROWD, crowded, days),
        partial(lake.write, SHARED, left_out_elsewhere(lake, site, days, everybody_met), days),
        partial(lake.write, COMPANY, reduce(DataFrame.unionByName, broken, facts), days),
    )


def events(lake: Lake, site: Site, table: Table, days: Days) -> DataFrame:
    """The days' events of a feed, none when the site does not have it."""
    known = table.name.removeprefix("silver.") in site.feeds
    return events_of(lake, table, days) if known else lake.empty(table)


def company(lake: Lake, site: Site, reads: DataFrame, hours: DataFrame, days: Days) -> DataFrame:
    """features.copresence.pairs of the days; `hours` are the zone-hours that are no crowd."""
    crowd = site.together.crowd
    two_person = [zone.name for zone in site.zones if TWO_PERSON in zone.rules]
    kinds = [in_zones(hours, two_person), in_lockstep(reads)]
    if "logon" in site.feeds:
        kinds.append(at_machines(events(lake, site, LOGON, days), crowd))
    if "mail" in site.feeds:
        kinds.append(by_mail(events(lake, site, MAIL, days), lake.read(ADDRESS), crowd))
    return pairs(kinds, site.together.partners)


def presence(hours: DataFrame) -> DataFrame:
    """(day, person, zone, seconds, calm, hours, since, until): time there; of it, in `known` stays outside crowds, a
    part for each with its hour of the UTC clock; hours there as bits; the first and the last second there, from the
    day's first read on, NULL where all was before."""
    length, read, hour = F.col("leave") - F.col("enter"), ~F.col("before"), F.col("hour") % HOURS
    outside = F.when(F.col("is_calm") & F.col("known"), F.struct(hour.alias("hour"), length.alias("seconds")))
    return hours.groupBy("day", "person", "zone").agg(
        F.sum(length).alias("seconds"),
        F.collect_list(outside).alias("calm"),
        F.expr(f"bit_or(shiftleft(1L, CAST(hour % {HOURS} AS INT)))").alias("hours"),
        F.min(F.when(read, F.col("enter"))).alias("since"),
        F.max(F.when(read, F.col("leave"))).alias("until"),
    )


def left_out(found: DataFrame, crowd: int) -> DataFrame:
    """quality.crowd of the `crowds` of the days, told in the log, too."""
    crowded = ~uncrowded(crowd)
    by_zone = found.groupBy("day", "zone").agg(
        F.count_if(crowded).alias("hours"),
        F.count(F.lit(1)).alias("used"),
        F.max(F.when(crowded, F.col("people"))).alias("people"),
        F.lit(crowd).cast("long").alias("cap"),
    )
    rows = sorted(by_zone.where(F.col("hours") > 0).collect())
    if rows:
        log.info(
            "together: who was with whom is left out of %d zone-hours with crowds of more than %d people "
            "(together.crowd) or %d stays, in %d zones",
            sum(row["hours"] for row in rows), crowd, crowd * TOO_MANY_STAYS, len({row["zone"] for row in rows}),
        )  # fmt: skip
    return frame(found.sparkSession, rows, CROWD.schema())


def left_out_elsewhere(lake: Lake, site: Site, days: Days, met: DataFrame) -> DataFrame:
    """quality.shared of the days, told in the log, too; `met` are all `pairs`."""
    crowd, partners = site.together.crowd, site.together.partners
    logons, messages = (
        events_of(lake, table, days) if table.name.removeprefix("silver.") in site.feeds else None
        for table in (LOGON, MAIL)
    )
    found = beyond_the_closest(met).withColumn("cap", F.lit(partners).cast("long"))
    if logons is not None or messages is not None:
        crowded = crowded_at_once(logons, messages, crowd).withColumn("cap", F.lit(crowd).cast("long"))
        found = found.unionByName(crowded)
    rows = sorted(found.select(*SHARED.names).collect())
    if rows:
        log.info(
            "together: who was with whom is left out of %d computers and %d messages of more than %d people "
            "(together.crowd), and of %d pairs beyond the %d closest of either at one place (together.partners)",
            *(sum(row["left_out"] for row in rows if row["kind"] == kind) for kind in ("machine", "mail")), crowd,
            sum(row["left_out"] for row in rows if row["kind"] == "pair"), partners,
        )  # fmt: skip
    return frame(lake.spark, rows, SHARED.schema())


def broken_rules_of(site: Site, told: DataFrame, roster: DataFrame) -> Iterator[DataFrame]:
    """Rows of gold.company for the rules of zones that were broken; nothing at a site without rules."""
    zones = {zone.name: (tuple(zone.rules), zone.consequence) for zone in site.zones if zone.rules}
    if not zones:
        return
    told_last = as_last_told(roster).withColumnRenamed("person", "who")
    needing = told_last.where(F.col("role").isin(list(site.together.escorted)))
    inside = told.where(F.col("zone").isin(sorted(zones)))
    known = inside.join(
        F.broadcast(needing.select("who", "from_day", "until_day")),
        (F.col("person") == F.col("who")) & (F.col("day") >= F.col("from_day")) & (F.col("day") < F.col("until_day")),
        "left",
    ).withColumn("escorted", F.col("who").isNotNull())
    yield shaped(broken_rules(known, zones, site.together.grace_seconds))


def shaped(rows: DataFrame) -> DataFrame:
    """With all columns of gold.company: `first` and `last` as times, NULL where nothing is known."""
    rows = rows.withColumns({f"{name}_at": F.timestamp_seconds(name) for name in ("first", "last")})
    missing = {c.name: F.lit(None).cast(c.type) for c in TOGETHER_MEASURES if c.name not in rows.columns}
    return rows.withColumns(missing).select(*COMPANY.names)


def rolled(
    site: Site, days: Days, whereabouts: Whereabouts, association: Association, seen: pa.Table, met: pa.Table,
    roster: pa.Table,
) -> Iterator[Night]:  # fmt: skip
    """The nights one after the other."""
    two_person = frozenset(zone.name for zone in site.zones if TWO_PERSON in zone.rules)
    seen_on, met_on = seen["day"].to_numpy(), met["day"].to_numpy()
    for day in days:
        here, there = rows_of(seen_on, day), rows_of(met_on, day)
        told = evening(
            *(whereabouts, association, presence_of(seen.slice(here.start, here.stop - here.start))),
            *(meetings_of(met.slice(there.start, there.stop - there.start)), teams(roster, day), two_person),
            site.together.partners,
            escorted(roster, day, site.together.escorted),
        )
        whereabouts, association = told.whereabouts, told.association
        yield Night(day, told)
