"""Who was looked at, and who could not be: silence is not safety."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from expectations.gold import NIGHT, SCORE, SURPRISE, UNSCORED
from expectations.silver import PEOPLE
from features.person_day import on_days
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import arrow, frame, rows_of
from jobs.person_day import working_time
from models import registry
from models.arrays import Array
from models.tonight import WEEK
from models.tonight import upheaval as taken_from_many


def write_unscored(context: Context, days: Days) -> None:
    """Everybody on the roster without events, everybody with too little history, everybody whom no roster knows."""
    lake = context.lake
    nights = lake.spark.createDataFrame(pa.table({"day": pa.array(list(days), pa.date32())}))
    roster = on_days(lake.read(PEOPLE), working_time(context.site))
    employed = nights.join(
        F.broadcast(roster), (F.col("day") >= F.col("from_day")) & (F.col("day") < F.col("until_day")), "inner"
    ).select("day", "person", F.lit(True).alias("employed"))
    scored = lake.read(SCORE, days).select("day", "person", "status")
    both = employed.join(scored, ["day", "person"], "full")
    reason = (
        F.when(F.col("status").isNull(), "no events")
        .when(F.col("employed").isNull(), "not on the roster")
        .when(F.col("status") == "warming_up", "too little history")
    )
    lake.write(UNSCORED, both.withColumn("reason", reason).where(F.col("reason").isNotNull()), days)


def write_nights(
    context: Context, scores: pa.Table, risks: dict[date, Array], shelf: Mapping[str, registry.Shelved], days: Days
) -> None:
    """One row per night with anyone active: how many were scored, how many innocent leads to expect; upheavals.

    While what the site declares is new to every habit, and in an upheaval, past nights are no measure: the whole list
    may be innocent. `scores` is gold.score of the nights, ordered by day; `risks` holds the risks of each night's
    active people; `shelf` the models that scored, by version.
    """
    lake, budget = context.lake, context.site.list.budget
    day_of = scores["day"].to_numpy()
    models, statuses = scores["model"].to_numpy(zero_copy_only=False), scores["status"].to_numpy(zero_copy_only=False)
    strange = upheavals(lake, context.site.learning.warm_up_nights, days)
    rows: dict[str, list[object]] = {name: [] for name in NIGHT.names}
    for day in days:
        here = rows_of(day_of, day)
        if here.stop == here.start:
            continue
        version = str(models[here][0])
        champion = shelf[version].champion
        ready = int(np.count_nonzero(statuses[here] == "scored"))
        innocent = (
            float(min(risks[day].size, budget))
            if day in strange or context.site.unlearnt(day)
            else champion.innocent(risks[day], ready, budget)
        )
        told = (
            day,
            version,
            here.stop - here.start,
            ready,
            innocent,
            champion.score_map.past,
            day in strange or champion.upheaval(risks[day], ready, budget),
        )
        for name, value in zip(NIGHT.names, told, strict=True):
            rows[name].append(value)
    lake.write(NIGHT, frame(lake.spark, NIGHT, rows), days)


def upheavals(lake: Lake, warm_up: float, days: Days) -> set[date]:
    """Those of `days` that took their surprise back from many of the people who were scored: see models.tonight."""
    week = Days(days.start - timedelta(days=WEEK - 1), days.end)
    known = lake.read(SURPRISE, week).where(F.col("history") >= warm_up).select("day", "taken_back").fillna(0.0)
    rows = arrow(known, "day")
    day_of, taken = rows["day"].to_numpy(), rows["taken_back"].to_numpy()
    nights = [taken[rows_of(day_of, day)] for day in week]
    weeks = [nights[n : n + WEEK] for n in range(len(days))]
    return {day for day, of in zip(days, weeks, strict=True) if taken_from_many(of[-1], max(map(len, of)))}
