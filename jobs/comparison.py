"""What the gate's questions are answered with: insiders' ranks, kept words, groups of people, what left the list.

From nights replayed under two models. Counts and shares of many people; groups of fewer than five are pooled.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import functions as F

from features.catalog import PERSON_DAY
from jobs import audit, truth
from jobs.context import Context
from jobs.days import Days
from jobs.fitting import told_of
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.matrix import arrow
from jobs.replay import Replayed
from jobs.settings import Settings
from models import audit as fairness
from models import word
from models.arrays import places_of
from models.champion import Champion
from models.check import Ranked
from models.promotion import TOP

CROSSES = ("role+shift", "employer+shift", "role+tenure")
"""Intersections that the gate asks about beside each attribute; cells of fewer than five people are pooled."""


def insiders(context: Context, before: list[Replayed], after: list[Replayed]) -> dict[str, Ranked]:
    """Best rank of each known insider from their first malicious frozen night on, where the lake has ground truth."""
    file = answers(context.settings)
    if file is None or not file.exists():
        return {}
    key, first = Pseudonyms(pseudonym_key()), before[0].day if before else date.max
    begun: dict[tuple[str, int], date] = {}
    for deed in truth.deeds(file, context.site):
        if deed.day and before and first <= deed.day <= before[-1].day:
            who = (deed.scenario, key.of(deed.number))
            begun[who] = min(deed.day, begun.get(who, deed.day))

    def best(told: list[Replayed], person: int, since: date) -> float:
        ranks = [float(n.rank[n.people == person][0]) for n in told if n.day >= since and (n.people == person).any()]
        return min(ranks, default=np.inf)

    return {
        scenario: Ranked(
            *(
                np.array([best(told, who, day) for (name, who), day in sorted(begun.items()) if name == scenario])
                for told in (before, after)
            )
        )
        for scenario in sorted({scenario for scenario, _ in begun})
    }


def answers(settings: Settings) -> Path | None:
    """Where the lake's ground truth lies, or would; None where the lake is no local folder."""
    return settings.local and settings.local / "truth" / "events.csv"


def supplied(settings: Settings) -> dict[str, Path]:
    """The files beside the tables that are read here, where they lie or would, by name."""
    known = {audit.SUPPLIED.as_posix(): audit.left(settings), "truth/events.csv": answers(settings)}
    return {name: file for name, file in known.items() if file}


def said(told: list[Replayed]) -> tuple[word.Word, ...]:
    """How well a model keeps its word about the frozen nights."""
    if not told:
        return ()
    once_in = np.concatenate([night.once_in[night.ready] for night in told])
    return word.kept(once_in, np.concatenate([night.people[night.ready] for night in told]))


def groups(context: Context, told: list[Replayed]) -> dict[str, fairness.Audit]:
    """The audit of the replayed lists: each attribute that is known, the supplied ones included, and CROSSES."""
    if not told:
        return {}
    days = Days.through(told[0].day, told[-1].day)
    roles = context.lake.read(PERSON_DAY, days).select("person", "day", "role", F.col("presence_first").alias("hours"))
    known = arrow(roles, "day", "person")
    night_of, who = known["day"].to_numpy().astype("datetime64[D]"), known["person"].to_numpy()
    at = np.concatenate(
        [
            offset
            + places_of(night.people, who[offset : np.searchsorted(night_of, np.datetime64(night.day, "D"), "right")])
            for night in told
            for offset in [int(np.searchsorted(night_of, np.datetime64(night.day, "D")))]
        ]
    )
    table = known.take(pa.array(at))
    attributes = audit.known(context, table)
    rank, once_in = (
        np.concatenate([night.rank for night in told]),
        np.concatenate([np.where(night.ready, night.once_in, np.nan) for night in told]),
    )
    table = table.append_column("rank", pa.array(rank)).append_column("once_in", pa.array(once_in))
    return audit.cells(context, table, attributes, CROSSES)


def kept_words(who: str, words: Sequence[word.Word]) -> dict[str, float]:
    """Days called over days to be expected under one model, as metrics, each with the ends of its interval."""
    return {f"{who}/{name}": figure for name, figure in told_of(words).items()}


def parities(who: str, audits: Mapping[str, fairness.Audit]) -> dict[str, float]:
    """Demographic parity by attribute under one model, as metrics, each with the ends of its interval."""
    out: dict[str, float] = {}
    for attribute, told in audits.items():
        for what in ("difference", "ratio"):
            name, (low, high) = f"{who}/parity_{what}/{attribute}", getattr(told.parity, f"{what}_interval")
            out |= {name: getattr(told.parity, what), f"{name}/low": low, f"{name}/high": high}
    return out


def changed(
    before: list[Replayed], after: list[Replayed], challenger: Champion
) -> tuple[list[float], dict[str, float], dict[str, float]]:
    """The share of the top kept each night, and which families stand behind those who enter and those who leave."""
    kept = []
    reasons = {
        "entering": np.zeros(len(challenger.names)),
        "leaving": np.zeros(len(challenger.names)),
    }
    for old, new in zip(before, after, strict=True):
        top, now = (set(night.people[night.rank <= TOP].tolist()) for night in (old, new))
        kept.append(len(top & now) / len(top))
        for way, night, who in (("entering", new, now - top), ("leaving", old, top - now)):
            parts = night.parts[np.isin(night.people, list(who))]
            # A champion's detectors may be others: only what both speak of can be set side by side.
            if parts.shape[1] == reasons[way].size:
                reasons[way] += parts.sum(axis=0)
    shares: list[dict[str, float]] = []
    for way in ("entering", "leaving"):
        whole, told = float(reasons[way].sum()), dict.fromkeys(challenger.families, 0.0)
        for family, part in zip(challenger.families, reasons[way].tolist(), strict=True):
            told[family] += part / whole if whole else 0.0
        shares.append({family: share for family, share in told.items() if share > 0})
    return kept, shares[0], shares[1]


def table_of(
    before: Mapping[str, fairness.Audit], after: Mapping[str, fairness.Audit]
) -> dict[str, list[str | int | float]]:
    """The audit of both, side by side, as columns."""
    columns: dict[str, list[str | int | float]] = {}
    for name, told in after.items():
        was = {cell.group: cell for cell in before[name].cells} if name in before else {}
        for cell in told.cells:
            old = was.get(cell.group)
            row: dict[str, str | int | float] = {
                "attribute": name,
                "group": cell.group,
                "people": cell.people,
                "disparity_before": round(old.disparity, 4) if old else "–",
                "disparity": round(cell.disparity, 4),
                "low": round(cell.disparity_interval[0], 4),
                "high": round(cell.disparity_interval[1], 4),
                "calibration_before": round(old.calibration, 4) if old else "–",
                "calibration": round(cell.calibration, 4),
                "calibration_low": round(cell.calibration_interval[0], 4),
                "calibration_high": round(cell.calibration_interval[1], 4),
            }
            for column, value in row.items():
                columns.setdefault(column, []).append(str(value) if isinstance(value, float) else value)
    return columns
