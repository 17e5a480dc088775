"""Fit the detectors and their calibration to the nights before (jobs.fitting); the new model becomes challenger.

Only where there is no champion yet it is champion at once (docs/decisions/0016).
"""

import logging
from datetime import date, timedelta

from features.catalog import channels
from jobs import night
from jobs.context import Context
from jobs.days import Days
from jobs.fitting import fit
from models import history, registry, succession
from models.succession import CHALLENGER, CHAMPION, INCOMPARABLE, TRAINED_ON

log = logging.getLogger("postern")

FROZEN_NIGHTS = 14
"""Left by a challenger's training for its comparison: two whole weeks have every shift and every weekday. One that
cannot be compared leaves them, too: it is then the model that `postern experiment` asked about."""


def run(context: Context, days: Days) -> None:
    """Train on the nights up to and with the last of `days`; register the model as challenger.

    It becomes champion at once when there is none. Beside a champion that this code cannot read, of other behaviours or
    other detectors, it says on itself that it cannot be compared: a person decides all the same. Raises MissingState
    when there are too few person-days with enough history to learn from, RegistryError when the registry does not say
    who is champion.
    """
    uri = context.settings.mlflow
    current, asked = succession.named(uri, CHAMPION), comparable(context)
    number = fitted(context, days.last, CHALLENGER if current else CHAMPION)
    if current and not asked:
        succession.judged(uri, number, INCOMPARABLE, current)
        log.warning(
            "train: version %s cannot be compared with the champion, version %s, of another catalogue or other "
            'detectors; a person decides: postern promote --incomparable --because "…"',
            *(number, current),
        )


def on_the_way(context: Context, days: Days) -> None:
    """The training of a backfill that began without a champion: champion at once.

    The range is history: nobody acts on its lists, and its last model is the first that there is for live nights.
    """
    fitted(context, days.last, CHAMPION)


def aside(context: Context, days: Days) -> None:
    """The training of a backfill beside a champion: registered for the next nights of the range, no alias moves."""
    fitted(context, days.last, None)


def comparable(context: Context) -> bool:
    """Whether there is a champion that can read this catalogue's nights."""
    return history.comparable(context.settings.mlflow, channels())


def due(context: Context) -> Days | None:
    """The night up to which a training without a day learns; None when the champion knows as much already.

    FROZEN_NIGHTS are left for the comparison: nights that neither model has learnt from. A first model has nobody to be
    compared with, and learns from all there is. What a champion of another catalogue knows is of no use here. Raises
    MissingState before any night.
    """
    newest, uri = night.newest(context), context.settings.mlflow
    current = succession.named(uri, CHAMPION)
    if current is None:
        return newest
    last = newest.last - timedelta(days=FROZEN_NIGHTS)
    known = date.fromisoformat(succession.tags(uri, current)[TRAINED_ON])
    if last <= known and comparable(context):
        log.info("train: the champion learned up to %s; nothing to do before %s has passed", known, known
                 + timedelta(days=FROZEN_NIGHTS + 1))  # fmt: skip
        return None
    return Days.one(last)


STANDING = {
    CHAMPION: "champion",
    CHALLENGER: "challenger; next: postern attack, postern backtest --compare, postern compare",
    None: "for nights of the past",
}
"""What a training says of its version, by the alias it was given."""


def fitted(context: Context, last: date, alias: str | None) -> str:
    """Train up to and with `last`, and register what came out under `alias`, or under none; its version."""
    model = fit(context, last, alias)
    uri, seen = context.settings.mlflow, model.data["person_days"]
    number = registry.publish(model.champion, uri, last, model.data, model.metrics, model.record, alias)
    log.info("train: version %s from %s person-days up to %s, %s", number, seen, last, STANDING[alias])
    return number
