"""A drawn site, somebody who works there, and a day of a scenario acted out in their rows.

outside ─ G ─ yard ─ H ─ hall ─ V ─ vault ─ C ─ cell        every door read both ways; two must be in the vault
                └─── S ─ stores
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import networkx as nx
import numpy as np

from simulation.act import Act, Host, Seen, Ways, World
from simulation.amounts import Amount
from simulation.injected import ACTS
from simulation.scenarios import AMOUNTS

DAY = date(2026, 3, 2)
DOORS = {
    "G": ("outside", "yard"),
    "H": ("yard", "hall"),
    "V": ("hall", "vault"),
    "C": ("vault", "cell"),
    "S": ("yard", "stores"),
}
LEADS = {(d, "in"): b for d, (_, b) in DOORS.items()} | {(d, "out"): a for d, (a, _) in DOORS.items()}
FROM = {(d, "in"): a for d, (a, _) in DOORS.items()} | {(d, "out"): b for d, (_, b) in DOORS.items()}

CALM = (
    ("G", "in", 8.0),
    ("H", "in", 8.1),
    ("H", "out", 12.0),
    ("S", "in", 12.1),
    ("S", "out", 16.0),
    ("G", "out", 16.1),
)
"""In at eight, in the hall until noon, in the stores until four, out."""
RESTLESS = (
    ("G", "in", 8.0),
    *((door, way, hour) for hour in (8.1, 10.1, 12.1, 14.1) for door, way, hour in (
        ("H", "in", hour), ("H", "out", hour + 0.8), ("S", "in", hour + 0.9), ("S", "out", hour + 1.9))),
    ("G", "out", 16.1),
)  # fmt: skip
"""Four times in the hall and in the stores, most of an hour each."""


def world(*feeds: str) -> World:
    graph: nx.DiGraph = nx.DiGraph()
    for door, (a, b) in DOORS.items():
        graph.add_edge(a, b, door=door, direction="in", read=True)
        graph.add_edge(b, a, door=door, direction="out", read=True)
    return World(
        zone=ZoneInfo("UTC"), feeds=frozenset(feeds or ("access", "logon", "mail", "media", "file", "web", "alarm")),
        doors=dict.fromkeys([*DOORS, "X", "Y", "Z", "W", "Q", "R", "T"], ""), machines=["PC-1", "PC-2"],
        addresses=["a@site.example", "b@site.example"], uploads=["drop.example"],
        ways=Ways(graph, frozenset({"vault"}), frozenset({"vault"})),
    )  # fmt: skip


def host(number: str = "P1", machine: str = "PC-1", steps: Sequence[tuple[str, str, float]] = CALM) -> Host:
    """The same steps on two days, with a logon and an alarm answered."""
    rows = []
    for day in (DAY - timedelta(days=1), DAY):
        for line, (door, direction, hour) in enumerate(steps, start=2):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
            fields = {"door": door, "direction": direction, "outcome": "granted"}
            rows.append(Seen("access", at, day, fields, f"access/{day}/access.csv", line))
        rows.append(Seen("logon", rows[-1].at, day, {"machine": machine, "activity": "logon"}, "logon", 2))
        answer = {"machine": "ALARM-1", "sensor": "S-1", "zone": "hall", "activity": "acknowledge"}
        rows.append(Seen("alarm", rows[-1].at - timedelta(hours=7), day, answer, "alarm", 2))
    return Host(number, sorted(rows, key=lambda row: row.at))


def act(
    name: str, *, intensity: float = 1.0, seed: int = 1, progress: float = 1.0, feeds: tuple[str, ...] = (),
    steps: Sequence[tuple[str, str, float]] = CALM, amounts: Mapping[str, Amount] | None = None,
) -> Act:  # fmt: skip
    """P1's day, with P2 for whom it takes; `amounts` other than the library's on request."""
    done = Act(
        world(*feeds), host(steps=steps), host("P2", "PC-2"), DAY, progress, amounts or AMOUNTS[name], intensity,
        np.random.default_rng(seed),
    )  # fmt: skip
    ACTS[name](done)
    return done
