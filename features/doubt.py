"""Readers in doubt: where many people's reads did not fit on one day, the reader is looked at, not the people.

Worked on place rows, so it costs a night's places and not its events, and nobody is joined to anybody.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from features.desk import DESK
from features.lone import RULES
from features.passages import SEEN_AT
from features.rows import UNCOUNTED
from features.site_graph import ARROW

PEOPLE = 3
"""Least people whose reads do not fit before a reader is doubted: two others besides anyone. Two who follow each other
through a door are a pair to look at; a third makes it the door's day."""
REFUSING = "refusing"
"""How quality.doubt calls a door in doubt for its refusals, which tell neither who is inside nor of reads missing."""
ONE_SIDED = "one-sided"
"""How it calls a way on which so many were not read who came back by it: see features.one_sided."""
ONE_IN = 20
"""Least share of what happened there that does not fit, as one in so many. Following through leaves far less unread;
a reader that is silent, or a door that is propped open, for one hour of a shift leaves more."""


def doubted(rows: DataFrame, readers: DataFrame) -> DataFrame:
    """(day, kind, place, people): readers in doubt on that day, and how many people's reads do not fit there.

    `rows` are place rows of whole days, `readers` those of features.passages.Ways. In doubt may be
    - a gap ('yard → lobby'), its missing reads beside the passages that were read there: a reader that lost reads;
    - a door, for reads after several gaps that are not in doubt themselves: a clock that is wrong puts its reads
      between any others;
    - a door, for hurried reads;
    - a door that is 'refusing', for repeated refusals of people for whom it opened at no time of the day.
    """
    doors, gaps = _access(rows, "door"), gap_and_door(_access(rows, "gap"))
    unread = gaps.groupBy("day", "gap").agg(
        F.count_distinct("person").alias("people"), F.sum("events").alias("misfits")
    )
    all_unread = unread.join(_passed(doors, readers), ["day", "gap"], "left")
    lost = all_unread.where(_many("people", F.col("misfits") + F.coalesce("fits", F.lit(0))))
    lost = lost.select("day", "gap", "people")
    elsewhere = F.when(F.col("people").isNull(), F.col("person"))
    late = (
        gaps.join(F.broadcast(lost), ["day", "gap"], "left")
        .groupBy("day", F.col("door").alias("place"))
        .agg(
            F.count_distinct(elsewhere).alias("people"),
            F.sum(F.when(F.col("people").isNull(), F.col("events"))).alias("misfits"),
        )
    )
    tested = F.when((F.col("refused") == F.col("events")) & (F.col("refused") > 1), F.col("refused"))
    hurried, refused = _at_doors(doors, F.col("hurried")), _at_doors(doors, tested)
    late = late.join(hurried.select("day", "place", "events"), ["day", "place"], "inner")
    wrong = hurried.unionByName(late).where(_many("people", F.col("events"))).groupBy("day", "place")
    refusing = refused.where(_many("people", F.col("events"))).select("day", "place", "people")
    return (
        wrong.agg(F.max("people").alias("people"))
        .withColumn("kind", F.lit("door"))
        .unionByName(refusing.withColumn("kind", F.lit(REFUSING)))
        .unionByName(lost.withColumnRenamed("gap", "place").withColumn("kind", F.lit("gap")))
        .select("day", "kind", "place", "people")
    )


def why(kind: str, people: int) -> str:
    """What of so many people puts a reader of that kind in doubt."""
    if kind == REFUSING:
        return f"{people} people were refused there again and again and let in at no time"
    if kind == ONE_SIDED:
        return f"{people} people more than usual were read on the way back alone"
    return f"reads of {people} people did not fit there"


def at_reader() -> Column:
    """Rows that a reader in doubt makes doubtful."""
    return (F.col("source") == "access") & F.col("kind").isin("door", "gap")


def with_doubt(rows: DataFrame, found: DataFrame, readers: DataFrame) -> DataFrame:
    """Place `rows` with `doubted`: 1 at a reader that was `found` in doubt, 0 at other doors and gaps, NULL elsewhere.

    A gap is in doubt also when the door is at which the badge was read next. A door is UNCOUNTED when one of its ways
    is in doubt: who passed it unread has an entry without an exit there, while what was read there, refusals among it,
    is as true as ever. A door that only refuses puts no gap in doubt.
    """
    found = found.select("day", "kind", "place")
    lost = found.where(F.col("kind").isin("gap", ONE_SIDED)).select("day", F.col("place").alias("gap")).distinct()
    passed = lost.join(F.broadcast(readers.select("gap", "door")), "gap", "inner").select("day", "door")
    wrong, refusing = (
        found.where(F.col("kind") == kind).select("day", F.col("place").alias("door")) for kind in ("door", REFUSING)
    )
    told = gap_and_door(rows.drop("doubted"))
    for marked, named, mark in (
        (lost, "gap", "_gap"),
        (wrong, "door", "_seen"),
        (refusing, "door", "_refusing"),
        (passed.distinct(), "door", "_passed"),
    ):
        told = told.join(F.broadcast(marked.withColumn(mark, F.lit(1))), ["day", named], "left")
    of_door = F.when(F.col("kind") == "door", F.coalesce("_refusing", F.col("_passed") * UNCOUNTED))
    doubt = F.coalesce("_gap", "_seen", of_door, F.lit(0)).cast("long")
    return told.withColumn("doubted", F.when(at_reader(), doubt)).drop(
        "gap", "door", "_gap", "_seen", "_refusing", "_passed"
    )


def of_company() -> Column:
    """Rows that are told of who was where with whom, and of zones where somebody was not."""
    return F.col("kind").isin(*RULES, DESK, "due")


def with_zones_doubted(rows: DataFrame, found: DataFrame, readers: DataFrame) -> DataFrame:
    """Place `rows` of broken rules, empty desks and rounds cut short with `doubted`: 1 when a reader on either side of
    whose door the zone lies was `found` in doubt that day, 0 otherwise. Who was in there, and with whom, is then not
    known. A door that only refuses hides nobody: who was refused there stands in front of it; nor does a way to or from
    outside that is read too seldom: whoever is not read out counts as company all the longer."""
    of_doors = found.where(F.col("kind") == "door").join(
        F.broadcast(readers.select(F.col("door").alias("place"), "gap")), "place", "inner"
    )
    gaps = of_doors.select("day", "gap").unionByName(
        found.where(F.col("kind") == "gap").select("day", F.col("place").alias("gap"))
    )
    zones = gaps.select("day", F.explode(F.split("gap", ARROW)).alias("place"), F.lit(1).alias("_zone")).distinct()
    told = rows.join(F.broadcast(zones), ["day", "place"], "left")
    doubt = F.coalesce("_zone", F.lit(0)).cast("long")
    return told.withColumn("doubted", F.when(of_company(), doubt).otherwise(F.col("doubted"))).drop("_zone")


def _access(rows: DataFrame, kind: str) -> DataFrame:
    return rows.where((F.col("source") == "access") & (F.col("kind") == kind))


def _at_doors(doors: DataFrame, misfits: Column) -> DataFrame:
    """(day, place, people, misfits, events) of each door."""
    of_door = F.coalesce(misfits, F.lit(0))
    counted = doors.groupBy("day", "place").agg(F.count_if(of_door > 0), F.sum(of_door), F.sum("events"))
    return counted.toDF("day", "place", "people", "misfits", "events")


def gap_and_door(rows: DataFrame) -> DataFrame:
    """With `gap` of gap rows, and `door` of door and gap rows."""
    is_gap = F.col("kind") == "gap"
    return rows.withColumns(
        {
            "gap": F.when(is_gap, F.substring_index("place", SEEN_AT, 1)),
            "door": F.when(is_gap, F.substring_index("place", SEEN_AT, -1)).when(
                F.col("kind") == "door", F.col("place")
            ),
        }
    )


def _passed(doors: DataFrame, readers: DataFrame) -> DataFrame:
    """(day, gap, fits): passages that were read, by their name as gaps."""
    passed = (
        F.when(F.col("way") == "in", F.col("entries"))
        .when(F.col("way") == "out", F.col("exits"))
        .otherwise(F.col("events") - F.col("entries") - F.col("exits"))
    )
    through = doors.join(F.broadcast(readers), doors["place"] == readers["door"], "inner")
    return through.groupBy("day", "gap").agg(F.sum(passed).alias("fits"))


def _many(people: str, whole: Column) -> Column:
    """Enough people, and `misfits` a large enough share of the whole."""
    return (F.col(people) >= PEOPLE) & (F.col("misfits") * ONE_IN >= whole)
