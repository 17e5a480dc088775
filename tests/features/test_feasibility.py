"""Walks on a drawn site: what each person's reads say, and when it is the reader that is doubted."""

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from expectations.silver import ACCESS, PEOPLE
from features.behaviour import Behaviour
from features.catalog import found
from features.doubt import doubted, with_doubt
from features.held_open import with_read
from features.passages import AGAIN, Ways, judged
from features.person_day import on_days, person_day
from features.places import places
from features.site_graph import gaps, paces
from features.working_time import WorkingTime
from jobs.site_graph import ways
from tests.features.drawn import site

Events = Callable[[str, str], DataFrame]
DAY, AFTER = date(2024, 5, 15), date(2024, 5, 16)  # the day of the fixture `events`
HOURS = WorkingTime(day_begins=time(4))
BEHAVIOURS = tuple(found("feasibility"))

PLANT = """
outside ==G1:5== yard ==L:10== lobby ==V:8== vault
outside ==G2:7== yard --H:20-- hut
lobby >>T:9>> outside
"""
GRAPH = site(PLANT)
FITS, TAILGATER, TWIN, LENDER, GUEST, RUNNER, TESTER, STRANGER = range(1, 9)
READS = """
person | at       | door | direction | outcome
1      | 08:00    | G1   | in        | granted
1      | 08:00:04 | G1   | in        | granted
1      | 08:10    | H    | in        | granted
1      | 09:00    | L    | in        | denied
1      | 09:00:05 | L    | in        | granted
1      | 09:05    | V    | in        | granted
1      | 10:00    | V    | out       | granted
1      | 17:00    | T    |           | granted
1      | 18:00    | G2   | in        | granted
2      | 08:00    | G1   | in        | granted
2      | 08:10    | V    | in        | granted
2      | 09:00    | V    | out       | granted
2      | 17:00    | G1   | out       | granted
3      | 08:00    | G1   | in        | granted
3      | 08:00:14 | V    | in        | granted
4      | 08:00    | G1   | in        | granted
4      | 08:00:40 | G1   | in        | granted
5      | 08:00    | G1   | in        | granted
5      | 12:00    | G1   | out       | granted
5      | 17:00    | G1   | out       | granted
6      | 08:00    | G1   | in        | granted
6      | 08:00:04 | L    | in        | granted
7      | 08:00    | G1   | in        | granted
7      | 08:10    | L    | in        | denied
7      | 08:11    | L    | in        | denied
7      | 08:12    | L    | in        | denied
7      | 08:20    | H    | in        | denied
8      | 08:00    | G1   |           | granted
8      | 08:00:01 | V    | in        | granted
8      | 08:01    | X9   | in        | granted
8      | 08:01:01 | G1   | in        | granted
"""
EXPECTED = {
    FITS: {},
    TAILGATER: {"reads_missing": 2},
    TWIN: {"zones_at_once": 1},
    LENDER: {"entries_without_exit": 1},
    GUEST: {"exits_without_entry": 1},
    RUNNER: {"moves_impossible": 1},
    TESTER: {"doors_tested": 3},
    # A way through the gate that the log does not tell, and a door that nobody declared: nothing is concluded.
    STRANGER: {},
}


@pytest.fixture(scope="module")
def walks(spark: SparkSession) -> Ways:
    return ways(spark, GRAPH)


def placed(reads: DataFrame, walks: Ways | None) -> DataFrame:
    # Cut off from how they were made, as the night's are (jobs.person_day): they are asked for three times over.
    rows = places({"access": reads}, HOURS, DAY, AFTER, walks).localCheckpoint()
    return rows if walks is None else with_doubt(rows, doubted(rows, walks.readers), walks.readers)


def cells(rows: DataFrame, behaviours: tuple[Behaviour, ...] = BEHAVIOURS, *, has_graph: bool = True) -> dict[int, Row]:
    spark = rows.sparkSession
    nobody = on_days(spark.createDataFrame([], PEOPLE.schema()), HOURS)
    told = person_day(rows, nobody, behaviours, {"access"}, has_graph=has_graph)
    return {row["person"]: row for row in told.collect()}


@pytest.fixture(scope="module")
def rows(events: Events, walks: Ways) -> DataFrame:
    ordinary = [" | ".join(map(str, read)) for read in crowd(range(100, 160), lost=False)]
    return placed(events("access", READS + "\n".join(ordinary)), walks).localCheckpoint()


@pytest.fixture(scope="module")
def told(rows: DataFrame) -> dict[int, Row]:
    return cells(rows)


@pytest.mark.parametrize("person", EXPECTED)
def test_each_walk_says_what_it_does_not_fit_in_and_nothing_else(told: Mapping[int, Row], person: int) -> None:
    assert {b.name: told[person][b.name] for b in BEHAVIOURS} == {
        b.name: EXPECTED[person].get(b.name, 0) for b in BEHAVIOURS
    }


def test_the_passage_that_was_not_read_is_a_place_with_its_evidence(rows: DataFrame) -> None:
    held = {(row["person"], row["place"]): row for row in rows.where("kind = 'gap'").collect()}
    assert sorted(held) == [
        (TAILGATER, "lobby → yard, seen at G1"),
        (TAILGATER, "yard → lobby, seen at V"),
        (TWIN, "yard → lobby, seen at V"),
        (LENDER, "yard → outside, seen at G1"),
        (GUEST, "outside → yard, seen at G1"),
    ]
    assert held[TAILGATER, "yard → lobby, seen at V"]["evidence"] == [11]  # the read at the vault, the eleventh line


def test_without_a_graph_nothing_is_said_of_walks(events: Events) -> None:
    row = cells(placed(events("access", READS), None), has_graph=False)[TWIN]
    assert [row[b.name] for b in BEHAVIOURS if b.needs_graph] == [None] * 5
    assert row["doors_tested"] == 0


def lines(*reads: tuple[int, str, str, str, str]) -> str:
    return "person | at | door | direction | outcome\n" + "\n".join(" | ".join(map(str, read)) for read in reads)


def crowd(people: range, *, lost: bool) -> list[tuple[int, str, str, str, str]]:
    """People who go to the lobby; when `lost`, the lobby's door forgets them, as it does when its reader is silent."""
    seen = [("08:00", "G1", "in"), *([] if lost else [("08:10", "L", "in")]), ("08:20", "V", "in")]
    return [(person, at, door, way, "granted") for person in people for at, door, way in seen]


def test_a_reader_that_lost_many_peoples_reads_makes_nobody_a_suspect(events: Events, walks: Ways) -> None:
    others = [*crowd(range(1, 5), lost=True), *crowd(range(5, 30), lost=False)]
    suspect = [(30, "08:00", "G1", "in", "granted"), (30, "09:00", "L", "in", "granted")]
    # Into the vault with somebody: alone in that.
    suspect += [(30, "09:30", "V", "out", "granted")]
    found = cells(placed(events("access", lines(*others, *suspect)), walks))
    assert [found[person]["reads_missing"] for person in (1, 4, 5, 30)] == [0, 0, 0, 0]
    assert [found[person]["exits_without_entry"] for person in (1, 4, 5, 30)] == [0, 0, 0, 1]


def test_refusals_are_told_of_a_door_that_was_silent_for_others_that_day(events: Events, walks: Ways) -> None:
    others = [*crowd(range(1, 5), lost=True), *crowd(range(5, 30), lost=False)]
    tester = [(30, "06:00", "G1", "in", "granted"), *((30, f"06:1{n}", "L", "in", "denied") for n in range(3))]
    rows = placed(events("access", lines(*others, *tester)), walks)
    assert rows.where("kind = 'gap' AND doubted = 1").count() == 4
    assert cells(rows)[30]["doors_tested"] == 3


@pytest.mark.parametrize(
    ("afternoon", "read"),
    [
        # The reader is silent: whoever came before or after was read.
        ([False] * 6, 0),
        # The door stands open: three of nine read their badge all the same, two of them in the thick of it.
        ([False, True, False, False, True, False, True, False, False], 2),
    ],
)
def test_a_silent_reader_reads_nobody_and_at_a_door_held_open_others_are_read_meanwhile(
    events: Events, walks: Ways, afternoon: list[bool], read: int
) -> None:
    shifts = [
        *[(8, True)] * 5,
        (8, False),  # somebody who followed another through in the morning, before it happened
        *((13, was_read) for was_read in afternoon),
        *[(18, True)] * 5,
    ]
    walked = [
        (person, f"{hour:02}:{minute:02}", door, "in", "granted")
        for person, (hour, was_read) in enumerate(shifts)
        for minute, door in ((2 * person, "G1"), (2 * person + 5, "L"), (2 * person + 10, "V"))
        if was_read or door != "L"
    ]
    reads = events("access", lines(*walked))
    rows = places({"access": reads}, HOURS, DAY, AFTER, walks).localCheckpoint()
    found = with_read(doubted(rows, walks.readers), rows, reads, walks.readers).collect()
    assert [(row["kind"], row["place"], row["people"], row["read"]) for row in found] == [
        ("gap", "yard → lobby", 1 + afternoon.count(False), read)
    ]


@pytest.mark.parametrize(("lost", "read", "suspects"), [(1, 30, 1), (2, 30, 2), (3, 30, 0), (3, 80, 3)])
def test_one_or_two_are_looked_at_three_doubt_the_reader_unless_it_read_nearly_everybody(
    events: Events, walks: Ways, lost: int, read: int, suspects: int
) -> None:
    text = lines(*crowd(range(lost), lost=True), *crowd(range(lost, lost + read), lost=False))
    found = cells(placed(events("access", text), walks))
    assert sum(row["reads_missing"] for row in found.values()) == suspects


def test_a_clock_that_is_behind_puts_its_reads_between_any_others_and_nobody_is_a_suspect(
    events: Events, walks: Ways
) -> None:
    # The vault's clock is five minutes behind: its reads seem to come from outside, from the yard, and from the lobby.
    true = [("08:00", "G1", "in"), ("08:02", "L", "in"), ("07:59", "V", "in"), ("17:00", "T", "in")]
    others = [("08:00", "G1", "in"), ("08:07", "L", "in"), ("08:03", "V", "in"), ("17:00", "T", "in")]
    third = [("08:00", "H", "in"), ("08:06", "L", "in"), ("08:04", "V", "in"), ("17:00", "G1", "out")]
    late = [(p, *read, "granted") for p, walk in enumerate([true, others, third] * 3) for read in walk]
    suspect = [(50, "08:00", "G1", "in", "granted"), (50, "09:00", "G1", "in", "granted")]
    found = cells(placed(events("access", lines(*late, *suspect)), walks))
    misfits = [b.name for b in BEHAVIOURS if b.needs_graph]
    assert {p: sum(row[name] for name in misfits) for p, row in found.items()} == {**dict.fromkeys(range(9), 0), 50: 1}


def test_a_clock_that_jumps_and_a_door_that_refuses_everybody_are_the_doors_doing(events: Events, walks: Ways) -> None:
    fast = [(p, at, door, "in", "granted") for p in range(1, 6) for at, door in (("08:00", "G1"), ("08:00:02", "L"))]
    vain = [(p, at, "V", "in", "denied") for p in range(1, 6) for at in ("08:10", "08:11")]
    rows = placed(events("access", lines(*fast, *vain)), walks)
    assert {(row["moves_impossible"], row["doors_tested"]) for row in cells(rows).values()} == {(0, 0)}
    in_doubt = rows.where("doubted = 1").select("kind", "place").distinct().collect()
    assert sorted(map(tuple, in_doubt)) == [("door", "L"), ("door", "V")]


def test_a_door_that_only_refuses_excuses_no_missing_read(events: Events, walks: Ways) -> None:
    vain = [(p, at, "V", "in", "denied") for p in range(1, 4) for at in ("08:10", "08:11")]
    ordinary = [(p, at, door, "in", "granted") for p in range(1, 4) for at, door in (("08:00", "G1"), ("08:05", "L"))]
    suspect = [(9, "08:00", "G1", "in", "granted"), (9, "09:00", "V", "in", "granted")]
    found = cells(placed(events("access", lines(*ordinary, *vain, *suspect)), walks))
    assert (found[9]["reads_missing"], found[1]["doors_tested"]) == (1, 0)


def test_whoever_passed_a_silent_reader_has_no_unmatched_passage_there(events: Events, walks: Ways) -> None:
    # The yard's way out is not read at noon: whoever comes in again was not read on the way out.
    gate = [("08:00", "in"), ("12:00", "out"), ("12:30", "in"), ("17:00", "out")]
    others = [(p, at, "G1", way, "granted") for p in range(6) for at, way in gate if p > 2 or at != "12:00"]
    suspect = [(9, "08:00", "H", "in", "granted")]
    rows = placed(events("access", lines(*others, *suspect)), walks)
    assert {row["place"] for row in rows.where("kind = 'door' and doubted = 2").collect()} == {"G1"}
    told = cells(rows, tuple(found("movement")))
    assert {p: told[p]["passages_unmatched"] for p in (0, 3, 9)} == {0: 0, 3: 0, 9: 1}


def plain(reads: list[tuple[Any, ...]]) -> dict[int, tuple[str | None, str | None]]:
    """The promise of features.passages in a few lines: event → (misfit, gap)."""
    at = {door.name: number for number, door in enumerate(GRAPH.doors)}
    passages = {(door.name, way): (before, after) for door in GRAPH.doors for way, before, after, _ in door.ways}
    passages |= {(d.name, None): passages[d.name, "in"] for d in GRAPH.doors if d.one_way or not d.exit_reader}
    unread = {(d.name, "out") for d in GRAPH.doors if not d.exit_reader}
    first, least, told, last = gaps(GRAPH), paces(GRAPH), {}, {}
    for event, person, moment, door, way, outcome in sorted(reads, key=lambda read: (read[1], read[2], read[0])):
        known = passages.get((door, way)) if (door, way) not in unread else None
        before, told[event] = last.get(person), (None, None)
        last[person] = known and (door, way, moment, known[0] if outcome == "denied" else known[1])
        if not (known and before):
            continue
        was_door, was_way, then, was_in = before
        seconds = (moment - then).total_seconds()
        if (was_door, was_way) == (door, way) and seconds <= AGAIN:
            continue
        first_unread = first.get((was_in, known[0]))
        gap, soon = first_unread and f"{first_unread}, seen at {door}", seconds < least[at[was_door], at[door]]
        if soon:
            told[event] = ("at_once" if gap else "hurried", gap)
        elif gap:
            again = "left_again" if way == "out" else "entered_again"
            told[event] = (again if known[1] == was_in else "skipped", gap)
    return told


@pytest.mark.parametrize("seed", range(2))
def test_spark_judges_as_a_plain_fold_does_in_any_order_of_rows(spark: SparkSession, walks: Ways, seed: int) -> None:
    rng = random.Random(5)  # the same reads for each seed: only their order differs
    reads = []
    for person in range(60):
        moment = datetime(2024, 5, 15, 8)  # noqa: DTZ001
        for _ in range(15):
            moment += timedelta(seconds=rng.choice([0, 3, 6, 9, 14, 60, 600]))
            door, way = rng.choice(["G1", "G2", "L", "V", "H", "T", "X"]), rng.choice(["in", "in", "out", None])
            event, outcome = rng.getrandbits(60), rng.choice(["granted"] * 4 + ["denied"])
            reads.append((event, person, moment, door, way, outcome))
    expected = plain(reads)
    assert {misfit for misfit, _ in expected.values()} == {
        *(None, "hurried", "at_once", "skipped", "entered_again", "left_again")
    }
    random.Random(seed).shuffle(reads)
    silver = [(event, p, at, DAY, DAY, p, door, None, way, out) for event, p, at, door, way, out in reads]
    frame = spark.createDataFrame(silver, ACCESS.schema()).repartition(3 + seed)
    found = judged(frame, walks).select("event", "misfit", "gap").collect()
    assert {row["event"]: (row["misfit"], row["gap"]) for row in found} == expected
