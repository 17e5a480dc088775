"""Why habits may have changed for everybody: what the site declares, and what can be seen in who and where.

A regime excuses nobody and silences nothing; it is told beside the drift, so that whoever reads it knows where to ask.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow.compute as pc
from pyspark.sql import functions as F

from expectations.gold_day import PLACE_DAY
from features.catalog import PERSON_DAY
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import arrow
from models.arrays import People
from models.drift import RECENT_NIGHTS, REFERENCE_NIGHTS, Drift

SHARE = 0.2
"""Share of people who came, stayed away or changed that is no ordinary week: every fifth."""
FEWEST = 20
"""People in either window, so that a share says something."""
DOOR_PEOPLE = 5
"""People at a door before it is told apart from one person's errand."""

Regime = dict[str, str | bool]


def regimes(context: Context, feeds: Mapping[date, Mapping[str, Drift]], days: Days) -> dict[date, list[Regime]]:
    """What may explain changed habits on each of `days`; `feeds` are those whose drift is told, per day."""
    seen, doors = people(context.lake, days), new_doors(context.lake, days)
    return {
        day: [
            *(
                regime(told.kind, told.name, f"declared from {told.first} to {told.last}", declared=True)
                for told in context.site.regimes
                if told.first <= day <= told.last
            ),
            *(silent(name, one) for name, one in feeds[day].items()),
            *seen.get(day, ()),
            *doors.get(day, ()),
        ]
        for day in days
    }


def regime(kind: str, name: str, says: str, *, declared: bool = False) -> Regime:
    """A row of quality.regime without its day."""
    return {"kind": kind, "name": name, "declared": declared, "says": says}


def silent(feed: str, one: Drift) -> Regime:
    """A feed that sees fewer, or more, of the people, or more of each."""
    seen, before = 1 - one.missing, 1 - one.missing_before
    return regime("feed", feed, f"sees {seen:.0%} of the people, {before:.0%} before; its volume is {one.verdict}")


def people(lake: Lake, days: Days) -> dict[date, list[Regime]]:
    """Who came, who stayed away, and who changed team or role: each day's week against the weeks before it."""
    window = Days(days.start - timedelta(days=RECENT_NIGHTS + REFERENCE_NIGHTS - 1), days.end)
    rows = arrow(lake.read(PERSON_DAY, window).select("person", "day", "role", "team"), "day", "person")
    day_of, who = rows["day"].to_numpy().astype("datetime64[D]"), rows["person"].to_numpy()
    groups = pc.binary_join_element_wise(rows["role"], rows["team"], "\0").combine_chunks().dictionary_encode().indices
    found = {}
    for day in days:
        begin, middle, end = np.searchsorted(
            day_of,
            [
                np.datetime64(day - timedelta(days=RECENT_NIGHTS + REFERENCE_NIGHTS - 1)),
                np.datetime64(day - timedelta(days=RECENT_NIGHTS - 1)),
                np.datetime64(day + timedelta(days=1)),
            ],
        )
        (then, was), (now, is_) = (
            newest(who[part], groups.to_numpy()[part]) for part in (slice(begin, middle), slice(middle, end))
        )
        if min(then.size, now.size) < FEWEST:
            continue
        both, before, after = np.intersect1d(then, now, assume_unique=True, return_indices=True)
        shares = {
            "newcomers": (1 - both.size / now.size, "of the week's people were not seen before: an outage, an intake"),
            "absence": (1 - both.size / then.size, "of the people seen before stayed away: a holiday, a strike"),
            "reorganisation": (
                float((was[before] != is_[after]).mean()) if both.size else 0.0,
                "of the people have another role or team",
            ),
        }
        found[day] = [
            regime(kind, kind, f"{share:.0%} {says}") for kind, (share, says) in shares.items() if share >= SHARE
        ]
    return found


def newest(who: People, groups: np.ndarray) -> tuple[People, np.ndarray]:
    """The people of rows in ascending order of days, each with their newest group."""
    people, back = np.unique(who[::-1], return_index=True)
    return people, groups[::-1][back]


def new_doors(lake: Lake, days: Days) -> dict[date, list[Regime]]:
    """Doors that several people were at on a day, none of them before that week, where others are known for longer."""
    visits = lake.read(PLACE_DAY, days).where((F.col("kind") == "door") & (F.col("events") > 0))
    first, who = F.min(F.coalesce("first_day", "day")).alias("first"), F.count_distinct("person").alias("people")
    found: dict[date, list[Regime]] = {}
    rows = visits.groupBy("day", "place").agg(first, who).orderBy("day", "place").collect()
    for day in days:
        mine, begin = [row for row in rows if row["day"] == day], day - timedelta(days=RECENT_NIGHTS - 1)
        # Where the history itself begins this week every door is new.
        if any(row["first"] < begin for row in mine):
            found[day] = [
                regime("reader", row["place"], f"first read on {row['first']}, by {row['people']} people today")
                for row in mine
                if row["first"] >= begin and row["people"] >= DOOR_PEOPLE
            ]
    return found
