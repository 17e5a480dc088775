"""A range of nights in few passes: each job takes a chunk of nights at once; trainings stand between the chunks."""

import logging

from expectations.errors import MissingState, NothingLanded
from expectations.gold import SCORE
from jobs.catalog import NIGHTLY, job
from jobs.context import Context
from jobs.days import Days
from jobs.night import steps

log = logging.getLogger("postern")

CHUNK = 28
"""Nights a pass takes when nothing is trained on the way: four weeks fit a laptop's memory at 20,000 people."""

SCORING = ("score", "risk", "risk_list")


def run(context: Context, days: Days, train_every: int | None = None) -> None:
    """Recompute the nights of `days`, training after every `train_every` of them (None: as the site says; 0: never).

    All deliveries are conformed before the first night is folded: a dump of a whole history lands on its last day. A
    night is only ever scored by a model trained on nights before it. A history that begins here therefore has its first
    nights unscored: they are what the first model learns from. Raises NothingLanded when no delivery came at all.
    """
    every = context.site.learning.train_every if train_every is None else train_every
    conform_all(context, days)
    known = [step for step in NIGHTLY if step.name not in (*SCORING, "conform")]
    scoring = [step for step in NIGHTLY if step.name in SCORING]
    begun = every == 0 or bool(context.lake.days(SCORE, Days.one(days.before)))
    chunks = list(days.chunks(every or CHUNK))
    for number, chunk in enumerate(chunks, start=1):
        log.info("nights %s (%d of %d)%s", chunk, number, len(chunks), "" if begun else ", to learn from")
        steps(context, [(step, chunk) for step in [*known, *(scoring if begun else [])]])
        if every and len(chunk) == every:
            begun = trained(context, chunk, begun) or begun


def conform_all(context: Context, days: Days) -> None:
    """Conform every delivery of the range, chunk by chunk; chunks without any are passed over."""
    landed = 0
    for chunk in days.chunks(CHUNK):
        try:
            steps(context, [(job("conform"), chunk)])
            landed += 1
        except NothingLanded as nothing:
            missing = nothing
    if not landed:
        raise missing


def trained(context: Context, chunk: Days, begun: bool) -> bool:
    """Train as of the end of the chunk; False when the history is still too short for a first model."""
    try:
        steps(context, [(job("train"), Days.one(chunk.last))])
    except MissingState as short:
        if begun:
            raise
        log.info("no model yet: %s", short)
        return False
    return True
