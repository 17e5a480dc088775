"""One row per person and operational day: all behaviours in one aggregation over the day's places."""

from collections.abc import Collection, Sequence
from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from features.behaviour import Behaviour
from features.rows import once_known
from features.working_time import WorkingTime, seconds_of

UNKNOWN = "unknown"
"""Role and team of a person whom the roster does not hold on that day."""
FOREVER = date(9999, 1, 1)


def person_day(
    place_day: DataFrame,
    roster: DataFrame,
    behaviours: Sequence[Behaviour],
    feeds: Collection[str],
    *,
    has_graph: bool = False,
    has_rules: bool = False,
) -> DataFrame:
    """gold.person_day: (person, day, role, team, supervisor) and a DOUBLE per behaviour.

    `place_day` is gold.place_day, `roster` is `on_days` of silver.people, `feeds` are those the site has. A behaviour
    of a feed that was silent about the person that day has its declared `absent` value; of a feed that the site does
    not have, NULL; so is what needs the site's graph, or rules of its zones, unless the site declares them, and what a
    person must be known for, before that.
    """
    seen = {feed: F.count_if(F.col("source") == feed) > 0 for feed in {b.source for b in behaviours}}

    def told(behaviour: Behaviour) -> Column:
        needed = (behaviour.needs_graph and not has_graph) or (behaviour.needs_rules and not has_rules)
        if behaviour.source not in {*feeds, "presence"} or needed:
            return F.lit(None).cast("double")
        value = behaviour.expression().cast("double")
        both = F.when(seen[behaviour.source], value).otherwise(F.lit(behaviour.absent).cast("double"))
        return once_known(both) if behaviour.once_known else both

    folded = place_day.groupBy("person", "day").agg(
        *[told(behaviour).alias(behaviour.name) for behaviour in behaviours]
    )
    who = roster.withColumnRenamed("person", "who")
    placed = folded.join(
        F.broadcast(who),
        (F.col("person") == F.col("who")) & (F.col("day") >= F.col("from_day")) & (F.col("day") < F.col("until_day")),
        "left",
    )
    return placed.select(
        "person",
        "day",
        F.coalesce("role", F.lit(UNKNOWN)).alias("role"),
        F.coalesce("team", F.lit(UNKNOWN)).alias("team"),
        "supervisor",
        *[b.name for b in behaviours],
    )


def on_days(people: DataFrame, hours: WorkingTime) -> DataFrame:
    """silver.people by operational days [from_day, until_day): at most one row per person and day.

    A person counts from the day on which an interval begins; of two intervals that touch a day the later counts.
    """
    in_order = Window.partitionBy("person").orderBy("from_day", "valid_from")
    first = _day_of(F.col("valid_from"), hours)
    # The instant valid_to itself is outside; the day that holds the instant before it is the last.
    after = F.coalesce(
        F.date_add(_day_of(F.col("valid_to") - F.expr("INTERVAL 1 MICROSECOND"), hours), 1), F.lit(FOREVER)
    )
    dated = people.withColumns({"from_day": first, "after": after})
    following = F.lead("from_day").over(in_order)
    return dated.withColumn("until_day", F.least("after", F.coalesce(following, F.lit(FOREVER)))).select(
        "person", "role", "team", "supervisor", "from_day", "until_day"
    )


def as_last_told(roster: DataFrame) -> DataFrame:
    """`on_days` of a roster, each person's row holding on until their next: a visit ends, and what the roster told of
    the visitor, whose card may still open doors, does not."""
    following = F.lead("from_day").over(Window.partitionBy("person").orderBy("from_day"))
    return roster.withColumn("until_day", F.coalesce(following, F.lit(FOREVER)))


def _day_of(at: Column, hours: WorkingTime) -> Column:
    """Operational day of an instant. A roster is small: here the zone may be looked up row by row."""
    local = F.from_utc_timestamp(at, hours.time_zone)
    return F.to_date(local - F.make_dt_interval(secs=F.lit(seconds_of(hours.day_begins))))
