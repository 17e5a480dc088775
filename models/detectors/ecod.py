"""ECOD over surprise: the day as a whole against everybody's past (Li et al. 2022, doi:10.1109/TKDE.2022.3159580).

Families compete, so that many mild oddities do not drown one strong reason. The reverse happens too: somebody comes
back at night, stays, logs on once more and once less elsewhere, and is a little strange in everything. ECOD sums over
dimensions the minus logarithm of the empirical tail probability, which is what calibrated bits are. The dimensions are
surprises against the person's own habits, not raw values, so it finds unusual days and not unusual people, and only
the upper tail is strange. Behaviours are not independent, so the sum is only a measure; calibration says what it is
worth.
"""

import numpy as np

from models.arrays import Array
from models.detector import Detector


def measure(calibrated: Array) -> Array:
    """The sum of calibrated bits of each person-day; `calibrated` is people × behaviours."""
    return np.asarray(calibrated.sum(axis=1), dtype=np.float64)


DETECTOR = Detector(
    name="ecod",
    says="The day as a whole departs from this person's own habits, in many things at once.",
    innocent="a new assignment that changes several habits at once; a day of travel or training",
    doc="The surprise of all behaviours together.",
    weight=1.0,
    of_surprise=measure,
)
