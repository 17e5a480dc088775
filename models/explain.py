"""A behaviour's sentence, with its figures put in."""

import math
from collections.abc import Sequence

from features.behaviour import Behaviour


class _Figure(float):
    """A number in a sentence; NaN is said in words."""

    def __format__(self, spec: str) -> str:
        return "not known yet" if math.isnan(self) else super().__format__(spec)


def sentence(behaviour: Behaviour, value: float, usual: float, colleagues: float, places: Sequence[str] = ()) -> str:
    """What was seen, what is usual for the person and for colleagues, in one sentence; NaN: nothing is known.

    `places`, foremost first, are named after it.
    """
    named = f" Foremost: {'; '.join(places)}." if places else ""
    told = behaviour.says.format(value=_Figure(value), usual=_Figure(usual), peers=_Figure(colleagues))
    return told + named
