"""Badge reads of many people over many days, one Parquet file a day: what benchmarks.person_day folds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

START = date(2024, 1, 1)
DOORS, ZONES, HABITUAL = 400, 40, 25


def simulate(folder: Path, people: int, days: int, reads: int) -> None:
    """One Parquet file per day of `people × reads` rows in silver.access's columns, sorted by person and time."""
    rng = np.random.default_rng(7)
    number = rng.integers(-(2**63), 2**63 - 1, people)
    number.sort()
    own = rng.integers(0, DOORS, (people, HABITUAL))
    names = pa.array([f"D{door:03d}" for door in range(DOORS)])
    zones = pa.array([f"Z{door % ZONES:02d}" for door in range(DOORS)])
    for offset in range(days):
        day = START + timedelta(days=offset)
        begin = int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
        n = people * reads
        who = np.repeat(np.arange(people), reads)
        # A day's work around eight to sixteen, a twelfth of the reads at any hour.
        second = np.clip(rng.normal(12 * 3600, 2.3 * 3600, n), 0, 86_399).astype(np.int64)
        second = np.where(rng.random(n) < 0.08, rng.integers(0, 86_400, n), second)
        column = np.minimum(rng.geometric(0.25, n) - 1, HABITUAL - 1)
        door = np.where(rng.random(n) < 0.01, rng.integers(0, DOORS, n), own[who, column])
        order = np.lexsort((second, who))
        who, second, door = who[order], second[order], door[order]
        table = pa.table(
            {
                "event": rng.integers(0, 2**62, n),
                "person": number[who],
                "at": pa.array((begin + second) * 1_000_000, pa.timestamp("us", tz="UTC")),
                "day": pa.array(np.full(n, (day - date(1970, 1, 1)).days, np.int32), pa.date32()),
                "credential": number[who],
                "door": names.take(pa.array(door)),
                "zone": zones.take(pa.array(door)),
                "direction": pa.array(np.array(["in", "out"])[rng.integers(0, 2, n)]),
                "outcome": pa.array(np.array(["granted", "denied"])[(rng.random(n) < 0.02).astype(int)]),
            }
        )
        pq.write_table(table, folder / f"{day}.parquet", row_group_size=200_000)
