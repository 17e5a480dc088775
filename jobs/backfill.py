"""A range of nights in few passes: each job takes a chunk of nights at once; trainings stand between the chunks."""

import logging

from expectations.gold import SCORE
from jobs.catalog import NIGHTLY, job
from jobs.context import Context
from jobs.days import Days
from jobs.night import steps

log = logging.getLogger("postern")

CHUNK = 28
"""Nights a pass takes when no training asks for fewer: four weeks fit the memory of a laptop at 20,000 people."""


def run(context: Context, days: Days, train_every: int = CHUNK) -> None:
    """Recompute the nights of `days`, training after every `train_every` of them (0: never).

    A night is only ever scored by a model trained on nights before it. A history that begins here therefore has its
    first `train_every` nights unscored: they are what the first model learns from.
    """
    score = tuple(step for step in NIGHTLY if step.name in ("score", "risk", "risk_list"))
    before = tuple(step for step in NIGHTLY if step not in score)
    begun = days.before in context.lake.days(SCORE, Days.one(days.before))
    planned = []
    for chunk in days.chunks(train_every or CHUNK):
        planned += [(step, chunk) for step in before]
        if begun or not train_every:
            planned += [(step, chunk) for step in score]
        if train_every and len(chunk) == train_every:
            planned.append((job("train"), Days.one(chunk.last)))
            begun = True
    log.info("backfill of %d nights in %d steps", len(days), len(planned))
    steps(context, planned)
