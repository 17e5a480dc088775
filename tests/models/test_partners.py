"""Work of two: always the same partner, a partner changed, company that is no partner."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.together import Evening
from tests.models.drawn_nights import fact, meetings, night, presence


def work(pairs: Sequence[tuple[int, int]], told: Evening | None = None) -> Evening:
    """Nights on which ten people are on shift and the pair works in the vault."""
    for a, b in pairs:
        where = {p: {"office": 400, "vault": 60 if p in (a, b) else 0} for p in range(1, 11)}
        met = meetings((min(a, b), max(a, b), "two_person", 60, "vault"))
        told = night(told, presence({p: {z: m for z, m in places.items() if m} for p, places in where.items()}), met)
    assert told is not None
    return told


ROTA = [(a, b) for a in range(1, 11) for b in range(a + 1, 11)]


def test_always_the_same_partner_against_all_who_could_be_one() -> None:
    mixed = [ROTA[7 * n % len(ROTA)] for n in range(20)]
    same = [pair if pair[0] not in (1, 2) and pair[1] not in (1, 2) else (1, 2) for pair in mixed] + [(1, 2)] * 3
    usual = fact(work([*mixed, (1, 2)]), 1, "partner")
    found = fact(work(same), 1, "partner")
    assert usual is not None
    assert found is not None
    assert usual.measures["bits"] < 3 < 10 < found.measures["bits"]


def test_a_partner_changed_while_the_usual_one_was_there() -> None:
    steady = work([(1, 2)] * 6)
    changed = fact(work([(1, 3)], steady), 1, "partner")
    assert changed is not None
    assert (changed.place, changed.measures["changed"], changed.measures["shared"]) == ("3", 1.0, 3600.0)
    for_three = fact(work([(1, 3)], steady), 3, "partner")
    assert for_three is not None
    assert for_three.measures["changed"] == 0.0, "the third had no usual partner"
    # The usual partner is on leave: nobody changed anything.
    where = {p: {"office": 400} for p in range(1, 11) if p != 2}
    away = night(
        steady, presence({**where, 1: {"vault": 60}, 3: {"vault": 60}}), meetings((1, 3, "two_person", 60, "v"))
    )
    left = fact(away, 1, "partner")
    assert left is not None
    assert left.measures["changed"] == 0.0


def changed(told: Evening) -> dict[tuple[int, str], float]:
    """(person, partner) → whether the partner was changed."""
    return {(f.person, f.place): f.measures["changed"] for f in told.facts if f.kind == "partner"}


def test_a_third_who_joins_two_changes_no_partner() -> None:
    steady = work([(1, 2)] * 6)
    here = presence({person: {"vault": 60} if person < 4 else {"office": 400} for person in range(1, 11)})
    joined = night(steady, here, meetings(*[(a, b, "two_person", 60, "vault") for a, b in ((1, 2), (1, 3), (2, 3))]))
    assert len(changed(joined)) == 6
    assert set(changed(joined).values()) == {0.0}


TRIO = [(a, b, "two_person", 60, "vault") for a, b in ((1, 2), (1, 3), (2, 3))]


@pytest.mark.parametrize(
    ("inside", "on_site", "told"),
    [
        ((1, 4), (2, 3), 1.0),  # with a stranger, while both of the others are there
        ((1, 4), (2,), 1.0),
        ((1, 4), (), 0.0),  # both are on leave
        ((1, 2, 4), (3,), 0.0),  # one of the two is with them
    ],
)
def test_of_three_who_always_work_together_each_has_two_usual_partners(
    inside: tuple[int, ...], on_site: tuple[int, ...], told: float
) -> None:
    steady = None
    for _ in range(6):
        here = presence({person: {"vault": 60} if person < 4 else {"office": 400} for person in range(1, 8)})
        steady = night(steady, here, meetings(*TRIO))
    where = {person: {"office": 400} for person in on_site} | {person: {"vault": 60} for person in inside}
    pairs = [(a, b, "two_person", 60, "vault") for a in inside for b in inside if a < b]
    found = changed(night(steady, presence(where), meetings(*pairs)))
    assert {partner: flag for (person, partner), flag in found.items() if person == 1} == {
        str(person): told for person in inside[1:]
    }


def test_a_partner_of_one_vault_of_two_on_half_the_nights_is_no_usual_one() -> None:
    """The first works in two vaults a night, with the second in one of them and with others in the other."""
    told = None
    for n in range(8):
        here = presence({person: {"vault": 60, "v2": 60} for person in range(1, 8)})
        others = (1, 3 + n % 4, "two_person", 60, "v2")
        told = night(told, here, meetings((1, 2, "two_person", 60, "vault"), others))
    last = night(
        told, presence({1: {"v2": 60}, 2: {"office": 60}, 7: {"v2": 60}}), meetings((1, 7, "two_person", 60, "v2"))
    )
    assert changed(last) == {(1, "7"): 0.0, (7, "1"): 0.0}


@pytest.mark.parametrize(("hours", "told"), [(range(8), 0.0), (range(9), 1.0)])
def test_a_partner_on_another_shift_is_left_by_nobody(hours: range, told: float) -> None:
    """The usual partner is there from eight on; the work is of the shift before, or of one that goes on until nine."""
    where = {1: {"vault": 60}, 2: {"office": 400}, 3: {"vault": 60}}
    met = meetings((1, 3, "two_person", 60, "vault"))
    found = night(work([(1, 2)] * 6), presence(where, {1: hours, 3: hours}), met)
    assert changed(found) == {(1, "3"): told, (3, "1"): 0.0}


def test_whoever_did_such_work_long_ago_is_no_partner_to_choose() -> None:
    """Three work in turns by twos, as chance has it, where all ten did once, half a year ago."""
    long_ago, turns = work([(1, 2), (3, 4), (5, 6), (7, 8), (9, 10)]), [(1, 2), (1, 3), (2, 3)]
    found = fact(work(turns * 60, long_ago), 2, "partner")
    assert found is not None
    assert found.measures["bits"] < 3


def test_who_needs_an_escort_is_company_and_no_partner() -> None:
    """Two operators show ten visitors round their control room, after five visits of the first with one of these."""
    visitors = frozenset(range(11, 21))
    told = work([(1, 2)] * 6)
    for guests in ([11], [11], [11], [11], [11], sorted(visitors)):
        inside = [1, 2, *guests] if len(guests) > 1 else [1, *guests]
        here = presence({person: {"vault": 60} for person in (*inside, 2)})
        pairs = [(a, b, "two_person", 60, "vault") for a in inside for b in inside if a < b]
        told = night(told, here, meetings(*pairs), escorted=visitors)
    assert changed(told) == {(1, "2"): 0.0, (2, "1"): 0.0}
    assert told.association.at(np.array([1]), np.array([11])) >= 0, "they are company all the same"
    # Now the first works with a third while the second, the usual partner still, is there.
    here = presence({1: {"vault": 60}, 2: {"office": 60}, 3: {"vault": 60}})
    last = night(told, here, meetings((1, 3, "two_person", 60, "vault")), escorted=visitors)
    assert changed(last) == {(1, "3"): 1.0, (3, "1"): 0.0}
