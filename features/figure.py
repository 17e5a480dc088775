"""A behaviour's figure as a sentence says it."""

import math

SURELY = 1e6
"""Odds beyond which no count of a site's days says more."""


class Figure(float):
    """A number in a sentence; NaN is said in words.

    Beside a float's own formats, of bits: `times` says 2 to that power, `odds` says 'once in' so many. A bit is twice
    as seldom, and a guard does not reckon in bits.
    """

    def __format__(self, spec: str) -> str:
        if math.isnan(self):
            return "not known yet"
        if spec not in ("times", "odds"):
            return super().__format__(spec)
        times = 2.0 ** min(self, 64.0)
        told = "a million or more" if times >= SURELY else f"{times:,.0f}" if times >= 10.0 else f"{times:.1f}"
        return told if spec == "times" else f"once in {told}"
