"""What a facility's lists made of the insiders planted in it, and whom they named besides.

A plant is found when it is within the budget on some night from its first deed on, people of other plants left out of
the count, for they would not be there together (decision 19). A night counts as named when a behaviour told by the
site's graph or rules is among the lead's first three reasons. A list is always full, so some innocent people are within
the budget on some night of the same nights, too: `chance` is their share.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pyspark.sql import functions as F

from expectations.gold import DRIVER, NIGHT, RISK
from expectations.quality import DOUBT, VERDICT
from features.behaviour import Behaviour
from features.catalog import MODULES, found
from features.silence import FEED
from feeds.site import DoorFacts
from jobs.context import Context
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.truth import deeds
from simulation.scenarios import LIBRARY

BUDGET = 5
REASONS = 3


@dataclass(frozen=True)
class Plant:
    """One planted insider, or pair, and what came of it. Nights count from the first deed; None: never."""

    kind: str
    group: str
    nights: int | None
    """To the first list that had them within the budget."""
    named: int | None
    """The same, with a graph behaviour among the first reasons."""
    best: int | None
    """Best rank since the first deed."""
    reasons: tuple[str, ...]
    """First reasons on the night of the best rank."""
    chance: float
    """Share of such innocent people, of a pair at least one, who are within the budget on some of these nights."""
    own: int | None = None
    """As `named`, with a behaviour that the scenario shows, of the graph or not."""


@dataclass(frozen=True)
class Leads:
    """The lists of a facility's nights, as far as its budget goes."""

    kind: str
    nights: int
    innocent: int
    """Leads who had done nothing so far."""
    announced: float
    """How many of those the lists announced."""
    named: int
    """Innocent leads that name a graph behaviour early."""


@dataclass(frozen=True)
class Disturbed:
    """What was told of the days on which readers failed or an outage brought everybody in."""

    leads: Leads
    warnings: int
    """Broken rules and readers in doubt."""
    spotted: bool | None
    """Whether every reader that failed was in doubt; None where none failed."""
    upheavals: int = 0
    """Nights of which the list says that everybody stands out, not its leads alone."""
    resting: int = 0
    """Leads one of whose first reasons names a failing reader, or a way through its door: maybe on another ground."""


def needs_the_site(behaviour: Behaviour) -> bool:
    """Whether the behaviour is told by the site's graph, or by its rules."""
    return behaviour.needs_graph or bool(getattr(behaviour, "needs_rules", False))


def graph_behaviours() -> frozenset[str]:
    """Behaviours at doors and consoles of every module that reads the site's graph or rules."""
    told = [list(found(module)) for module in MODULES]
    of_site = [b for module in told if any(map(needs_the_site, module)) for b in module]
    return frozenset(b.name for b in of_site if b.source in ("access", "alarm"))


@dataclass(frozen=True)
class Lists:
    """Everybody's rank on every ranked night, and the first reasons of those within the budget."""

    ranks: dict[tuple[int, date], int]
    reasons: dict[tuple[int, date], tuple[str, ...]]

    @classmethod
    def of(cls, context: Context) -> "Lists":
        """Read from the lake: who was ranked, why the leads were."""
        ranked = context.lake.read(RISK).where(F.col("rank").isNotNull())
        ranks = {(row["person"], row["day"]): row["rank"] for row in ranked.select("person", "day", "rank").collect()}
        early = context.lake.read(DRIVER).where(F.col("position") <= REASONS).orderBy("person", "day", "position")
        reasons: dict[tuple[int, date], tuple[str, ...]] = {}
        for row in early.select("person", "day", "channel").collect():
            at = (row["person"], row["day"])
            reasons[at] = (*reasons.get(at, ()), row["channel"])
        return cls(ranks, reasons)

    def by_chance(self, since: date, planted: frozenset[int]) -> float:
        """Share of the people not `planted` who are within the budget on some night from `since` on, the planted left
        out of the count."""
        innocent: dict[date, list[tuple[int, int]]] = {}
        for (person, day), rank in self.ranks.items():
            if day >= since and person not in planted:
                innocent.setdefault(day, []).append((rank, person))
        listed = {person for ranked in innocent.values() for _, person in sorted(ranked)[:BUDGET]}
        everybody = {person for ranked in innocent.values() for _, person in ranked}
        return len(listed) / len(everybody) if everybody else 0.0

    def names(self, behaviours: Collection[str], at: tuple[int, date]) -> bool:
        """Whether one of the behaviours is among the first reasons of a person on a night."""
        return not set(behaviours).isdisjoint(self.reasons.get(at, ()))

    def names_the_graph(self, at: tuple[int, date]) -> bool:
        """Whether a graph behaviour is among the first reasons of a person on a night."""
        return self.names(graph_behaviours(), at)


def begun(context: Context) -> dict[str, tuple[frozenset[int], date]]:
    """Scenario → whose records carry it, and the day of the first deed."""
    key, told = Pseudonyms(pseudonym_key()), deeds(Path(context.lake.root) / "truth" / "events.csv", context.site)
    return {
        kind: (
            frozenset(key.of(deed.number) for deed in told if deed.scenario == kind),
            min(deed.day for deed in told if deed.scenario == kind and deed.day),
        )
        for kind in dict.fromkeys(deed.scenario for deed in told)
    }


def plants_of(context: Context) -> list[Plant]:
    """What came of each plant, in the order of the library; of a pair, of whoever was met first."""
    lists, planted = Lists.of(context), begun(context)
    everybody = frozenset[int]().union(*(people for people, _ in planted.values()))
    out = []
    for scenario in LIBRARY:
        if scenario.name not in planted:
            continue
        people, since = planted[scenario.name]
        alone = {
            (person, day): rank - sum(lists.ranks.get((other, day), rank) < rank for other in everybody - people)
            for (person, day), rank in lists.ranks.items()
            if person in people and day >= since
        }
        within = [at for at, rank in alone.items() if rank <= BUDGET]
        best = min(alone, key=lambda at: (alone[at], at[1]), default=None)
        out.append(
            Plant(
                scenario.name,
                scenario.group,
                nights=first(since, within),
                named=first(since, filter(lists.names_the_graph, within)),
                best=alone[best] if best else None,
                reasons=lists.reasons.get(best, ()) if best else (),
                chance=1.0 - (1.0 - lists.by_chance(since, everybody)) ** len(people),
                own=first(since, filter(partial(lists.names, scenario.shows), within)),
            )
        )
    return out


def first(since: date, met: Iterable[tuple[int, date]]) -> int | None:
    """Nights from the first deed to the first of (person, night); None when there is none."""
    return min(((day - since).days for _, day in met), default=None)


def leads_of(context: Context, kind: str, only: frozenset[date] = frozenset()) -> Leads:
    """Who stood within the budget on the ranked nights, or on `only` those, without having done anything so far."""
    lists, planted = Lists.of(context), begun(context)
    acting = {person: since for people, since in planted.values() for person in people}
    announced = {row["day"]: float(row["innocent"]) for row in context.lake.read(NIGHT).collect()}
    nights = {day for _, day in lists.ranks} & set(announced)
    nights = nights & only or nights
    innocent = [
        (person, day)
        for (person, day), rank in lists.ranks.items()
        if day in nights and rank <= BUDGET and day < acting.get(person, date.max)
    ]
    return Leads(
        kind,
        nights=len(nights),
        innocent=len(innocent),
        announced=sum(announced[day] for day in nights),
        named=sum(map(lists.names_the_graph, innocent)),
    )


def disturbed_of(context: Context, kind: str) -> Disturbed:
    """What was told of the disturbed days."""
    root, lake = Path(context.lake.root), context.lake
    rows = [line.split(",") for line in (root / "truth" / "disturbances.csv").read_text().split()[1:]]
    days = frozenset(date.fromisoformat(day) for _, _, day in rows)
    broken = [row for row in lake.read(VERDICT).where("not passed").collect() if row["day"] in days]
    doubted = lake.read(DOUBT).where(F.col("kind") != FEED).select("day", "place").distinct().collect()
    in_doubt = {(row["day"], row["place"]) for row in doubted if row["day"] in days}
    doors = {door.name: door for door in context.site.doors}
    spotted = [
        any(
            at == date.fromisoformat(day) and (doors[place].name in what or names(doors[place].to_zone, what))
            for at, what in in_doubt
        )
        for _, place, day in rows
        if place
    ]
    failing = {(date.fromisoformat(day), doors[place]) for _, place, day in rows if place}
    upheavals = lake.read(NIGHT).where("upheaval").select("day").distinct().collect()
    return Disturbed(
        leads_of(context, kind, days),
        len(broken) + len(in_doubt),
        spotted=all(spotted) if spotted else None,
        upheavals=sum(row["day"] in days for row in upheavals),
        resting=resting_on(context, failing),
    )


def resting_on(context: Context, failing: Collection[tuple[date, DoorFacts]]) -> int:
    """How many leads within the budget name one of the doors, or a way that ends at it, on the day it failed."""
    told = context.lake.read(DRIVER).where(F.col("position") <= REASONS).select("person", "day", "seen_on", "sentence")
    leads = context.lake.read(RISK).where(F.col("rank") <= BUDGET).select("person", "day")
    return len(
        {
            (row["person"], row["day"])
            for row in told.join(leads, ["person", "day"], "left_semi").collect()
            for day, door in failing
            if day == row["seen_on"] and names_door(door, row["sentence"])
        }
    )


def names_door(door: DoorFacts, sentence: str) -> bool:
    """Whether a sentence names the door, or a way between its zones."""
    ways = (f"{door.from_zone} → {door.to_zone}", f"{door.to_zone} → {door.from_zone}", door.name)
    return any(way in sentence for way in ways)


def names(zone: str, gap: str) -> bool:
    """Whether a gap, told as 'yard → workshop', lacks a read of this zone's door."""
    return zone in gap.split(" → ")
