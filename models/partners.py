"""Work where the rules want two: who with whom, whether always the same, whether somebody else than usual."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from models.arrays import Array, People, Rows, aligned, places_of
from models.association import FADE, WINDOW_NIGHTS, WORK_TIMES, Association, Whereabouts
from models.meetings import Fact, Meetings

PARTNERSHIP = 3.0
"""Meetings, decayed, before there is a usual partner: one more than chance brings together in a week."""
AT_WORK = FADE**WINDOW_NIGHTS
"""What one meeting has faded to after four weeks: of whoever has less nobody expects such work any more."""


def two_person_work(
    before: Whereabouts,
    state: Whereabouts,
    known: Association,
    association: Association,
    tonight: Association,
    met: Meetings,
    on_site: Array,
    escorted: People,
) -> tuple[Whereabouts, list[Fact]]:
    """The state with tonight's work under the two-person rule, and a fact for each partner of each person.

    `bits`: how unlikely it is to have had this partner so often, were the partner any one of those shift-mates who do
    such work (binomial, times as many as there are to choose from): those who met for it in the last weeks. `changed`:
    the usual partner, of more than half the meetings so far, was on site in an hour in which the person was, and the
    person worked with others alone. Whoever needs an escort (`escorted`) is nobody's second of two, and no partner.
    """
    working = (tonight.layers[:, WORK_TIMES] > 0) & _unescorted(tonight, escorted)
    one, other = places_of(tonight.one[working], state.people), places_of(tonight.other[working], state.people)
    times = tonight.layers[working, WORK_TIMES]
    size = state.people.size
    each = (np.bincount(one, times, size) + np.bincount(other, times, size)).astype(np.float64)
    worker = (state.work + each) >= AT_WORK
    in_hour = (on_site * worker[:, None]).sum(axis=0)
    choice = np.maximum((on_site * in_hour).sum(axis=1) / np.maximum(on_site.sum(axis=1), 1.0) - 1.0, 1.0)
    state = state.working(state.people, each, each / choice)
    share = np.divide(state.chance, state.work, out=np.ones(size), where=state.work > 0)
    usual = usual_partners(before, known, state.people, escorted)
    with_usual = np.zeros(size, dtype=bool)
    for mine, theirs in ((one, other), (other, one)):
        with_usual[mine[usual[mine] == theirs]] = True
    # On another shift nobody could have been chosen; position −1, of nobody, is any row and not looked at.
    missed = (usual >= 0) & ~with_usual & ((on_site * on_site[usual]).sum(axis=1) > 0)
    met = met.by_pair(met.kind == "two_person")
    rows = met.at(tonight.one[working], tonight.other[working])
    facts = []
    had = association.at(tonight.one[working], tonight.other[working])
    for pair in range(one.size):
        often = float(association.layers[had[pair], WORK_TIMES]) if had[pair] >= 0 else 0.0
        row = rows[pair]
        for mine, theirs, side in ((one[pair], other[pair], 0), (other[pair], one[pair], 1)):
            event = met.events[row][side]
            measures = {
                "shared": float(met.seconds[row]),
                "changed": float(missed[mine]),
                "bits": same_again(often, float(state.work[mine]), float(share[mine]), float(choice[mine])),
            }
            facts.append(
                Fact(
                    *(int(state.people[mine]), "partner", str(int(state.people[theirs])), int(met.times[row])),
                    *(int(met.first[row]), (event,) if event is not None else (), measures),
                )
            )
    return state, facts


def same_again(often: float, work: float, share: float, choice: float) -> float:
    """Bits of having one partner at least so `often` in so much `work`, any of `choice` partners being as likely."""
    if often <= 0 or work < often or share >= 1:
        return 0.0
    tail = special.betainc(often, work - often + 1.0, share) * choice
    return float(max(0.0, -np.log2(max(tail, 2.0**-1000))))


def usual_partners(before: Whereabouts, known: Association, people: People, escorted: People) -> Rows:
    """Whom each of `people` mostly worked with as of the evening before, by position; −1 for nobody in particular."""
    work, often = aligned(before.work, before.people, people), known.layers[:, WORK_TIMES]
    usual = np.full(people.size, -1, dtype=np.intp)
    one, other = places_of(known.one, people), places_of(known.other, people)
    for mine, theirs in ((one, other), (other, one)):
        there = np.flatnonzero((mine >= 0) & (theirs >= 0) & _unescorted(known, escorted))
        most = there[(often[there] * 2 > work[mine[there]]) & (work[mine[there]] >= PARTNERSHIP)]
        usual[mine[most]] = theirs[most]
    return usual


def _unescorted(pairs: Association, escorted: People) -> NDArray[np.bool_]:
    """Pairs of whom neither needs an escort."""
    return ~(np.isin(pairs.one, escorted) | np.isin(pairs.other, escorted))
