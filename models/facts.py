"""What is told of a night: groups, badges that follow each other, rounds cut short."""

import numpy as np
from scipy.sparse import csr_array

from models.arrays import Array, Rows, aligned, places_of, rows_of_cells, spread, with_cells
from models.association import Association, Presence, Whereabouts
from models.collusion import Group, best_of
from models.company import BLOCK, Flags
from models.excess import Excess
from models.meetings import Fact, Meetings

ROUND_NIGHTS, ROUND_SHARE, ROUND_ZONES = 8.0, 0.9, 6
"""Whoever is in six zones or more on nine of ten of eight nights or more has a round; those zones are due."""
LEFT_OUT = 0.8
"""What a night that leaves a due zone out counts towards its round: whoever skips it for good has another round after
two or three weeks, as habits are learnt after a fortnight (features.habit.GUARD), and not on the third night."""
BRIEF = 0.25
"""Whoever is read on site for less than this share of their usual time walks no round, and unlearns none: the end of a
shift that began the day before, an errand on a free day."""
SHUT = 3
"""Two who skip a zone may do so together; a third makes it the zone's night (as features.doubt.PEOPLE)."""
NOTHING = 1e-9
"""Bits below which a sum is rounding: two of the same habit fit each other's day alike."""
FEWEST_PASSAGES = 3
"""Two people who come and go together pass two doors so; a third is company."""


def group_facts(
    state: Whereabouts,
    pairs: Association,
    one: Rows,
    other: Rows,
    found: Excess,
    together: list[Group],
    met_now: Flags,
    behind: Meetings,
) -> list[Fact]:
    """A fact for everybody who met somebody tonight: the share of the group's bits, or of the strongest pair's.

    `behind` are the rows of the pairs' company that count, by pair.
    """
    part, at = best_of(one, other, np.where(met_now, found.bits, 0.0), state.people.size)
    for group in together:
        for member, share in zip(group.members, group.parts, strict=True):
            mine = [tie for tie in group.ties if met_now[tie] and member in (one[tie], other[tie])]
            if mine:
                part[member], at[member] = share, max(mine, key=lambda tie: (found.bits[tie], -tie))
    members = np.flatnonzero(part > 0)
    rows = behind.at(pairs.one[at[members]], pairs.other[at[members]])
    facts = []
    for member, pair, row in zip(members.tolist(), at[members].tolist(), rows.tolist(), strict=True):
        a, b = int(pairs.one[pair]), int(pairs.other[pair])
        person = int(state.people[member])
        event = behind.events[row][0 if person == a else 1]
        facts.append(
            Fact(
                *(person, "group", str(b if person == a else a), int(behind.times[row]), int(behind.first[row])),
                *((event,) if event is not None else (), {"bits": float(part[member])}),
            )
        )
    return facts


def passage_facts(met: Meetings) -> list[Fact]:
    """For everybody followed by one other badge through FEWEST_PASSAGES doors or more, the one most often so."""
    most: dict[int, tuple[float, int, int, int]] = {}
    met = met.by_pair(met.kind == "passage")
    for row in np.flatnonzero(met.times >= FEWEST_PASSAGES).tolist():
        for side, (mine, theirs) in enumerate(((met.one, met.other), (met.other, met.one))):
            found = (float(met.times[row]), -int(theirs[row]), row, side)
            most[int(mine[row])] = max(most.get(int(mine[row]), found), found)
    facts = []
    for person, (times, theirs_negated, row, side) in most.items():
        event = met.events[row][side]
        facts.append(
            Fact(
                *(person, "passage", str(-theirs_negated), int(times), int(met.first[row])),
                *((event,) if event is not None else (), {"passages": times}),
            )
        )
    return facts


def left_out(before: Whereabouts, presence: Presence) -> tuple[csr_array, csr_array]:
    """Zones of the rounds of those here tonight, as of the evening before, and of these the ones left out tonight, each
    people × zones of `before`."""
    if not before.people.size or not presence.people.size:
        return csr_array(before.zone_nights.shape), csr_array(before.zone_nights.shape)
    cells = rows_of_cells(before.zone_nights)
    often = before.zone_nights.data >= ROUND_SHARE * before.nights[cells]
    often &= (before.nights >= ROUND_NIGHTS)[cells] & np.isin(before.people, presence.people)[cells]
    rounds = with_cells(before.zone_nights, often.astype(np.float64))
    rounds.eliminate_zeros()
    has = (np.diff(rounds.indptr) >= ROUND_ZONES)[rows_of_cells(rounds)]
    wanted = with_cells(rounds, has.astype(np.float64))
    wanted.eliminate_zeros()
    left = (wanted - wanted.multiply(tonight(before, presence))).tocsr()
    left.eliminate_zeros()
    return wanted, left


def briefly(before: Whereabouts, presence: Presence) -> Flags:
    """Which people of `before` are here tonight, and that for less than BRIEF of their usual time."""
    span = aligned(presence.spans, presence.people, before.people)
    return np.isin(before.people, presence.people) & (span * before.nights < BRIEF * before.seconds)


def not_unlearnt(before: Whereabouts, presence: Presence, left: csr_array) -> csr_array:
    """What tonight counts towards zones in which people were not, people × zones of `before`.

    LEFT_OUT where a round was; of whoever is here `briefly` every zone keeps its share of nights, for the end of a
    shift tells of no round, neither that there is one nor that there is none.
    """
    brief, row = briefly(before, presence), rows_of_cells(before.zone_nights)
    share = before.zone_nights.data / before.nights[row]
    kept = with_cells(before.zone_nights, share * brief[row])
    whole = with_cells(left, LEFT_OUT * left.data * ~brief[rows_of_cells(left)])
    counts = (kept - kept.multiply(tonight(before, presence)) + whole).tocsr()
    counts.eliminate_zeros()
    return counts


def due(before: Whereabouts, presence: Presence, wanted: csr_array, left: csr_array) -> list[Fact]:
    """A fact for each zone of somebody's round that was `left_out` tonight, unless they were here `briefly`.

    A zone that SHUT people, and half of those for whom it was due, left out was shut or its reader silent: it is held
    against nobody.
    """
    stayed = ~briefly(before, presence)
    wanted, left = (with_cells(told, told.data * stayed[rows_of_cells(told)]) for told in (wanted, left))
    for told in (wanted, left):
        told.eliminate_zeros()
    due_to, left_by = (np.bincount(told.indices, minlength=len(before.zones)) for told in (wanted, left))
    shut = (left_by >= SHUT) & (left_by * 2 >= due_to)
    return [
        Fact(int(before.people[row]), "due", before.zones[zone], measures={"due": 1.0})
        for row, zone in zip(rows_of_cells(left).tolist(), left.indices.tolist(), strict=True)
        if not shut[zone]
    ]


def tonight(before: Whereabouts, presence: Presence) -> csr_array:
    """Where people of `before` were in the night, people × zones of `before`: whoever and whatever is neither is left
    out."""
    number = {zone: at for at, zone in enumerate(before.zones)}
    column = np.array([number.get(zone, -1) for zone in presence.zones], dtype=np.intp)
    row = places_of(presence.people, before.people)[rows_of_cells(presence.visited)]
    there = column[presence.visited.indices]
    known = (row >= 0) & (there >= 0)
    return spread(presence.visited.data[known], row[known], there[known], before.zone_nights.shape)


def styles(before: Whereabouts, known: Association, presence: Presence) -> list[Fact]:
    """For everybody whose places tonight fit the habit of one of their closest better than the own: whose, and by how
    many bits.

    Habits are shares of nights in each zone, with half a night added (the Krichevsky–Trofimov estimate); the zones of a
    night are taken as independent. Only the kept partners are looked at: a badge is lent to somebody known.
    """
    settled = before.nights >= ROUND_NIGHTS
    seen = tonight(before, presence)
    here = (np.diff(seen.indptr) > 0) & settled
    # A zone never visited says the same of everybody of as many nights; only the others are told cell by cell.
    habit = before.zone_nights
    in_row = rows_of_cells(habit)
    there, away = likelihoods(habit.data, before.nights[in_row])
    never_there, never_away = likelihoods(np.zeros(before.people.size), before.nights)
    absent = (len(before.zones) - np.diff(habit.indptr)) * never_away + np.bincount(in_row, away, before.people.size)
    gains = with_cells(habit, there - away - (never_there - never_away)[in_row])

    def fit(whose: Rows, to: Rows) -> Array:
        told = seen[whose]
        gained: Array = told.multiply(gains[to]).sum(axis=1)
        fits: Array = absent[to] + np.diff(told.indptr) * (never_there - never_away)[to] + gained
        return fits

    everybody = np.arange(before.people.size)
    own = fit(everybody, everybody)
    best: dict[int, tuple[float, int]] = {}
    one, other = places_of(known.one, before.people), places_of(known.other, before.people)
    for mine, theirs in ((one, other), (other, one)):
        told = np.flatnonzero((mine >= 0) & (theirs >= 0))
        told = told[here[mine[told]] & settled[theirs[told]]]
        for start in range(0, told.size, BLOCK):
            a, b = mine[told[start : start + BLOCK]], theirs[told[start : start + BLOCK]]
            fits = fit(a, b) - own[a]
            for person, partner, bits in zip(a.tolist(), b.tolist(), fits.tolist(), strict=True):
                if bits > NOTHING:
                    best[person] = max(best.get(person, (0.0, 0)), (bits, -partner))
    return [
        Fact(int(before.people[person]), "style", str(int(before.people[-partner])), measures={"bits": bits})
        for person, (bits, partner) in sorted(best.items())
    ]


def likelihoods(nights_there: Array, nights: Array) -> tuple[Array, Array]:
    """log₂ of how likely somebody was in a zone, and was not, by nights there of nights in all."""
    share = (nights_there + 0.5) / (nights + 1.0)
    return np.log2(np.minimum(share, 1.0)), np.log2(np.maximum(1.0 - share, 0.5 / (nights + 1.0)))
