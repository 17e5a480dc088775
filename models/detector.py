"""A detector: a further opinion on a person-day, without a unit of its own; calibration gives it one.

A detector declares how it speaks, as a behaviour does, and is a file of `models/detectors/`, where the catalogue finds
it. Where its measure comes from differs. One that looks at the night's surprise declares how, and the champion measures
it: ECOD. One that looks at anything else is measured from tables by a job, which hands the champion its figures by
name: the affinities.
"""

from collections.abc import Callable
from dataclasses import dataclass

from models.arrays import Array

LEARNED_WEIGHT = 0.75
"""A detector that cannot point at one behaviour is heard at three quarters of its bits. On CERT r4.2 any weight up to 1
kept the leads of scenarios 1 and 3; full weight cost scenario 2 a tenth of its nights."""

OfSurprise = Callable[[Array], Array]
"""From the calibrated bits of person-days, people × behaviours, to one figure for each: higher is stranger, NaN is
silent. Each figure follows from its own row alone, for a training measures half a year at once and a night measures
itself."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A learned detector, as declared. Its name is its channel and its family: it has a budget of its own."""

    name: str
    says: str
    innocent: str
    doc: str
    weight: float = LEARNED_WEIGHT
    of_surprise: OfSurprise | None = None
    """How the champion measures it; None: a job does, from tables."""
