"""What a page says of a lead besides its rank: the walk, missing reads, ways left out, and what colleagues did."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from expectations import gold
from expectations.gold import DRIVER
from expectations.gold_day import DAY_GRAPH, HABIT, PLACE_DAY
from features.catalog import PERSON_DAY
from features.pseudonym import code
from jobs.context import Context
from jobs.days import Days
from jobs.report import lead_facts, walk_facts
from jobs.report.night import Lead
from jobs.report.walk import LeftOut
from jobs.risk_list import run
from tests.report.conftest import FIRST, SECOND, at, rows

NIGHT = Days.one(SECOND)
Change = Callable[..., None]


def page(context: Context) -> str:
    return (Path(context.lake.root) / "published" / str(SECOND) / "report.html").read_text()


def test_a_lead_has_its_walk_from_the_day_graph(context: Context) -> None:
    edge = {"day": SECOND, "kind": "move", "times": 2, "refused": 0, "detours": 0, "stayed": 4.0}
    edge |= {"first_at": at(SECOND, 8), "last_at": at(SECOND, 9), "days_seen": 0, "is_new": True}
    ends = {"origin": "outside", "target": "yard"}
    other = {**edge, "kind": "door", "origin": "", "target": "Main gate"}
    edges = [{**edge, **ends, "person": 40}, {**other, "person": 40}, {**edge, **ends, "person": 3}]
    context.lake.write(DAY_GRAPH, rows(context.lake.spark, DAY_GRAPH, *edges), NIGHT)
    walks = walk_facts.ways_of(context.lake, {40: SECOND, 3: FIRST}, ZoneInfo("Europe/Vienna"))
    assert list(walks) == [40]
    (way,) = walks[40]
    assert (way.origin, way.target, way.times, way.is_new, way.first_at.hour) == ("outside", "yard", 2, True, 10)
    run(context, NIGHT)
    told = page(context)
    assert told.count('class="day walk"') == 1
    assert "10:00 outside → yard" in told


def test_a_missing_read_appears_on_the_walk(context: Context) -> None:
    edge = {"day": SECOND, "kind": "gap", "origin": "", "refused": 0, "detours": 0, "days_seen": 0, "is_new": True}
    unread = [
        {**edge, "person": 40, "target": f"yard → lobby, seen at {door}", "times": n, "first_at": at(SECOND, hour),
         "last_at": at(SECOND, hour)}
        for door, n, hour in (("V", 2, 8), ("O", 1, 9))
    ]  # fmt: skip
    context.lake.write(DAY_GRAPH, rows(context.lake.spark, DAY_GRAPH, *unread), NIGHT)
    (way,) = walk_facts.unread_of(context.lake, {40: SECOND}, ZoneInfo("Europe/Vienna"))[40]
    assert (way.origin, way.target, way.times, way.seen_at, way.first_at.hour) == ("yard", "lobby", 3, ("O", "V"), 10)
    assert not way.in_doubt
    run(context, NIGHT)
    told = page(context)
    assert told.count('class="way no-read"') == 1
    assert "yard → lobby 3×, seen next at O, V, 10:00" in told


@pytest.mark.parametrize(("doubted", "in_doubt"), [((1, 1), True), ((1, 0), False)])
def test_a_missing_read_is_the_reader_s_where_every_read_that_shows_it_is_in_doubt(
    context: Context, doubted: tuple[int, int], in_doubt: bool
) -> None:
    lake, doors = context.lake, ("V", "O")
    gap = {"day": SECOND, "person": 40, "kind": "gap", "first_at": at(SECOND, 8), "last_at": at(SECOND, 8)}
    edge = {**gap, "origin": "", "times": 1, "refused": 0, "detours": 0, "days_seen": 0, "is_new": True}
    seen = [f"yard → lobby, seen at {door}" for door in doors]
    place = {**gap, "source": "access", "events": 1, "off_hours": 0, "night": 0, "refused": 0, "evidence": [1]}
    lake.write(DAY_GRAPH, rows(lake.spark, DAY_GRAPH, *({**edge, "target": one} for one in seen)), NIGHT)
    told = ({**place, "place": one, "doubted": doubt} for one, doubt in zip(seen, doubted, strict=True))
    lake.write(PLACE_DAY, rows(lake.spark, PLACE_DAY, *told), NIGHT)
    (way,) = walk_facts.unread_of(lake, {40: SECOND}, ZoneInfo("Europe/Vienna"))[40]
    assert (way.times, way.in_doubt) == (2, in_doubt)


def test_what_was_used_and_written_to_is_a_place_of_the_day(context: Context) -> None:
    used = {"day": SECOND, "events": 2, "off_hours": 0, "night": 0, "days_seen": 0, "is_new": True, "evidence": [1]}
    medium, address = 2**61 + 1, -5
    seen = [
        ("access", "door", "Main gate", 7, {}),
        ("access", "zone", "yard", 7, {}),
        ("media", "medium", str(medium), 8, {}),
        ("file", "extension", "dwg", 9, {}),
        ("mail", "counterpart", str(address), 11, {"outside_messages": 1}),
        ("mail", "counterpart", "77", 12, {"outside_messages": 0}),
    ]
    day = [
        {"person": 40, "source": source, "kind": kind, "place": name, "first_at": at(SECOND, hour)} | used | more
        for source, kind, name, hour, more in seen
    ]
    context.lake.write(PLACE_DAY, rows(context.lake.spark, PLACE_DAY, *day), NIGHT)
    places = lead_facts.places_of(context.lake, NIGHT, [40], ZoneInfo("Europe/Vienna"))[40]
    told = [("door", "Main gate", 2), ("medium", code(medium, "M"), 2), ("extension", "*.dwg", 2)]
    assert [(place.kind, place.name, place.events) for place in places] == [
        *told,
        ("counterpart", code(address, "A"), 2),
    ]


def test_usual_ways_left_out_are_named_where_a_reason_counts_them(context: Context, change: Change) -> None:
    lake, eve = context.lake, SECOND - timedelta(days=1)
    moves = {"outside → yard": 60, "yard → lobby": 40, "lobby → office": 20}
    habits = [{"source": "access", "kind": "use", "place": "access", "days_seen": 60}]
    habits += [{"source": "access", "kind": "move", "place": move, "days_seen": n} for move, n in moves.items()]
    known = {"day": eve, "first_day": eve - timedelta(days=99), "last_day": eve}
    lake.write(HABIT, rows(lake.spark, HABIT, *({**known, **h, "person": p} for h in habits for p in (39, 40))),
               Days.one(eve))  # fmt: skip
    used = {"day": SECOND, "source": "access", "events": 2, "off_hours": 0, "night": 0, "refused": 0, "evidence": [1]}
    used |= {"first_at": at(SECOND, 8), "last_at": at(SECOND, 9), "first_day": known["first_day"], "last_day": eve}
    today = [{**used, "kind": h["kind"], "place": h["place"], "days_seen": h["days_seen"]} for h in habits[:2]]
    lake.write(PLACE_DAY, rows(lake.spark, PLACE_DAY, *({**t, "person": p} for t in today for p in (39, 40))), NIGHT)
    mine = (40, 1)
    counted = {"channel": "moves_left_out"}
    change(context, gold.DRIVER, lambda row: row | (counted if (row["person"], row["position"]) == mine else {}))
    leads = [Lead(n, person, 3.0, 3.0, 400.0, "7", None) for n, person in enumerate((40, 39), start=1)]
    told = lead_facts.explained(lake, SECOND, leads, ZoneInfo("Europe/Vienna"))
    # Gone today, or on less than half of the days: not missed. Nobody is told of it for whom no reason counts it.
    assert [lead.left_out for lead in told] == [(LeftOut("yard", "lobby", 40, 60),), ()]
    assert walk_facts.left_out_of(lake, {40: FIRST}) == {}


def test_a_reason_is_set_beside_the_others_of_the_role_on_the_night_it_was_seen(context: Context) -> None:
    lake, guards = context.lake, range(1, 7)
    night = {"team": "T", "supervisor": None}
    # On the first night everybody was refused more often; guard 1 is led to by what was seen then.
    first = [{**night, "day": FIRST, "role": "Guard", "person": p, "doors_refused": 10.0 * p} for p in guards]
    second = [{**night, "day": SECOND, "role": "Guard", "person": p, "doors_refused": 1.0 * p} for p in guards]
    # One holds a role alone; of the clerks five have a figure: 21 has four others, 26 has five.
    alone = [{**night, "day": SECOND, "role": "Pilot", "person": 11, "doors_refused": 7.0}]
    clerks = [{**night, "day": SECOND, "role": "Clerk", "person": p, "doors_refused": 1.0} for p in range(21, 26)]
    clerks.append({**night, "day": SECOND, "role": "Clerk", "person": 26, "doors_refused": None})
    both = Days.through(FIRST, SECOND)
    lake.write(PERSON_DAY, rows(lake.spark, PERSON_DAY, *first, *second, *alone, *clerks), both)
    told = {"position": 1, "channel": "doors_refused", "family": "places", "part": 3.0, "tonight": 2.0, "unit": "count"}
    told |= {"day": SECOND, "sentence": "Refused.", "innocent": "", "events": []}
    seen = ((1, FIRST), (2, SECOND), (11, SECOND), (21, SECOND), (26, SECOND))
    lake.write(DRIVER, rows(lake.spark, DRIVER, *({**told, "person": p, "seen_on": day} for p, day in seen)), NIGHT)
    leads = [Lead(n, person, 3.0, 3.0, 400.0, "7", None) for n, (person, _) in enumerate(seen, start=1)]
    ranges = {
        lead.person: lead.reasons[0].peers
        for lead in lead_facts.explained(lake, SECOND, leads, ZoneInfo("Europe/Vienna"))
    }
    assert ranges == {
        1: (pytest.approx(24.0), pytest.approx(56.0)),  # of 20, 30, 40, 50, 60: colleagues, that night
        2: (pytest.approx(1.8), pytest.approx(5.6)),  # of 1, 3, 4, 5, 6: without their own 2
        11: None,
        21: None,
        26: (1.0, 1.0),
    }
