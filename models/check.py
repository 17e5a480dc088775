"""A question of the gate, its answer, and what is asked about in pairs: what those who measure and the gate share."""

from dataclasses import dataclass
from typing import Literal

from models.arrays import Array

MARGIN = 0.05
"""Recall that non-inferiority may give away, where people are many enough to prove that it is no more. A margin has to
be smaller than any loss one would act upon (ICH E9, 1998): one insider in twenty."""

Outcome = Literal["passed", "failed", "not made"]


@dataclass(frozen=True)
class Check:
    """One question of the gate, and its answer as a sentence with figures."""

    name: str
    outcome: Outcome
    says: str


@dataclass(frozen=True)
class Ranked:
    """The insiders of one scenario group: each one's best rank on the frozen nights, infinity when never ranked.

    The same insiders in the same order, under both models; planted ones of several seeds are further insiders.
    """

    champion: Array
    challenger: Array
