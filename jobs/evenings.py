"""What the evenings of a range found, as rows: groups with their ties, communities, facts about single people."""

from collections.abc import Collection
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from expectations.gold_day import TOGETHER_MEASURES
from expectations.gold_together import COMMUNITY, COMPANY, MEMBER, TIE
from features.person_day import UNKNOWN
from jobs.association import Night
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame
from models.association import MACHINES, MESSAGES
from models.communities import apart, communities
from models.meetings import Fact

SUNDAY = 7


def teams(roster: pa.Table, day: date) -> dict[int, str]:
    """Team of each person on the day, or the role where no team is known."""
    begins, ends = roster["from_day"].to_numpy(), roster["until_day"].to_numpy()
    wanted = np.datetime64(day, "D")
    now = roster.filter(pa.array((begins <= wanted) & (wanted < ends)))
    named = [role if team == UNKNOWN else team for role, team in zip(now["role"].to_pylist(), now["team"].to_pylist(),
                                                                    strict=True)]  # fmt: skip
    return dict(zip(now["person"].to_pylist(), named, strict=True))


def escorted(roster: pa.Table, day: date, roles: Collection[str]) -> frozenset[int]:
    """Who needs an escort on the day, or did when last on the roster: a visit ends, and what is known of it does not.

    `roster` is in order of people and days; `roles` are those that need one.
    """
    begun = roster.filter(pa.array(roster["from_day"].to_numpy() <= np.datetime64(day, "D")))
    latest = dict(zip(begun["person"].to_pylist(), begun["role"].to_pylist(), strict=True))
    return frozenset(person for person, role in latest.items() if role in roles)


def write_groups(lake: Lake, evenings: list[Night], days: Days) -> None:
    """The groups of each night, their members and their ties."""
    members: list[tuple[object, ...]] = []
    ties: list[tuple[object, ...]] = []
    for night in evenings:
        people, pairs, found = night.evening.whereabouts.people.tolist(), night.evening.pairs, night.evening.excess
        behind = night.evening.behind
        tonight = behind.at(pairs.one, pairs.other)
        for number, group in enumerate(night.evening.groups, start=1):
            members += [
                (night.day, number, people[member], len(group.members), group.bits, part)
                for member, part in zip(group.members, group.parts, strict=True)
            ]
            for tie in group.ties:
                one, other = int(pairs.one[tie]), int(pairs.other[tie])
                figures = (found.bits, found.minutes, found.minutes_expected, found.meetings)
                told = (*figures, pairs.layers[:, MESSAGES], pairs.layers[:, MACHINES])
                place = str(behind.place[tonight[tie]]) if tonight[tie] >= 0 else None
                figures_of = (float(figure[tie]) for figure in told)
                ties.append((night.day, number, one, other, *figures_of, place, bool(found.apart[tie])))
    for table, rows in ((MEMBER, members), (TIE, ties)):
        lake.write(table, frame(lake.spark, rows, table.schema()), days)


def write_communities(lake: Lake, evenings: list[Night], roster: pa.Table, days: Days) -> None:
    """Communities as of each Sunday: peers change by the month, and finding them is dear.

    Whom no roster knows is in no team, and apart from none: of a site without a roster its teams cannot be asked.
    """
    rows: list[tuple[object, ...]] = []
    for night in evenings:
        if night.day.isoweekday() != SUNDAY:
            continue
        people, named = night.evening.whereabouts.people, teams(roster, night.day)
        labels = np.array([named.get(person, UNKNOWN) for person in people.tolist()], dtype=np.str_)
        team = np.unique(labels, return_inverse=True)[1].astype(np.intp)
        found = communities(night.evening.association, people)
        away = apart(found, team) & (labels != UNKNOWN)
        rows += [
            (night.day, int(people[at]), int(found[at]), str(labels[at]), bool(away[at]))
            for at in np.flatnonzero(found).tolist()
        ]
    lake.write(COMMUNITY, frame(lake.spark, rows, COMMUNITY.schema()), days)


def facts_frame(lake: Lake, evenings: list[Night]) -> DataFrame:
    """gold.company of what was found on the driver."""
    whole = {measure.name for measure in TOGETHER_MEASURES if measure.type == "long"}

    def measured(fact: Fact, name: str) -> float | None:
        value = fact.measures.get(name)
        return int(value) if value is not None and name in whole else value

    rows = [
        (
            *(fact.person, night.day, fact.kind, fact.place, fact.events),
            *(None if fact.first is None else datetime.fromtimestamp(fact.first, UTC), None),
            *(measured(fact, measure.name) for measure in TOGETHER_MEASURES),
            list(fact.evidence),
        )
        for night in evenings
        for fact in night.evening.facts
    ]
    return frame(lake.spark, rows, COMPANY.schema())
