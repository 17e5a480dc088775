"""Ways to and from outside on which far fewer people were read than came back by them: a reader that is silent.

Inside, a missing read shows at the next one (features.passages). After the last read of a day, and before the first,
there is none: who was not read on the way home leaves an entry without its exit, and so does everybody whom that reader
did not read. Counted in person-days, which habits remember: what is usual is as of the last month start, so that a site
whose people come by one gate and leave by another is told of nothing once there is a month start. Worked on place rows.
"""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from features.doubt import ONE_IN, ONE_SIDED, PEOPLE
from features.habit import learnt_on
from features.site_graph import ARROW, OUTSIDE
from features.walks import left, reached
from features.working_time import HOUR

SHIFT = 12 * HOUR
"""Seconds that nobody is there for longer: whoever came so late may be inside at the day's end, and whoever left so
early may have come the day before."""
CHANCE = 9
"""Square of the standard deviations that chance has: people who come one way and leave another do not do so evenly."""
UNKNOWN = 2
"""Least share that is too many, as one in so many, where no month start tells what is usual."""


def one_sided(rows: DataFrame, month_starts: DataFrame, readers: DataFrame) -> DataFrame:
    """(day, kind, place, people): ways ('yard → outside') read too seldom on that day, and by how many people.

    `rows` are place rows of whole days, `month_starts` gold.habit as of the month starts before them
    (features.habit.learnt_on), `readers` those of features.passages.Ways. Asked of ways that are read both ways. Too
    seldom: of those who went the other way in time to be back, more were not read, less those who were read on this way
    alone, than is usual of it: by PEOPLE, by one in ONE_IN, and by more than chance; where nothing is known of the
    usual, by half of them.
    """
    ways = _both_ways(readers)
    # Who comes so early is out again that day, and who leaves so late had come: of others neither side tells.
    comes = (left(F.col("way")) == OUTSIDE) == F.col("is_way")
    whole = F.when(comes, F.col("last_second") < SHIFT).otherwise(F.col("first_second") >= SHIFT)
    of_people = _of_ways(rows, ways).groupBy("day", "person", "way")
    tonight = of_people.agg(
        *(F.max("is_way").alias("read"), F.max(~F.col("is_way")).alias("back")),
        *(F.max(~F.col("is_way") & whole).alias("due"), F.max(F.col("is_way") & whole).alias("went")),
    )
    counted = tonight.groupBy("day", "way").agg(
        F.count_if("due").alias("due"),
        F.count_if(F.col("due") & ~F.col("read")).alias("lacking"),
        F.count_if(F.col("went") & ~F.col("back")).alias("across"),
    )
    told = counted.withColumn("known_on", learnt_on(F.col("day")))
    told = told.join(F.broadcast(_usual(month_starts, ways)), ["known_on", "way"], "left")
    usual = F.coalesce(F.col("due") * F.greatest("share", F.lit(0.0)), F.lit(0.0))
    beyond = F.col("lacking") - F.col("across") - usual
    unusual = (beyond * ONE_IN >= F.col("due")) & (beyond * beyond >= CHANCE * (F.col("across") + usual))
    many = F.when(F.col("share").isNull(), beyond * UNKNOWN >= F.col("due")).otherwise(unusual)
    people = F.round(beyond).cast("long").alias("people")
    found = told.where((beyond >= PEOPLE) & many)
    return found.select("day", F.lit(ONE_SIDED).alias("kind"), F.col("way").alias("place"), people)


def _usual(month_starts: DataFrame, ways: DataFrame) -> DataFrame:
    """(known_on, way, share): person-days back without one on the way, of those back, as of each month start."""
    of_ways = _of_ways(month_starts.withColumnRenamed("day", "known_on"), ways).groupBy("known_on", "way")
    back, read = (F.sum(F.when(F.col("is_way") == way, F.col("days_seen")).otherwise(0)) for way in (False, True))
    known = of_ways.agg(back.alias("back"), read.alias("read")).where(F.col("back") > 0)
    return known.select("known_on", "way", ((F.col("back") - F.col("read")) / F.col("back")).alias("share"))


def _both_ways(readers: DataFrame) -> DataFrame:
    """(way, other): each way to or from outside that is read, with the way back, where that is read, too."""
    ways = readers.select(F.col("gap").alias("way")).distinct()
    ways = ways.where((left(F.col("way")) == OUTSIDE) | (reached(F.col("way")) == OUTSIDE))
    ways = ways.withColumn("other", F.concat(reached(F.col("way")), F.lit(ARROW), left(F.col("way"))))
    return ways.join(F.broadcast(ways.select(F.col("way").alias("other"))), "other", "left_semi")


def _of_ways(rows: DataFrame, ways: DataFrame) -> DataFrame:
    """Moves by each `way` and back by it, told apart by `is_way`."""
    moves = rows.where((F.col("source") == "access") & (F.col("kind") == "move"))
    either = ways.select("way", F.explode(F.array("way", "other")).alias("place"))
    return moves.join(F.broadcast(either), "place", "inner").withColumn("is_way", F.col("place") == F.col("way"))
