"""A detector: a further opinion on a person-day, without a unit of its own; calibration gives it one.

A detector declares how it speaks, as a behaviour does. Where its measure comes from differs: ECOD looks at
tonight's surprise and is measured by the champion; the affinity looks at places and is measured by the job that reads
them.
"""

from dataclasses import dataclass

LEARNED_WEIGHT = 0.75
"""A detector that cannot point at one behaviour is heard at three quarters of its bits. On CERT r4.2 any weight up to 1
kept the leads of scenarios 1 and 3; full weight cost scenario 2 a tenth of its nights."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A learned detector, as declared. Its name is its channel and its family: it has a budget of its own."""

    name: str
    says: str
    innocent: str
    doc: str
    weight: float = LEARNED_WEIGHT


ECOD = Detector(
    name="ecod",
    says="The day as a whole departs from this person's own habits, in many things at once.",
    innocent="a new assignment that changes several habits at once; a day of travel or training",
    doc="The surprise of all behaviours together.",
    weight=1.0,
)

AFFINITY = Detector(
    name="affinity",
    says="Went to places where people of the same habits do not go.",
    innocent="a new assignment; standing in for a colleague; a place that has just opened",
    doc="Collaborative filtering person × place: how badly the day's places fit the person's own.",
)

DETECTORS = (ECOD, AFFINITY)
"""All of them, in the order of their channels, after the behaviours."""
