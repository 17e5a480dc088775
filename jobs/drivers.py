"""The reasons behind a lead: each part of its risk as a sentence with figures and the events it rests on.

A reason is told with the figures and events of the night that it comes from (jobs.reasons), so that an investigator
reads what happened and when.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Row
from pyspark.sql import functions as F

from expectations.gold import DRIVER, SCORE, SURPRISE, worst_of
from expectations.gold_day import PLACE_DAY
from features.behaviour import Behaviour, Channel
from features.catalog import PERSON_DAY
from features.place_name import place_name
from features.presence import whole_day
from jobs import affinity
from jobs.channels import channels_of
from jobs.consequence import Weights
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import frame
from jobs.reasons import SPOKEN, Leads, Reason, chosen
from models.detectors.catalog import detectors
from models.explain import naming, of_many, sentence

EVENTS = 20
"""Evidence ids kept per reason."""


def write(
    lake: Lake, leads: list[Leads], channels: Sequence[Channel], weight: Weights, half_life: float, days: Days
) -> None:
    """Write the reasons of the leads of `days`; a lead's parts sum to its risk."""
    told, rest = chosen(lake, leads, channels, weight, half_life, days)
    if not told:
        lake.write(DRIVER, lake.empty(DRIVER), days)
        return
    wanted = lake.spark.createDataFrame(
        pa.table({"person": [r.person for r in told], "day": pa.array([r.seen_on for r in told], pa.date32())})
    ).distinct()
    figures, behind = (
        figures_of(lake, wanted),
        evidence_of(lake, wanted, sorted({r.channel for r in told})),
    )
    rows = [spoken(reason, figures, behind) for reason in told] + [other(reason) for reason in rest]
    columns = {name: [row[name] for row in rows] for name in DRIVER.names}
    lake.write(DRIVER, frame(lake.spark, DRIVER, columns), days)


Figures = dict[tuple[int, date], dict[str, tuple[float, float, float]]]


def figures_of(lake: Lake, wanted: DataFrame) -> Figures:
    """(value, usual, colleagues) of every behaviour on the wanted person-days; NaN where there is none."""
    values = lake.read(PERSON_DAY).join(F.broadcast(wanted), ["person", "day"], "left_semi").toPandas()
    known = lake.read(SURPRISE).select("person", "day", "fingerprint", "usual", "colleagues")
    usual = known.join(F.broadcast(wanted), ["person", "day"], "left_semi").toPandas()
    both = values.merge(usual, on=["person", "day"])
    positions = {
        told: {name: i for i, (name, _) in enumerate(channels_of(lake, told))} for told in both["fingerprint"].unique()
    }
    found: Figures = {}
    for row in both.to_dict("records"):
        at = positions[row["fingerprint"]]
        found[(row["person"], row["day"])] = {
            name: (float(row[name]), float(row["usual"][at[name]]), float(row["colleagues"][at[name]]))
            for name in SPOKEN
            if name in at and not pd.isna(row[name])
        }
    return found


Behind = dict[tuple[int, date, str], tuple[list[int], list[str]]]


def evidence_of(lake: Lake, wanted: DataFrame, channels: list[str]) -> Behind:
    """Events behind each channel on the wanted person-days: of its foremost places, ascending by the time of their
    place row. And these places, foremost first, of channels that name them, people and media by their codes. What
    looks at the day as a whole has the day's events."""
    scored = lake.read(SCORE).join(F.broadcast(wanted), ["person", "day"], "left_semi")
    worst = scored.select("person", "day", *map(worst_of, affinity.KINDS))
    rows = lake.read(PLACE_DAY).join(F.broadcast(wanted), ["person", "day"], "left_semi")
    rows = rows.join(F.broadcast(worst), ["person", "day"], "left")
    gathered = []
    for name in channels:
        spoken_of = behind(name)
        weight = F.coalesce(F.col(by_name(name) or "events").cast("double"), F.lit(0.0))
        place = F.struct("first_at", "evidence", weight.alias("weight"), "place", "kind")
        gathered.append(F.array_sort(F.collect_list(F.when(spoken_of, place))).alias(name))
    if not gathered:
        return {}
    found: Behind = {}
    for row in rows.groupBy("person", "day").agg(*gathered).collect():
        for name in channels:
            foremost = sorted(row[name], key=lambda place: (-place["weight"], place["place"]))
            # Cut by weight, not by time: what the sentence names may have been the last thing done that day.
            kept = set(list(dict.fromkeys(events_at(foremost)))[:EVENTS])
            events = [event for event in dict.fromkeys(events_at(row[name])) if event in kept]
            # Rows that the figure is not of are evidence, and no names: of a style the zones that it was told by.
            weighty = [place for place in foremost if place["weight"] > 0] or foremost
            named = [place_name(place["kind"], place["place"]) for place in weighty if by_name(name)]
            found[(row["person"], row["day"], name)] = events, named
    return found


def behind(channel: str) -> Column:
    """Place rows that a channel speaks of: of an affinity, those of the place that fitted worst."""
    if channel in SPOKEN:
        return SPOKEN[channel].rows()
    if channel in affinity.KINDS:
        return F.col("kind").isin(*affinity.KINDS[channel]) & (F.col("place") == F.col(worst_of(channel)))
    return whole_day()


def events_at(places: Iterable[Row]) -> list[int]:
    """The evidence of the places, place by place."""
    return [event for place in places for event in (place["evidence"] or [])]


def by_name(channel: str) -> str | None:
    """The measure by which a channel's foremost places are named; None: they are not."""
    return SPOKEN[channel].named if channel in SPOKEN else "events" if channel in affinity.KINDS else None


def spoken(reason: Reason, figures: Figures, behind: Behind) -> dict[str, object]:
    """A row of gold.driver."""
    base = common(reason)
    events, named = behind.get((reason.person, reason.seen_on, reason.channel), ([], []))
    if detector := detectors().get(reason.channel):
        return base | {
            "family": detector.name,
            "value": reason.tonight,
            "unit": "bits",
            "sentence": of_many(detector.says, [SPOKEN[name].headline for name in reason.foremost])
            + naming(list(dict.fromkeys(named)), "Least of all"),
            "innocent": detector.innocent,
            "events": events,
        }
    behaviour: Behaviour = SPOKEN[reason.channel]
    value, usual, colleagues = figures.get((reason.person, reason.seen_on), {}).get(reason.channel, (np.nan,) * 3)
    return base | {
        "family": behaviour.family,
        "value": none(value),
        "usual": none(usual),
        "colleagues": none(colleagues),
        "unit": behaviour.unit,
        "sentence": sentence(behaviour, value, usual, colleagues, named),
        "innocent": behaviour.innocent,
        "events": events,
    }


def other(reason: Reason) -> dict[str, object]:
    """What is left when the strongest reasons are told, as a row of gold.driver."""
    return common(reason) | {
        "family": "other",
        "unit": "bits",
        "sentence": "Other reasons together, each too small or too long ago to be told.",
        "innocent": "many mild oddities are common",
    }


def common(reason: Reason) -> dict[str, object]:
    """The columns that every reason has."""
    told = {
        name: getattr(reason, name) for name in ("person", "day", "position", "channel", "part", "tonight", "seen_on")
    }
    return told | {"value": None, "usual": None, "colleagues": None, "events": []}


def none(figure: float) -> float | None:
    """NULL for NaN."""
    return None if np.isnan(figure) else figure
