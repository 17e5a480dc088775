"""Who was with whom: pairs of people by zone-hour, machine, message and passage.

Nobody is crossed with everybody: pairs meet inside one zone-hour, machine-day or message, and only where at most
`crowd` people do. In a crowd company is chance; it is left out, counted and told. So a night's pairs grow with its
events, and no task holds more than a crowd's.
"""

from collections.abc import Collection
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

LEAST_SECONDS = 60
"""Company shorter than a minute is people passing each other."""
TOO_MANY_STAYS = 10
"""A zone-hour is crowded, too, when it holds so many stays for each person that a crowd may have: a revolving door."""
TOGETHER_SECONDS = 10
"""Two badges within so many seconds at one door went through it together: one opening of a door."""
EARLIEST = ("first", "event", "partner_event")
PAIR = ("day", "person", "partner", "kind", "place")


def uncrowded(crowd: int) -> Column:
    """Whether a row of features.stays.crowds is none: few enough people, and no revolving door."""
    return (F.col("people") <= crowd) & (F.col("stays") <= crowd * TOO_MANY_STAYS)


def calm(hours: DataFrame, found: DataFrame, crowd: int) -> DataFrame:
    """`hours` of features.stays.zone_hours with `is_calm`: no crowd was there; `found` are their `crowds`."""
    marked = found.where(uncrowded(crowd)).select("day", "zone", "hour", F.lit(True).alias("few"))
    told = hours.join(F.broadcast(marked), ["day", "zone", "hour"], "left")
    return told.withColumn("is_calm", F.col("few").isNotNull()).drop("few")


def in_zones(hours: DataFrame, two_person: Collection[str]) -> DataFrame:
    """Pairs (person < partner) by overlap of their stays in uncrowded zone-hours; `kind` is 'zone', or 'two_person' in
    zones under that rule. `place`: the zone, `seconds` of overlap there, `first`: when it began.

    Who may have left unread, or been elsewhere, is nobody's company: only stays that are `known` count.
    """
    told = hours.where("known")
    one = told.select("day", "zone", "hour", "person", "enter", "leave", "event")
    other = told.select(
        *("day", "zone", "hour"),
        F.col("person").alias("partner"),
        F.col("enter").alias("begin"),
        F.col("leave").alias("end"),
        F.col("event").alias("partner_event"),
    )
    met = one.join(other, ["day", "zone", "hour"], "inner").where(F.col("person") < F.col("partner"))
    since, until = F.greatest("enter", "begin"), F.least("leave", "end")
    kind = F.when(F.col("place").isin(sorted(two_person)), "two_person").otherwise("zone")
    return (
        met.where(until > since)
        .groupBy("day", "person", "partner", F.col("zone").alias("place"))
        .agg(
            F.sum(until - since).alias("seconds"),
            F.lit(1).cast("long").alias("times"),
            F.min(since).alias("first"),
            F.min("event").alias("event"),
            F.min("partner_event").alias("partner_event"),
        )
        .where(F.col("seconds") >= LEAST_SECONDS)
        .withColumn("kind", kind if two_person else F.lit("zone"))
    )


def at_machines(logons: DataFrame, crowd: int) -> DataFrame:
    """Pairs who used the same computer on the same day. One that a crowd uses ties nobody."""
    used = logons.groupBy("day", F.col("machine").alias("place"), "person").agg(
        F.min("at").alias("at"), F.min("event").alias("event")
    )
    many = Window.partitionBy("day", "place").rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    shared = used.withColumn("people", F.count(F.lit(1)).over(many)).where(F.col("people").between(2, crowd))
    one, other = (
        shared.drop("people"),
        shared.select("day", "place", F.col("person").alias("partner"), F.col("event").alias("partner_event")),
    )
    met = one.join(other, ["day", "place"], "inner").where(F.col("person") < F.col("partner"))
    told = met.select(
        *("day", "person", "partner", "place", "event", "partner_event"),
        F.lit(0).cast("long").alias("seconds"),
        F.unix_seconds("at").alias("first"),
        F.lit("machine").alias("kind"),
    )
    return _folded(told)


def by_mail(messages: DataFrame, addresses: DataFrame, crowd: int) -> DataFrame:
    """Pairs of whom one wrote to the other; `times`: messages. One to a crowd ties nobody.

    `addresses` are silver.address: whose each pseudonym of an address is at a time.
    """
    sent = messages.where((F.col("activity") == "send") & (F.size("counterparts") <= crowd))
    to = sent.select("day", "person", "at", "event", F.explode("counterparts").alias("address"))
    held = addresses.withColumnRenamed("person", "who")
    known = to.join(held, "address", "inner").where(
        (F.col("at") >= F.col("valid_from"))
        & (F.col("valid_to").isNull() | (F.col("at") < F.col("valid_to")))
        & (F.col("who") != F.col("person"))
    )
    told = known.select(
        "day",
        F.least("person", "who").alias("person"),
        F.greatest("person", "who").alias("partner"),
        F.lit("mail").alias("place"),
        F.lit(0).cast("long").alias("seconds"),
        F.unix_seconds("at").alias("first"),
        F.lit("mail").alias("kind"),
        "event",
        F.col("event").alias("partner_event"),
    )
    return _folded(told)


def crowded_at_once(logons: DataFrame | None, messages: DataFrame | None, crowd: int) -> DataFrame:
    """(day, kind, left_out, used, people) of the computers that more than `crowd` people used in a day, and of the
    messages to more: what `at_machines` and `by_mail` leave out. One of the two may be None: such a log is not there.
    """
    shared = []
    if logons is not None:
        used = logons.groupBy("day", "machine").agg(F.count_distinct("person").alias("people"))
        shared.append(used.select("day", F.lit("machine").alias("kind"), "people"))
    if messages is not None:
        sent = messages.where(F.col("activity") == "send")
        shared.append(
            sent.select("day", F.lit("mail").alias("kind"), F.size("counterparts").cast("long").alias("people"))
        )
    counted = reduce(DataFrame.unionByName, shared).groupBy("day", "kind")
    found = counted.agg(
        F.count_if(F.col("people") > crowd).alias("left_out"),
        F.count(F.lit(1)).alias("used"),
        F.max("people").alias("people"),
    )
    return found.where(F.col("left_out") > 0)


def in_lockstep(reads: DataFrame) -> DataFrame:
    """Pairs whose badges followed each other through one door, the same way, within TOGETHER_SECONDS.

    `times`: such passages. Only neighbours in the order of reads are compared, so a gate costs what its reads cost.
    """
    at_door = Window.partitionBy("day", "door", "way").orderBy("at", "event")
    passed = reads.where(F.col("outcome") == "granted").withColumn("way", F.coalesce("direction", F.lit("")))
    behind = passed.withColumns(
        {
            "who": F.lead("person").over(at_door),
            "theirs": F.lead("event").over(at_door),
            "after": F.unix_seconds(F.lead("at").over(at_door)) - F.unix_seconds("at"),
        }
    ).where((F.col("after") <= TOGETHER_SECONDS) & (F.col("who") != F.col("person")))
    told = behind.select(
        "day",
        F.least("person", "who").alias("person"),
        F.greatest("person", "who").alias("partner"),
        F.col("door").alias("place"),
        F.lit(0).cast("long").alias("seconds"),
        F.unix_seconds("at").alias("first"),
        F.lit("passage").alias("kind"),
        F.when(F.col("person") < F.col("who"), F.col("event")).otherwise(F.col("theirs")).alias("event"),
        F.when(F.col("person") < F.col("who"), F.col("theirs")).otherwise(F.col("event")).alias("partner_event"),
    )
    return _folded(told)


def _folded(told: DataFrame) -> DataFrame:
    """One row per pair, day, kind and place; `times`: how often."""
    return told.groupBy(*PAIR).agg(
        F.sum("seconds").alias("seconds"),
        F.count(F.lit(1)).alias("times"),
        *[F.min(name).alias(name) for name in EARLIEST],
    )


def pairs(kinds: Collection[DataFrame], partners: int) -> DataFrame:
    """All pairs of the days; `is_kept`: at each place among each person's `partners` closest of each kind, by seconds,
    then by times. So a short meeting in one place is not lost behind long ones in another.

    A pair is kept when either of the two counts it among their closest; so a place has at most people × partners. The
    column `partners` is how many either met there.
    """
    told = reduce(DataFrame.unionByName, kinds)
    one = F.struct(F.col("person").alias("whose"), F.col("partner").alias("with"))
    other = F.struct(F.col("partner").alias("whose"), F.col("person").alias("with"))
    seen = told.withColumn("side", F.explode(F.array(one, other)))
    met = Window.partitionBy("day", "side.whose", "kind", "place")
    closest = met.orderBy(F.desc("seconds"), F.desc("times"), F.asc("side.with"))
    ranked = seen.withColumns({"rank": F.row_number().over(closest), "partners": F.count(F.lit(1)).over(met)})
    return ranked.groupBy(*told.columns).agg(
        (F.min("rank") <= partners).alias("is_kept"), F.max("partners").alias("partners")
    )


def beyond_the_closest(met: DataFrame) -> DataFrame:
    """(day, kind, left_out, used, people) of the `pairs` that are not kept: nothing on a day on which all are."""
    counted = met.groupBy("day", F.lit("pair").alias("kind")).agg(
        F.count_if(~F.col("is_kept")).alias("left_out"),
        F.count(F.lit(1)).alias("used"),
        F.max("partners").alias("people"),
    )
    return counted.where(F.col("left_out") > 0)
