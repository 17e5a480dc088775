"""Reads as lines of text, on a drawn site of a yard, a lobby and a vault."""

from collections.abc import Callable
from datetime import UTC, datetime

from pyspark.sql import DataFrame

from features.stays import stays
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
VISITOR = 9


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


def clock(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%H:%M:%S}".removesuffix(":00")


def stayed(reads: DataFrame, doors: DataFrame | None) -> list[tuple[object, ...]]:
    told = stays(reads, doors, LONGEST).orderBy("person", "enter", "zone").collect()
    return [(r["person"], r["zone"], clock(r["enter"]), clock(r["leave"]), r["sure"]) for r in told]
