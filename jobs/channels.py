"""Which behaviour or detector stands at which position of an array, for every catalogue that ever wrote one."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from expectations.gold import CHANNEL
from jobs.lake import Lake
from models.arrays import Array


def fingerprint(names: Sequence[str]) -> str:
    """A short hash of the names in their order."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]


def remember(lake: Lake, names: Sequence[str]) -> str:
    """Keep the positions of `names`; their fingerprint."""
    told = fingerprint(names)
    held = lake.read(CHANNEL)
    if held.where(held["fingerprint"] == told).isEmpty():
        rows = pa.table(
            {
                "fingerprint": [told] * len(names),
                "position": pa.array(range(len(names)), pa.int32()),
                "name": list(names),
            }
        )
        # Read before it is replaced: the table is as small as the catalogue.
        earlier = lake.spark.createDataFrame(held.toArrow(), schema=CHANNEL.schema())
        lake.write(CHANNEL, earlier.unionByName(lake.spark.createDataFrame(rows, schema=CHANNEL.schema())))
    return told


def names_of(lake: Lake, told: str) -> tuple[str, ...]:
    """The names that the fingerprint stands for, in their order."""
    rows = lake.read(CHANNEL).where(f"fingerprint = '{told}'").orderBy("position").collect()
    return tuple(row["name"] for row in rows)


def realigned(values: Array, stored: Sequence[str], wanted: Sequence[str]) -> Array:
    """Columns of `values` (rows × stored) in the order of `wanted`; zeros for what was not stored."""
    found = np.zeros((len(values), len(wanted)))
    position = {name: at for at, name in enumerate(stored)}
    for at, name in enumerate(wanted):
        if name in position:
            found[:, at] = values[:, position[name]]
    return found
