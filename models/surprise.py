"""Tonight against what was expected: bits of surprise for each person and behaviour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.behaviour import Behaviour
from models.arrays import Array, People, aligned, places_of
from models.baseline import Baseline
from models.peers import expected, grouped
from models.tail import bits, scale, unscale
from models.tonight import Tonight, taken_back

WARM_UP_NIGHTS = 10.0
"""Two working weeks, by weight. With less history a person is not scored, and the list says so. A habit of which the
site as a whole knows less, or not yet a night as full as this one, surprises nobody: against nothing, or a Sunday,
whatever it does would be a marvel."""


@dataclass(frozen=True)
class Surprise:
    """One night's surprise; matrices are people × behaviours in the order they were given."""

    people: People
    peers: tuple[str, ...]
    """The group each person was compared with."""
    history: Array
    """Own nights behind the comparison, per person."""
    bits: Array
    usual: Array
    """The own usual value, in the behaviour's unit; NaN where there is none yet."""
    colleagues: Array
    """The peers' usual value, in the behaviour's unit."""
    taken_back: Array
    """Bits that the night took back, per person: see models.tonight."""


def surprise(
    baseline: Baseline,
    people: People,
    values: Array,
    behaviours: Sequence[Behaviour],
    peers: Mapping[int, str],
    tonight: Tonight | None = None,
) -> Surprise:
    """Surprise of one night's `values` (people × behaviours; NaN: does not apply), `people` ascending.

    `baseline` is the state as of the end of the day before, which ends GUARD_NIGHTS earlier. `peers` names each
    person's group as of tonight; whoever is missing is compared with everybody who is. Behaviours that a habit excuses
    are conditioned by what others show `tonight`: by default these people.
    """
    told = claims(baseline, people, values, behaviours, peers)
    night = tonight or Tonight.of(told.bits, told.peers)
    excused = np.array([behaviour.excused for behaviour in behaviours], dtype=bool)
    left = np.where(excused, night.conditioned(told.bits, told.peers), told.bits)
    return replace(told, bits=left, taken_back=taken_back(told.bits, left))


def claims(
    baseline: Baseline, people: People, values: Array, behaviours: Sequence[Behaviour], peers: Mapping[int, str]
) -> Surprise:
    """The same before the night is asked: what each person-day claims against the past alone.

    Nought bits of behaviours that a habit excuses and of which fewer person-nights are known than WARM_UP_NIGHTS, or
    than `people` show it: of a feed that was joined yesterday, of what speaks only once its places are known.
    """
    known = baseline.including(people)
    labels = [peers.get(int(person), "") for person in known.people]
    group, names = grouped(labels)
    excused = np.array([behaviour.excused for behaviour in behaviours], dtype=bool)
    ahead = expected(known, group, len(names), excused)
    showing = np.count_nonzero(~np.isnan(values), axis=0)
    unlearnt = excused & (known.weight.sum(axis=0) < np.maximum(WARM_UP_NIGHTS, showing))
    at = places_of(people, known.people)
    rarity, usual, colleagues = (np.zeros(values.shape) for _ in range(3))
    own = np.where(known.weight > 0, known.mean(), np.nan)
    for j, behaviour in enumerate(behaviours):
        kind = behaviour.kind
        usual[:, j] = unscale(own[at, j], kind)
        colleagues[:, j] = unscale(ahead.colleagues[at, j], kind)
        rarity[:, j] = bits(
            scale(values[:, j], kind),
            ahead.mean[at, j],
            ahead.variance[at, j],
            ahead.evidence[at, j],
            kind,
            behaviour.tail,
        )
    rarity[:, unlearnt] = 0.0
    history = aligned(baseline.nights, baseline.people, people)
    nothing = np.zeros(len(people))
    return Surprise(people, tuple(labels[i] for i in at), history, rarity, usual, colleagues, nothing)
