"""Scenarios acted out in the logs of a site that exists, real or simulated: rows to add, and rows to take away.

What a person's own rows and the declared site tell is all there is to go by: where they were, which machines and doors
are theirs, what others use. A walk begins where the last read left off and leads back there, so that nothing betrays a
plant but what it does. Whatever a site does not record is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import networkx as nx
import numpy as np

from simulation.amounts import Amount

Fields = Mapping[str, str]
Moment = datetime
"""An instant, in UTC."""

UPLOADS = "file_sharing"
STEP = (25.0, 90.0)  # seconds from door to door
GRAVE = ("vital", "inner")


@dataclass(frozen=True)
class Seen:
    """A landed row of somebody: our fields, and the file and line it stands in."""

    feed: str
    at: Moment
    day: date
    fields: Fields
    file: str
    line: int


@dataclass(frozen=True)
class Added:
    """A row to land: whose identifier it carries, and our fields."""

    feed: str
    at: Moment
    number: str
    fields: Fields


@dataclass(frozen=True)
class Host:
    """Somebody of the site, with their own rows in order of time."""

    number: str
    rows: Sequence[Seen]

    def of(self, feed: str, day: date | None = None) -> list[Seen]:
        """Their rows of one feed, on one day or ever."""
        return [row for row in self.rows if row.feed == feed and day in (None, row.day)]

    def usual(self, feed: str, name: str) -> list[str]:
        """Values of a field, the most frequent first."""
        counts = Counter(row.fields[name] for row in self.of(feed) if row.fields.get(name))
        return [value for value, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


@dataclass(frozen=True)
class Ways:
    """The declared site: an edge for each way through a door, with the door, its direction, and whether it is read."""

    graph: "nx.DiGraph[str]"
    grave: frozenset[str]
    paired: frozenset[str]

    def path(self, start: str, end: str) -> list[tuple[str, str, str]]:
        """(door, direction, zone entered) of each read on the shortest way; empty when there is none."""
        try:
            zones = nx.shortest_path(self.graph, start, end)
        except nx.NetworkXException:
            return []
        ways = [(self.graph.edges[a, b], b) for a, b in pairwise(zones)]
        return [(way["door"], way["direction"], zone) for way, zone in ways if way["read"]]


@dataclass(frozen=True)
class World:
    """What is known of the site beside the hosts' own rows."""

    zone: ZoneInfo
    feeds: frozenset[str]
    doors: Mapping[str, str]
    """Every door seen, and the zone its reads carry; '' where they carry none."""
    machines: Sequence[str]
    addresses: Sequence[str]
    uploads: Sequence[str]
    ways: Ways | None


@dataclass
class Act:
    """One day of one scenario: who, how far along (above 0, 1 on the last day), how much, and what came of it.

    `amounts` are the scenario's own by name (simulation.scenarios.AMOUNTS), which `intensity` multiplies.
    """

    world: World
    host: Host
    partner: Host | None
    day: date
    progress: float
    amounts: Mapping[str, Amount]
    intensity: float
    draw: np.random.Generator
    added: list[Added] = field(default_factory=list)
    dropped: list[Seen] = field(default_factory=list)

    @property
    def people(self) -> set[str]:
        """Personnel numbers whose day is malicious by it: the host, and whose identity rows carry; none of no rows."""
        return {self.host.number, *(row.number for row in self.added)} if self.added or self.dropped else set()

    def times(self, count: float) -> int:
        """`count` at this intensity, once at least."""
        return max(1, round(count * self.intensity))

    def number(self, name: str) -> int:
        """How many of an amount that can only be counted, at this intensity, once at least."""
        amount = self.amounts[name]
        return self.times(amount.grown(self.progress) if amount.grows else amount.whole(self.draw))

    def minutes(self, name: str) -> timedelta:
        """How long, of an amount in minutes, at this intensity."""
        return timedelta(minutes=self.amounts[name].drawn(self.draw) * self.intensity)

    def share(self, name: str) -> float:
        """How much of all, of an amount that is a share, at this intensity."""
        return self.amounts[name].share(self.draw, self.intensity)

    def at(self, hour: float) -> Moment:
        """An hour of the day on the site's clock; 25 is one in the next morning."""
        midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=self.world.zone)
        return (midnight + timedelta(hours=hour)).astimezone(ZoneInfo("UTC"))

    def add(self, feed: str, at: Moment, host: Host | None = None, **fields: str) -> None:
        """A row of the host, or of somebody else, if the site lands the feed."""
        if feed in self.world.feeds:
            self.added.append(Added(feed, at, (host or self.host).number, fields))

    def read(
        self, door: str, at: Moment, direction: str = "in", outcome: str = "granted", by: Host | None = None
    ) -> None:
        """A badge read."""
        told = {"door": door, "direction": direction, "outcome": outcome, "zone": self.world.doors.get(door, "")}
        self.add("access", at, by, **told)

    def strange(self, count: int, *others: Host | None) -> list[str]:
        """Doors that neither the host nor `others` ever used."""
        known = {row.fields["door"] for host in (self.host, *others) if host for row in host.of("access")}
        odd = sorted(set(self.world.doors) - known) or sorted(self.world.doors)
        return [odd[i] for i in self.draw.permutation(len(odd))[:count]]

    def pauses(self, host: Host | None = None) -> list[tuple[Moment, Moment, str]]:
        """(from, to, zone) between consecutive reads of the day, the longest first: time for a trip."""
        rows = (host or self.host).of("access", self.day)
        pairs = [(a.at, b.at, self.zone_after(a)) for a, b in pairwise(rows)]
        return sorted(pairs, key=lambda told: (told[0] - told[1], told[0]))

    def zone_after(self, row: Seen) -> str:
        """Where a read led."""
        if self.world.ways:
            for a, b, way in self.world.ways.graph.edges(data=True):
                if way["door"] == row.fields.get("door") and way["direction"] == (row.fields.get("direction") or "in"):
                    return a if row.fields.get("outcome") == "denied" else b
        return ""

    def trip(
        self,
        target: str,
        pause: tuple[Moment, Moment, str],
        dwell: timedelta,
        unread: float = 0.0,
        by: Host | None = None,
    ) -> bool:
        """There and back within a pause, where ways are declared.

        Of the reads on the way in before the last a share of `unread` is missing, those next to the last, one at least.
        """
        begins, ends, here = pause
        ways = self.world.ways
        there = ways.path(here, target) if ways and here else []
        back = ways.path(target, here) if ways and here else []
        if not there:
            return False
        at = begins + timedelta(seconds=float(self.draw.uniform(60, 180)))
        spare = ends - at - timedelta(seconds=STEP[1] * (len(there) + len(back)))
        if spare < timedelta(minutes=1):
            return False
        missing = max(1, round(unread * (len(there) - 1))) if unread else 0
        left_out = set(range(max(0, len(there) - 1 - missing), len(there) - 1))
        for place, (door, direction, _) in enumerate(there):
            at += timedelta(seconds=float(self.draw.uniform(*STEP)))
            if place not in left_out:
                self.read(door, at, direction, by=by)
        at += min(dwell, spare)
        for door, direction, _ in back:
            at += timedelta(seconds=float(self.draw.uniform(*STEP)))
            self.read(door, at, direction, by=by)
        return True

    def moments(self, count: int) -> list[Moment]:
        """Moments of the host's day, in order; around noon when nothing of that day is known."""
        rows = [row.at for row in self.host.rows if row.day == self.day]
        first, last = (rows[0], rows[-1]) if len(rows) > 1 else (self.at(10), self.at(15))
        return sorted(first + (last - first) * float(u) for u in self.draw.uniform(0.1, 0.9, count))

    def reachable(self) -> list[str]:
        """Zones with a declared way, that the host or others enter: without the outside."""
        return sorted(set(self.world.ways.graph) - {"outside"}) if self.world.ways else []
