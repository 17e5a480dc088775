"""An attack does what its name says, and the count of who got away is a count."""

from dataclasses import replace

import numpy as np
import pytest

from models.attacks import ATTACKS, attacked, named, unseen
from models.rankings import Night, champion, undefended

OF = {attack.name: attack for attack in ATTACKS}
WHOLE = np.array([False, True, True, False])


@pytest.fixture
def nights(office):
    return [Night(people, values) for people, values in office]


@pytest.fixture
def deed():
    """Many machines late in the day, in two kinds of log."""
    return np.array([0.0, 12.0, 9.0, 0.0]), np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("times", [0.5, 1.0])
def test_every_attack_does_the_deed_once_in_all_but_what_it_deletes(attack, times, deed):
    _, parts = deed
    patience = attack.patience * times if attack.name == "log deletion" else max(1, int(attack.patience * times))
    steps = attack.steps(patience, parts)
    total = sum(step.amount for step in steps)
    if attack.name == "log deletion":
        assert np.allclose(total, 1 - patience)
    elif attack.name == "split over credentials":
        assert np.allclose(total * attack.credentials(patience), 1)
    elif attack.name in ("slow drift", "flooding"):
        assert np.allclose(steps[-1].amount, 1)
        assert len(steps) == patience + 1
    else:
        assert np.allclose(total, 1)


def test_only_attackers_are_touched_and_only_on_their_nights(nights, deed):
    amount, parts = deed
    person = int(nights[0].people[3])
    told, until = attacked(nights, [person], {person: person}, amount, OF["split over days"].steps(4, parts), WHOLE)
    changed = [
        (n, int(p))
        for n, (before, after) in enumerate(zip(nights, told, strict=True))
        for p, old, new in zip(before.people, before.values, after.values, strict=True)
        if not np.array_equal(old, new, equal_nan=True)
    ]
    present = [n for n, night in enumerate(nights) if person in night.people][:4]
    assert changed == [(n, person) for n in present]
    assert until == present[-1] + 3


def test_what_is_done_in_whole_numbers_adds_up_over_the_nights(nights, deed):
    amount, parts = deed
    person = int(nights[0].people[3])
    told, _ = attacked(nights, [person], {person: person}, amount, OF["split over days"].steps(8, parts), WHOLE)
    done = [
        after.values[list(after.people).index(person), 1] - before.values[list(before.people).index(person), 1]
        for before, after in zip(nights, told, strict=True)
        if person in before.people
    ]
    assert all(np.isnan(d) or d == round(d) for d in done)
    assert np.nansum(done) >= amount[1] - 2  # but for nights on which it did not apply


def test_whoever_stands_within_the_budget_is_named(nights):
    people = nights[0].people

    def ranking(told, peers):
        return [(people, np.arange(people.size, dtype=float))]

    first, second, third = (int(people[-k]) for k in (1, 2, 3))
    assert named(ranking, nights, {}, [[third]], budget=3) == [{0}]
    assert named(ranking, nights, {}, [[third]], budget=2) == [set()]
    # Attackers of other groups do not stand in each other's light, accomplices of one group fall together.
    assert named(ranking, nights, {}, [[third], [second], [first]], budget=1) == [{0}] * 3
    assert named(ranking, nights, {}, [[int(people[0]), first]], budget=1) == [{0}]


def test_the_champion_catches_what_is_done_at_once_and_drift_costs_more_against_it(behaviours, nights, deed):
    amount, parts = deed
    history, ahead = nights[:45], nights[45:]
    everybody = [int(p) for p in nights[44].people[:6]]
    groups, same = [[p] for p in everybody], dict.fromkeys(everybody, everybody[0])
    ranked = {
        "champion": champion(behaviours, history, {}, trained=26),
        "undefended": undefended(behaviours, history),
    }
    drift = replace(OF["slow drift"], patience=8)
    for attack in (OF["at once"], drift):
        least = {
            name: np.mean(unseen(attack, told, ahead, {}, groups, same, amount, parts, WHOLE, budget=2))
            for name, told in ranked.items()
        }
        assert least["champion"] < 1
        assert least["champion"] <= least["undefended"]


def test_the_same_nights_give_the_same_ranks_whatever_was_asked_before(behaviours, nights):
    ranking = champion(behaviours, nights[:45], {}, trained=26)
    first = ranking(nights[45:], {})
    ranking(nights[45:50], {})
    for (people, figure), (same, again) in zip(first, ranking(nights[45:], {}), strict=True):
        assert (people == same).all()
        assert (figure == again).all()
