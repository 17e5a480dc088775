"""What is known of a person's, a role's and a site's ways: what moves and stays cost, and which are missed."""

from datetime import UTC, date, datetime, time, timedelta
from math import log2

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from expectations.gold_day import HABIT
from expectations.silver import PEOPLE
from features.catalog import found
from features.day_graph import edges
from features.habit import hour_shares, remembered, with_shares
from features.left_out import left_out
from features.passages import Ways
from features.person_day import on_days, person_day
from features.places import places
from features.rows import apart
from features.usual_ways import DOORS_WEIGH, ROLE_WEIGHS, SITE_WEIGHS, walking, with_ways
from features.working_time import WorkingTime
from jobs.rows import frame
from tests.features.walked import Events

DAY, AFTER = date(2024, 5, 15), date(2024, 5, 16)  # the day of the fixture `events`
MONTH, EVE = date(2024, 5, 1), date(2024, 5, 14)
HOURS = WorkingTime(day_begins=time(4))
BEHAVIOURS = tuple(b for module in ("routes", "reach", "structure") for b in found(module))
WEEKS = 60
"""Days that everybody is known for."""
WALKER, COLLEAGUE, CLERK = 1, 2, 3
PLACES = {
    # person: days of each move, of each stay
    WALKER: {"outside → yard": 60, "yard → lobby": 60, "lobby → office": 45, "lobby → vault": 15},
    COLLEAGUE: {"outside → yard": 60, "yard → lobby": 20, "yard → pumps": 40, "pumps → lobby": 40},
    CLERK: {"outside → yard": 60, "yard → lobby": 60, "lobby → office": 60},
}
STAYS = {
    WALKER: {"office, for 64 min or more": 40, "vault, for 1 min or more": 15},
    COLLEAGUE: {"office, for 32 min or more": 9},
    CLERK: {"office, for 256 min or more": 60},
}
DAY_READS = """
person | at       | door | zone   | direction | outcome
1      | 08:00    | G    | yard   | in        | granted
1      | 08:02    | P    | pumps  | in        | granted
1      | 08:40    | Q    | lobby  | in        | granted
1      | 08:41    | O    | office | in        | granted
1      | 10:00    | O    | lobby  | out       | granted
"""


def habits(on: date, spark: SparkSession) -> DataFrame:
    """Habits as of a day: everybody known for WEEKS, everything learnt before the guard gap."""
    since = on - timedelta(days=WEEKS)
    rows = []
    for person, moves in PLACES.items():
        rows += [(on, person, "presence", "presence", "any", WEEKS, since, on)]
        rows += [(on, person, "access", "use", "access", WEEKS, since, on)]
        rows += [(on, person, "access", "zone", zone, WEEKS, since, on) for zone in ("yard", "lobby", "office")]
        rows += [(on, person, "access", "move", move, seen, since, on) for move, seen in moves.items()]
        rows += [(on, person, "access", "stay", stay, seen, since, on) for stay, seen in STAYS[person].items()]
    return frame(spark, rows, HABIT.schema())


def roster(spark: SparkSession) -> DataFrame:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    roles = {WALKER: "technician", COLLEAGUE: "technician", CLERK: "clerk"}
    people = [(person, role, "A", "site", None, since, None) for person, role in roles.items()]
    return on_days(frame(spark, people, PEOPLE.schema()), HOURS)


def known_ways(
    rows: DataFrame, spark: SparkSession, month_starts: DataFrame, walks: Ways, doubt: DataFrame | None = None
) -> DataFrame:
    """Place rows with what was known of the ways, the evening before and at the month start."""
    eve, who = habits(EVE, spark), roster(spark)
    return apart(rows, (walking(), lambda mine: with_ways(mine, eve, month_starts, who, walks.zones, doubt)))


@pytest.fixture(scope="module")
def walked(spark: SparkSession, events: Events, walks: Ways) -> DataFrame:
    """Place rows of the day, remembered; cut off from how they were made, as the night's are (jobs.person_day)."""
    rows = remembered(places({"access": events("access", DAY_READS)}, HOURS, DAY, AFTER, walks), habits(EVE, spark))
    return rows.localCheckpoint()


@pytest.fixture(scope="module")
def night(spark: SparkSession, walked: DataFrame, walks: Ways) -> DataFrame:
    """The same with all that is known of ways before it."""
    known = known_ways(walked, spark, habits(MONTH, spark), walks)
    return with_shares(known, hour_shares(habits(MONTH, spark))).localCheckpoint()


def shrunk(reached: float, total: float, weight: float, prior: float) -> float:
    return (reached + weight * prior) / (total + weight)


def plain(move: str) -> float:
    """The chain of features.usual_ways in a few lines, for the walker."""
    origin = move.split(" → ")[0]

    def counts(*people: int) -> tuple[int, int]:
        held = [(way, seen) for person in people for way, seen in PLACES[person].items()]
        reached = sum(seen for way, seen in held if way == move)
        return reached, sum(seen for way, seen in held if way.split(" → ")[0] == origin)

    even = 1 / {"outside": 1, "yard": 3, "lobby": 4, "office": 1, "pumps": 2}[origin]
    site = shrunk(*counts(WALKER, COLLEAGUE, CLERK), DOORS_WEIGH, even)
    role = shrunk(*counts(WALKER, COLLEAGUE), SITE_WEIGHS, site)
    return -log2(shrunk(*counts(WALKER), ROLE_WEIGHS, role))


def test_a_move_costs_the_bits_of_a_chain_that_leans_on_role_site_and_doors(night: DataFrame) -> None:
    held = {row["place"]: row["bits"] for row in night.where("kind = 'move'").collect()}
    assert set(held) == {"outside → yard", "yard → pumps", "pumps → lobby", "lobby → office", "office → lobby"}
    assert held == pytest.approx({move: plain(move) for move in held}, abs=1 / 1024)
    assert held["yard → pumps"] > 4 > 1 > held["lobby → office"]


def test_a_stay_costs_how_rarely_anybody_stays_so_long(night: DataFrame) -> None:
    held = {row["place"]: row["bits"] for row in night.where("kind = 'stay'").collect()}
    assert set(held) == {"yard, for 2 min or more", "pumps, for 32 min or more", "lobby, for 1 min or more",
                         "office, for 64 min or more"}  # fmt: skip
    # Of the walker's 40 days all were as long; of the technicians' 49, 40; of the site's 109, 100.
    even = 4 / 11  # bands from 64 minutes on
    site = shrunk(100, 109, DOORS_WEIGH, even)
    expected = -log2(shrunk(40, 40, ROLE_WEIGHS, shrunk(40, 49, SITE_WEIGHS, site)))
    assert held["office, for 64 min or more"] == pytest.approx(expected, abs=1 / 1024)
    # Nobody was ever known to stay at the pumps: the even choice is all there is.
    assert held["pumps, for 32 min or more"] == pytest.approx(-log2(5 / 11), abs=1 / 1024)


def test_the_day_is_told_in_behaviours(spark: SparkSession, night: DataFrame) -> None:
    told = person_day(night, roster(spark), BEHAVIOURS, {"access"}, has_graph=True)
    (row,) = told.collect()
    assert row["moves_new"] == 3  # to the pumps, from there, and back from the office
    assert row["zones_new_to_role"] == 1  # nobody was ever known in the pumps' zone
    assert row["zones_gained"] == 1
    assert row["consequence_new"] == 8.0
    assert row["moves_left_out"] == 1  # yard → lobby; lobby → office was gone
    # Three known moves of 60, 60 and 45 days left: 5 gone + (180 − 2 × (60 + 45)) / 60
    assert row["moves_away"] == pytest.approx(5 + (180 - 2 * (60 + 45)) / 60)
    rarest = max(map(plain, ("yard → pumps", "office → lobby", "pumps → lobby")))
    assert row["move_rarest"] == pytest.approx(rarest, abs=1 / 1024)
    assert row["detours"] == 0  # 38 minutes there are a stop
    assert row["moves_a_zone"] == 5 / 4
    assert row["times_a_move"] == 1.0


def test_time_is_spread_and_zones_are_central_by_hand(spark: SparkSession, night: DataFrame) -> None:
    told = person_day(night, roster(spark), BEHAVIOURS, {"access"}, has_graph=True)
    (row,) = told.collect()
    # 2 minutes in the yard, 38 at the pumps, 1 in the lobby, 79 in the office.
    shares = (2 / 120, 38 / 120, 1 / 120, 79 / 120)
    assert row["time_spread"] == pytest.approx(-sum(share * log2(share) for share in shares), abs=1 / 1024)
    # Of 10 pairs of other zones, the yard lies between outside and lobby, vault, office or pumps; the lobby between 7;
    # pumps and office between none.
    assert row["zones_central"] == pytest.approx((4 / 10 + 7 / 10 + 0 + 0) / 4, abs=1 / 1024)


def test_zones_of_the_last_six_days_are_gained_with_todays(spark: SparkSession, events: Events, walks: Ways) -> None:
    since = {"hut": 6, "shed": 7, "vault": 1, "office": 3}  # days ago; the office again today, and it counts once
    first = [(EVE, WALKER, "access", "zone", zone, 1, DAY - timedelta(days=ago), EVE) for zone, ago in since.items()]
    known = habits(EVE, spark).where("not (kind = 'zone' and place = 'office')")
    known = known.unionByName(frame(spark, first, HABIT.schema()))
    rows = remembered(places({"access": events("access", DAY_READS)}, HOURS, DAY, AFTER, walks), known)
    told = apart(
        rows.localCheckpoint(),
        (walking(), lambda mine: with_ways(mine, known, habits(MONTH, spark), roster(spark), walks.zones)),
    )
    (use,) = told.where("kind = 'use'").collect()
    assert use["gained"] == 3
    (row,) = person_day(told, roster(spark), BEHAVIOURS, {"access"}, has_graph=True).collect()
    assert row["zones_gained"] == 3 + 1  # the pumps, today


@pytest.mark.parametrize(("unread", "named"), [([], [("yard → lobby", 60, 60)]), (["yard → lobby"], [])])
def test_the_usual_ways_left_out_are_those_that_are_counted(
    spark: SparkSession, night: DataFrame, unread: list[str], named: list[tuple[str, int, int]]
) -> None:
    doubt = frame(spark, [(DAY, "gap", gap) for gap in unread], "day date, kind string, place string")
    told = left_out(night.where(walking()), habits(EVE, spark).where(F.col("person") == WALKER), doubt).collect()
    assert [(row["place"], row["seen"], row["days"]) for row in told] == named


def test_the_end_of_a_shift_has_no_shape_and_half_a_day_or_an_hour_of_the_usual_ways_has(
    spark: SparkSession, events: Events, walks: Ways
) -> None:
    reads = """
    person | at       | door | zone   | direction | outcome
    1      | 08:00    | G    | yard   | in        | granted
    1      | 08:30    | G    | yard   | in        | granted
    2      | 08:00    | G    | yard   | in        | granted
    2      | 10:30    | G    | yard   | in        | granted
    3      | 08:00    | G    | yard   | in        | granted
    3      | 08:10    | L    | lobby  | in        | granted
    3      | 08:30    | O    | office | in        | granted
    """
    rows = remembered(places({"access": events("access", reads)}, HOURS, DAY, AFTER, walks), habits(EVE, spark))
    told = known_ways(rows.localCheckpoint(), spark, habits(MONTH, spark), walks)
    by = {
        row["person"]: row for row in person_day(told, roster(spark), BEHAVIOURS, {"access"}, has_graph=True).collect()
    }
    assert [by[person]["moves_left_out"] for person in (WALKER, COLLEAGUE, CLERK)] == [None, 2, 0]
    for name in ("moves_away", "zones_central", "moves_a_zone"):
        assert [by[person][name] is None for person in (WALKER, COLLEAGUE, CLERK)] == [True, False, False], name
    assert by[WALKER]["moves_new"] == 0, "what is new is told of any day"


def test_a_move_whose_reader_is_in_doubt_is_not_missed(spark: SparkSession, walked: DataFrame, walks: Ways) -> None:
    doubt = frame(spark, [(DAY, "gap", "yard → lobby", 5)], "day date, kind string, place string, people long")
    told = known_ways(walked, spark, habits(MONTH, spark), walks, doubt)
    (use,) = told.where("kind = 'use'").collect()
    assert (use["known_moves"], use["usual_moves"]) == (120, 2)


def test_a_usual_move_that_was_read_all_the_same_counts_on_both_sides(
    spark: SparkSession, walked: DataFrame, walks: Ways
) -> None:
    doubt = frame(spark, [(DAY, "gap", "lobby → office", 5)], "day date, kind string, place string, people long")
    told = known_ways(walked, spark, habits(MONTH, spark), walks, doubt)
    (row,) = person_day(told, roster(spark), BEHAVIOURS, {"access"}, has_graph=True).collect()
    assert row["moves_left_out"] == 1
    assert row["moves_away"] == pytest.approx(5 + (180 - 2 * (60 + 45)) / 60)


def test_peers_learn_nothing_of_what_was_found_this_fortnight(
    spark: SparkSession, walked: DataFrame, walks: Ways
) -> None:
    found = MONTH - timedelta(days=5)
    lately = frame(spark, [(MONTH, COLLEAGUE, "access", "zone", "pumps", 3, found, MONTH)], HABIT.schema())
    known = habits(MONTH, spark).unionByName(lately)
    told = known_ways(walked, spark, known, walks)
    (pumps,) = told.where("kind = 'zone' and place = 'pumps'").collect()
    assert pumps["role_days"] == 0


def test_the_graph_of_the_day_has_moves_and_uses(night: DataFrame) -> None:
    held = {(row["kind"], row["origin"], row["target"]): row for row in edges(night).collect()}
    assert ("move", "yard", "pumps") in held
    assert held["move", "yard", "pumps"]["stayed"] == 38.0
    assert held["move", "yard", "pumps"]["is_new"]
    assert held["move", "lobby", "office"]["days_seen"] == 45
    assert ("door", "", "P") in held
    assert ("zone", "", "pumps") in held
    assert {kind for kind, _, _ in held} == {"move", "door", "zone"}
