"""A night's figures as sketches that add up: every behaviour, every feed's events, the score and what it says.

Written once a night from that night's people, so that watching a week against a month costs a night.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from expectations.gold import SCORE
from expectations.gold_day import PLACE_DAY
from expectations.quality import PROFILE
from features.catalog import BEHAVIOURS, PERSON_DAY
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import Floats, arrow, frame, matrix, rows_of
from models.sketch import Sketch

NAMES = tuple(behaviour.name for behaviour in BEHAVIOURS)

BEHAVIOUR, FEED, SCORED, CALIBRATION = "behaviour", "feed", "score", "calibration"
Figure = tuple[str, str]
"""Kind and name."""


def profiles(lake: Lake, days: Days) -> dict[date, dict[Figure, Sketch]]:
    """The sketches of every figure on each of a few days; days without anybody have none."""
    scored = lake.read(SCORE, days).where("status = 'scored'").select("person", "day", SCORED, "once_in")
    rows = lake.read(PERSON_DAY, days).select("person", "day", *NAMES).join(scored, ["person", "day"], how="left")
    table, events = arrow(rows, "day", "person"), feeds(lake, days)
    values, day_of = matrix(table, [*NAMES, SCORED, "once_in"]), table["day"].to_numpy()
    kinds = [*((BEHAVIOUR, name) for name in NAMES), (SCORED, SCORED), (CALIBRATION, "once_in")]
    found: dict[date, dict[Figure, Sketch]] = {}
    for day in days:
        here = rows_of(day_of, day)
        if here.stop == here.start:
            continue
        night = {kind: Sketch.of(values[here, at]) for at, kind in enumerate(kinds)}
        for feed, seen in events.get(day, {}).items():
            absent = np.full(max(0, here.stop - here.start - seen.size), np.nan)
            night[(FEED, feed)] = Sketch.of(np.concatenate([seen, absent]))
        found[day] = night
    return found


def feeds(lake: Lake, days: Days) -> dict[date, dict[str, Floats]]:
    """Events of each person that each feed saw, per day. A read at a door in a zone counts twice, every night alike."""
    seen = lake.read(PLACE_DAY, days).where((F.col("source") != "presence") & (F.col("events") > 0))
    told = arrow(
        seen.groupBy("day", "source", "person").agg(F.sum("events").alias("events")), "day", "source", "person"
    )
    found: dict[date, dict[str, Floats]] = {}
    sources, day_of = told["source"].to_numpy(zero_copy_only=False), told["day"].to_numpy()
    events = told["events"].to_numpy().astype(np.float64)
    for day in days:
        here = rows_of(day_of, day)
        for feed in np.unique(sources[here].astype(np.str_)).tolist():
            found.setdefault(day, {})[feed] = events[here][sources[here] == feed]
    return found


def write_profiles(lake: Lake, found: Mapping[date, Mapping[Figure, Sketch]], days: Days) -> None:
    """One row per day and figure."""
    rows = [
        {
            **{"day": day, "kind": kind, "name": name, "missing": sketch.missing},
            **{"keys": sketch.keys.tolist(), "counts": sketch.counts.tolist()},
        }
        for day, figures in found.items()
        for (kind, name), sketch in figures.items()
    ]
    lake.write(PROFILE, frame(lake.spark, PROFILE, columns(rows, PROFILE.names)), days)


def profiled(lake: Lake, days: Days) -> dict[date, dict[Figure, Sketch]]:
    """The sketches that are kept of each day."""
    found: dict[date, dict[Figure, Sketch]] = {}
    for row in lake.read(PROFILE, days).toArrow().to_pylist():
        keys, counts = (np.array(row[name], dtype=np.int64) for name in ("keys", "counts"))
        found.setdefault(row["day"], {})[(row["kind"], row["name"])] = Sketch(keys, counts, row["missing"])
    return found


def columns(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> dict[str, object]:
    """Rows as columns; what a row does not tell is NULL."""
    kinds = {"day": pa.date32(), "keys": pa.list_(pa.int64()), "counts": pa.list_(pa.int64()), "declared": pa.bool_()}
    kinds |= dict.fromkeys(("psi", "psi_by_chance", "ks", "ks_p", "called", "missing_before"), pa.float64())
    kinds |= {"missing": pa.int64() if "keys" in names else pa.float64(), "person_days": pa.int64()}
    return {name: pa.array([row.get(name) for row in rows], kinds.get(name, pa.string())) for name in names}
