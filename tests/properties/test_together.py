"""People together: a range is its nights, in any order of rows and without the future; and the night after reads it."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.errors import MissingState
from expectations.gold_day import PLACE_DAY
from expectations.gold_together import (
    ASSOCIATION,
    COMMUNITY,
    COMPANY,
    GOLD_TOGETHER,
    MEMBER,
    TIE,
    TOGETHER,
    WHEREABOUTS,
)
from expectations.quality import CROWD, SHARED
from expectations.silver import ACCESS, ADDRESS, LOGON, MAIL, PEOPLE
from features.catalog import PERSON_DAY
from feeds.site import Site
from jobs import person_day, together, watched
from jobs.context import Context
from jobs.days import Days
from jobs.gates import gate_night
from jobs.lake import Lake
from jobs.settings import settings
from models.circles import KEEPS_COMPANY

START = date(2024, 5, 1)
NIGHTS = 6
DAYS = Days(START, START + timedelta(days=NIGHTS))
SITE = Site.model_validate(
    {
        "site": {"name": "Works", "time_zone": "UTC", "mail_domains": ["works.example"]},
        "feeds": {"access": {}, "logon": {}, "mail": {}},
        "zones": [
            {"name": "yard", "area": "protected", "rules": ["escort"]},
            {"name": "hall"},
            {"name": "vault", "area": "inner", "consequence": 8, "rules": ["two_person"]},
            {"name": "cellar", "rules": ["no_lone_presence"]},
        ],
        "doors": [
            {"name": "G", "from": "outside", "to": "yard"},
            {"name": "H", "from": "yard", "to": "hall"},
            {"name": "V", "from": "hall", "to": "vault"},
            {"name": "C", "from": "yard", "to": "cellar"},
        ],
        "together": {"crowd": 9, "partners": 4, "escorted": ["visitor"]},
    }
)
PEOPLE_OF = range(1, 13)
ZONES = {"G": ("outside", "yard"), "H": ("yard", "hall"), "V": ("hall", "vault"), "C": ("yard", "cellar")}


def walk(rng: random.Random, person: int, day: date, *, pair: bool) -> list[tuple[Any, ...]]:
    """In through the gate, a few zones, out again. A `pair` goes to the cellar together at half past ten."""
    at, inside, reads = datetime.combine(day, time(7)) + timedelta(seconds=rng.randrange(1200)), "outside", []

    def read(door: str, way: str) -> None:
        nonlocal inside
        before, after = ZONES[door]
        inside = after if way == "in" else before
        reads.append((rng.getrandbits(60), person, at, day, day, person, door, inside, way, "granted"))

    read("G", "in")
    for door in rng.choices(["H", "H", "V", "C"], k=rng.randint(1, 3)):
        way_in = ["H", "V"] if door == "V" else [door]
        for through in way_in:
            at += timedelta(seconds=rng.randint(30, 400))
            read(through, "in")
        at += timedelta(seconds=rng.randint(60, 3000))
        for through in reversed(way_in):
            at += timedelta(seconds=rng.randint(10, 60))
            read(through, "out")
    if pair:
        at = max(at + timedelta(seconds=60), datetime.combine(day, time(13, 30)) + timedelta(seconds=3 * person))
        read("C", "in")
        at += timedelta(minutes=40)
        read("C", "out")
    at += timedelta(seconds=rng.randint(60, 600))
    read("G", "out")
    return reads


def events(rng: random.Random, day: date) -> dict[str, list[tuple[Any, ...]]]:
    access, logon, mail = [], [], []
    for person in PEOPLE_OF:
        access += walk(rng, person, day, pair=person in (3, 8) and day.day % 2 == 0)
        base = (rng.getrandbits(60), person, datetime.combine(day, time(9)), day, day)
        logon.append((*base, f"PC{rng.choice([person, 1])}", "logon"))
        to = [100 + rng.choice(list(PEOPLE_OF)) for _ in range(2)]
        mail.append((base[0] + 1, *base[1:], "PC", "send", 2, 0, 10, 0, False, 0, to, []))
    return {"access": access, "logon": logon, "mail": mail}


def land(lake: Lake, rng: random.Random, days: Days, nights: dict[date, dict[str, list[tuple[Any, ...]]]]) -> None:
    for table in (ACCESS, LOGON, MAIL):
        rows = [row for day in days for row in nights[day][table.name.removeprefix("silver.")]]
        rng.shuffle(rows)
        lake.write(table, lake.spark.createDataFrame(rows, table.schema()).repartition(rng.randint(1, 4)), days)


def prepared(spark: SparkSession, root: Path) -> Context:
    lake, since = Lake(spark, root), datetime(2020, 1, 1)  # noqa: DTZ001
    staff = [(p, "visitor" if p == 12 else "fitter", f"T{p % 3}", "site", None, since, None) for p in PEOPLE_OF]
    lake.write(PEOPLE, spark.createDataFrame(staff, PEOPLE.schema()))
    held = [(100 + person, person, since, None) for person in PEOPLE_OF]
    lake.write(ADDRESS, spark.createDataFrame(held, ADDRESS.schema()))
    return Context(lake, SITE, settings(lake=str(root), environment={}))


@pytest.fixture(scope="module", autouse=True)
def circles_settle_soon() -> Iterator[None]:
    """After two nights instead of four weeks, so that these few have them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("models.circles.SETTLED", 2.0)
        yield


@pytest.fixture(scope="module")
def ranged(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Context:
    rng = random.Random(5)
    context = prepared(spark, tmp_path_factory.mktemp("ranged") / "lake")
    land(context.lake, rng, DAYS, {day: events(rng, day) for day in DAYS})
    together.run(context, DAYS)
    return context


def test_a_range_is_its_nights_and_shorter_ranges_in_any_order_and_without_the_future(
    ranged: Context, spark: SparkSession, tmp_path: Path
) -> None:
    rng, shuffle = random.Random(5), random.Random(1)
    nights = {day: events(rng, day) for day in DAYS}
    parted = prepared(spark, tmp_path / "lake")
    # The first night, which knows no evening before; three at once; the Sunday that communities are found on; the last.
    first, *_, sunday, last = DAYS
    for part in (Days.one(first), Days(first + timedelta(days=1), sunday), Days.one(sunday), Days.one(last)):
        land(parted.lake, shuffle, part, nights)
        together.run(parted, part)
    for table in (*GOLD_TOGETHER, CROWD, SHARED):
        one, other = (
            sorted(map(repr, context.lake.read(table).where(F.col("day") >= DAYS.start).collect()))
            for context in (ranged, parted)
        )
        assert one == other, table.name
        assert one or table in (MEMBER, TIE), table.name


def test_what_a_crowd_leaves_out_is_told_by_zone_and_in_a_line(ranged: Context) -> None:
    rows = ranged.lake.read(CROWD, DAYS).collect()
    assert rows
    assert all(row["people"] > row["cap"] == SITE.together.crowd and row["hours"] <= row["used"] for row in rows)
    fullest = max(rows, key=lambda row: (row["people"], row["zone"]))
    told = watched.crowds(ranged.lake, fullest["day"])
    assert told is not None
    assert f"more than {SITE.together.crowd} people" in told
    assert f"{fullest['zone']} ({fullest['hours']} of {fullest['used']} hours, up to {fullest['people']})" in told
    assert watched.crowds(ranged.lake, DAYS.end) is None


def test_so_are_computers_and_messages_that_a_crowd_shares(ranged: Context) -> None:
    narrow = SITE.model_copy(update={"together": SITE.together.model_copy(update={"crowd": 2})})
    everybody = ranged.lake.read(TOGETHER).withColumns({"is_kept": F.col("kind") != "zone", "partners": F.lit(7)})
    told = together.left_out_elsewhere(ranged.lake, narrow, DAYS, everybody)
    rows = {row["day"]: row for row in told.where("kind = 'machine'").collect()}
    assert rows
    assert told.where("kind = 'mail'").isEmpty(), "two addresses each are no crowd"
    ranged.lake.write(SHARED, told, DAYS)
    day, row = next(iter(rows.items()))
    line = watched.shared(ranged.lake, day)
    assert line is not None
    assert f"1 of {row['used']} computers of more than 2 people (up to {row['people']})" in line
    assert f"pairs, at one place not among the {SITE.together.partners} closest of either (up to 7)" in line
    assert watched.shared(ranged.lake, DAYS.end) is None
    assert together.left_out_elsewhere(ranged.lake, SITE, DAYS, everybody.where("is_kept")).isEmpty()


def test_every_layer_is_there_and_bounded(ranged: Context) -> None:
    rows = ranged.lake.read(TOGETHER).collect()
    assert {row["kind"] for row in rows} == {"zone", "two_person", "machine", "mail", "passage"}
    assert all(row["person"] < row["partner"] for row in rows)
    kept = ranged.lake.read(ASSOCIATION, Days.one(DAYS.last))
    layers = kept.select([F.sum(name).alias(name) for name in ("seconds", "work_seconds", "machines", "messages")])
    assert all(value > 0 for value in layers.collect()[0])
    # Each pair is among the four closest of one of the two, so there are at most people × partners.
    assert kept.count() <= len(PEOPLE_OF) * SITE.together.partners
    assert ranged.lake.read(WHEREABOUTS, Days.one(DAYS.last)).count() == len(PEOPLE_OF)


def test_the_rules_of_zones_are_told_and_gates_pass(ranged: Context) -> None:
    kinds = {row["kind"] for row in ranged.lake.read(COMPANY).select("kind").distinct().collect()}
    assert {"two_person", "no_lone_presence", "escort", "partner", "group"} <= kinds
    alone = ranged.lake.read(COMPANY).where("kind = 'two_person'").collect()
    assert all(row["grave_alone"] == 8 * row["alone"] > 0 and row["evidence"] for row in alone)
    escorted = ranged.lake.read(COMPANY).where("kind = 'escort'").select("person").distinct().collect()
    assert [row["person"] for row in escorted] == [12]
    # The visitor met people where two are wanted, and is nobody's partner there.
    met = ranged.lake.read(TOGETHER).where("kind = 'two_person' AND partner = 12")
    assert not met.isEmpty()
    assert ranged.lake.read(COMPANY).where("kind = 'partner' AND (person = 12 OR place = '12')").isEmpty()
    gate_night(ranged.lake, GOLD_TOGETHER, DAYS)
    (week,) = ranged.lake.days(COMMUNITY)
    assert week.isoweekday() == 7


def test_the_person_day_tells_them_as_behaviours(ranged: Context) -> None:
    person_day.run(ranged, DAYS)
    rows = ranged.lake.read(PERSON_DAY, DAYS).collect()
    met = {(row["day"], row["person"]): row for row in rows}
    for told in ranged.lake.read(COMPANY).where("kind = 'two_person'").collect():
        row = met[told["day"], told["person"]]
        assert row["alone_of_two"] == pytest.approx(told["grave_alone"] / 60)
        assert row["alone_after_two_badges"] == pytest.approx(told["alone_badged"] / 60)
    assert any(row["company_unexplained"] > 0 for row in rows)
    assert any(row["partners"] > 0 for row in rows)
    circled = [row for row in rows if row["circle_tied"] is not None]
    assert circled
    assert all(row["day"] > DAYS.start + timedelta(days=1) for row in circled), "nobody was known before"
    assert all(0 <= row["circle_tied"] <= 1 and 0 < row["circle_dominated"] <= 1 for row in circled)
    assert all(row["circle_heavy"] >= KEEPS_COMPANY for row in circled)
    assert len({row["circle_tied"] for row in circled}) > 1
    assert all(row["unescorted"] == 0 for row in rows if row["person"] != 12)
    places = ranged.lake.read(PLACE_DAY, DAYS)
    ruled = places.where("kind IN ('two_person', 'no_lone_presence', 'escort')")
    assert ruled.where("doubted IS NULL").isEmpty()
    assert not places.where("kind = 'partner' AND days_seen > 0").isEmpty(), "partners become known as places do"


def test_without_the_evening_before_nothing_is_rolled_in_silence(ranged: Context) -> None:
    later = Days.one(DAYS.end + timedelta(days=20))
    with pytest.raises(MissingState, match=r"gold\.whereabouts"):
        together.run(ranged, later)


def test_a_site_whose_reads_tell_no_zone_goes_on_night_by_night(spark: SparkSession, tmp_path: Path) -> None:
    """Nobody is anywhere there, so that no evening has a state; what was folded before is no reason to ask for one."""
    plain = SITE.model_copy(update={"feeds": {"access": SITE.feeds["access"]}, "zones": (), "doors": ()})
    context = prepared(spark, tmp_path / "lake")
    bare = Context(context.lake, plain, context.settings)
    second = timedelta(seconds=1)
    for day in DAYS:
        came = [datetime.combine(day, time(7)) + 2 * person * second for person in (1, 2)]
        rows = [(n, n, at, day, day, n, door, None, "in", "granted") for n, at in enumerate(came, 1) for door in ZONES]
        bare.lake.write(ACCESS, spark.createDataFrame(rows, ACCESS.schema()), Days.one(day))
    range_of, last = Days(START, DAYS.last), Days.one(DAYS.last)
    together.run(bare, range_of)
    assert not bare.lake.read(COMPANY, range_of).isEmpty()
    assert bare.lake.read(WHEREABOUTS).isEmpty()
    together.run(bare, last)
    assert not bare.lake.read(COMPANY, last).isEmpty()


def test_a_site_without_badges_or_rules_has_no_such_nights(spark: SparkSession, tmp_path: Path) -> None:
    plain = SITE.model_copy(update={"feeds": {"logon": SITE.feeds["logon"]}, "zones": (), "doors": ()})
    context = prepared(spark, tmp_path / "lake")
    bare = Context(context.lake, plain, context.settings)
    rng = random.Random(2)
    land(bare.lake, rng, Days.one(START), {START: events(rng, START)})
    together.run(bare, Days.one(START))
    assert {row["kind"] for row in bare.lake.read(TOGETHER).collect()} <= {"machine"}
    assert bare.lake.read(COMPANY).isEmpty()
