"""Work where the rules want two: who with whom, whether always the same, whether somebody else than usual."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from models.arrays import Array, People, Rows, aligned, places_of
from models.association import FADE, WINDOW_NIGHTS, WORK_TIMES, Association, Whereabouts
from models.meetings import Fact, Meetings

PARTNERSHIP = 3.0
"""Nights of work, decayed, before there is a usual partner: one more than chance brings together in a week."""
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
    of the usual partners, each there on more than half the nights of such work up to the evening before, somebody was
    on site in an hour in which the person was, and none of them took part. It is told of the night on which it happens,
    and of a later one only where it happens again. Whoever needs an escort (`escorted`) is nobody's second of two, and
    no partner.
    """
    working = (tonight.layers[:, WORK_TIMES] > 0) & _unescorted(tonight, escorted)
    one, other = places_of(tonight.one[working], state.people), places_of(tonight.other[working], state.people)
    times = tonight.layers[working, WORK_TIMES]
    size = state.people.size
    each = (np.bincount(one, times, size) + np.bincount(other, times, size)).astype(np.float64)
    worker = (state.work + each) >= AT_WORK
    in_hour = (on_site * worker[:, None]).sum(axis=0)
    choice = np.maximum((on_site * in_hour).sum(axis=1) / np.maximum(on_site.sum(axis=1), 1.0) - 1.0, 1.0)
    state = state.working(state.people, each, each / choice, zones_of_work(met, state.people, escorted))
    share = np.divide(state.chance, state.work, out=np.ones(size), where=state.work > 0)
    missed = left_aside(*usual_partners(before, known, state.people, escorted), one, other, on_site)
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


def zones_of_work(met: Meetings, people: People, escorted: People) -> Array:
    """In how many zones each of `people` worked with anybody tonight."""
    rows = (met.kind == "two_person") & _unescorted(met, escorted)
    zone = np.unique(met.place[rows], return_inverse=True)[1]
    who = places_of(np.concatenate([met.one[rows], met.other[rows]]), people)
    cells = np.unique(np.column_stack([who, np.concatenate([zone, zone])]), axis=0)
    return np.bincount(cells[:, 0], minlength=people.size).astype(np.float64)


def usual_partners(before: Whereabouts, known: Association, people: People, escorted: People) -> tuple[Rows, Rows]:
    """Who worked with whom on more than half of their nights of such work, as of the evening before: positions in
    `people` of the one and of the usual partner. Three who always work together have two usual partners each."""
    nights, often = aligned(before.work_nights, before.people, people), known.layers[:, WORK_TIMES]
    one, other = places_of(known.one, people), places_of(known.other, people)
    there = np.flatnonzero((one >= 0) & (other >= 0) & (often > 0) & _unescorted(known, escorted))
    whose = np.concatenate([one[there], other[there]])
    usual = np.concatenate([other[there], one[there]])
    most = (np.tile(often[there], 2) * 2 > nights[whose]) & (nights[whose] >= PARTNERSHIP)
    return whose[most], usual[most]


def left_aside(whose: Rows, usual: Rows, one: Rows, other: Rows, on_site: Array) -> NDArray[np.bool_]:
    """Who had `usual` partners on site and works with none of them in tonight's pairs (`one`, `other`); all by row of
    `on_site`."""
    size = len(on_site)
    took_part = np.isin(whose * size + usual, np.concatenate([one * size + other, other * size + one]))
    # On another shift nobody could have been chosen.
    here = (on_site[whose] * on_site[usual]).sum(axis=1) > 0
    missed, kept = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    missed[whose[here]] = True
    kept[whose[took_part]] = True
    return missed & ~kept


def _unescorted(pairs: Association | Meetings, escorted: People) -> NDArray[np.bool_]:
    """Pairs of whom neither needs an escort."""
    return ~(np.isin(pairs.one, escorted) | np.isin(pairs.other, escorted))
