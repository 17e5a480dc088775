"""Person × place by collaborative filtering: do tonight's places fit the places this person has?

A place is what somebody goes to, and in models.detectors.item_affinity what somebody handles: one factorisation holds
both, so that who goes where tells what is handled there.

Training learns a vector for each place (Spark's implicit ALS; Hu, Koren & Volinsky, ICDM 2008). A person's vector is
not taken from the training but folded in from the weights of the night itself, so that newcomers have one, nobody's is
stale, and no table of people's vectors is kept. A place's fit is bounded; one visit does not make it fit for ever.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Array, Rows
from models.detector import Detector

RANK, ALPHA, REGULARISATION = 16, 10.0, 0.1
"""Given to Spark's ALS and used again by the fold-in. Alpha is the confidence a unit of weight adds."""

FEWEST_NIGHTS = 5.0
"""Nights at known places that a person must have before the fit says anything."""


@dataclass(frozen=True)
class Pairs:
    """Person–place pairs: `person` and `place` are positions, `weight` > 0 how often, in nights."""

    person: Rows
    place: Rows
    weight: Array


def confidence(nights: Array) -> Array:
    """What ALS is given for so many nights, in training and in the fold-in alike: regulars do not drown the rest."""
    return np.log1p(nights)


def folded(factors: Array, habit: Pairs, people: int) -> Array:
    """Vectors of `people`, people × rank: the ALS step for persons with the places' `factors` held fixed.

    The same normal equations as Spark's, whose regularisation grows with a person's number of places. NaN for whoever
    has fewer than FEWEST_NIGHTS.
    """
    rank = factors.shape[1]
    adds = ALPHA * confidence(habit.weight)
    vectors = factors[habit.place]
    left = np.zeros((people, rank, rank))
    right = np.zeros((people, rank))
    np.add.at(left, habit.person, adds[:, None, None] * vectors[:, :, None] * vectors[:, None, :])
    np.add.at(right, habit.person, (1.0 + adds)[:, None] * vectors)
    count = np.bincount(habit.person, minlength=people)
    shrink = REGULARISATION * np.maximum(count, 1)
    left += factors.T @ factors + shrink[:, None, None] * np.eye(rank)
    enough = np.bincount(habit.person, weights=habit.weight, minlength=people) >= FEWEST_NIGHTS
    return np.where(enough[:, None], np.linalg.solve(left, right[..., None])[..., 0], np.nan)


def measure(factors: Array, vectors: Array, tonight: Pairs) -> tuple[Array, Rows]:
    """How badly the worst of tonight's places fits each person's vector, from 0 (as usual) to 1 (not at all), and which
    place that is.

    NaN and −1 for whoever visited no place that has a vector, or has none.
    """
    badly = 1.0 - np.clip((vectors[tonight.person] * factors[tonight.place]).sum(axis=1), 0.0, 1.0)
    told = np.flatnonzero(~np.isnan(badly))
    order = told[np.lexsort((tonight.place[told], -badly[told], tonight.person[told]))]
    whose, first = np.unique(tonight.person[order], return_index=True)
    worst, at = np.full(len(vectors), np.nan), np.full(len(vectors), -1, dtype=np.intp)
    worst[whose], at[whose] = badly[order[first]], tonight.place[order[first]]
    return worst, at


DETECTOR = Detector(
    name="affinity",
    says="Went to places where people of the same habits do not go.",
    innocent="a new assignment; standing in for a colleague; a place that has just opened",
    doc="Collaborative filtering person × place: how badly the day's places fit the person's own.",
)
