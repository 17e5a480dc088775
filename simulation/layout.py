"""The site as a graph: zones joined by doors, the doors read when walking from one zone to another, and how fast.

Areas follow the graded approach of IAEA NSS 13 (INFCIRC/225/Rev.5): a protected area, vital areas within it, and
inner areas that hold the material itself.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulation.draws import Flags, Floats, Ints

CONSEQUENCE = {"outside": 0.5, "office": 1.0, "protected": 2.0, "vital": 5.0, "inner": 8.0}

# name, area, kind (what a role's permission is for), parent in the tree of zones. {u} is a unit's number.
CORE = (
    ("outside", "outside", "outside", ""),
    ("gate", "office", "common", "outside"),
    ("admin-lobby", "office", "common", "gate"),
    ("canteen", "office", "common", "admin-lobby"),
    ("training", "office", "common", "admin-lobby"),
    ("records", "office", "records", "admin-lobby"),
    ("it-workshop", "office", "it", "admin-lobby"),
    ("server-room", "vital", "servers", "it-workshop"),
    ("yard", "protected", "yard", "gate"),
    ("security-post", "protected", "security", "yard"),
    ("central-alarm-station", "vital", "alarm", "security-post"),
    ("workshop", "protected", "workshop", "yard"),
    ("stores", "protected", "stores", "workshop"),
    ("laboratory", "protected", "laboratory", "yard"),
    ("dosimetry", "protected", "laboratory", "yard"),
    ("waste-building", "protected", "waste", "yard"),
    ("fuel-lobby", "protected", "fuel", "yard"),
    ("fuel-pool", "vital", "fuel", "fuel-lobby"),
    ("fuel-vault", "inner", "vault", "fuel-pool"),
    ("source-store", "inner", "vault", "fuel-pool"),
)
UNIT = (
    ("unit-{u}-lobby", "protected", "unit", "yard"),
    ("unit-{u}-turbine-hall", "protected", "unit", "unit-{u}-lobby"),
    ("unit-{u}-control-room", "vital", "control", "unit-{u}-lobby"),
    ("unit-{u}-switchgear", "vital", "plant", "unit-{u}-lobby"),
    ("unit-{u}-cable-room", "vital", "plant", "unit-{u}-switchgear"),
    ("unit-{u}-diesel", "vital", "plant", "unit-{u}-turbine-hall"),
    ("unit-{u}-pump-house", "vital", "plant", "unit-{u}-turbine-hall"),
    ("unit-{u}-reactor-hall", "vital", "reactor", "unit-{u}-lobby"),
)
RULES = {
    "fuel-vault": ("two_person",),
    "source-store": ("two_person",),
    "server-room": ("no_lone_presence",),
    "waste-building": ("escort",),
    "unit-{u}-diesel": ("escort",),
    "unit-{u}-pump-house": ("escort",),
}
"""In force in a zone (IAEA NSS 8-G Rev. 1, 4.3): two authorised people at once, nobody alone, visitors escorted."""
IN_COMPANY = ("two_person", "no_lone_presence")
LANES = {"gate": 3, "yard": 2}  # parallel turnstiles into these zones, on a small site
MORE_LANES_EVERY = 2_500  # people


@dataclass(frozen=True)
class Layout:
    """Zones (Z), doors (D) and routes. A route lists the doors of the quickest way; -1 fills its end.

    `doors`, `inward`, `entered` have shape (Z, Z, longest) and `steps` shape (Z, Z); `inward` is the direction from a
    door's first zone to its second. Parallel lanes of one door are numbered consecutively from the one in the routes.
    """

    zones: tuple[str, ...]
    areas: tuple[str, ...]
    kinds: tuple[str, ...]
    rules: tuple[tuple[str, ...], ...]
    door_names: tuple[str, ...]
    door_from: Ints
    door_to: Ints
    least_seconds: Ints
    lanes: Ints
    reads_exit: Flags
    doors: Ints
    inward: Flags
    entered: Ints
    steps: Ints

    def zones_of(self, *kinds: str) -> list[int]:
        """Indices of the zones of these kinds."""
        return [i for i, kind in enumerate(self.kinds) if kind in kinds]

    def under(self, *rules: str) -> list[int]:
        """Indices of the zones where one of these rules is in force."""
        return [i for i, held in enumerate(self.rules) if set(held) & set(rules)]

    def before(self, zone: int) -> int:
        """The zone that one comes from, on the quickest way in from outside."""
        steps = int(self.steps[0, zone])
        return int(self.entered[0, zone, steps - 2]) if steps > 1 else 0


def build(people: int) -> Layout:
    """A site of about 30 zones for a hundred people up to about 60 for ten thousand; the same for the same size."""
    rows = list(CORE)
    units = 1 if people < 150 else 2 if people < 800 else 3 if people < 3000 else 4
    rows += [(f"office-{i + 1}", "office", "office", "admin-lobby") for i in range(min(8, 2 + people // 300))]
    for unit in range(1, units + 1):
        rows += [(name.format(u=unit), area, kind, parent.format(u=unit)) for name, area, kind, parent in UNIT]
    zones = tuple(name for name, _, _, _ in rows)
    index = {name: i for i, name in enumerate(zones)}
    pairs = [(index[parent], index[name]) for name, _, _, parent in rows if parent]
    # Ways round: without them the site is a tree and every route forced. They join zones of one kind only, so that a
    # quickest route never leads through a zone that somebody may not enter to one that they may.
    pairs += [(index[f"unit-{u}-lobby"], index[f"unit-{u + 1}-lobby"]) for u in range(1, units)]
    pairs += [(index[f"unit-{u}-turbine-hall"], index[f"unit-{u + 1}-turbine-hall"]) for u in range(1, units)]
    pairs += [(index["laboratory"], index["dosimetry"])]
    least = [6 + (7 * a + 11 * b) % 25 for a, b in pairs]
    doors_of: list[tuple[str, int, int, int, int]] = []
    of_pair = []
    for (a, b), slow in zip(pairs, least, strict=True):
        parallel = LANES[zones[b]] * (1 + people // MORE_LANES_EVERY) if zones[b] in LANES else 1
        of_pair.append(len(doors_of))
        for lane in range(parallel):
            doors_of.append((f"D-{len(doors_of) + 1:03d}", a, b, slow, parallel if lane == 0 else 1))
    names, first, second, seconds, lanes = zip(*doors_of, strict=True)
    areas = tuple(area for _, area, _, _ in rows)
    doors, inward, entered, steps = _routes(len(zones), pairs, least, of_pair)
    return Layout(
        zones=zones, areas=areas, kinds=tuple(kind for _, _, kind, _ in rows),
        rules=tuple(RULES.get(_pattern(name), ()) for name in zones), door_names=names,
        door_from=np.array(first), door_to=np.array(second), least_seconds=np.array(seconds), lanes=np.array(lanes),
        reads_exit=np.array([areas[b] != "office" or zones[b] == "gate" for b in second]),
        doors=doors, inward=inward, entered=entered, steps=steps,
    )  # fmt: skip


def _pattern(name: str) -> str:
    """A unit's zone as UNIT writes it."""
    return re.sub(r"^unit-\d+", "unit-{u}", name)


def _routes(
    size: int, pairs: list[tuple[int, int]], least: list[int], of_pair: list[int]
) -> tuple[Ints, Flags, Ints, Ints]:
    """Quickest routes between all zones, by Floyd and Warshall's algorithm with next hops; O(Z^3), Z <= 100."""
    cost: Floats = np.full((size, size), np.inf)
    np.fill_diagonal(cost, 0)
    hop: Ints = np.tile(np.arange(size), (size, 1))
    door_between: dict[tuple[int, int], tuple[int, bool]] = {}
    for (a, b), seconds, door in zip(pairs, least, of_pair, strict=True):
        cost[a, b] = cost[b, a] = seconds
        door_between[a, b], door_between[b, a] = (door, True), (door, False)
    for k in range(size):
        through = cost[:, k, None] + cost[None, k, :]
        shorter = through < cost
        cost = np.where(shorter, through, cost)
        hop = np.where(shorter, hop[:, k, None], hop)
    paths: dict[tuple[int, int], list[int]] = {}
    for a in range(size):
        for b in range(size):
            path = [a]
            while path[-1] != b:
                path.append(int(hop[path[-1], b]))
            paths[a, b] = path
    longest = max(map(len, paths.values())) - 1
    doors: Ints = np.full((size, size, longest), -1)
    entered: Ints = np.full((size, size, longest), -1)
    inward: Flags = np.zeros((size, size, longest), dtype=bool)
    steps: Ints = np.zeros((size, size), dtype=np.int64)
    for (a, b), path in paths.items():
        steps[a, b] = len(path) - 1
        for j, (x, y) in enumerate(pairwise(path)):
            doors[a, b, j], inward[a, b, j] = door_between[x, y]
            entered[a, b, j] = y
    return doors, inward, entered, steps
