"""What was known of a person's ways before: how likely each move and each stay was, and what their usual day is like.

The walk through a site is a Markov chain over its zones, and a way that is rare from where one stands is surprising:
C. Cheh, B. Chen, W. G. Temple, W. H. Sanders, Data-Driven Model-Based Detection of Malicious Insiders via Physical
Access Logs (QEST 2017; ACM TOMACS 29(4), 2019), on the readers of a railway station. Theirs is one chain per person.
Ours shrinks: own counts lean on the role's, these on the site's, and the site's on an even choice among the doors that
lead out of the zone (hierarchical Dirichlet, MacKay & Peto, A Hierarchical Dirichlet Language Model, 1995).

Counts are days on which a way was gone, from gold.habit: exact, rolled night by night, and no single busy day teaches.
Own counts are as of the evening before and leave out what is younger than the guard gap; role's and site's are those of
the last month start, as owners of places are.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from features.doubt import ONE_SIDED
from features.habit import GUARD, PLACE, learnt_on, memory, teaches
from features.person_day import UNKNOWN
from features.walks import BANDS, left, stay_of, stayed_for, stayed_in

ROLE_WEIGHS = 5.0
"""Own days that the role's habits weigh: a working week, as in the baseline (models.peers)."""
SITE_WEIGHS = 50.0
"""Person-days of the role that the site's habits weigh, as there."""
DOORS_WEIGH = 1.0
"""Person-days of the site that an even choice weighs: enough to keep what nobody ever did finite."""
WEEK = 7
"""Days over which newly entered zones are counted together."""

KINDS = ("move", "stay")
"""Kinds that have a likelihood, among the others of their `group`: ways out of one zone, stays in one."""
FIGURES = (*("bits", "role_days", "usual_move", "known_moves", "usual_moves", "gained", "consequence", "centrality"),)
"""Measures of gold.place_day that are told here."""


def walking() -> Column:
    """Rows of a day's walk, and of the whole day at doors."""
    return (F.col("source") == "access") & F.col("kind").isin("use", "zone", *KINDS)


def with_ways(
    rows: DataFrame,
    before: DataFrame,
    month_starts: DataFrame,
    roster: DataFrame,
    zones: DataFrame | None = None,
    doubted: DataFrame | None = None,
) -> DataFrame:
    """Remembered `rows`, which are `walking`, with FIGURES.

    `before` is gold.habit as of the evening before the rows' days, `month_starts` as of the month starts before them
    (features.habit.learnt_on); `roster` is features.person_day.on_days of silver.people; `zones` those of
    features.passages.Ways. A usual move that was `doubted` that day (features.doubt) is not missed.
    """
    mine = grouped(rows.drop(*FIGURES))
    days = role_of(
        mine.where(F.col("kind") == "use").select("person", "day", learnt_on(F.col("day")), "days_seen"), roster
    )
    known = held(mine, before, days)
    told = likely(mine.join(days.drop("days"), ["person", "day"], "left"), known, peers(month_starts, roster), zones)
    told = told.join(usual(missed(known, mine, doubted)), ["person", "day"], "left")
    whole = F.col("kind") == "use"
    for name in ("known_moves", "usual_moves", "gained"):
        told = told.withColumn(name, F.when(whole, F.coalesce(name, F.lit(0)).cast("long")))
    return told.select(*rows.columns)


def grouped(rows: DataFrame) -> DataFrame:
    """`rows` with `group`, the zone a move leaves or a stay is in, within which one is an alternative to another; and
    `band` of a stay."""
    is_move, is_stay = F.col("kind") == "move", F.col("kind") == "stay"
    group = F.when(is_move, left(F.col("place"))).when(is_stay, stayed_in(F.col("place")))
    return rows.withColumns({"group": group, "band": F.when(is_stay, stayed_for(F.col("place")))})


def role_of(days: DataFrame, roster: DataFrame) -> DataFrame:
    """(person, day, known_on, days, role): person-days with the role of that day, and the days the feed knew before."""
    dated = days.toDF("person", "day", "known_on", "days")
    who = roster.select(F.col("person").alias("who"), "role", "from_day", "until_day")
    placed = dated.join(
        F.broadcast(who),
        (F.col("person") == F.col("who")) & (F.col("day") >= F.col("from_day")) & (F.col("day") < F.col("until_day")),
        "left",
    )
    return placed.select(*dated.columns, F.coalesce("role", F.lit(UNKNOWN)).alias("role"))


def held(mine: DataFrame, before: DataFrame, days: DataFrame) -> DataFrame:
    """(person, day, days, kind, place, group, band, seen, first_day): what was known to each person the evening before.

    As features.habit.habits would give it for those evenings, without a state for each: a range gives what its nights
    give, and a night reads one state.
    """
    columns = (*PLACE, "group", "band")
    lately = mine.where((F.col("kind") != "use") & teaches()).select(
        *columns,
        F.col("day").alias("last_day"),
        (F.col("days_seen") + 1).alias("seen"),
        F.coalesce("first_day", "day").alias("first_day"),
    )
    state = grouped(before.where((F.col("source") == "access") & F.col("kind").isin("zone", *KINDS)))
    state = state.select(*columns, "last_day", F.col("days_seen").alias("seen"), "first_day")
    in_order = Window.partitionBy(*PLACE).orderBy("last_day")
    lined = lately.unionByName(state).withColumn("next_day", F.lead("last_day").over(in_order))
    found = lined.join(days.select("person", "day", "days"), "person", "inner").where(
        (F.col("last_day") < F.col("day"))
        & (F.col("next_day").isNull() | (F.col("next_day") >= F.col("day")))
        & (F.datediff("day", "last_day") <= memory())
    )
    return found.select("person", "day", "days", "kind", "place", "group", "band", "seen", "first_day")


def settled() -> Column:
    """Whether a place was known before the guard gap."""
    return F.datediff("day", "first_day") >= GUARD


def known_move() -> Column:
    """Moves that were known before the guard gap."""
    return (F.col("kind") == "move") & settled()


def usual_move() -> Column:
    """Of these the moves gone on at least half of the days before."""
    return known_move() & (2 * F.col("seen") >= F.col("days"))


def missed(known: DataFrame, mine: DataFrame, doubted: DataFrame | None) -> DataFrame:
    """What is `known` without the moves that were in doubt that day and of which no read tells that they were gone."""
    if doubted is None:
        return known
    unread = F.broadcast(
        doubted.where(F.col("kind").isin("gap", ONE_SIDED))
        .select("day", "place", F.lit("move").alias("kind"))
        .distinct()
    )
    key = ("person", "day", "kind", "place")
    maybe, gone = (rows.join(unread, ["day", "kind", "place"], "left_semi").select(*key) for rows in (known, mine))
    return known.join(maybe.join(gone, list(key), "left_anti"), list(key), "left_anti")


def usual(known: DataFrame) -> DataFrame:
    """(person, day, known_moves, usual_moves, gained): the usual day as a graph, in sums."""
    lately = (F.col("kind") == "zone") & (F.datediff("day", "first_day") < WEEK)
    return known.groupBy("person", "day").agg(
        F.sum(F.when(known_move(), F.col("seen"))).alias("known_moves"),
        F.count_if(usual_move()).alias("usual_moves"),
        F.count_if(lately).alias("gained"),
    )


def peers(month_starts: DataFrame, roster: DataFrame) -> dict[str, DataFrame]:
    """Person-days of the role and of the site, as of each month start: small frames, zones and roles and no people.

    `role_reached`, `site_reached` by place: of a stay, those at least as long; `role_total`, `site_total` by group.
    """
    walks = (F.col("source") == "access") & F.col("kind").isin("zone", *KINDS)
    states = grouped(month_starts.where(walks & settled())).withColumnRenamed("day", "known_on")
    who = roster.select(F.col("person").alias("who"), "role", "from_day", "until_day")
    placed = states.join(
        F.broadcast(who),
        (F.col("person") == F.col("who"))
        & (F.col("known_on") >= F.col("from_day"))
        & (F.col("known_on") < F.col("until_day")),
        "left",
    ).withColumn("role", F.coalesce("role", F.lit(UNKNOWN)))
    counted = placed.groupBy("known_on", "role", "kind", "group", "place", "band").agg(F.sum("days_seen").alias("seen"))
    # Read six times below, and a few thousand rows: the scan behind it is made once.
    counted = counted.localCheckpoint()
    shorter = F.filter(F.array(*map(F.lit, BANDS)), lambda band: band <= F.col("band"))
    reaches = F.when(F.col("kind") == "stay", F.transform(shorter, lambda band: stay_of(F.col("group"), band)))
    spread = counted.withColumn("place", F.explode(F.coalesce(reaches, F.array("place"))))
    total, ends = F.sum("seen"), F.count_distinct("place")
    by_role, by_site = ("known_on", "role", "kind"), ("known_on", "kind")
    return {
        "role_reached": spread.groupBy(*by_role, "place").agg(total.alias("role_reached")),
        "role_total": counted.groupBy(*by_role, "group").agg(total.alias("role_total")),
        "site_reached": spread.groupBy(*by_site, "place").agg(total.alias("site_reached")),
        "site_total": counted.groupBy(*by_site, "group").agg(total.alias("site_total"), ends.alias("ends")),
        "learnt": counted.select("known_on", F.lit(True).alias("learnt")).distinct(),
    }


def likely(mine: DataFrame, known: DataFrame, learnt: dict[str, DataFrame], zones: DataFrame | None) -> DataFrame:
    """`mine` with `bits`, `role_days`, `usual_move`, `consequence` and `centrality`."""
    key = ("person", "day", "kind", "place")
    asked = mine.where(F.col("kind").isin(*KINDS)).select(*key, "group", "band")
    own = known.where(settled()).select(
        *("person", "day", "kind", "group", "seen", "days"),
        F.col("place").alias("known_place"),
        F.col("band").alias("known_band"),
    )
    reaches = (F.col("known_place") == F.col("place")) | (F.col("known_band") >= F.col("band"))
    counts = asked.join(own, ["person", "day", "kind", "group"], "inner")
    counts = counts.groupBy(*key).agg(
        F.sum("seen").alias("own_total"),
        F.sum(F.when(reaches, F.col("seen"))).alias("own_reached"),
        F.max("days").alias("days"),
    )
    told = mine.join(counts, list(key), "left")
    for name, by in (("reached", "place"), ("total", "group")):
        told = told.join(F.broadcast(learnt[f"role_{name}"]), ["known_on", "role", "kind", by], "left")
        told = told.join(F.broadcast(learnt[f"site_{name}"]), ["known_on", "kind", by], "left")
    told = told.join(F.broadcast(learnt["learnt"]), "known_on", "left")
    nothing = F.lit(None)
    if zones is None:
        columns = {"ways_out": nothing.cast("int"), "consequence": nothing.cast("double")}
        told = told.withColumns({**columns, "centrality": nothing.cast("double")})
    else:
        at = zones.withColumnRenamed("zone", "_zone")
        told = told.join(F.broadcast(at), F.coalesce("group", "place") == F.col("_zone"), "left").drop("_zone")
    is_move, is_zone = F.col("kind") == "move", F.col("kind") == "zone"
    seen = F.when(F.col("is_new"), F.lit(0)).otherwise(F.col("days_seen"))
    return told.withColumns(
        {
            "bits": F.when(F.col("kind").isin(*KINDS), rarity()),
            "role_days": F.when(is_zone & F.col("learnt"), F.coalesce("role_reached", F.lit(0)).cast("long")),
            "usual_move": F.when(is_move, F.coalesce(2 * seen >= F.col("days"), F.lit(False)).cast("long")),
            "consequence": F.when(is_zone, exact(F.col("consequence"))),
            "centrality": F.when(is_zone, exact(F.col("centrality"))),
        }
    )


def rarity() -> Column:
    """Bits of a move, or of a stay at least as long: own days shrunk to the role's, these to the site's, these to an
    even choice."""
    longer = F.size(F.filter(F.array(*map(F.lit, BANDS)), lambda band: band >= F.col("band")))
    ways = F.coalesce("ways_out", F.coalesce("ends", F.lit(0)) + 1)
    even = F.when(F.col("kind") == "move", 1.0 / ways).otherwise(longer / F.lit(float(len(BANDS))))
    site = _shrunk("site", DOORS_WEIGH, even)
    role = _shrunk("role", SITE_WEIGHS, site)
    return exact(F.greatest(F.lit(0.0), F.lit(0.0) - F.log2(_shrunk("own", ROLE_WEIGHS, role))))


def exact(value: Column) -> Column:
    """Rounded to 1/1024: a sum of such figures is exact, and so the same in any order of rows."""
    return F.round(value * 1024) / 1024


def _shrunk(whose: str, weight: float, prior: Column) -> Column:
    reached, total = (F.coalesce(f"{whose}_{name}", F.lit(0)) for name in ("reached", "total"))
    return (reached + weight * prior) / (total + weight)
