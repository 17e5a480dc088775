"""Who was where from when until when, who was alone, and who was with whom, on a drawn site."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.silver import ADDRESS
from features.copresence import at_machines, by_mail, calm, in_lockstep, in_zones, pairs
from features.doubt import with_zones_doubted
from features.lone import broken_rules
from features.person_day import FOREVER
from features.stays import crowds, stays, zone_hours
from feeds.site import Site
from jobs.rows import frame
from jobs.site_graph import sides, ways
from jobs.together import broken_rules_of
from tests.features.conftest import DAY
from tests.features.drawn import site

Events = Callable[[str, str], DataFrame]

PLANT = """
outside ==G:5== yard ==L:10== lobby ==V:8== vault
yard --H:20-- hut
outside ==D:5== lobby
"""
GRAPH = site(PLANT)
INSIDE = {"G": "yard", "L": "lobby", "V": "vault", "H": "hut", "D": "lobby"}
BACK = {"G": "outside", "L": "yard", "V": "lobby", "D": "outside"}
LONGEST = 4 * 3600


def walked(events: Events, *walks: str) -> DataFrame:
    """Reads from lines such as '1: 08:00 G, 08:10 L, 09:00 L-': person, then door by time; a minus is the way out, an x
    a refusal."""
    rows = ["person | at | door | direction | zone | outcome"]
    for walk in walks:
        person, _, told = walk.partition(":")
        for read in told.split(","):
            at, door = read.split()
            way, name = "out" if door.endswith("-") else "in", door.rstrip("-x")
            outcome = "denied" if door.endswith("x") else "granted"
            rows.append(f"{person} | {at} | {name} | {way} | {(INSIDE if way == 'in' else BACK)[name]} | {outcome}")
    return events("access", "\n".join(rows))


@pytest.fixture(scope="module")
def doors(spark: SparkSession) -> DataFrame:
    return sides(spark, GRAPH)


def clock(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%H:%M:%S}".removesuffix(":00")


def stayed(reads: DataFrame, doors: DataFrame | None) -> list[tuple[object, ...]]:
    told = stays(reads, doors, LONGEST).orderBy("person", "enter", "zone").collect()
    return [(r["person"], r["zone"], clock(r["enter"]), clock(r["leave"]), r["sure"]) for r in told]


def test_a_stay_lasts_until_the_next_read_but_a_long_one_is_not_sure(events: Events, doors: DataFrame) -> None:
    reads = walked(events, "1: 08:00 G, 08:10 L, 08:20 V, 08:50 V-, 09:00 L-, 16:00 G-")
    assert stayed(reads, doors) == [
        (1, "yard", "08:00", "08:10", True),
        (1, "lobby", "08:10", "08:20", True),
        (1, "vault", "08:20", "08:50", True),
        (1, "lobby", "08:50", "09:00", True),
        (1, "yard", "09:00", "16:00", False),
    ]


def test_a_refusal_ends_nothing_and_the_last_stay_is_never_sure(events: Events, doors: DataFrame) -> None:
    assert stayed(walked(events, "1: 08:00 G, 08:10 Lx, 08:20 H"), doors) == [
        (1, "yard", "08:00", "08:20", True),
        (1, "hut", "08:20", "12:20", False),
    ]


def test_where_a_read_is_missing_both_zones_are_possible_and_neither_is_sure(events: Events, doors: DataFrame) -> None:
    # Into the vault behind somebody: only the way out is read. Nobody need be read on the way out of the hut, which may
    # have been left at any time before the lobby's door.
    reads = walked(events, "1: 08:00 D, 09:00 V-", "2: 08:00 G, 08:10 H, 09:00 L")
    assert stayed(reads, doors) == [
        (1, "lobby", "08:00", "09:00", False),
        (1, "vault", "08:00", "09:00", False),
        (1, "lobby", "09:00", "13:00", False),
        (2, "yard", "08:00", "08:10", True),
        (2, "hut", "08:10", "09:00", False),
        (2, "lobby", "09:00", "13:00", False),
    ]


def test_without_a_graph_the_next_read_ends_the_stay(events: Events) -> None:
    reads = walked(events, "1: 08:00 D, 09:00 V-")
    assert stayed(reads, None) == [(1, "lobby", "08:00", "09:00", True), (1, "lobby", "09:00", "13:00", False)]


RULES = {
    "vault": (("two_person",), 8.0), "lobby": (("no_lone_presence",), 2.0), "yard": (("escort",), 1.0),
    "hut": (("no_lone_presence",), 2.0),
}  # fmt: skip
VISITOR = 9


def alone(reads: DataFrame, doors: DataFrame, *, grace: int = 60) -> dict[tuple[int, str], tuple[int, int, int]]:
    told = stays(reads, doors, LONGEST).withColumn("escorted", F.col("person") == VISITOR)
    rows = broken_rules(told, RULES, grace).collect()
    return {(r["person"], r["kind"]): (r["alone"], r["grave_alone"], r["alone_badged"]) for r in rows}


def test_alone_is_what_is_left_when_the_partner_goes(events: Events, doors: DataFrame) -> None:
    reads = walked(
        events,
        "1: 08:00 D, 08:00:30 V, 08:30 V-, 08:30:10 D-",
        "2: 08:00:10 D, 08:00:40 V, 08:20 V-, 08:30:12 D-",
    )
    # Ten minutes of the vault, entered with two badges; a handover of ten seconds at its door counts nothing.
    found = alone(reads, doors)
    assert found.pop((2, "no_lone_presence")) == (600, 1200, 0)  # in the lobby meanwhile
    assert found == {(1, "two_person"): (600, 4800, 600)}


def test_two_badges_at_the_door_are_not_two_people_inside(events: Events, doors: DataFrame) -> None:
    both = walked(
        events,
        "1: 08:00 D, 08:10 V, 08:40 V-, 08:41 D-",
        "2: 08:00 D, 08:10:20 V, 08:10:50 V-, 08:41 D-",
    )
    late = walked(events, "1: 08:00 D, 08:10 V, 08:40 V-, 08:41 D-", "2: 08:00 D, 08:30 V, 08:39 V-, 08:41 D-")
    (badged, in_turn) = (alone(reads, doors)[1, "two_person"] for reads in (both, late))
    assert badged == (29 * 60 + 10, 8 * (29 * 60 + 10), 29 * 60 + 10)
    assert in_turn == (20 * 60, 8 * 20 * 60, 0)  # the last minute is within the grace


def test_somebody_whose_read_is_missing_is_company_all_the_same(events: Events, doors: DataFrame) -> None:
    followed = walked(events, "1: 08:00 D, 08:10 V, 08:40 V-, 08:41 D-", "2: 08:00 D, 08:40 V-, 08:41 D-")
    assert (1, "two_person") not in alone(followed, doors)
    # What a missing read leaves open is held against nobody.
    lost = walked(events, "1: 08:00 D, 08:10 V, 08:41 D-")
    assert alone(lost, doors) == {(1, "no_lone_presence"): (600, 1200, 0)}


def test_whoever_was_not_read_for_hours_is_company_up_to_the_way_out(events: Events, doors: DataFrame) -> None:
    reads = walked(events, "1: 08:00 D, 08:10 V, 13:40 V-, 13:41 D-", "2: 13:00 D, 13:10 V, 13:40 V-, 13:41 D-")
    assert not {kind for person, kind in alone(reads, doors) if person == 2 and kind == "two_person"}


def test_who_may_have_left_without_a_read_was_not_alone(events: Events, doors: DataFrame) -> None:
    # Both leave the hut at half past eight without a badge; the second goes home hours after the first.
    reads = walked(events, "1: 08:00 G, 08:10 H, 08:35 G-", "2: 08:00 G, 08:10 H, 11:00 G-")
    assert alone(reads, doors) == {}


def test_whoever_came_the_day_before_was_there_all_along(events: Events, doors: DataFrame) -> None:
    # The first is let in before the day begins and out nine hours after; company is not counted for so long.
    reads = walked(events, "1: 09:00 V-, 09:01 D-", "2: 04:05 D, 04:10 V, 04:40 V-, 04:41 D-")
    assert {person for person, kind in alone(reads, doors) if kind == "two_person"} == set()
    assert (1, "vault", "05:00", "09:00", False) in stayed(reads, doors)
    # Who was read before on the day was somewhere else, and only may have come behind somebody.
    seen = walked(events, "1: 04:01 D, 09:00 V-, 09:01 D-", "2: 04:05 D, 04:10 V, 04:40 V-, 04:41 D-")
    assert alone(seen, doors)[2, "two_person"] == (30 * 60, 8 * 30 * 60, 0)


def test_a_visitor_is_nobody_s_second_of_two(events: Events, doors: DataFrame) -> None:
    reads = walked(
        events, f"{VISITOR}: 08:00 D, 08:10 V, 08:40 V-, 08:41 D-", "1: 08:00 D, 08:10:20 V, 08:40 V-, 08:41 D-"
    )
    found = alone(reads, doors)
    assert found[1, "two_person"][0] == 29 * 60 + 40
    assert (VISITOR, "two_person") not in found, "twenty seconds before the escort are a handover"


def test_an_escort_is_needed_by_who_needs_one(events: Events, doors: DataFrame) -> None:
    reads = walked(
        events, f"{VISITOR}: 08:00 G, 09:00 L, 09:10 L-, 09:30 G-", "1: 08:00:05 G, 08:20 L, 09:05 L-, 09:20 G-"
    )
    found = alone(reads, doors)
    assert found[VISITOR, "escort"] == (40 * 60 + 10 * 60, 3000, 0)
    assert (1, "escort") not in found


def test_a_guest_who_comes_or_goes_ends_nobody_s_solitude(events: Events, doors: DataFrame) -> None:
    # A hundred seconds without a second, of which the visitor shares the later fifty: longer than the grace.
    reads = walked(
        events, "1: 08:00 D, 08:10 V, 08:11:40 V-, 08:12 D-", f"{VISITOR}: 08:00 D, 08:10:50 V, 08:11:40 V-, 08:12 D-"
    )
    assert alone(reads, doors)[1, "two_person"] == (100, 800, 100)


def test_a_visitor_whose_visit_is_over_still_needs_an_escort(
    spark: SparkSession, events: Events, doors: DataFrame
) -> None:
    known = [(VISITOR, "visitor", DAY - timedelta(days=1), DAY), (1, "fitter", DAY - timedelta(days=9), FOREVER)]
    roster = frame(spark, known, "person long, role string, from_day date, until_day date")
    yard = {"name": "yard", "area": "protected", "rules": ["escort"]}
    works = Site.model_validate(
        {
            "site": {"name": "Works", "time_zone": "UTC"},
            "feeds": {"access": {}},
            "zones": [yard],
            "doors": [{"name": "G", "from": "outside", "to": "yard"}],
            "together": {"escorted": ["visitor"]},
        }
    )
    told = stays(walked(events, f"{VISITOR}: 08:00 G, 09:00 G-"), doors, LONGEST)
    (row,) = [row for rows in broken_rules_of(works, told, roster) for row in rows.collect()]
    assert (row["person"], row["kind"], row["alone"]) == (VISITOR, "escort", 3600)


def test_beside_a_reader_in_doubt_nobody_was_alone_and_no_round_cut_short(spark: SparkSession) -> None:
    kinds = ["two_person", "two_person", "no_lone_presence", "partner", "due"]
    rows = spark.createDataFrame(
        [(DAY, kind, place, None) for kind, place in zip(kinds, ["vault", "hut", "yard", "vault", "hut"], strict=True)],
        "day date, kind string, place string, doubted long",
    )
    readers = ways(spark, GRAPH).readers

    def doubted(kind: str, place: str) -> dict[tuple[str, str], int | None]:
        found = spark.createDataFrame([(DAY, kind, place, 5)], "day date, kind string, place string, people long")
        told = with_zones_doubted(rows, found, readers).collect()
        return {(row["kind"], row["place"]): row["doubted"] for row in told}

    vault, hut, yard = ("two_person", "vault"), ("two_person", "hut"), ("no_lone_presence", "yard")
    partner, due = ("partner", "vault"), ("due", "hut")
    assert doubted("door", "V") == {vault: 1, hut: 0, yard: 0, partner: None, due: 0}
    assert doubted("gap", "hut → yard") == {vault: 0, hut: 1, yard: 1, partner: None, due: 1}


def met(reads: DataFrame, doors: DataFrame, *, crowd: int = 25, partners: int = 20) -> dict[tuple[int, int], object]:
    hours = zone_hours(stays(reads, doors, LONGEST))
    told = pairs([in_zones(calm(hours, crowds(hours), crowd).where("is_calm"), ["vault"])], partners)
    rows = told.collect()
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


def test_who_may_have_left_the_vault_unread_is_nobody_s_partner(events: Events, doors: DataFrame) -> None:
    # The first was next read outside the lobby: whether they were in the vault at half past eight nobody knows.
    lost = walked(events, "1: 08:00 D, 08:10 V, 09:30 D-", "2: 08:00 D, 08:30 V, 08:50 V-, 09:40 D-")
    assert (1, 2, "two_person") not in met(lost, doors)
    assert (1, 2, "zone") in met(lost, doors), "of the lobby they may be company"
    read = walked(events, "1: 08:00 D, 08:10 V, 09:29 V-, 09:30 D-", "2: 08:00 D, 08:30 V, 08:50 V-, 09:40 D-")
    assert met(read, doors)[1, 2, "two_person"] == (20 * 60, 1, "vault")


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


def test_badges_that_follow_each_other_within_seconds_are_counted(events: Events) -> None:
    reads = walked(
        events, "1: 08:00 G, 08:05 D, 12:00 G-", "2: 08:00:04 G, 08:05:03 D, 12:01 G-", "3: 08:00:09 G, 12:00:02 G-"
    )
    found = {
        (r["person"], r["partner"]): (r["times"], r["event"], r["partner_event"]) for r in in_lockstep(reads).collect()
    }
    assert found == {(1, 2): (2, 1, 4), (2, 3): (1, 4, 7), (1, 3): (1, 3, 8)}


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


@pytest.mark.parametrize("seed", range(2))
def test_the_sweep_agrees_with_a_plain_count_in_any_order_of_rows(spark: SparkSession, seed: int) -> None:
    """Seconds alone, second by second, for stays drawn at random."""
    rng = random.Random(15)
    drawn = []
    for person in range(12):
        at = 0
        for _ in range(6):
            enter = at + rng.randint(1, 300)
            at = enter + rng.randint(1, 300)
            drawn.append(
                (DAY, person, "vault", enter, at, rng.random() < 0.8, person * 100 + at, person == VISITOR, False)
            )
    inside = [{p for _, p, _, enter, leave, *_ in drawn if enter <= second < leave} for second in range(4000)]

    def spells(matters: Callable[[set[int]], bool]) -> set[int]:
        """Seconds in spells longer than the grace."""
        held = [list(spell) for now, spell in groupby(range(4000), lambda second: matters(inside[second])) if now]
        return {second for spell in held if len(spell) > 20 for second in spell}

    # A visitor is nobody's second; who is a visitor has one in anybody.
    lonely = {True: spells(lambda who: len(who) == 1), False: spells(lambda who: len(who - {VISITOR}) == 1)}
    unescorted = spells(lambda who: who == {VISITOR})
    expected: dict[tuple[int, str], int] = {}
    for _, person, _, enter, leave, sure, _, visitor, _ in drawn:
        for kind, seconds in (("two_person", lonely[visitor]), ("escort", unescorted if visitor else set())):
            count = len(seconds & set(range(enter, leave)))
            if sure and count:
                expected[person, kind] = expected.get((person, kind), 0) + count
    assert any(kind == "escort" for _, kind in expected)
    random.Random(seed).shuffle(drawn)
    names = "day date, person long, zone string, enter long, leave long, sure boolean, event long, "
    names += "escorted boolean, before boolean"
    frame = spark.createDataFrame(drawn, names).repartition(2 + seed)
    found = broken_rules(frame, {"vault": (("two_person", "escort"), 1.0)}, 20).collect()
    assert {(r["person"], r["kind"]): r["alone"] for r in found} == expected
