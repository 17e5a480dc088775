"""Two crowds who share neither places nor items: what fits whom, and what a reason says of it."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from pyspark.sql import functions as F

from expectations.gold import PLACE_VECTOR, SCORE
from expectations.gold_day import HABIT, PLACE_DAY
from features.pseudonym import code
from jobs import affinity, drivers
from jobs.days import Days
from jobs.lake import Lake
from jobs.reasons import Reason
from tests.report.conftest import rows

FIRST, LEARNT, NIGHT = date(2026, 3, 1), date(2026, 3, 29), date(2026, 3, 30)
SOURCE = {"door": "access", "machine": "logon", "extension": "file", "medium": "media"}
NORTH, SOUTH, BEGINNER = range(60), range(60, 120), 200
EACH, SHARE = 20, 0.6
"""Places of each kind that a crowd has, and the share of them that each of its people knows."""
MEDIUM = 2**61
KNOWN = np.random.default_rng(1).random((120, len(SOURCE), EACH)) < SHARE


def place(kind, crowd, n):
    of = 0 if crowd is NORTH else EACH
    return str(MEDIUM + of + n) if kind == "medium" else f"{kind} {of + n}"


def unknown(person, kind):
    """The first of the crowd's own places that the person does not know."""
    return place(kind, NORTH, int(np.flatnonzero(~KNOWN[person, list(SOURCE).index(kind)])[0]))


def habits():
    for crowd in (NORTH, SOUTH):
        for person in crowd:
            for at, kind in enumerate(SOURCE):
                yield from (habit(person, kind, place(kind, crowd, n)) for n in np.flatnonzero(KNOWN[person, at]))
    yield habit(BEGINNER, "door", place("door", NORTH, 1), nights=3)


def habit(person, kind, where, nights=60):
    seen = {"day": FIRST, "first_day": date(2025, 12, 1), "last_day": date(2026, 2, 27), "days_seen": nights}
    return {"person": person, "source": SOURCE[kind], "kind": kind, "place": where, **seen}


def visit(person, kind, where, event=1, is_new=True, source=None):
    when = datetime(2026, 3, 30, 9)  # noqa: DTZ001 - Spark takes naive UTC
    seen = {"person": person, "day": NIGHT, "source": source or SOURCE[kind], "kind": kind, "place": where, "events": 1}
    seen |= {"off_hours": 0, "night": 0, "days_seen": 0, "is_new": is_new, "known_days": 90}
    return {**seen, "first_at": when, "last_at": when, "evidence": [event]}


@pytest.fixture(scope="module")
def learnt(spark, tmp_path_factory):
    lake = Lake(spark, tmp_path_factory.mktemp("learnt") / "lake")
    lake.write(HABIT, rows(spark, HABIT, *habits()), Days.one(FIRST))
    assert affinity.learn(lake, LEARNT) == 2 * len(SOURCE) * EACH
    return lake


@pytest.fixture
def told(learnt):
    """What each detector measures of a night of these visits, by person."""

    def of(*visits, trained=LEARNT):
        learnt.write(PLACE_DAY, rows(learnt.spark, PLACE_DAY, *visits), Days.one(NIGHT))
        people = np.array([*NORTH, *SOUTH, BEGINNER])
        found = affinity.measures(learnt, Days.one(NIGHT), trained, {NIGHT: people})
        assert set(found) == {"affinity", "item_affinity"}
        of.worst = lambda detector, person: found[detector][NIGHT].worst[people.tolist().index(person)]
        return lambda detector, person: float(found[detector][NIGHT].badly[people.tolist().index(person)])

    return of


@pytest.mark.parametrize(
    ("detector", "other", "kinds"),
    [("affinity", "item_affinity", ("door", "machine")), ("item_affinity", "affinity", ("extension", "medium"))],
)
def test_what_only_another_crowd_knows_fits_worse_than_what_the_own_crowd_knows(told, detector, other, kinds):
    first, _ = kinds
    fit = told(
        *(visit(person, kinds[person % 2], unknown(person, kinds[person % 2])) for person in range(10)),
        *(visit(person, kinds[person % 2], place(kinds[person % 2], SOUTH, 1)) for person in range(10, 20)),
        visit(21, first, place(first, SOUTH, 1), is_new=False),
        visit(22, first, "of yesterday"),
        visit(BEGINNER, first, place(first, SOUTH, 1)),
    )
    of_own, of_others = ([fit(detector, person) for person in people] for people in (range(10), range(10, 20)))
    assert np.median(of_own) < 0.4 < 0.8 < np.median(of_others)
    assert [told.worst(detector, person) for person in (10, 11)] == [place(kind, SOUTH, 1) for kind in kinds]
    assert fit(detector, 21) == fit(detector, 23) == 0.0, "nothing new"
    assert told.worst(detector, 21) is None
    assert np.isnan([fit(detector, 22), fit(detector, BEGINNER)]).all(), "nothing is known of the place, of the person"
    assert {fit(other, person) for person in range(20)} == {0.0}


def test_a_machine_that_another_feed_knew_is_not_new(told):
    known, strange = (place("machine", crowd, 1) for crowd in (NORTH, SOUTH))
    fit = told(
        visit(0, "machine", known, source="media"),
        visit(0, "machine", known, is_new=False),
        visit(1, "machine", strange, source="media"),
        visit(1, "machine", strange),
    )
    assert fit("affinity", 0) == 0.0
    assert fit("affinity", 1) > 0


def test_a_site_that_knows_no_items_is_told_nothing_of_them(learnt, told):
    before = Days.one(LEARNT - timedelta(days=1))
    of_places = learnt.read(PLACE_VECTOR, Days.one(LEARNT)).where("kind IN ('door', 'machine')")
    learnt.write(PLACE_VECTOR, of_places.withColumn("day", F.lit(before.start)), before)
    strange = visit(0, "door", place("door", SOUTH, 1)), visit(0, "extension", "exe")
    fit = told(*strange, trained=before.start)
    assert fit("affinity", 0) > 0
    assert np.isnan(fit("item_affinity", 0))


def test_a_reason_names_what_fitted_worst_and_no_medium_by_its_pseudonym(spark, tmp_path):
    lake = Lake(spark, tmp_path / "lake")
    day = [visit(0, "machine", "PC-S", 5), visit(0, "machine", "PC-S", 6, source="media"), visit(0, "door", "gate", 7)]
    day += [visit(0, "medium", str(MEDIUM), 8), visit(0, "extension", "xlsx", 9)]
    lake.write(PLACE_DAY, rows(spark, PLACE_DAY, *day), Days.one(NIGHT))
    told = {"affinity_worst": "PC-S", "item_affinity_worst": str(MEDIUM)}
    scored = {"person": 0, "day": NIGHT, "fingerprint": "f", "model": "1", "status": "scored", "score": 1.0}
    lake.write(SCORE, rows(spark, SCORE, scored | told | {"once_in": 2.0, "parts": []}), Days.one(NIGHT))
    wanted = spark.createDataFrame([(0, NIGHT)], "person long, day date")
    behind = drivers.evidence_of(lake, wanted, list(affinity.KINDS))

    def row(channel):
        return drivers.spoken(Reason(NIGHT, 0, 1, channel, 1.0, 1.0, NIGHT), {}, behind)

    assert row("affinity")["events"] == [5, 6]
    assert row("affinity")["sentence"].endswith("do not go. Least of all: PC-S.")
    assert row("item_affinity")["events"] == [8]
    assert row("item_affinity")["sentence"].endswith(f"do not handle. Least of all: {code(MEDIUM, 'M')}.")
