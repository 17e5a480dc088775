"""Missing beside presence: who is told of by one feed and not by another that usually tells of them too. Logs that are
deleted, a badge left at home on purpose and a console used past its logon look like this; so does a feed that failed,
which is told as a fault of the feed and of nobody.

Every day on which the first feed knows a person is marked as kept or missed by the second, so that the marks' habits
count both; nobody is judged by a silence that many of their role, their team or the site share that day.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from features.behaviour import daily
from features.doubt import ONE_IN, PEOPLE
from features.habit import learnt_on
from features.measures import FEEDS
from features.person_day import UNKNOWN
from features.rows import Rows, both, number, trusted, used
from features.usual_ways import exact

BESIDE = {
    "logon beside badge": ("logon", ("access",)),
    "logon beside use": ("logon", ("mail", "media", "file", "web")),
    "badge beside logon": ("access", ("logon",)),
    "mail beside logon": ("mail", ("logon",)),
}
"""Name → the feed that may be missing, and feeds by any of which the person is there."""
FREE = " on a free day"
"""Ends the name of a mark of a day on which the site does not work, when other things are usual."""
FEED = "feed"
"""How quality.doubt calls a feed whose silence is nobody's."""
EVERYBODY = "everybody"

KEPT, MISSED = "kept", "missed"


def bit(feed: str) -> int:
    """The feed's bit, set in `feeds` of a person-day that it told of."""
    return 1 << list(FEEDS).index(feed)


def marks(feeds: Column, is_free: Column, there: frozenset[str]) -> list[Column]:
    """The marks of a person-day as (source, kind, place), NULL where nothing would be missed.

    `feeds` are the bits of those that told of the person, `there` those that the site has.
    """
    found = []
    for name, (feed, others) in BESIDE.items():
        if feed not in there:
            continue
        known = feeds.bitwiseAND(F.lit(sum(bit(other) for other in others))) > 0
        kind = F.when(feeds.bitwiseAND(F.lit(bit(feed))) > 0, F.lit(KEPT)).otherwise(F.lit(MISSED))
        place = F.when(is_free, F.lit(name + FREE)).otherwise(F.lit(name))
        told = F.struct(F.lit("presence").alias("source"), kind.alias("kind"), place.alias("place"))
        found.append(F.when(known, told))
    return found


def lost(rows: DataFrame, month_starts: DataFrame, roster: DataFrame) -> DataFrame:
    """(day, kind, place, people): silences that so many share on that day that they are the feed's.

    `rows` are place rows of whole days; `month_starts` is gold.habit as of the month starts before them
    (features.habit.learnt_on), which tells how often people of a role are missing anyway; `roster` is
    features.person_day.on_days. A place is 'mail beside logon', or 'mail beside logon, team A' where it is the feed's
    for a team or role and not for everybody. Nothing is told of a role of which no month start has told.
    """
    states = _placed(month_starts.where(marked()).withColumnRenamed("day", "known_on"), "known_on", roster)
    were = F.sum(F.when(F.col("kind") == MISSED, F.col("days_seen")).otherwise(F.lit(0)))
    usual = states.groupBy("known_on", "place", "role").agg(exact(were / F.sum("days_seen")).alias("share"))
    tonight = _placed(rows.where(marked()).select("person", "day", "kind", "place"), "day", roster)
    tonight = tonight.withColumn("known_on", learnt_on(F.col("day"))).join(
        F.broadcast(usual), ["known_on", "place", "role"], "inner"
    )
    counted = tonight.withColumn("group", F.explode(_groups())).groupBy("day", "place", "group")
    people, beyond = F.count_if(F.col("kind") == MISSED).alias("people"), F.col("people") - F.col("usual")
    summed = counted.agg(people, F.sum("share").alias("usual"), F.count(F.lit(1)).alias("there"))
    found = summed.where((beyond >= PEOPLE) & (beyond * ONE_IN >= F.col("there"))).localCheckpoint()
    of_all = found.where(F.col("group") == EVERYBODY)
    told = of_all.unionByName(found.join(of_all.select("day", "place"), ["day", "place"], "left_anti"))
    return told.select("day", F.lit(FEED).alias("kind"), _named().alias("place"), "people")


def with_silence_doubted(rows: DataFrame, found: DataFrame, roster: DataFrame) -> DataFrame:
    """Place `rows`, which are `marked`, with `doubted`: 1 where the silence was `found` the feed's, 0 at all others."""
    key = ("person", "day", "kind", "place")
    ours = _placed(rows.where(F.col("kind") == MISSED).select(*key), "day", roster)
    ours = ours.withColumn("group", F.explode(_groups())).withColumn("told", _named())
    of_feed = found.where(F.col("kind") == FEED).select("day", F.col("place").alias("told"))
    lost_there = ours.join(F.broadcast(of_feed), ["day", "told"], "left_semi").select(*key, F.lit(1).alias("_lost"))
    told = rows.join(lost_there.distinct(), list(key), "left")
    return told.withColumn("doubted", F.coalesce("_lost", F.lit(0)).cast("long")).drop("_lost")


def marked() -> Column:
    """Rows that are marks."""
    return F.col("kind").isin(KEPT, MISSED)


def _groups() -> Column:
    """Everybody, and the person's role and team where the roster tells them."""
    known = [F.when(F.col(of) != UNKNOWN, F.concat(F.lit(f"{of} "), F.col(of))) for of in ("role", "team")]
    return F.array_compact(F.array(F.lit(EVERYBODY), *known))


def _named() -> Column:
    """How a silence of a group is called."""
    return F.concat_ws(", ", F.col("place"), F.when(F.col("group") != EVERYBODY, F.col("group")))


def _placed(marked: DataFrame, day: str, roster: DataFrame) -> DataFrame:
    """With role and team on the day, UNKNOWN where the roster tells none."""
    # By names of their own: rows may have come by way of the roster already, and Spark then mistakes whose is whose.
    who = roster.select(
        F.col("person").alias("who"), F.col("role").alias("has"), F.col("team").alias("of"), "from_day", "until_day"
    )
    held = (F.col("person") == F.col("who")) & (F.col(day) >= F.col("from_day")) & (F.col(day) < F.col("until_day"))
    placed = marked.join(F.broadcast(who), held, "left")
    known = {"role": F.coalesce("has", F.lit(UNKNOWN)), "team": F.coalesce("of", F.lit(UNKNOWN))}
    return placed.withColumns(known).drop("who", "has", "of", "from_day", "until_day")


def silence(name: str) -> Rows:
    """The day's mark of that name, unless the silence is the feed's."""
    return both(lambda: F.col("place").isin(name, name + FREE), marked, trusted)


def missing(name: str) -> Column:
    """1 when missed, 0 when kept; NULL where nothing would be missed, and where the feed is in doubt."""
    mark = silence(name)
    return F.when(number(mark) > 0, number(both(mark, lambda: F.col("kind") == MISSED)))


@daily(
    source="presence",
    family="presence",
    kind="flag",
    unit="yes or no",
    rows=used("access"),
    says="The badge was read and nobody logged on under their account, as on {usual:.0%} of such days before "
    "(colleagues {peers:.0%}).",
    innocent="a day of rounds or training; a machine left logged on; a short visit",
)
def logon_missing() -> Column:
    """1 when the badge was read and there is no logon or logoff all day."""
    return missing("logon beside badge")


@daily(
    source="presence",
    family="presence",
    kind="flag",
    unit="yes or no",
    rows=lambda: (F.col("kind") == "use") & F.col("source").isin(*BESIDE["logon beside use"][1]),
    says="Mail, files or the web were used without any logon on record, as on {usual:.0%} of such days before "
    "(colleagues {peers:.0%}).",
    innocent="a session left open from the day before; mail on a telephone; a machine that does not report logons",
)
def logon_missing_in_use() -> Column:
    """1 when mail, media, files or the web tell of the person and there is no logon or logoff all day."""
    return missing("logon beside use")


@daily(
    source="presence",
    family="presence",
    kind="flag",
    unit="yes or no",
    rows=used("logon"),
    says="Logged on without any badge read, as on {usual:.0%} of such days before (colleagues {peers:.0%}).",
    innocent="work from home; a forgotten badge and a day pass; walking in behind a colleague",
)
def badge_missing() -> Column:
    """1 when there is a logon or logoff and no badge read all day."""
    return missing("badge beside logon")


@daily(
    source="presence",
    family="presence",
    kind="flag",
    unit="yes or no",
    rows=used("logon"),
    says="Logged on without any mail sent or read, as on {usual:.0%} of such days before (colleagues {peers:.0%}).",
    innocent="a day of meetings; a deadline; a short day",
)
def mail_missing() -> Column:
    """1 when there is a logon or logoff and nothing of mail all day."""
    return missing("mail beside logon")
