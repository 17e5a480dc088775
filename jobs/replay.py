"""Nights as a model would have ranked them: score, consequence, memory, rank, without writing a table.

The night's own functions (jobs.score.judged, models.risk) on the night's own tables, with another model. What is
remembered begins empty so many nights earlier that nothing of before would still weigh.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil

import numpy as np
import pyarrow as pa

from expectations.gold import SURPRISE
from features.catalog import UNEXCUSED
from jobs.consequence import weights
from jobs.context import Context
from jobs.days import Days
from jobs.matrix import arrow, rows_of, unfolded
from jobs.risk import spread
from jobs.score import READ, judged
from models.arrays import Array, People
from models.fusion import P
from models.registry import Shelved
from models.risk import Risk, ranked, squares

RUN_IN = 8
"""Half-lives replayed before the first night that counts: of bits that add up a two-hundred-and-fiftieth is left then,
of all others next to nothing."""

AT_ONCE = 7
"""Nights whose surprise is in memory together: 20,000 people × 100 behaviours are 16 MB a night."""


@dataclass(frozen=True)
class Replayed:
    """One night under one model. People are ascending; ranks are 1 for the first, and everybody here had an event."""

    day: date
    people: People
    rank: np.ndarray
    risk: Array
    parts: Array
    """People × channels, rows sum to the risk."""
    score: Array
    once_in: Array
    ready: np.ndarray
    """Who had enough history to be scored."""
    state: Risk
    """What is remembered as of the end of the night, of everybody."""


def replayed(context: Context, kept: Shelved, days: Days, state: Risk | None = None) -> Iterator[Replayed]:
    """The nights of `days` under one model, oldest first, from `state` as of the evening before.

    Without a state, the nights of RUN_IN half-lives are replayed first. A night without anybody lets memory fade.
    """
    lake, champion = context.lake, kept.champion
    half_life = context.site.list.half_life_nights
    begin = days.start - timedelta(days=0 if state else ceil(RUN_IN * half_life))
    memory, worth = state or Risk.empty(len(champion.names)), champion.worth()
    adding = np.isin(champion.names, list(UNEXCUSED))
    weight = weights(lake, Days(begin, days.end))
    for chunk in Days(begin, days.end).chunks(AT_ONCE):
        table = arrow(lake.read(SURPRISE, chunk).select(*READ), "day", "person")
        told = judged(context, kept, table, chunk) if table.num_rows else None
        width, day_of, people = len(champion.names), table["day"].to_numpy(), table["person"].to_numpy()
        score, once_in = (np.asarray(told[name]) if told else np.zeros(0) for name in ("score", "once_in"))
        ready = np.asarray(told["status"]) == "scored" if told else np.zeros(0, dtype=bool)
        parts = unfolded(pa.chunked_array([told["parts"]]), width) if told else np.zeros((0, width))
        energy = parts * score[:, None] ** (P - 1)
        for day in chunk:
            here = rows_of(day_of, day)
            consequence = spread(weight, day, people[here], champion.names)
            tonight = squares(energy[here], worth.families)
            memory = memory.rolled(people[here], tonight, consequence, half_life, adding)
            if day < days.start:
                continue
            risk = memory.risk(worth)
            rank = ranked(memory.people, risk, people[here])
            among = np.isin(memory.people, people[here])
            yield Replayed(
                *(day, people[here], rank[among], risk[among], memory.parts(worth)[among]),
                score=score[here],
                once_in=once_in[here],
                ready=ready[here],
                state=memory,
            )


def lists(context: Context, kept: Shelved, days: Days) -> list[Replayed]:
    """The nights of `days` on which anybody was ranked, oldest first, without what is remembered of everybody: nobody
    who compares lists asks for it, and of four weeks of 20,000 people it is more than a gigabyte."""
    nothing = Risk.empty(0)
    return [replace(night, state=nothing) for night in replayed(context, kept, days) if night.people.size]
