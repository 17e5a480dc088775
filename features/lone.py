"""Alone where the rules want two, and unescorted where they want an escort: one sweep over each ruled zone's stays.

A zone's day is walked through once in time, counting who is inside. `alone`, `unpaired` and `unescorted` are running
totals of the seconds in which one person, one who may escort, or nobody who may, was inside; what a stay adds is the
total at its end less that at its beginning. So a zone costs what its reads cost, and nobody is joined to anybody.
"""

from collections.abc import Mapping

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

TWO_PERSON, NO_LONE, ESCORT = RULES = ("two_person", "no_lone_presence", "escort")
"""Rules of zones, and kinds of the place rows that tell of one."""
BADGED_TOGETHER = 60
"""Two badges presented at a zone within a minute count as the two that its rule asks for."""


def broken_rules(stays: DataFrame, zones: Mapping[str, tuple[tuple[str, ...], float]], grace: int) -> DataFrame:
    """(day, person, kind, place, alone, grave_alone, alone_badged, events, first, last, evidence), one per rule broken.

    `stays` are those of features.stays with `escorted`: whether the person needs an escort. `zones` has rules and
    consequence of each ruled zone. `alone` are seconds without the company that the rule (`kind`) asks for, of which
    `alone_badged` in stays that began with two badges; `grave_alone` are seconds × consequence. Whoever needs an escort
    is nobody's second of two; people whom no roster names are taken for colleagues. Solitude of at most
    `grace` seconds at a time is a handover and counts nothing. Only stays that reads closed are judged; all others
    count as company.
    """
    inside = stays.where(F.col("zone").isin(sorted(zones)))
    judged = _totals(_all_along(_accompanied(inside)), grace).where(F.col("sure"))
    by_rule = []
    for zone, (rules, consequence) in sorted(zones.items()):
        for rule in sorted(set(rules)):
            by_rule.append(
                F.struct(F.lit(zone).alias("zone"), F.lit(rule).alias("kind"), F.lit(consequence).alias("w"))
            )
    told = judged.withColumn("rule", F.explode(F.array(*by_rule))).where(F.col("rule.zone") == F.col("zone"))
    kind = F.col("rule.kind")
    seconds = (
        F.when(kind == ESCORT, F.when(F.col("escorted"), F.col("unescorted")))
        .when((kind == TWO_PERSON) & ~F.col("escorted"), F.col("unpaired"))
        .otherwise(F.col("alone"))
    )
    broken = told.withColumns({"kind": F.col("rule.kind"), "seconds": seconds}).where(F.col("seconds") > 0)
    grave = F.round(F.col("seconds") * F.col("rule.w")).cast("long")
    badged = F.when((F.col("kind") == TWO_PERSON) & F.col("accompanied"), F.col("seconds")).otherwise(F.lit(0))
    return broken.groupBy("day", "person", "kind", F.col("zone").alias("place")).agg(
        F.sum("seconds").alias("alone"),
        F.sum(grave).alias("grave_alone"),
        F.sum(badged).alias("alone_badged"),
        F.count(F.lit(1)).alias("events"),
        F.min("enter").alias("first"),
        F.max("leave").alias("last"),
        F.slice(F.sort_array(F.collect_set("event")), 1, 2).alias("evidence"),
    )


def _accompanied(stays: DataFrame) -> DataFrame:
    """With `accompanied`: whether the badge of somebody else, who needs no escort, was read into the zone within
    BADGED_TOGETHER of the stay's."""
    around = Window.partitionBy("day", "zone").orderBy("enter").rangeBetween(-BADGED_TOGETHER, BADGED_TOGETHER)
    badged = F.when(F.col("event").isNotNull() & ~F.col("escorted"), F.col("person"))
    # Of several who badged, at least one of the two ends is somebody else.
    ends = [end(badged).over(around) != F.col("person") for end in (F.min, F.max)]
    return stays.withColumn("accompanied", F.coalesce(ends[0] | ends[1], F.lit(False)))


def _all_along(stays: DataFrame) -> DataFrame:
    """With those who came before the day began inside since its first stay in the zone, however long ago that was."""
    of_zone = Window.partitionBy("day", "zone")
    since = F.when(F.col("before"), F.min("enter").over(of_zone)).otherwise(F.col("enter"))
    return stays.withColumn("enter", since)


def _totals(stays: DataFrame, grace: int) -> DataFrame:
    """Stays with `alone`, `unpaired` and `unescorted`: seconds of each with one person inside, with one who may escort,
    and with nobody who may."""
    ends = F.array(
        F.struct(F.col("enter").alias("at"), F.lit(1).alias("step")),
        F.struct(F.col("leave").alias("at"), F.lit(-1).alias("step")),
    )
    stepped = stays.withColumn("end", F.explode(ends)).select("*", "end.at", "end.step")
    # Steps of one instant in a stated order; between them no time passes, so any order gives the same totals.
    in_time = Window.partitionBy("day", "zone").orderBy("at", "step", "person", "enter", "leave")
    so_far = in_time.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    may_escort = F.when(F.col("escorted"), F.lit(0)).otherwise(F.col("step"))
    counted = stepped.withColumns(
        {
            "people": F.sum("step").over(so_far),
            "escorts": F.sum(may_escort).over(so_far),
            "passed": F.coalesce(F.lead("at").over(in_time) - F.col("at"), F.lit(0)),
        }
    )
    lonely = {
        "alone": F.col("people") == 1,
        "unpaired": F.col("escorts") == 1,
        "unescorted": (F.col("people") > 0) & (F.col("escorts") == 0),
    }
    # A spell goes on through steps that change nothing of it: a guest who comes or goes ends nobody's solitude.
    begun = {f"{name}_begun": (now != F.lag(now, 1, False).over(in_time)).cast("int") for name, now in lonely.items()}
    spells = counted.withColumns(begun).withColumns(
        {f"{name}_spell": F.sum(f"{name}_begun").over(so_far) for name in lonely}
    )
    lasted = {name: F.sum("passed").over(Window.partitionBy("day", "zone", f"{name}_spell")) for name in lonely}
    timed = spells.withColumns({f"{name}_lasts": seconds for name, seconds in lasted.items()})
    counting = {
        name: F.when(now & (F.col(f"{name}_lasts") > grace), F.col("passed")).otherwise(F.lit(0))
        for name, now in lonely.items()
    }
    totals = timed.withColumns(counting).withColumns({name: F.sum(name).over(so_far) - F.col(name) for name in lonely})
    of_stay = totals.groupBy("day", "zone", "person", "enter", "leave", "sure", "event", "escorted", "accompanied")
    return of_stay.agg(*[(F.max(name) - F.min(name)).alias(name) for name in lonely])
