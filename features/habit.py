"""What was known of a place before: days seen, first and last, rolled one night on, with forgetting.

The state is exact (integers and dates), so a range of days gives what its nights give one by one, and a night reads
the state of the evening before and its own rows only. A door that refused teaches nothing: it stays unknown.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

MEMORY: Mapping[str, int] = {"domain": 90}
"""Days unseen after which a place of that kind is forgotten."""
MEMORY_ELSE = 180
"""The same for all other kinds: half a year, so that a season's work comes back as known."""

GUARD = 14
"""Nights. What was first seen less than a fortnight ago still counts as new, so that a change of habit does not teach
before it is noticed (the gap between baseline and tonight found best on CERT r4.2)."""

OWNED = ("machine", "door", "zone")
"""Kinds that may belong to somebody by habit."""
OWNER_DAYS = 5
"""Least person-days at a place before it can belong to anyone."""
OWNER_ACTIVE = 45
"""Who was not there for so many days no longer owns a place: leavers hand their machines on."""

PLACE = ("person", "source", "kind", "place")


def memory() -> Column:
    """Days unseen after which the row's place is forgotten."""
    forgets = F.lit(MEMORY_ELSE)
    for kind, days in MEMORY.items():
        forgets = F.when(F.col("kind") == kind, F.lit(days)).otherwise(forgets)
    return forgets


def teaches() -> Column:
    """Whether a place row counts as having been there: at a door, only when it opened."""
    return F.coalesce(F.col("events") > F.col("refused"), F.lit(True))


def remembered(rows: DataFrame, before: DataFrame) -> DataFrame:
    """`rows` with `days_seen`, `first_day`, `last_day` and `is_new`, each as of the evening before the row's day.

    `rows` are place rows of a range of days, one per person, source, kind, place and day; `before` is gold.habit as of
    the evening before the range.
    """
    in_order = Window.partitionBy(*PLACE).orderBy("day")
    earlier = in_order.rowsBetween(Window.unboundedPreceding, -1)
    state = before.select(
        *PLACE,
        F.col("last_day").alias("day"),
        F.col("days_seen").alias("adds"),
        F.col("first_day").alias("since"),
        F.lit(True).alias("is_state"),
    )
    lined = rows.withColumns({"adds": teaches().cast("long"), "since": F.col("day"), "is_state": F.lit(False)})
    lined = lined.unionByName(state, allowMissingColumns=True).withColumns(
        {
            "last_day": F.last(F.when(F.col("adds") > 0, F.col("day")), ignorenulls=True).over(earlier),
            "ever": F.coalesce(F.sum("adds").over(earlier), F.lit(0)),
        }
    )
    fresh = F.col("last_day").isNull() | (F.datediff("day", "last_day") > memory())
    begins = fresh & (F.col("adds") > 0)
    begun = {
        name: F.last(F.when(begins, F.col(told)), ignorenulls=True).over(earlier)
        for name, told in {"begun": "since", "before_it": "ever"}.items()
    }
    lined = lined.withColumns(begun)
    return (
        lined.where(~F.col("is_state"))
        .withColumns(
            {
                "days_seen": F.when(fresh, F.lit(0)).otherwise(F.col("ever") - F.col("before_it")).cast("long"),
                "first_day": F.when(~fresh, F.col("begun")),
                "last_day": F.when(~fresh, F.col("last_day")),
            }
        )
        .withColumn("is_new", (F.col("days_seen") == 0) | (F.datediff("day", "first_day") < GUARD))
        .drop("adds", "since", "is_state", "ever", "begun", "before_it")
    )


def habits(rows: DataFrame, before: DataFrame, kept: Sequence[date]) -> DataFrame:
    """gold.habit as of the end of each day in `kept`, from remembered rows and the state before them."""
    after = rows.where(teaches()).select(
        *PLACE,
        F.col("day").alias("last_day"),
        (F.col("days_seen") + 1).alias("days_seen"),
        F.coalesce("first_day", "day").alias("first_day"),
    )
    in_order = Window.partitionBy(*PLACE).orderBy("last_day")
    lined = after.unionByName(before.select(*after.columns)).withColumn("next_day", F.lead("last_day").over(in_order))
    evenings = F.array(*[F.lit(day) for day in kept])
    return (
        lined.withColumn("day", F.explode(evenings))
        .where(
            (F.col("last_day") <= F.col("day"))
            & (F.col("next_day").isNull() | (F.col("next_day") > F.col("day")))
            & (F.datediff("day", "last_day") < memory())
        )
        .drop("next_day")
    )


def owners(month_starts: DataFrame) -> DataFrame:
    """(known_on, kind, place, usual_person): whom a place belongs to by habit, as of the states given.

    The person with more than half of all person-days of the people active there lately. Learnt once a month, from
    gold.habit as of month starts: a usual user does not change because of tonight, nor of this fortnight.
    """
    active = month_starts.where(F.col("kind").isin(*OWNED)).where(F.datediff("day", "last_day") < OWNER_ACTIVE)
    days = active.groupBy("day", "kind", "place", "person").agg(F.sum("days_seen").alias("days"))
    by_place = days.groupBy("day", "kind", "place").agg(
        F.sum("days").alias("all_days"), F.max(F.struct("days", "person")).alias("top")
    )
    return by_place.where((F.col("all_days") >= OWNER_DAYS) & (F.col("top.days") * 2 > F.col("all_days"))).select(
        F.col("day").alias("known_on"), "kind", "place", F.col("top.person").alias("usual_person")
    )


def hour_shares(month_starts: DataFrame) -> DataFrame:
    """(known_on, place, site_share): share of all person-days with an event in each of the 24 hours, as of the states.

    An hour that nobody was ever seen in has share 0; a month start without any state has no rows.
    """
    seen = month_starts.where(F.col("source") == "presence")
    is_any, days = (F.col("kind") == "presence") & (F.col("place") == "any"), F.col("days_seen")
    hours = [f"{hour:02d}" for hour in range(24)]
    by_hour = [F.sum(F.when((F.col("kind") == "hour") & (F.col("place") == hour), days)).alias(hour) for hour in hours]
    wide = seen.groupBy(F.col("day").alias("known_on")).agg(F.sum(F.when(is_any, days)).alias("all_days"), *by_hour)
    pairs = F.array(*[F.struct(F.lit(hour).alias("place"), F.coalesce(hour, F.lit(0)).alias("days")) for hour in hours])
    told = wide.withColumn("told", F.explode(pairs))
    return told.select("known_on", "told.place", (F.col("told.days") / F.col("all_days")).alias("site_share"))


def with_shares(rows: DataFrame, shares: DataFrame) -> DataFrame:
    """Remembered `rows` with `known_days`, and at hours `site_share`.

    `shares` are `hour_shares`; until a month start has been learnt from, the share is NULL.
    """
    whole = Window.partitionBy("person", "day").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    is_day = (F.col("kind") == "presence") & (F.col("place") == "any")
    told = rows.withColumns(
        {"known_days": F.max(F.when(is_day, F.col("days_seen"))).over(whole), "known_on": learnt_on(F.col("day"))}
    )
    by_hour = shares.withColumn("kind", F.lit("hour"))
    return told.join(F.broadcast(by_hour), ["known_on", "kind", "place"], "left").drop("known_on")


def learnt_on(day: Column) -> Column:
    """The month start whose owners hold on `day`: the newest before it."""
    return F.trunc(F.date_sub(day, 1), "MM")


def with_owners(rows: DataFrame, known: DataFrame, roster: DataFrame) -> DataFrame:
    """`rows` with `usual_person` and `whose`, from `owners` and from `roster` (see features.person_day.on_days)."""
    # By names of their own: rows may have come by way of the roster already, and Spark then mistakes whose is whose.
    led = roster.select(F.col("person").alias("led"), "from_day", "until_day", "supervisor")
    owned = rows.withColumn("known_on", learnt_on(F.col("day"))).join(known, ["known_on", "kind", "place"], "left")
    placed = owned.join(
        F.broadcast(led),
        (F.col("person") == F.col("led"))
        & F.col("usual_person").isNotNull()
        & (F.col("day") >= F.col("from_day"))
        & (F.col("day") < F.col("until_day")),
        "left",
    )
    whose = (
        F.when(F.col("usual_person") == F.col("person"), "own")
        .when(F.col("usual_person") == F.col("supervisor"), "supervisor")
        .when(F.col("usual_person").isNotNull(), "other")
    )
    return placed.withColumn("whose", whose).drop("known_on", "led", "from_day", "until_day", "supervisor")
