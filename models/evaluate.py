"""The nightly-list protocol: how early would an investigator who reads the first k leads have met the insiders?

Every night, everybody with an event is ranked by a figure that used nothing later than that night. Over the malicious
person-days of one scenario: `night_recall` is the share of them ranked at most k, `person_recall` the share of the
insiders with one so ranked. Both count an investigator's time; the area under the curve does not, and misleads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People

KS = (1, 3, 5, 10, 20)
FALSE_POSITIVE_RATE = 0.05
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Malicious:
    """One malicious person-day: ground truth, never seen by a model."""

    scenario: str
    person: int
    night: int
    """Days since any epoch, the same as the ranked nights'."""


@dataclass(frozen=True)
class Figures:
    """What the protocol says of one scenario, or several taken together."""

    insiders: int
    person_days: int
    """Malicious person-days on ranked nights."""
    unseen: int
    """Malicious person-days without any event in the feeds that were read: not visible, not counted."""
    night_recall: Mapping[int, float]
    person_recall: Mapping[int, float]
    person_interval: Mapping[int, tuple[float, float]]
    """95 % bootstrap interval of `person_recall`, insiders drawn with replacement."""
    auc: float
    """Against person-days without a malicious event."""
    recall_at_fpr: float
    """Share above the figure that 5 % of the innocent person-days reach."""
    median_rank: float
    nights_to_detection: float
    """Median nights from an insider's first malicious night to the first ranked ≤ 5; infinity if half have none."""


def ranks(nights: NDArray[np.int64], people: People, figure: Array) -> NDArray[np.int64]:
    """Each row's rank within its night, from 1: the highest figure first, then the lower pseudonym."""
    order = np.lexsort((people, -figure, nights))
    starts = np.flatnonzero(np.diff(nights[order], prepend=np.iinfo(np.int64).min))
    lengths = np.diff(np.append(starts, order.size))
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size) - np.repeat(starts, lengths) + 1
    return rank


def evaluate(
    nights: NDArray[np.int64],
    people: People,
    figure: Array,
    truth: Sequence[Malicious],
    scenarios: Sequence[str],
    seed: int = 0,
) -> Figures:
    """The figures of `scenarios` taken together; one row for each person with an event on each ranked night.

    `truth` must hold all scenarios: other insiders' days are not innocent. Raises ValueError when none of these
    scenarios' person-days is on a ranked night.
    """
    rank = ranks(nights, people, figure)
    row = {key: at for at, key in enumerate(zip(people.tolist(), nights.tolist(), strict=True))}
    innocent = np.ones(len(people), dtype=bool)
    innocent[[row[key] for day in truth if (key := (day.person, day.night)) in row]] = False
    span = set(nights.tolist())
    wanted = sorted({(d.person, d.night) for d in truth if d.scenario in scenarios and d.night in span})
    seen = [key for key in wanted if key in row]
    if not seen:
        raise ValueError(f"no malicious person-day of scenarios {', '.join(scenarios)} is on a ranked night")
    at = np.array([row[key] for key in seen])
    own, position = np.unique(people[at], return_inverse=True)
    best = np.full(own.size, np.iinfo(np.int64).max)
    np.minimum.at(best, position, rank[at])
    rest = np.sort(figure[innocent])
    allowed = rest[max(0, int(np.ceil((1 - FALSE_POSITIVE_RATE) * rest.size)) - 1)]
    below, upto = (np.searchsorted(rest, figure[at], side=side) for side in ("left", "right"))
    return Figures(
        insiders=own.size,
        person_days=len(seen),
        unseen=len(wanted) - len(seen),
        night_recall={k: float((rank[at] <= k).mean()) for k in KS},
        person_recall={k: float((best <= k).mean()) for k in KS},
        person_interval={k: _interval(best <= k, seed) for k in KS},
        auc=float((below + upto).mean() / 2 / rest.size),
        recall_at_fpr=float((figure[at] > allowed).mean()),
        median_rank=float(np.median(rank[at])),
        nights_to_detection=_delay(position, nights[at], rank[at] <= 5),
    )


def _interval(found: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    draws = np.random.default_rng(seed).integers(found.size, size=(RESAMPLES, found.size))
    low, high = np.quantile(found[draws].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _delay(position: NDArray[np.intp], nights: NDArray[np.int64], found: NDArray[np.bool_]) -> float:
    first = np.full(position.max() + 1, np.inf)
    detected = first.copy()
    np.minimum.at(first, position, nights.astype(np.float64))
    np.minimum.at(detected, position[found], nights[found].astype(np.float64))
    return float(np.median(np.where(np.isinf(detected), np.inf, detected - first)))
