"""A range of nights in few passes: each job takes many nights at once; trainings stand between the scored ones."""

import logging
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial

from expectations.errors import MissingState, NothingLanded
from expectations.silver import PEOPLE
from features.catalog import channels
from feeds.catalog import catalog
from jobs.abreast import abreast
from jobs.catalog import ASIDE, DRIFT_ALONE, NIGHTLY, ON_THE_WAY, job
from jobs.context import Context
from jobs.days import Days
from jobs.job import Job
from jobs.landing.files import find
from jobs.night import step, steps
from models import history, registry, succession

log = logging.getLogger("postern")

NIGHTS = 28
"""Nights scored in one pass when nothing is trained on the way."""
PERSON_NIGHTS, FEWEST, MOST = 560_000, 7, 91
"""Person-nights folded in one pass: four weeks of 20,000 people fit a laptop; and the nights that may be, at least and
at most."""
LANDED_BYTES = 2 << 30
"""Landed files conformed in one pass, unless a single delivery is larger."""

SCORING = ("score", "risk", "watch", "risk_list")
BESIDE_TRAINING = ("watch", "risk_list")
"""Of these, what no training reads: they run side by side with it."""


def run(
    context: Context, days: Days, train_every: int | None = None, without: Collection[str] = (), *, gated: bool = True
) -> None:  # fmt: skip
    """Recompute the nights of `days`, training after every `train_every` of them (None: as the site says; 0: never).

    All deliveries are conformed before the first night is folded: a dump of a whole history lands on its last day. A
    night is only ever scored by a model trained on nights before it, also if a version is pinned: nights are scored in
    passes, and those of a pass whose first night no model precedes are left to learn from, as where a history begins.
    The trainings become champion only if there was none to begin with (docs/decisions/0016). Jobs of the names
    `without` are left out, for whoever asks for ranks alone, and so are the gates unless it is `gated`. Raises
    NothingLanded when no delivery came at all, RegistryError when the registry cannot be read.
    """
    uri = context.settings.mlflow
    earlier = registry.versions(uri).keys()
    training = ASIDE if succession.named(uri, succession.CHAMPION) else ON_THE_WAY
    every = context.site.learning.train_every if train_every is None else train_every
    wanted = [step for step in NIGHTLY if step.name not in without]
    scoring = [DRIFT_ALONE if step.name == "watch" else step for step in wanted if step.name in SCORING]
    learning = [step for step in scoring if step is DRIFT_ALONE]
    folding = [step for step in NIGHTLY if step.name not in (*SCORING, "conform")]
    conform_all(context, days, gated=gated)
    for chunk in days.chunks(nights_at_once(context)):
        log.info("fold the events of %s", chunk)
        steps(context, [(step, chunk) for step in folding], gated=gated)
    chunks = list(days.chunks(every or NIGHTS))
    for number, chunk in enumerate(chunks, start=1):
        version = scored_by(context, chunk, earlier)
        told = f"by version {version}" if version else "to learn from"
        log.info("nights %s (%d of %d), %s", chunk, number, len(chunks), told)
        pinned = replace(context, settings=replace(context.settings, model=version))
        planned = [(step, chunk) for step in (scoring if version else learning)]
        first = [step for step in planned if step[0].name not in BESIDE_TRAINING]
        steps(pinned, first, gated=gated)
        further = partial(steps, pinned, planned[len(first) :], gated=gated)
        if every and len(chunk) == every:
            abreast(further, partial(trained, context, training, chunk, begun=version is not None))
        else:
            further()


def scored_by(context: Context, nights: Days, earlier: Collection[str]) -> str | None:
    """The version that scores the nights, the pinned one if there is one; None when it knows any of them.

    `earlier` are the versions from before the backfill.
    """
    uri, pinned = context.settings.mlflow, context.settings.model
    if pinned:
        return pinned if registry.load(uri, pinned).trained_on < nights.start else None
    return history.scoring(uri, nights.start, channels(), earlier)


def nights_at_once(context: Context) -> int:
    """How many nights of this site's people are folded in one pass."""
    people = context.lake.read(PEOPLE).select("person").distinct().count()
    return min(MOST, max(FEWEST, PERSON_NIGHTS // max(people, 1)))


def conform_all(context: Context, days: Days, *, gated: bool = True) -> None:
    """Conform every delivery of the range, pass by pass; a pass without any is left out."""
    landed = 0
    for chunk in deliveries(context, days):
        try:
            steps(context, [(job("conform"), chunk)], gated=gated)
            landed += 1
        except NothingLanded as nothing:
            missing = nothing
    if not landed:
        raise missing


def deliveries(context: Context, days: Days) -> Iterator[Days]:
    """The range in order, in pieces that hold at most LANDED_BYTES of deliveries, or one day."""
    landed = dict.fromkeys(days, 0)
    for file in find(context.lake.spark, context.lake.root, sorted(catalog()), days):
        landed[file.landed] += file.size
    begun, held = days.start, 0
    for day, size in landed.items():
        if held + size > LANDED_BYTES and day > begun:
            yield Days(begun, day)
            begun, held = day, 0
        held += size
    yield Days(begun, days.end)


def trained(context: Context, training: Job, chunk: Days, *, begun: bool) -> None:
    """Train as of the end of the chunk, unless the history is still too short for a first model.

    Raises MissingState when it is too short though scoring has `begun`.
    """
    try:
        told = step(context, training, Days.one(chunk.last))
        log.info("%s as of %s … %s", training.name, chunk.last, told)
    except MissingState as short:
        if begun:
            raise
        log.info("no model yet: %s", short)
