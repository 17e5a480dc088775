"""Which parts of a lead's risk are told as reasons, and of which night each is told.

A part may be remembered from an earlier night. It is then told of the night that weighs most in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from expectations.gold import SCORE
from expectations.gold_together import MEMBER
from features.behaviour import Channel
from features.catalog import BEHAVIOURS
from features.together import company_unexplained
from jobs.channels import channels_of, realigned
from jobs.consequence import Weights, heavy
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import unfolded
from models.arrays import Array, People
from models.detectors.catalog import detectors
from models.explain import READ_FIRST, foremost
from models.fusion import P
from models.risk import squares

HALF_LIVES = 3
"""Half-lives looked back for the night that weighs most in a part: an eighth of its bits is left by then."""

FURTHEST = 60
"""Nights looked back at most, however slowly a site forgets: what is read stays bounded, and the page shows as many."""

GROUPED = company_unexplained.name
"""The reason that tells of the person's group."""

SPOKEN = {b.name: b for b in BEHAVIOURS}
LOOKING = {name for name, detector in detectors().items() if detector.of_surprise}


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
    foremost: tuple[str, ...] = ()
    """Of a detector that looks at a day's surprise: the behaviours that were strangest on that day."""


def chosen(
    lake: Lake, leads: list[Leads], channels: Sequence[Channel], weight: Weights, half_life: float, days: Days
) -> tuple[list[Reason], list[Reason]]:
    """The foremost parts of every lead, each with the night it comes from, and one remainder per lead.

    The remainder holds the smaller parts, and those that are left of nights too long ago to tell of.
    """
    window, reach = remembering(days, half_life), looked_back(half_life)
    names = tuple(name for name, _ in channels)
    past, families = remembered(lake, leads, channels, weight, window), families_of(names)
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
                most = strangest(nights[seen], names, weight, person, seen) if names[i] in LOOKING else ()
                told.append(Reason(lead.day, person, position, names[i], float(parts[i]), tonight, seen, most))
            left = float(np.delete(parts, order).sum())
            if left > 0:
                rest.append(Reason(lead.day, person, len(order) + 1, "other", left, 0.0, lead.day))
    return told, rest


def strangest(weighed: Array, names: Sequence[str], weight: Weights, person: int, day: date) -> tuple[str, ...]:
    """The behaviours that were strangest on a day, from its weighed squares: how grave it was does not count."""
    plain = weighed / np.maximum(gravity(weight, names, person, day), 1e-18)
    behaviours = [i for i in np.argsort(-plain, kind="stable").tolist() if names[i] in SPOKEN and plain[i] > 0]
    return tuple(names[i] for i in behaviours[:READ_FIRST])


def gravity(weight: Weights, names: Sequence[str], person: int, day: date) -> Array:
    """What the squares of a person's day were weighed by: the consequence of it at doors, 1 at computers."""
    return np.where(heavy(names), float(weight.on(day, np.array([person]))[0]) ** 2, 1.0)


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
    lake: Lake, leads: list[Leads], channels: Sequence[Channel], weight: Weights, window: Days
) -> dict[int, dict[date, Array]]:
    """Weighed squares of bits per lead, night of `window` and channel."""
    people = sorted({person for lead in leads for person in lead.people.tolist()})
    who = lake.spark.createDataFrame(pa.table({"person": pa.array(people, pa.int64())}))
    scores = lake.read(SCORE, window).where("status = 'scored'").join(F.broadcast(who), "person", "inner").toArrow()
    found: dict[int, dict[date, Array]] = {}
    names = tuple(name for name, _ in channels)
    for told in scores["fingerprint"].unique().to_pylist():
        rows = scores.filter(pa.compute.equal(scores["fingerprint"], told)).combine_chunks()
        stored = channels_of(lake, told)
        parts = realigned(unfolded(rows["parts"], len(stored)), stored, channels)
        bits = squares(parts * rows["score"].to_numpy()[:, None] ** (P - 1), families_of(names))
        for person, day, row in zip(rows["person"].to_pylist(), rows["day"].to_pylist(), bits, strict=True):
            found.setdefault(person, {})[day] = row * gravity(weight, names, person, day)
    return found


def families_of(names: Sequence[str]) -> tuple[str, ...]:
    """The family of each channel, a detector being its own."""
    return tuple(SPOKEN[name].family if name in SPOKEN else name for name in names)
