"""The reasons behind a lead: each part of its risk as a sentence with figures and the events it rests on.

A part may be remembered from an earlier night. It is then told of the night that weighs most in it, with that night's
figures and events, so that an investigator reads what happened and when.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from expectations.gold import DRIVER, SCORE, SURPRISE
from expectations.gold_day import PLACE_DAY
from expectations.gold_together import MEMBER
from features.behaviour import Behaviour
from features.catalog import BEHAVIOURS, PERSON_DAY
from features.presence import whole_day
from features.together import company_unexplained
from jobs.channels import names_of, realigned
from jobs.consequence import Weights, heavy
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import frame, unfolded
from models.arrays import Array, People
from models.detector import DETECTORS
from models.explain import foremost, sentence
from models.fusion import P
from models.risk import squares

HALF_LIVES = 3
"""Half-lives looked back for the night that weighs most in a part: an eighth of its bits is left by then."""

FURTHEST = 60
"""Nights looked back at most, however slowly a site forgets: what is read stays bounded, and the page shows as many."""

EVENTS = 20
"""Evidence ids kept per reason."""

NAMED = 3
"""Places named beside a reason: the moves, gaps or zones that weigh most in it."""

GROUPED = company_unexplained.name
"""The reason that tells of the person's group."""

SPOKEN = {b.name: b for b in BEHAVIOURS}
LEARNED = {d.name: d for d in DETECTORS}


@dataclass(frozen=True)
class Leads:
    """The people of one night whose reasons are told, ascending; `parts` is people × channels and sums to the risk."""

    day: date
    people: People
    parts: Array


@dataclass(frozen=True)
class Reason:
    """One told part: `channel` of `person` on the list of `day`, seen on `seen_on`."""

    day: date
    person: int
    position: int
    channel: str
    part: float
    tonight: float
    seen_on: date


def write(
    lake: Lake, leads: list[Leads], names: tuple[str, ...], weight: Weights, half_life: float, days: Days
) -> None:
    """Write the reasons of the leads of `days`; a lead's parts sum to its risk."""
    told, rest = chosen(lake, leads, names, weight, half_life, days)
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


def chosen(
    lake: Lake, leads: list[Leads], names: tuple[str, ...], weight: Weights, half_life: float, days: Days
) -> tuple[list[Reason], list[Reason]]:
    """The foremost parts of every lead, each with the night it comes from, and one remainder per lead.

    The remainder holds the smaller parts, and those that are left of nights too long ago to tell of.
    """
    window, reach = remembering(days, half_life), looked_back(half_life)
    past, families = remembered(lake, leads, names, weight, window), families_of(names)
    members = {(row["person"], row["day"]) for row in lake.read(MEMBER, window).select("person", "day").collect()}
    grouped = [i for i, name in enumerate(names) if name == GROUPED]
    told, rest = [], []
    for lead in leads:
        for person, parts in zip(lead.people.tolist(), lead.parts, strict=True):
            nights = {d: bits for d, bits in past.get(person, {}).items() if 0 <= (lead.day - d).days < reach}
            # What none of these nights showed is older: it is not told as if it had been seen on one of them.
            tellable = np.where(np.any([bits > 0 for bits in nights.values()], axis=0), parts, 0.0)
            # Two people are to be looked at, not one: that is not left to stand fourth behind how late it was.
            company = [
                i for i in grouped if tellable[i] > 0 and (person, origin(nights, lead.day, i, half_life)) in members
            ]
            order = foremost(tellable, families, early=company)
            for position, i in enumerate(order, start=1):
                seen = origin(nights, lead.day, i, half_life)
                tonight = float(np.sqrt(nights[seen][i]))
                told.append(Reason(lead.day, person, position, names[i], float(parts[i]), tonight, seen))
            left = float(np.delete(parts, order).sum())
            if left > 0:
                rest.append(Reason(lead.day, person, len(order) + 1, "other", left, 0.0, lead.day))
    return told, rest


def origin(nights: dict[date, Array], day: date, channel: int, half_life: float) -> date:
    """The night whose surprise weighs most in the channel's part on `day`; one of `nights` showed the channel."""
    shown = [d for d in nights if nights[d][channel] > 0]
    return max(shown, key=lambda d: (nights[d][channel] * 0.5 ** (2 * (day - d).days / half_life), d))


def looked_back(half_life: float) -> int:
    """Nights, the list's own among them, of which a reason can be told."""
    return ceil(min(HALF_LIVES * half_life, FURTHEST))


def remembering(days: Days, half_life: float) -> Days:
    """The nights of which a reason can be told on `days`."""
    return Days(days.start - timedelta(days=looked_back(half_life) - 1), days.end)


def remembered(
    lake: Lake, leads: list[Leads], names: tuple[str, ...], weight: Weights, window: Days
) -> dict[int, dict[date, Array]]:
    """Weighed squares of bits per lead, night of `window` and channel."""
    people = sorted({person for lead in leads for person in lead.people.tolist()})
    who = lake.spark.createDataFrame(pa.table({"person": pa.array(people, pa.int64())}))
    scores = lake.read(SCORE, window).where("status = 'scored'").join(F.broadcast(who), "person", "inner").toArrow()
    physical = heavy(names)
    found: dict[int, dict[date, Array]] = {}
    for told in scores["fingerprint"].unique().to_pylist():
        rows = scores.filter(pa.compute.equal(scores["fingerprint"], told)).combine_chunks()
        stored = names_of(lake, told)
        parts = realigned(unfolded(rows["parts"], len(stored)), stored, names)
        bits = squares(parts * rows["score"].to_numpy()[:, None] ** (P - 1), families_of(names))
        for person, day, row in zip(rows["person"].to_pylist(), rows["day"].to_pylist(), bits, strict=True):
            gravity = float(weight.on(day, np.array([person]))[0]) ** 2
            found.setdefault(person, {})[day] = row * np.where(physical, gravity, 1.0)
    return found


def families_of(names: Sequence[str]) -> tuple[str, ...]:
    """The family of each channel, a detector being its own."""
    return tuple(SPOKEN[name].family if name in SPOKEN else name for name in names)


Figures = dict[tuple[int, date], dict[str, tuple[float, float, float]]]


def figures_of(lake: Lake, wanted: DataFrame) -> Figures:
    """(value, usual, colleagues) of every behaviour on the wanted person-days; NaN where there is none."""
    values = lake.read(PERSON_DAY).join(F.broadcast(wanted), ["person", "day"], "left_semi").toPandas()
    known = lake.read(SURPRISE).select("person", "day", "fingerprint", "usual", "colleagues")
    usual = known.join(F.broadcast(wanted), ["person", "day"], "left_semi").toPandas()
    both = values.merge(usual, on=["person", "day"])
    positions = {told: {n: i for i, n in enumerate(names_of(lake, told))} for told in both["fingerprint"].unique()}
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
    place row. And these places, of behaviours that name them. A detector speaks of the day as a whole, so its events
    are the day's."""
    rows = lake.read(PLACE_DAY).join(F.broadcast(wanted), ["person", "day"], "left_semi")
    gathered = []
    for name in channels:
        spoken_of = SPOKEN[name].rows() if name in SPOKEN else whole_day()
        weight = F.coalesce(F.col(by_name(name) or "events").cast("double"), F.lit(0.0))
        place = F.struct("first_at", "evidence", weight.alias("weight"), "place")
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
            named = [place["place"] for place in foremost if by_name(name)]
            found[(row["person"], row["day"], name)] = events, named[:NAMED]
    return found


def events_at(places: Iterable[Row]) -> list[int]:
    """The evidence of the places, place by place."""
    return [event for place in places for event in (place["evidence"] or [])]


def by_name(channel: str) -> str | None:
    """The measure by which a channel's foremost places are named; None: they are not."""
    return SPOKEN[channel].named if channel in SPOKEN else None


def spoken(reason: Reason, figures: Figures, behind: Behind) -> dict[str, object]:
    """A row of gold.driver."""
    base = common(reason)
    events, named = behind.get((reason.person, reason.seen_on, reason.channel), ([], []))
    if reason.channel in LEARNED:
        detector = LEARNED[reason.channel]
        return base | {
            "family": detector.name,
            "value": reason.tonight,
            "unit": "bits",
            "sentence": detector.says,
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
