"""How the published lists of the last four weeks treated groups of people, kept once a week for the report.

The same audit as `postern audit` and the gate before promotion: attributes of our own tables and their crosses, groups
of fewer than five people pooled, people drawn for the intervals. No training reads any of it.
"""

import logging
import math
from datetime import timedelta

import pyarrow as pa

from expectations.quality import FAIRNESS
from jobs import audit
from jobs.comparison import CROSSES
from jobs.context import Context
from jobs.days import Days
from jobs.matrix import frame
from models.groups import SMALL

log = logging.getLogger("postern")

NIGHTS = 28
"""Lists looked back at: four weeks hold enough leads to tell a group of twenty from everybody else."""


def run(context: Context, days: Days) -> None:
    """Write what the lists up to the last of `days` look like. Raises MissingState when none of them is ranked."""
    last = days.last
    table = audit.ranked(context, Days(last - timedelta(days=NIGHTS - 1), last + timedelta(days=1)))
    found = audit.cells(context, table, audit.known(context, table), CROSSES)
    told = [(name, cell) for name, groups in found.items() for cell in groups.cells]
    first = table["day"][0].as_py()
    rows: dict[str, object] = {
        "day": [last] * len(told),
        "attribute": [name for name, _ in told],
        "group": [cell.group for _, cell in told],
        "first": [first] * len(told),
        "people": [cell.people for _, cell in told],
        "person_days": [cell.person_days for _, cell in told],
        "differs": [cell.told and cell.group != SMALL for _, cell in told],
    }
    for column, part in (
        ("flag_rate", "flag"),
        ("disparity", "disparity"),
        ("rank", "rank"),
        ("called", "calibration"),
    ):
        rows[column] = figures([getattr(cell, "calibration" if column == "called" else column) for _, cell in told])
        for end, at in (("low", 0), ("high", 1)):
            rows[f"{column}_{end}"] = figures([getattr(cell, f"{part}_interval")[at] for _, cell in told])
    lake = context.lake
    lake.write(FAIRNESS, frame(lake.spark, FAIRNESS, rows), Days.one(last))
    more, less = (
        sum(cell.told and cell.group != SMALL and (cell.disparity > 1) == side for _, cell in told)
        for side in (True, False)
    )
    parity = {name: groups.parity.ratio for name, groups in found.items()}
    worst = min(parity, key=lambda name: parity[name] if not math.isnan(parity[name]) else 1.0)
    log.info(
        "fairness: of %d groups %d are surely led to more often than everybody else, %d less; least parity by %s: %.2f",
        *(len(told), more, less, worst, parity[worst]),
    )


def figures(told: list[float]) -> pa.Array:
    """NULL for NaN; an infinite ratio, nobody else being flagged, is told as NULL too."""
    return pa.array([value if math.isfinite(value) else None for value in told], pa.float64())
