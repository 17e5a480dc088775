"""A night that never was: a lead worth reading, with names that try to break the page.

`python -m tests.report.example FILE.html` writes its page with tame names; docs/pictures/report.png is a picture of it.
"""

import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from features.site_graph import Door, SiteGraph, Zone, site_graph
from jobs.report.night import Gone, Lead, Move, Night, Place, Reason
from jobs.report.page import as_html
from jobs.report.walk import Way

ZONE = ZoneInfo("Europe/Vienna")
DAY = date(2026, 3, 30)
HOSTILE = "<script>alert(1)</script>"


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 30, hour, minute, tzinfo=ZONE)


def series(usual: float, seen: float, on: date, seed: int, spread: float) -> tuple[tuple[date, float | None], ...]:
    draw = np.random.default_rng(seed)
    nights = [DAY - timedelta(days=n) for n in range(60, 0, -1)]
    own = [(d, max(0.0, float(round(usual + spread * draw.normal())))) for d in (*nights, DAY) if d.weekday() < 5]
    return tuple((d, seen if d == on else value) for d, value in own)


def reason(channel: str, part: float, figures: tuple[float, float, float] | None, says: str, innocent: str) -> Reason:
    value, usual, colleagues = figures or (None, None, None)
    on = DAY - timedelta(days=3) if channel == "doors_refused" else DAY
    known = value is not None and usual is not None
    return Reason(
        channel=channel,
        family="places",
        part=part,
        tonight=round(part * 0.8, 2),
        seen_on=on,
        value=value,
        usual=usual,
        colleagues=colleagues,
        unit="count",
        sentence=says,
        innocent=innocent,
        events=(731230981273, 982734982374, 1239871239871) if known else (),
        history=series(usual, value, on, seed=len(says), spread=max(usual, 0.4)) if known else (),
        peers=(0.0, (colleagues or 0) * 1.6) if known else None,
    )


def works(door: str) -> SiteGraph:
    """The site of the example: a gate, a workshop, and what lies behind corridor B2."""
    graded = (("Yard", "protected", 2.0), ("Workshop hall", "protected", 2.0), ("Pump hall", "vital", 5.0))
    graded += (("Cable cellar", "vital", 5.0), ("Inner store", "inner", 8.0), (door, "office", 1.0))
    joined = (("outside", "Yard"), ("Yard", "Workshop hall"), ("Workshop hall", "B2"), ("B2", "Pump hall"))
    joined += (("Pump hall", "Cable cellar"), ("Cable cellar", "B2"), ("B2", "Inner store"), ("B2", door))
    rules = {"Inner store": ("two_person",)}
    zones = [Zone(name, area, weight, rules.get(name, ())) for name, area, weight in graded]
    return site_graph(zones, [Door(f"D{n}", *ends, 20.0) for n, ends in enumerate(joined)])


def walk(door: str) -> tuple[Way, ...]:
    """The explorer's evening, from zone to zone."""
    gone = (
        ("outside", "Yard", 1, (17, 58), (17, 58), 402, 0),
        ("Yard", "Workshop hall", 1, (18, 6), (18, 6), 371, 0),
        ("Workshop hall", "B2", 1, (19, 20), (19, 20), 120, 0),
        ("B2", "Pump hall", 2, (19, 31), (20, 9), 0, 1),
        ("Pump hall", "B2", 1, (20, 3), (20, 3), 0, 0),
        ("Pump hall", "Cable cellar", 1, (20, 11), (20, 11), 0, 0),
        ("Cable cellar", "B2", 1, (20, 30), (20, 30), 0, 0),
        ("B2", door, 1, (22, 51), (22, 51), 0, 0),
        (door, "B2", 1, (23, 20), (23, 20), 0, 0),
        ("B2", "Workshop hall", 1, (23, 30), (23, 30), 118, 0),
        ("Workshop hall", "Yard", 1, (23, 38), (23, 38), 371, 0),
        ("Yard", "outside", 1, (23, 41), (23, 41), 402, 0),
    )
    return tuple(
        Way(a, b, times, at(*first), at(*last), days, days == 0, detours, 12.0)
        for a, b, times, first, last, days, detours in gone
    )


def explorer(door: str) -> Lead:
    reasons = (
        reason(
            "zones_new",
            6.2,
            (4.0, 0.1, 0.2),
            "Entered 4 zones not entered before the last fortnight; usually 0.10, colleagues 0.20.",
            "a new assignment; covering for a colleague; an escorted tour",
        ),
        reason(
            "doors_refused",
            4.3,
            (3.0, 0.2, 0.3),
            "Was refused at 3 doors; usually 0.2, colleagues 0.3.",
            "a new role not yet in the access system; a failing reader",
        ),
        reason(
            "events_off_hours",
            2.6,
            (7.0, 1.4, 4.6),
            "Used doors 7 times outside working hours; usually 1.4, colleagues 4.6.",
            "a swapped shift; an outage; on-call duty",
        ),
        reason(
            "affinity",
            1.1,
            None,
            "Went to places where people of the same habits do not go. Least of all: Store.",
            "a project across departments",
        ),
        reason("other", 0.4, None, "Other reasons together, each too small or too long ago to be told.", ""),
    )
    where = (
        ("door", "Main gate", 2, 0, at(17, 58), at(23, 41), 402),
        ("door", "Turnstile 3", 2, 0, at(18, 1), at(23, 38), 398),
        ("door", "Workshop", 5, 0, at(18, 6), at(22, 10), 371),
        ("machine", "PC-4471", 6, 0, at(18, 12), at(22, 4), 366),
        ("door", "Corridor B2", 4, 0, at(19, 20), at(23, 20), 120),
        ("door", "Pump hall", 2, 0, at(19, 31), at(20, 2), 0),
        ("door", "Cable cellar", 1, 0, at(20, 11), at(20, 11), 0),
        ("door", "Inner area lock", 3, 3, at(21, 15), at(22, 40), 0),
        ("door", door, 1, 0, at(22, 51), at(22, 51), 0),
        ("medium", "M-7T3K-01QX", 2, 0, at(22, 58), at(23, 9), 12),
        ("extension", "*.dwg", 31, 0, at(22, 59), at(23, 8), 0),
        ("counterpart", "A-5R0P-2M9T", 1, 0, at(23, 12), at(23, 12), 0),
    )
    places = tuple(Place(*given, last_day=DAY - timedelta(days=1) if given[-1] else None) for given in where)
    hops = (
        ("Main gate", "Turnstile 3", 1, 18, 1),
        ("Turnstile 3", "Workshop", 1, 18, 6),
        ("Workshop", "PC-4471", 3, 18, 12),
        ("PC-4471", "Workshop", 3, 19, 0),
        ("Workshop", "Corridor B2", 2, 19, 20),
        ("Corridor B2", "Pump hall", 2, 19, 31),
        ("Pump hall", "Cable cellar", 1, 20, 11),
        ("Cable cellar", "Corridor B2", 1, 20, 30),
        ("Corridor B2", "Inner area lock", 3, 21, 15),
        ("Inner area lock", door, 1, 22, 51),
        (door, "Corridor B2", 1, 23, 20),
        ("Corridor B2", "Turnstile 3", 1, 23, 38),
        ("Turnstile 3", "Main gate", 1, 23, 41),
    )
    moves = tuple(Move(a, b, n, at(h, m), at(h, min(m + 9, 59))) for a, b, n, h, m in hops)
    return Lead(
        rank=1,
        person=-7406102340012345,
        risk=14.6,
        score=11.2,
        once_in=48_200,
        model="7",
        previous_rank=None,
        role="Technician",
        team="Mechanical maintenance",
        reasons=reasons,
        places=places,
        moves=moves,
        ways=walk(door),
    )


def night(door: str = HOSTILE, role: str = "=cmd|' /C calc'!A0") -> Night:
    first = explorer(door)
    second = Lead(
        rank=2,
        person=5511223344556677889,
        risk=9.1,
        score=6.4,
        once_in=5_300,
        model="7",
        previous_rank=4,
        role=role,
        team="Finance",
        reasons=(
            reason(
                "files_to_media",
                6.0,
                (212.0, 3.0, 2.0),
                "Copied 212 files onto removable media; usually 3, colleagues 2.",
                "handing over a project; a backup before leave",
            ),
            reason(
                "others_machines",
                3.1,
                (2.0, 0.0, 0.1),
                "Logged on to 2 machines that belong to others; usually 0, colleagues 0.1.",
                "helping a colleague; a broken computer",
            ),
        ),
        places=(Place("machine", "PC-0210", 9, 0, at(8, 2), at(16, 40), 230, DAY - timedelta(days=3)),),
    )
    third = Lead(
        3, 23, 4.2, 0.3, 1.4, "7", 1, "Guard", "Shift C", (reason("hours", 4.2, None, "Came late.", "a train"),)
    )
    return Night(
        site="Example Works",
        zone=ZONE,
        day=DAY,
        published_at=datetime(2026, 3, 31, 5, 12, tzinfo=ZONE),
        active=1840,
        scored=1795,
        innocent=1.7,
        budget=3,
        leads=(first, second, third),
        previous=DAY - timedelta(days=1),
        gone=(Gone(977, 2, "absent: no event in any feed"), Gone(978, 3, "now ranks 14")),
        unscored={"too little history": (11, 12, 13), "no events": tuple(range(100, 140))},
        silent=("web",),
        warnings=("gold.risk_list: “the feed web brought events for the day” does not hold: it was silent.",),
        graph=works(door),
        versions={"code": "5f1c0de", "gold.person_day": "88", "gold.risk": "88"},
    )


if __name__ == "__main__":
    shown = replace(night("Archive", "Accountant"), past=400_000.0)
    Path(sys.argv[1]).write_text(as_html(shown), encoding="utf-8")
