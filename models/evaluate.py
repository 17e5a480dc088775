"""The nightly-list protocol: how early would an investigator who reads the first k leads have met the insiders?

Every night, everybody with an event is ranked by a figure that used nothing later than that night. Over the malicious
person-days of one scenario: `night_recall` is the share of them ranked at most k, `person_recall` the share of the
insiders with one so ranked. Both count an investigator's time; the area under the curve does not, and misleads.

`models.evaluate_plots` draws what comes back; both can be called in a notebook on any ranking, ours or a rival's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People
from models.evaluate_sums import Sums
from models.intervals import Interval, interval, resampled, wilson

KS = (1, 3, 5, 10, 20)
BUDGET = 5
"""Leads a night that count as read, unless a site has another budget."""


class NothingToCount(ValueError):
    """None of the rows asked about is on a ranked night."""


@dataclass(frozen=True, slots=True)
class Malicious:
    """One malicious person-day: ground truth, never seen by a model."""

    scenario: str
    person: int
    night: int
    """Days since any epoch, the same as the ranked nights'."""


@dataclass(frozen=True)
class Figures:
    """What the protocol says of one scenario, or several taken together.

    Intervals are 95 %: Wilson's for the shares of people, which the bootstrap would call certain when all are met;
    the bootstrap over people for everything else. One insider cannot tell how insiders differ: (NaN, NaN).
    """

    insiders: int
    person_days: int
    """Malicious person-days on ranked nights."""
    unseen: int
    """Malicious person-days without any event in the feeds that were read: not visible, not counted."""
    night_recall: Mapping[int, float]
    night_interval: Mapping[int, Interval]
    person_recall: Mapping[int, float]
    person_interval: Mapping[int, Interval]
    budget: int
    precision: float
    """Share of all leads within the budget that are malicious person-days of these scenarios. On most nights nobody
    does anything, so that it is small even for a perfect list: compare it with what another ranking reaches."""
    precision_interval: Interval
    auc: float
    """Against person-days without a malicious event."""
    auc_interval: Interval
    recall_at_fpr: float
    """Share above the figure that 5 % of the innocent person-days reach."""
    recall_at_fpr_interval: Interval
    recall_at_1_fpr: float
    """The same with 1 %."""
    recall_at_1_fpr_interval: Interval
    median_rank: float
    nights_to_detection: float
    """Median nights from an insider's first malicious night to the first ranked ≤ 5; infinity if half have none.

    It begins with the first act since the first ranked night, also one that left no event: done is done.
    """
    nights_to_detection_interval: Interval


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
    *,
    budget: int = BUDGET,
    part: NDArray[np.bool_] | None = None,
) -> Figures:
    """The figures of `scenarios` taken together; one row for each person with an event on each ranked night.

    `truth` must hold all scenarios: other insiders' days are not innocent. With `part`, such as the rows of one role,
    only person-days in it are counted, malicious and innocent alike; ranks stay those of everybody's list. Raises
    NothingToCount when none of these scenarios' person-days is on a ranked night, or in the part.
    """
    rank = ranks(nights, people, figure)
    counted = np.ones(len(people), dtype=bool) if part is None else part
    row = {key: at for at, key in enumerate(zip(people.tolist(), nights.tolist(), strict=True))}
    innocent = counted.copy()
    innocent[[row[key] for day in truth if (key := (day.person, day.night)) in row]] = False
    span = set(nights.tolist())
    wanted = sorted({(d.person, d.night) for d in truth if d.scenario in scenarios and d.night in span})
    at = np.array([row[key] for key in wanted if key in row and counted[row[key]]], dtype=np.intp)
    if not at.size:
        raise NothingToCount(f"no malicious person-day of scenarios {', '.join(scenarios)} is on a ranked night")
    begun: dict[int, int] = {}
    for day in truth:
        if day.scenario in scenarios and nights.min() <= day.night <= nights.max():
            begun[day.person] = min(day.night, begun.get(day.person, day.night))
    sums = Sums.of(nights, people, figure, rank, at, begun, innocent, counted & (rank <= budget), KS)
    found = sums.figures(np.ones((1, sums.malicious.size)))
    drawn = sums.figures(resampled((sums.malicious > 0).astype(np.int64), seed))
    figure_of = {name: float(values[0]) for name, values in found.items()}
    insiders = int(np.count_nonzero(sums.malicious))
    spread = {name: interval(values) if insiders > 1 else (np.nan, np.nan) for name, values in drawn.items()}
    return Figures(
        insiders=insiders,
        person_days=at.size,
        # A person-day without events has no role: it is missing from the whole, not from a part.
        unseen=sum(key not in row for key in wanted) if part is None else 0,
        night_recall={k: figure_of[f"night_recall@{k}"] for k in KS},
        night_interval={k: spread[f"night_recall@{k}"] for k in KS},
        person_recall={k: figure_of[f"person_recall@{k}"] for k in KS},
        person_interval={k: wilson(figure_of[f"person_recall@{k}"] * insiders, insiders) for k in KS},
        budget=budget,
        precision=figure_of["precision"],
        precision_interval=spread["precision"],
        auc=figure_of["auc"],
        auc_interval=spread["auc"],
        recall_at_fpr=figure_of["recall_at_fpr"],
        recall_at_fpr_interval=spread["recall_at_fpr"],
        recall_at_1_fpr=figure_of["recall_at_1_fpr"],
        recall_at_1_fpr_interval=spread["recall_at_1_fpr"],
        median_rank=float(np.median(rank[at])),
        nights_to_detection=figure_of["nights_to_detection"],
        nights_to_detection_interval=spread["nights_to_detection"],
    )
