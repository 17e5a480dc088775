"""Who was with whom, on a drawn site."""

from datetime import datetime

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.silver import ADDRESS
from features.copresence import (
    at_machines,
    beyond_the_closest,
    by_mail,
    calm,
    crowded_at_once,
    in_lockstep,
    in_zones,
    pairs,
)
from features.lone import broken_rules
from features.stays import crowds, stays, zone_hours
from jobs.rows import frame
from jobs.together import presence
from tests.features.conftest import DAY
from tests.features.walked import LONGEST, Events, walked


def met(reads: DataFrame, doors: DataFrame, *, crowd: int = 25, partners: int = 20) -> dict[tuple[int, int], object]:
    hours = zone_hours(stays(reads, doors, LONGEST))
    told = pairs([in_zones(calm(hours, crowds(hours), crowd).where("is_calm"), ["vault"])], partners)
    rows = told.where("is_kept").collect()
    return {(r["person"], r["partner"], r["kind"]): (r["seconds"], r["times"], r["place"]) for r in rows}


def test_company_is_the_overlap_of_stays(events: Events, doors: DataFrame) -> None:
    reads = walked(
        events,
        "1: 08:00 D, 08:50 V, 10:20 V-, 10:30 D-",
        "2: 08:30 D, 09:00 V, 10:00 V-, 10:30 D-",
        "3: 08:29 D, 08:30:30 D-",  # half a minute with the second: they pass each other
    )
    assert met(reads, doors) == {
        (1, 2, "zone"): (20 * 60 + 10 * 60, 1, "lobby"),
        (1, 2, "two_person"): (3600, 1, "vault"),
        (1, 3, "zone"): (90, 1, "lobby"),
    }


def test_who_may_have_left_unread_is_nobody_s_company(events: Events, doors: DataFrame) -> None:
    # The first was next read outside the lobby: whether they were in the vault at half past eight nobody knows.
    lost = walked(events, "1: 08:00 D, 08:10 V, 09:30 D-", "2: 08:00 D, 08:30 V, 08:50 V-, 09:40 D-")
    assert met(lost, doors)[1, 2, "zone"] == (10 * 60, 1, "lobby"), "nor company, but until one of them went on"
    assert (1, 2, "two_person") not in met(lost, doors)
    read = walked(events, "1: 08:00 D, 08:10 V, 09:29 V-, 09:30 D-", "2: 08:00 D, 08:30 V, 08:50 V-, 09:40 D-")
    assert met(read, doors)[1, 2, "two_person"] == (20 * 60, 1, "vault")


def test_who_goes_with_the_first_read_of_a_day_was_there_and_spans_nothing_of_it(
    events: Events, doors: DataFrame
) -> None:
    reads = walked(events, "1: 06:10 V-, 06:12 D-", "2: 08:00 D, 08:30 V, 09:00 V-, 09:10 D-")
    hours = zone_hours(stays(reads, doors, LONGEST))
    told = presence(calm(hours, crowds(hours), 25)).orderBy("person", "zone").collect()
    lobby, vault = told[:2]
    assert (vault["zone"], vault["seconds"], vault["since"], vault["until"]) == ("vault", LONGEST, None, None)
    assert lobby["until"] - lobby["since"] == 2 * 60
    mine = [row for row in told if row["person"] == 2]
    assert max(row["until"] for row in mine) - min(row["since"] for row in mine) == 70 * 60


def test_a_crowd_is_nobody_s_company_and_is_left_out_by_the_hour(events: Events, doors: DataFrame) -> None:
    many = [f"{person}: 08:10 D, 08:{20 + person} D-" for person in range(3, 8)]
    reads = walked(events, "1: 08:00 D, 09:40 D-", "2: 08:00 D, 09:40 D-", *many)
    assert met(reads, doors, crowd=6) == {(1, 2, "zone"): (40 * 60, 1, "lobby")}
    assert len(met(reads, doors, crowd=7)) == 21


def test_only_the_closest_partners_of_each_are_kept(events: Events, doors: DataFrame) -> None:
    walks = [f"{person}: 08:00 D, 08:{10 * person} D-" for person in range(1, 6)]
    found = met(walked(events, *walks), doors, partners=1)
    # Each is longest with those who stay longer, equally with all of them: the lowest pseudonym of these counts.
    assert {(one, other) for one, other, _ in found} == {(1, 2), (2, 3), (3, 4), (4, 5)}


def test_a_short_meeting_elsewhere_is_not_lost_behind_a_long_one(events: Events, doors: DataFrame) -> None:
    """The first is in the lobby with the third for an hour, in the vault with the second for ten minutes."""
    reads = walked(
        events, "1: 08:00 D, 09:30 V, 09:45 V-, 10:00 D-", "2: 09:00 D, 09:35 V, 09:50 V-", "3: 08:00 D, 09:00 D-"
    )
    found = met(reads, doors, partners=1)
    assert (1, 3, "zone") in found
    assert found[1, 2, "two_person"] == (600, 1, "vault")


def test_badges_that_follow_each_other_within_seconds_are_counted(events: Events) -> None:
    reads = walked(
        events, "1: 08:00 G, 08:05 D, 12:00 G-", "2: 08:00:04 G, 08:05:03 D, 12:01 G-", "3: 08:00:09 G, 12:00:02 G-"
    )
    found = {
        (r["person"], r["partner"], r["place"]): (r["times"], r["event"], r["partner_event"])
        for r in in_lockstep(reads).collect()
    }
    assert found == {(1, 2, "G"): (1, 1, 4), (1, 2, "D"): (1, 2, 5), (2, 3, "G"): (1, 4, 7), (1, 3, "G"): (1, 3, 8)}


def test_a_gate_of_20_000_passages_is_walked_through_and_pairs_nobody(spark: SparkSession, doors: DataFrame) -> None:
    """20,000 people through one gate within the hour, of whom a crossing would make 200 million pairs."""
    second = F.unix_timestamp(F.lit(f"{DAY} 08:00:00")) + (F.col("id") % 3600)
    reads = spark.range(20_000).select(
        F.col("id").alias("event"), F.col("id").alias("person"), F.timestamp_seconds(second).alias("at"),
        F.lit(DAY).alias("day"), F.lit(DAY).alias("landed"), F.col("id").alias("credential"), F.lit("G").alias("door"),
        F.lit("yard").alias("zone"), F.lit("in").alias("direction"), F.lit("granted").alias("outcome"),
    )  # fmt: skip
    hours = zone_hours(stays(reads, doors, 600)).localCheckpoint()
    found = crowds(hours)
    assert max(row["people"] for row in found.collect()) == 20_000
    assert {row["people"] > 25 for row in found.collect()} == {True}
    assert in_zones(calm(hours, found, 25).where("is_calm"), []).isEmpty()
    told = stays(reads, doors, 600).withColumn("escorted", F.lit(False))
    assert broken_rules(told, {"yard": (("no_lone_presence",), 1.0)}, 60).isEmpty()
    assert in_lockstep(reads).count() < 20_000


def test_computers_and_messages_of_a_crowd_are_counted_among_all_there_are(events: Events) -> None:
    hall = "".join(f"\n{person} | 09:00 | PC-hall | logon" for person in range(1, 6))
    logons = events(
        "logon", f"person | at | machine | activity\n1 | 08:00 | PC1 | logon{hall}\n5 | 10:00 | PC-hall | logon"
    )
    told = (
        "\n1 | 09:00 | PC | send | 101,102\n1 | 09:01 | PC | send | 1,2,3,4,5,6\n2 | 09:02 | PC | view | 1,2,3,4,5,6,7"
    )
    messages = events("mail", "person | at | machine | activity | counterparts" + told)
    found = crowded_at_once(logons, messages, 4)
    assert {(r["kind"], r["left_out"], r["used"], r["people"]) for r in found.collect()} == {
        ("machine", 1, 2, 5),
        ("mail", 1, 2, 6),
    }
    assert at_machines(logons, 4).isEmpty()
    assert crowded_at_once(logons, None, 5).isEmpty()
    assert at_machines(logons, 5).count() == 10


def test_pairs_beyond_the_closest_of_both_are_counted(events: Events) -> None:
    """Each of five at one computer has four partners there; of two closest each, who is last of both is cut."""
    logons = events(
        "logon", "person | at | machine | activity" + "".join(f"\n{p} | 09:00 | PC | logon" for p in range(5))
    )
    told = pairs([at_machines(logons, 25)], 2)
    assert sorted((r["person"], r["partner"]) for r in told.where("NOT is_kept").collect()) == [(2, 3), (2, 4), (3, 4)]
    (row,) = beyond_the_closest(told).collect()
    assert (row["kind"], row["left_out"], row["used"], row["people"]) == ("pair", 3, 10, 4)
    assert beyond_the_closest(pairs([at_machines(logons, 25)], 4)).isEmpty()


def test_no_plan_crosses_people_with_people(spark: SparkSession, events: Events, doors: DataFrame) -> None:
    """Whoever is paired shares an hour in a zone, a machine, a message or a door: every join has such a key."""
    reads = walked(events, "1: 08:00 D, 09:00 D-", "2: 08:00:05 D, 09:00 D-")
    hours = zone_hours(stays(reads, doors, LONGEST))
    logons = events("logon", "person | at | machine | activity\n1 | 09:00 | PC | logon\n2 | 10:00 | PC | logon")
    mails = events("mail", "person | at | machine | activity | counterparts\n1 | 09:00 | PC | send | 102")
    addresses = frame(spark, [(102, 2, datetime(2020, 1, 1), None)], ADDRESS.schema())  # noqa: DTZ001
    met = [
        in_zones(calm(hours, crowds(hours), 25).where("is_calm"), ["vault"]),
        *(at_machines(logons, 25), by_mail(mails, addresses, 25), in_lockstep(reads)),
    ]
    told = pairs(met, 5)
    assert {row["kind"] for row in told.collect()} == {"zone", "machine", "mail", "passage"}
    plan = told._jdf.queryExecution().toString()
    assert "Join" in plan
    assert "CartesianProduct" not in plan
    assert "NestedLoopJoin" not in plan
