"""From parts to reasons: the drivers of one lead, each with its sentence and figures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from features.behaviour import Behaviour
from models.detector import Detector

MOST_DRIVERS = 5
"""Reasons an investigator is shown; the rest is one line, so that the parts still sum."""

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Driver:
    """One reason. `value`, `usual` and `colleagues` are None where they do not apply."""

    channel: str
    family: str
    part: float
    """Bits of the lead's risk; a lead's parts sum to it."""
    tonight: float
    """Calibrated bits of this night alone."""
    value: float | None
    usual: float | None
    colleagues: float | None
    unit: str
    sentence: str
    innocent: str


class _Figure(float):
    """A number in a sentence; NaN is said in words."""

    def __format__(self, spec: str) -> str:
        return "not known yet" if math.isnan(self) else super().__format__(spec)


def drivers(
    channels: Sequence[Behaviour | Detector],
    parts: Sequence[float],
    tonight: Sequence[float],
    values: Sequence[float],
    usual: Sequence[float],
    colleagues: Sequence[float],
    most: int = MOST_DRIVERS,
) -> list[Driver]:
    """The strongest reasons of one lead, strongest first, equals in the order of channels; then what is left.

    `parts` and `tonight` have one figure for each channel, the other three one for each behaviour; behaviours come
    before detectors. Channels without a part are no reasons.
    """
    order = sorted((at for at, part in enumerate(parts) if part > 0), key=lambda at: (-parts[at], at))
    reasons = []
    for at in order[:most]:
        channel = channels[at]
        if isinstance(channel, Behaviour):
            figures = (values[at], usual[at], colleagues[at])
            family, unit, sentence = str(channel.family), channel.unit, _sentence(channel, *figures)
        else:
            figures = (math.nan, math.nan, math.nan)
            family, unit, sentence = channel.name, "bits", channel.says
        if tonight[at] <= 0:
            sentence = f"On a night before this one: {channel.doc.splitlines()[0]}"
        value, own, peers = (None if math.isnan(figure) else float(figure) for figure in figures)
        told = (float(parts[at]), float(tonight[at]), value, own, peers, unit, sentence, channel.innocent)
        reasons.append(Driver(channel.name, family, *told))
    rest = order[most:]
    if rest:
        reasons.append(
            Driver(
                channel=OTHER,
                family=OTHER,
                part=math.fsum(parts[at] for at in rest),
                tonight=max(float(tonight[at]) for at in rest),
                value=None,
                usual=None,
                colleagues=None,
                unit="bits",
                sentence=f"{len(rest)} weaker reasons together.",
                innocent="many small deviations are ordinary",
            )
        )
    return reasons


def _sentence(behaviour: Behaviour, value: float, usual: float, colleagues: float) -> str:
    return behaviour.says.format(value=_Figure(value), usual=_Figure(usual), peers=_Figure(colleagues))
