"""Walks by hand, and at random: Spark tells what a plain fold tells, in any order of rows, and of nobody else."""

import random
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.silver import ACCESS
from features.passages import Ways, judged
from features.site_graph import OUTSIDE
from features.site_measures import grave, needed
from features.walks import NEXT_DOOR, STOP, walked
from jobs.rows import frame
from jobs.site_graph import ways
from tests.features.plant import AREAS, READS, graph, told
from tests.features.walked import Events

DAY = date(2024, 5, 15)
SITE = graph(**AREAS)
THROUGH = {(door.name, way): (before, after) for door in SITE.doors for way, before, after, _ in door.ways}
Told = tuple[str | None, float | None, int | None, bool]


def test_a_walk_is_told_move_by_move(events: Events, walks: Ways) -> None:
    rows = told(events("access", READS), walks)
    assert [row["move"] for row in rows] == [
        "outside → yard",
        "yard → lobby",
        None,
        None,
        "lobby → vault",
        "vault → lobby",
        "lobby → office",
        "office → lobby",
        "lobby → yard",
        "yard → pumps",
        "pumps → lobby",
        "lobby → office",
        None,  # nobody declared that door
    ]
    # Up to the next read that lets in: the two refusals in the lobby end nothing there, and the last read ends nothing.
    minutes = [row["stay"] and row["stay"] / 60 for row in rows]
    assert minutes == [2, 3, None, None, 2, 1, 232, 1, 1, 1, 1, 296, None]


REFUSED_INSIDE = """
person | at       | door | zone   | direction | outcome
1      | 12:00    | G    | yard   | in        | granted
1      | 12:02    | P    | pumps  | in        | granted
1      | 12:04    | Q    | lobby  | in        | denied
1      | 14:00    | P    | yard   | out       | granted
2      | 12:00    | G    | yard   | in        | granted
2      | 12:02    | P    | pumps  | in        | granted
2      | 12:30    | V    | vault  | in        | denied
2      | 14:00    | P    | yard   | out       | granted
"""


def test_a_refusal_ends_no_stay_but_shows_where_a_read_is_missing(events: Events, walks: Ways) -> None:
    rows = told(events("access", REFUSED_INSIDE), walks)
    # Two hours at the pumps are a stop. Who was refused at the vault had left them unread: nobody knows for how long.
    assert [(row["stay"], row["detour"]) for row in rows if row["door"] == "P" and row["zone"] == "pumps"] == [
        (118 * 60, None),
        (None, None),
    ]
    assert [row["gap"] for row in rows if row["event"] == 7] == ["pumps → lobby, seen at V"]


def test_doors_tried_one_after_another(events: Events, walks: Ways) -> None:
    rows = told(events("access", READS), walks)
    assert [row["event"] for row in rows if row["tried_on"]] == [4]


def test_without_declared_doors_moves_go_from_zone_to_zone_entered(events: Events) -> None:
    rows = told(events("access", READS), None)
    assert [row["move"] for row in rows][:6] == [
        "outside → yard",
        "yard → lobby",
        None,
        None,
        "lobby → vault",
        "vault → lobby",
    ]
    assert rows[-1]["move"] == "office → shed"
    assert [row["detour"] for row in rows] == [None] * 13


def plain(reads: list[tuple[Any, ...]], gaps: dict[int, str | None]) -> dict[int, Told]:
    """The promise of features.walks in a few lines: event → (move, stay, detour, tried_on); `gaps` as judged."""
    names = [zone.name for zone in SITE.zones]
    wanted = {(names[a], names[b], names[c]) for a, b, c in needed(SITE)}
    high = grave(SITE.zones)
    told: dict[int, Told] = {}
    for _, walk in groupby(sorted(reads, key=lambda r: (r[1], r[2], r[0])), key=lambda r: r[1]):
        day = list(walk)
        lasting, into = [], []
        for number, (_, _, at, door, way, outcome) in enumerate(day):
            ahead = range(number + 1, len(day))
            later = next((step for step in ahead if day[step][5] == "granted"), None)
            knows = later is not None and all(gaps[day[step][0]] is None for step in range(number + 1, later + 1))
            spent = (day[later][2] - at).total_seconds() if later is not None and knows else None
            lasting.append(spent if outcome == "granted" else None)
            into.append(THROUGH.get((door, way), (None, None))[1] if outcome == "granted" else None)
        stops = [zone if spent is None or spent >= STOP else None for zone, spent in zip(into, lasting, strict=True)]
        for number, (event, _, at, door, way, outcome) in enumerate(day):
            zone = into[number]
            detour = None
            if zone in high and stops[number] is None:
                came = next((stop for stop in reversed(stops[:number]) if stop), OUTSIDE)
                goes = next((stop for stop in stops[number + 1 :] if stop), None)
                detour = int((came, goes, zone) not in wanted)
            before = day[number - 1] if number else None
            again = before is not None and before[5] == outcome == "denied" and before[3] != door
            move = " → ".join(THROUGH[door, way]) if zone else None
            stay = lasting[number] if zone != OUTSIDE else None
            soon = before is not None and (at - before[2]).total_seconds() <= NEXT_DOOR
            told[event] = (move, stay, detour, again and soon)
    return told


@pytest.mark.parametrize("seed", range(2))
def test_spark_walks_as_a_plain_fold_does_in_any_order_of_rows(spark: SparkSession, seed: int) -> None:
    rng = random.Random(3)  # the same reads for each seed: only their order differs
    reads = []
    for person in range(60):
        moment = datetime(2024, 5, 15, 8)  # noqa: DTZ001
        for _ in range(15):
            moment += timedelta(seconds=rng.choice([0, 20, 60, 200, 400, 900]))
            door, way = rng.choice([*THROUGH, *THROUGH, ("X", "in")])
            outcome = rng.choice(["granted", "granted", "denied"])
            reads.append((rng.getrandbits(60), person, moment, door, way, outcome))
    random.Random(seed).shuffle(reads)
    zones = {key: after for key, (_, after) in THROUGH.items()}
    silver = [
        (event, person, at, DAY, DAY, person, door, zones.get((door, way), "shed"), way, outcome)
        for event, person, at, door, way, outcome in reads
    ]
    walks = ways(spark, SITE)
    found = walked(judged(frame(spark, silver, ACCESS.schema()).repartition(3 + seed), walks), walks).collect()
    expected = plain(reads, {row["event"]: row["gap"] for row in found})
    assert {detour for _, _, detour, _ in expected.values()} == {None, 0, 1}
    assert any(tried_on for *_, tried_on in expected.values())
    assert {row["event"]: (row["move"], row["stay"], row["detour"], row["tried_on"]) for row in found} == expected
