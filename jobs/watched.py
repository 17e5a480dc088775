"""What was found of the night as a whole, a line each: for `postern status` and the report's small print."""

from datetime import date, timedelta

from pyspark.sql import Row
from pyspark.sql import functions as F

from expectations.gold import DRIVER, NIGHT, RISK, SHADOW
from expectations.quality import CROWD, DOUBT, DRIFT, REGIME, SHARED
from features.copresence import TOO_MANY_STAYS
from features.silence import FEED
from feeds.site import Site
from jobs.days import Days
from jobs.lake import Lake

SIDE_BY_SIDE = 14
"""Nights over which the share of the list that a challenger would keep is told: two whole weeks."""
NAMED = 3
"""Crowded zones, silences, and families of reasons told by name: those of most people."""
FOREMOST = 3
"""Reasons of a person, strongest first, by which is said what a night is told by."""


def kept(lake: Lake, budget: int, days: Days) -> dict[date, tuple[int, int]]:
    """How many of the champion's first `budget` the challenger has among its own, and of how many, per night."""
    theirs = lake.read(SHADOW, days).where(F.col("rank") <= budget).select("day", "person", F.lit(1).alias("too"))
    ours = lake.read(RISK, days).where(F.col("active") & (F.col("rank") <= budget)).select("day", "person")
    shadowed = theirs.select("day").distinct()
    both = ours.join(shadowed, "day", how="left_semi").join(theirs, ["day", "person"], how="left")
    counted = both.groupBy("day").agg(F.count("too").alias("stay"), F.count("*").alias("of")).orderBy("day").collect()
    return {row["day"]: (row["stay"], row["of"]) for row in counted}


def shadow(lake: Lake, day: date, budget: int) -> str | None:
    """How a challenger would have kept the list of `day` and of the nights before; None without one."""
    rows = lake.read(SHADOW, Days.one(day)).select("model").limit(1).collect()
    if not rows or not budget:
        return None
    nights = kept(lake, budget, Days(day - timedelta(days=SIDE_BY_SIDE - 1), day + timedelta(days=1)))
    stay, of = nights.get(day, (0, 0))
    share = sum(stay for stay, _ in nights.values()) / max(1, sum(of for _, of in nights.values()))
    return (
        f"challenger, version {rows[0]['model']}, would keep {stay} of {of} leads of {day}, {share:.0%} over "
        f"{len(nights)} nights"
    )


def crowds(lake: Lake, day: date) -> str | None:
    """Where who was with whom is not told of `day`, because a crowd was there, or few came and went as often as a crowd
    may; None when it is told everywhere."""
    rows = lake.read(CROWD, Days.one(day)).orderBy(F.desc("people"), "zone").collect()
    if not rows:
        return None
    cap = rows[0]["cap"]
    reasons = {
        f"more than {cap} people were in one zone within an hour": [row for row in rows if row["people"] > cap],
        f"{cap} people or fewer came and went more than {cap * TOO_MANY_STAYS} times in one zone within an hour": [
            row for row in rows if row["people"] <= cap
        ],
    }
    return "; ".join(
        f"who was with whom on {day} is left out where {why}, {zones_named(zones)}"
        for why, zones in reasons.items()
        if zones
    )


def zones_named(rows: list[Row]) -> str:
    """How many zones of quality.crowd, and those of most people by name."""
    named = [f"{row['zone']} ({row['hours']} of {row['used']} hours, up to {row['people']})" for row in rows[:NAMED]]
    count = f"{len(rows)} {'zone' if len(rows) == 1 else 'zones'}"
    return f"in {count}: {', '.join(named)}{', …' if len(rows) > NAMED else ''}"


def shared(lake: Lake, day: date) -> str | None:
    """The same of computers and messages that a crowd shared on `day`, and of pairs beyond the closest."""
    rows = lake.read(SHARED, Days.one(day)).orderBy("kind").collect()
    called = {
        "machine": "computers of more than {cap} people",
        "mail": "messages of more than {cap} people",
        "pair": "pairs, at one place not among the {cap} closest of either",
    }
    named = [
        f"{row['left_out']} of {row['used']} {called[row['kind']].format(cap=row['cap'])} (up to {row['people']})"
        for row in rows
    ]
    return f"who was with whom on {day} is left out of {' and '.join(named)}" if named else None


def declared(site: Site, day: date) -> str | None:
    """That the site declares an upheaval of `day` which no habit holds yet; None when it does not."""
    told = site.unlearnt(day)
    if not told:
        return None
    return (
        f"{told.kind} {told.name!r} is declared from {told.first} to {told.last}, and no habit holds it yet: past "
        f"nights are no measure of the list of {day}, so all of it is announced innocent. Ask what has changed for "
        "everybody before asking about anybody"
    )


def upheaval(lake: Lake, day: date) -> str | None:
    """That the night of `day` stands out and not its list alone, and what it is told by; None when it does not."""
    rows = lake.read(NIGHT, Days.one(day)).where("upheaval").limit(1).collect()
    if not rows:
        return None
    reasons = lake.read(DRIVER, Days.one(day)).where((F.col("position") <= FOREMOST) & (F.col("channel") != "other"))
    families = reasons.groupBy("family").agg(F.count_distinct("person").alias("people"))
    told = [row["family"] for row in families.orderBy(F.desc("people"), "family").limit(NAMED).collect()]
    return (
        f"the night of {day} stands out of past nights, and not only the people on its list: many others do so "
        f"as well. It is told mostly by {', '.join(told)}: "
        "ask what changed for everybody before asking about anybody"
    )


def silences(lake: Lake, day: date) -> str | None:
    """Where so many were missing from a feed on `day` that it is the feed's doing; None when nowhere."""
    rows = lake.read(DOUBT, Days.one(day)).where(F.col("kind") == FEED).orderBy(F.desc("people"), "place").collect()
    if not rows:
        return None
    named = [f"{row['place']} ({row['people']} people missing)" for row in rows[:NAMED]]
    return (
        f"nobody is judged on {day} by {'; '.join(named)}{'; …' if len(rows) > NAMED else ''}: "
        "ask for what was not delivered"
    )


def drift(lake: Lake, day: date) -> str | None:
    """What had changed for everybody as of the end of `day`, and what may explain it; None when it was not watched."""
    rows = lake.read(DRIFT, Days.one(day)).select("kind", "name", "verdict").orderBy("kind", "name").collect()
    if not rows:
        return None
    changed = [row["name"] for row in rows if row["verdict"] in ("missing", "moved")]
    named = [
        f"{row['kind']} {row['name']} ({'declared' if row['declared'] else row['says']})"
        for row in lake.read(REGIME, Days.one(day)).orderBy("kind", "name").collect()
    ]
    told = f"{len(changed)} of {len(rows)} figures changed for everybody in the week up to {day}"
    told += f": {', '.join(changed[:5])}{', …' if len(changed) > 5 else ''}" if changed else ""
    told += f"; {'; '.join(named)}" if named else ""
    return told + ("; if it is there to stay, a training is proposed" if changed else "")
