"""Which behaviour or detector stands at which position of an array, for every catalogue that ever wrote one."""

import hashlib
from collections.abc import MutableMapping, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa

from expectations.gold import CHANNEL
from features.behaviour import Channel
from jobs.lake import Lake
from models.arrays import Array

_KNOWN: MutableMapping[Lake, dict[str, tuple[Channel, ...]]] = WeakKeyDictionary()
"""What was asked before: a fingerprint stands for the same for ever, and a replay asks it of every week."""


def schema_fingerprint(channels: Sequence[Channel]) -> str:
    """A short hash of what stands at which position, after the schema fingerprints of Avro: names and definitions.

    Of any catalogue's channels, detectors among them or not; `features.catalog.fingerprint` is of today's behaviours.
    """
    return hashlib.sha256(repr(list(channels)).encode()).hexdigest()[:16]


def remember(lake: Lake, channels: Sequence[Channel]) -> str:
    """Keep the positions of `channels`; their schema fingerprint."""
    told = schema_fingerprint(channels)
    held = lake.read(CHANNEL)
    if held.where(held["fingerprint"] == told).isEmpty():
        rows = pa.table(
            {
                "fingerprint": [told] * len(channels),
                "position": pa.array(range(len(channels)), pa.int32()),
                "name": [name for name, _ in channels],
                "definition": [definition or None for _, definition in channels],
            }
        )
        lake.merge(CHANNEL, lake.spark.createDataFrame(rows, schema=CHANNEL.schema()))
    return told


def channels_of(lake: Lake, told: str) -> tuple[Channel, ...]:
    """What the fingerprint stands for, in its order. Of catalogues from before definitions were kept, names alone."""
    known = _KNOWN.setdefault(lake, {})
    if told not in known:
        rows = lake.read(CHANNEL).where(f"fingerprint = '{told}'").orderBy("position").collect()
        if not rows:
            return ()
        known[told] = tuple((row["name"], row["definition"] or "") for row in rows)
    return known[told]


def realigned(values: Array, stored: Sequence[Channel], wanted: Sequence[Channel]) -> Array:
    """Columns of `values` (rows × stored) in the order of `wanted`; zeros for what was not stored.

    A behaviour of another definition is another behaviour, whatever its name.
    """
    found = np.zeros((len(values), len(wanted)))
    position = {channel: at for at, channel in enumerate(stored)}
    for at, channel in enumerate(wanted):
        if channel in position:
            found[:, at] = values[:, position[channel]]
    return found
