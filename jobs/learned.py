"""Dispositions of past leads, beside the reasons that those leads were given: what a training learns from them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pyspark.sql import functions as F

from expectations.gold import CONFIRMED, DISPOSITION, DRIVER, EXPLAINED
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import arrow
from models import feedback

REST = "other"
"""What a reason is called that sums the small ones: nothing is learnt of it."""


@dataclass(frozen=True)
class Learned:
    """How many leads were judged, how many of them confirmed, and how loud each family is heard for it."""

    judged: int
    confirmed: int
    trust: Mapping[str, float]


def learned(lake: Lake, days: Days) -> Learned:
    """From the judged leads of `days`, those drawn at random left out: they were not listed for their reasons."""
    judged = lake.read(DISPOSITION, days).where(F.col("outcome").isin(EXPLAINED, CONFIRMED) & ~F.col("control"))
    said = judged.select("day", "person", (F.col("outcome") == CONFIRMED).alias("confirmed"))
    parts = lake.read(DRIVER, days).where(F.col("family") != REST).groupBy("day", "person", "family")
    reasons = said.join(parts.agg(F.sum("part").alias("part")), ["day", "person"], "inner")
    table = arrow(reasons, "day", "person", "family")
    if not table.num_rows:
        return Learned(0, 0, {})
    families, column = np.unique(table["family"].to_numpy(zero_copy_only=False).astype(np.str_), return_inverse=True)
    leads = np.stack([table["day"].to_numpy().astype(np.int64), table["person"].to_numpy()], axis=1)
    leads, row = np.unique(leads, axis=0, return_inverse=True)
    shares = np.zeros((len(leads), families.size))
    shares[row, column] = table["part"].to_numpy()
    shares /= shares.sum(axis=1, keepdims=True)
    confirmed = np.zeros(len(leads), dtype=bool)
    confirmed[row] = table["confirmed"].to_numpy(zero_copy_only=False)
    weights = feedback.trust(shares, confirmed, leads[:, 1])
    trust = dict(zip(families.tolist(), weights.tolist(), strict=True)) if confirmed.any() else {}
    return Learned(len(leads), int(confirmed.sum()), trust)
