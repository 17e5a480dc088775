"""One night of people together: the state rolled on, what of its company is unlikely, and whom that concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from models.arrays import Array, aligned, places_of, rows_of_cells
from models.association import (
    APART_EXPECTED,
    APART_SECONDS,
    APART_TIMES,
    EXPECTED,
    LAYERS,
    MACHINES,
    MEETINGS,
    MESSAGES,
    ON_SITE,
    PASSAGES,
    SECONDS,
    TIMES,
    WORK_EXPECTED,
    WORK_SECONDS,
    WORK_TIMES,
    Association,
    Presence,
    Whereabouts,
)
from models.circles import circle_facts
from models.collusion import Group, groups
from models.company import KINDS, Profile, chance, frequented, profile
from models.excess import Excess, excess
from models.facts import due, group_facts, left_out, not_unlearnt, passage_facts, styles
from models.meetings import Fact, Meetings
from models.partners import two_person_work

COLUMNS: Mapping[str, tuple[int | None, int]] = {
    "zone": (SECONDS, TIMES),
    "two_person": (WORK_SECONDS, WORK_TIMES),
    "apart": (APART_SECONDS, APART_TIMES),
    "machine": (None, MACHINES),
    "mail": (None, MESSAGES),
    "passage": (None, PASSAGES),
}
"""Where each kind of company of gold.together is counted: seconds, times. Company in a zone where either seldom goes is
'apart'."""


@dataclass(frozen=True)
class Evening:
    """The state as of the end of a night, and what the night said."""

    whereabouts: Whereabouts
    association: Association
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    excess: Excess
    pairs: Association
    """The pairs that `groups` and `excess` count by position."""
    behind: Meetings
    """Tonight's company that these count, by pair."""


def evening(
    before: Whereabouts,
    known: Association,
    presence: Presence,
    met: Meetings,
    teams: Mapping[int, str],
    two_person: frozenset[str],
    partners: int,
    escorted: frozenset[int] = frozenset(),
) -> Evening:
    """One night on. `teams` names each person's team as of tonight; whoever is missing is in none of the named. Company
    of the `escorted` is company, but no work of two."""
    wanted, left = left_out(before, presence)
    state = before.keeping(not_unlearnt(before, presence, left)).rolled(presence)
    often = frequented(before, state)
    met = marked(met, state, often)
    tonight = layered(met)
    labels = np.array([teams.get(int(person), "") for person in state.people], dtype=np.str_)
    team = np.unique(labels, return_inverse=True)[1].astype(np.intp)
    work = np.array([zone in two_person for zone in state.zones], dtype=bool)
    on_site = aligned(presence.hours, presence.people, state.people)
    told = profile(state, on_site, team, work, often)
    rolled = expecting(known, tonight, before, state, told, on_site)
    met_before = in_company(rolled, state)
    company = rolled.of(met_before)
    one, other = places_of(company.one, state.people), places_of(company.other, state.people)
    met_now, met_apart = seen_tonight(tonight, company)
    nights = float(state.known.max(initial=0.0))
    found = excess(company.layers, told, one, other, team, nights, met_now, met_apart)
    bits = np.zeros(rolled.one.size)
    bits[met_before] = found.most
    association = rolled.closest(partners, bits)
    guests = np.array(sorted(escorted), dtype=np.int64)
    state, partner_facts = two_person_work(before, state, known, association, tonight, met, on_site, guests)
    behind = counted(met, company, found)
    together = groups(one, other, found.bits, met_now, state.people.size)
    facts = [
        *group_facts(state, company, one, other, found, together, met_now, behind),
        *partner_facts,
        *circle_facts(state, rolled.closest(partners), presence),
        *passage_facts(met),
        *due(before, presence, wanted, left),
        *styles(before, known, presence),
    ]
    ordered = tuple(sorted(facts, key=lambda fact: (fact.person, fact.kind, fact.place)))
    return Evening(state, association, ordered, tuple(together), found, company, behind)


def marked(met: Meetings, state: Whereabouts, often: csr_array) -> Meetings:
    """The same, 'apart' in place of 'zone' where either of the two seldom goes; `often` is from `frequented`."""
    rows = np.flatnonzero(met.kind == "zone")
    number = {zone: at for at, zone in enumerate(state.zones)}
    zone = np.array([number[place] for place in met.place[rows].tolist()], dtype=np.int64)
    width = max(len(state.zones), 1)
    known = rows_of_cells(often) * width + often.indices
    apart = np.zeros(met.kind.size, dtype=np.bool_)
    for side in (met.one, met.other):
        apart[rows] |= places_of(places_of(side[rows], state.people) * width + zone, known) < 0
    return replace(met, kind=np.where(apart, "apart", met.kind))


def seen_tonight(tonight: Association, company: Association) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which pairs of `company` met tonight in zones, and which apart."""
    at = tonight.at(company.one, company.other)
    layers = aligned(tonight.layers, np.arange(tonight.one.size), at.astype(np.int64))
    return layers[:, MEETINGS].sum(axis=1) > 0, layers[:, APART_TIMES] > 0


def counted(met: Meetings, company: Association, found: Excess) -> Meetings:
    """Tonight's rows behind what was found of each pair of `company`, by pair: those in zones, or those apart alone."""
    at = company.at(met.one, met.other)
    apart = np.where(at >= 0, found.apart[at] if found.apart.size else False, False)
    return met.by_pair(np.where(apart, met.kind == "apart", np.isin(met.kind, ("zone", "two_person", "apart"))))


def layered(met: Meetings) -> Association:
    """Tonight's meetings as layers of pairs."""
    layers = np.zeros((met.one.size, LAYERS))
    for kind, (seconds, times) in COLUMNS.items():
        here = met.kind == kind
        layers[here, times] = met.times[here]
        if seconds is not None:
            layers[here, seconds] = met.seconds[here]
    return Association.empty().rolled(Association(met.one, met.other, layers))


def expecting(
    known: Association,
    tonight: Association,
    before: Whereabouts,
    state: Whereabouts,
    told: Profile,
    on_site: Array,
) -> Association:
    """The association rolled on, with what was to be expected of tonight; `on_site` is people × 24 of tonight.

    A pair that meets for the first time might have met before: its past is what the usual hours and places of both let
    expect of the nights that both are known for.
    """
    rolled = known.rolled(tonight)
    one, other = places_of(rolled.one, state.people), places_of(rolled.other, state.people)
    here = (one >= 0) & (other >= 0)
    fresh = here & (known.at(rolled.one, rolled.other) < 0)
    layers = rolled.layers.copy()
    due = np.zeros((one.size, len(KINDS)))
    at_once = on_shift(known, rolled.of(here), before, state, on_site)
    layers[here, ON_SITE] += (on_site[one[here]] * on_site[other[here]]).sum(axis=1)
    due[here] = chance(told, one[here], other[here], at_once=at_once)
    nights = np.minimum(state.known[one[fresh]], state.known[other[fresh]]) - 1.0
    due[fresh] += chance(told, one[fresh], other[fresh], nights=nights)
    layers[:, [EXPECTED, WORK_EXPECTED, APART_EXPECTED]] += due
    return replace(rolled, layers=layers)


def on_shift(known: Association, pairs: Association, before: Whereabouts, state: Whereabouts, on_site: Array) -> Array:
    """Hours tonight for which the habit of each pair lets expect both on site: of the hours that either is here, the
    share in which the other used to be here, too. So people of one crew explain each other, whatever the roster calls
    their team; an hour at which two were never here explains nothing."""
    at = known.at(pairs.one, pairs.other)
    shared = np.where(at >= 0, known.layers[at, ON_SITE] if known.one.size else 0.0, 0.0)
    usual, here = aligned(before.hours.sum(axis=1), before.people, state.people), on_site.sum(axis=1)
    found = np.zeros(pairs.one.size)
    for side in (pairs.one, pairs.other):
        mine = places_of(side, state.people)
        found += np.minimum(shared / np.maximum(usual[mine], 1.0), 1.0) * here[mine] / 2.0
    return found


def in_company(association: Association, state: Whereabouts) -> NDArray[np.bool_]:
    """Which pairs have met in zones."""
    met = association.layers[:, MEETINGS].sum(axis=1) > 0
    met &= (places_of(association.one, state.people) >= 0) & (places_of(association.other, state.people) >= 0)
    return np.asarray(met, dtype=np.bool_)
