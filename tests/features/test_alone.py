"""Who was alone where two are wanted, on a drawn site."""

import random
from collections.abc import Callable
from datetime import time, timedelta
from itertools import groupby

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from features.doubt import doubted as in_doubt
from features.doubt import with_zones_doubted
from features.lone import broken_rules
from features.person_day import FOREVER
from features.places import places
from features.stays import stays
from features.working_time import WorkingTime
from feeds.site import Site
from jobs.rows import frame
from jobs.site_graph import ways
from jobs.together import broken_rules_of
from tests.features.conftest import DAY
from tests.features.walked import GRAPH, LONGEST, VISITOR, Events, stayed, walked

AFTER = DAY + timedelta(days=1)
RULES = {
    "vault": (("two_person",), 8.0), "lobby": (("no_lone_presence",), 2.0), "yard": (("escort",), 1.0),
    "hut": (("no_lone_presence",), 2.0),
}  # fmt: skip


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


def test_who_stays_longer_is_not_alone_for_less(events: Events, doors: DataFrame) -> None:
    short, long = (walked(events, f"1: 07:59 D, 08:00 V, {until} V-, 12:06 D-") for until in ("11:55", "12:05"))
    minutes = [alone(reads, doors)[1, "two_person"][0] // 60 for reads in (short, long)]
    assert minutes == [235, 245]


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


def test_the_second_badge_of_a_pair_is_not_hidden_behind_a_stay_that_is_only_concluded(
    events: Events, doors: DataFrame
) -> None:
    # The third went out twice: since ten seconds after eight they may have been in the vault again, behind somebody.
    reads = walked(
        events,
        "1: 07:50 D, 08:00 V, 08:40 V-, 08:41 D-",
        "2: 07:50 D, 08:00:20 V, 08:10 V-, 08:41 D-",
        "3: 07:50 D, 07:55 V, 08:00:10 V-, 08:12 V-, 08:41 D-",
    )
    assert alone(reads, doors)[1, "two_person"] == (28 * 60, 8 * 28 * 60, 28 * 60)


def test_a_visitor_s_badge_is_no_second_badge(events: Events, doors: DataFrame) -> None:
    reads = walked(
        events, f"{VISITOR}: 08:00 D, 08:10 V, 08:40 V-, 08:41 D-", "1: 08:00 D, 08:10:20 V, 08:40 V-, 08:41 D-"
    )
    assert alone(reads, doors)[1, "two_person"][2] == 0


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
    assert alone(reads, doors)[1, "two_person"] == (100, 800, 0)


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
    assert doubted("refusing", "V") == {vault: 0, hut: 0, yard: 0, partner: None, due: 0}
    assert doubted("gap", "hut → yard") == {vault: 0, hut: 1, yard: 1, partner: None, due: 1}


def test_three_who_are_refused_on_purpose_excuse_nobody_from_the_two_person_rule(
    spark: SparkSession, events: Events
) -> None:
    reads = walked(events, *[f"{person}: 08:00 D, 08:10 Vx, 08:11 Vx" for person in (1, 2, 3)], "4: 09:00 D, 09:10 V")
    readers = ways(spark, GRAPH)
    found = in_doubt(places({"access": reads}, WorkingTime(day_begins=time(4)), DAY, AFTER, readers), readers.readers)
    assert [(row["kind"], row["place"], row["people"]) for row in found.collect()] == [("refusing", "V", 3)]
    alone = spark.createDataFrame(
        [(DAY, "two_person", "vault", None)], "day date, kind string, place string, doubted long"
    )
    assert with_zones_doubted(alone, found, readers.readers).collect()[0]["doubted"] == 0


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
