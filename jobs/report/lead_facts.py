"""Read what a page says of its leads from the lake: their reasons, figures, places and ways of that night."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import reduce
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from expectations.gold import DRIVER
from expectations.gold_day import PLACE_DAY
from expectations.silver import EVENTS
from features.catalog import PERSON_DAY
from features.day_graph import ITEMS, outward
from features.place_name import place_name
from jobs.abreast import AT_ONCE
from jobs.days import Days
from jobs.lake import Lake
from jobs.report.group_graph import groups_of
from jobs.report.night import Lead, Move, Place, Reason
from jobs.report.walk_facts import counts_left_out, instant, left_out_of, of, unread_of, ways_of
from models.groups import FEWEST_PEOPLE

HISTORY = 60
"""Nights of a person's own values shown beside tonight's: two months show a monthly habit twice."""


def explained(lake: Lake, day: date, leads: list[Lead], zone: ZoneInfo) -> tuple[Lead, ...]:
    """The leads with role, reasons, figures, places and moves."""
    if not leads:
        return ()
    people = [lead.person for lead in leads]
    night = Days.one(day)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        seen_at = pool.submit(places_of, lake, night, people, zone)
        moved = pool.submit(moves_of, lake, night, people, zone)
        reasons = drivers(lake, night, people)
        told_of = {person: reasons[person][0].seen_on if person in reasons else day for person in people}
        gone_by = pool.submit(ways_of, lake, told_of, zone)
        unread_by = pool.submit(unread_of, lake, told_of, zone)
        asked = {person: day for person, day in told_of.items() if counts_left_out(reasons.get(person, ()), day)}
        left_by = pool.submit(left_out_of, lake, asked)
        channels = sorted(
            {reason.channel for told in reasons.values() for reason in told if reason.channel in PERSON_DAY.names}
        )
        own, role_on, teams = figures(lake, night, people, channels)
        wanted = {(person, reason.seen_on) for person, told in reasons.items() for reason in told}
        peers = peers_of(lake, {when: role for when, role in role_on.items() if when in wanted}, channels)
    places, moves = seen_at.result(), moved.result()
    walks, unread, left = gone_by.result(), unread_by.result(), left_by.result()
    out = []
    for lead in leads:
        role, team = teams.get(lead.person, ("unknown", "unknown"))
        told = tuple(
            replace(
                reason,
                history=tuple(own.get((lead.person, reason.channel), ())),
                peers=peers.get((lead.person, reason.seen_on, reason.channel)),
            )
            for reason in reasons.get(lead.person, ())
        )
        seen, walked = tuple(places.get(lead.person, ())), tuple(moves.get(lead.person, ()))
        ways, missing = tuple(walks.get(lead.person, ())), tuple(unread.get(lead.person, ()))
        shown = replace(lead, role=role, team=team, reasons=told, places=seen, moves=walked)
        out.append(replace(shown, ways=ways, unread=missing, left_out=tuple(left.get(lead.person, ()))))
    groups = groups_of(lake, out)
    return tuple(replace(lead, group=groups.get(lead.person)) for lead in out)


def drivers(lake: Lake, night: Days, people: list[int]) -> dict[int, list[Reason]]:
    """Reasons per person, strongest first."""
    told: dict[int, list[Reason]] = {}
    names = [name for name in Reason.__dataclass_fields__ if name in DRIVER.names]
    for row in of(lake.read(DRIVER, night), people).orderBy("person", "position").collect():
        given = {name: row[name] for name in names} | {"events": tuple(row["events"])}
        told.setdefault(row["person"], []).append(Reason(**given))
    return told


Figures = dict[tuple[int, str], list[tuple[date, float | None]]]


def figures(
    lake: Lake, night: Days, people: list[int], channels: list[str]
) -> tuple[Figures, dict[tuple[int, date], str], dict[int, tuple[str, str]]]:
    """Own values over HISTORY nights, the role on each of them, and the newest role and team."""
    window = Days(date.fromordinal(night.start.toordinal() - HISTORY), night.end)
    own: Figures = {}
    role_on: dict[tuple[int, date], str] = {}
    teams: dict[int, tuple[str, str]] = {}
    for row in of(lake.read(PERSON_DAY, window), people).orderBy("person", "day").collect():
        role_on[row["person"], row["day"]] = row["role"]
        teams[row["person"]] = (row["role"], row["team"])
        for channel in channels:
            own.setdefault((row["person"], channel), []).append((row["day"], row[channel]))
    known = {key: series for key, series in own.items() if any(value is not None for _, value in series)}
    return known, role_on, teams


def peers_of(
    lake: Lake, role_on: Mapping[tuple[int, date], str], channels: list[str]
) -> dict[tuple[int, date, str], tuple[float, float]]:
    """The 10th and the 90th percentile of everybody else of the person's role, on each of these person-days.

    No range where fewer than FEWEST_PEOPLE others have a value: one or two people are not most of a role.
    """
    if not role_on or not channels:
        return {}
    people, days = zip(*role_on, strict=True)
    given = {"lead": pa.array(people, pa.int64()), "day": pa.array(days, pa.date32()), "role": list(role_on.values())}
    leads = F.broadcast(lake.spark.createDataFrame(pa.table(given)))
    same = lake.read(PERSON_DAY).where(F.col("day").isin(sorted(set(days)))).join(leads, ["day", "role"])
    spread = [F.percentile(channel, F.array(F.lit(0.1), F.lit(0.9))).alias(channel) for channel in channels]
    others = [F.count(channel).alias(f"{channel} others") for channel in channels]
    rows = same.where(F.col("person") != F.col("lead")).groupBy("lead", "day").agg(*spread, *others).collect()
    return {
        (row["lead"], row["day"], channel): (float(row[channel][0]), float(row[channel][1]))
        for row in rows
        for channel in channels
        if row[f"{channel} others"] >= FEWEST_PEOPLE
    }


def places_of(lake: Lake, night: Days, people: list[int], zone: ZoneInfo) -> dict[int, list[Place]]:
    """Doors, machines, items and addresses outside of the day, in the order they were first used."""
    seen = (
        of(lake.read(PLACE_DAY, night), people)
        .where(F.col("kind").isin("door", "machine", *ITEMS, "counterpart") & (F.col("events") > 0) & outward())
        .groupBy("person", "kind", "place")
        .agg(
            F.sum("events").alias("events"),
            F.sum(F.coalesce("refused", F.lit(0))).alias("refused"),
            F.unix_micros(F.min("first_at")).alias("first_at"),
            F.unix_micros(F.max("last_at")).alias("last_at"),
            F.max("days_seen").alias("days_seen"),
            F.max("last_day").alias("last_day"),
        )
        .orderBy("person", "first_at", "kind", "place")
    )
    found: dict[int, list[Place]] = {}
    for row in seen.collect():
        found.setdefault(row["person"], []).append(
            Place(
                row["kind"],
                place_name(row["kind"], row["place"]),
                int(row["events"]),
                int(row["refused"]),
                instant(row["first_at"], zone),
                instant(row["last_at"], zone),
                int(row["days_seen"]),
                row["last_day"],
            )
        )
    return found


def moves_of(lake: Lake, night: Days, people: list[int], zone: ZoneInfo) -> dict[int, list[Move]]:
    """How often the person went from one door or machine to another, counted in Spark from the leads' own events."""
    sightings = []
    for table in EVENTS:
        place = "door" if "door" in table.names else "machine"
        events = lake.read(table).where((F.col("day") >= night.start) & (F.col("day") < night.end))
        sightings.append(of(events, people).select("person", "at", "event", F.col(place).alias("place")))
    walk = Window.partitionBy("person").orderBy("at", "event", "place")
    hops = (
        reduce(DataFrame.unionByName, sightings)
        .withColumn("origin", F.lag("place").over(walk))
        .where(F.col("origin") != F.col("place"))
        .groupBy("person", "origin", "place")
        .agg(
            F.count(F.lit(1)).alias("times"),
            F.unix_micros(F.min("at")).alias("first_at"),
            F.unix_micros(F.max("at")).alias("last_at"),
        )
        .orderBy("person", "first_at", "origin", "place")
    )
    found: dict[int, list[Move]] = {}
    for row in hops.collect():
        first, last = instant(row["first_at"], zone), instant(row["last_at"], zone)
        assert first is not None
        assert last is not None
        found.setdefault(row["person"], []).append(Move(row["origin"], row["place"], int(row["times"]), first, last))
    return found
