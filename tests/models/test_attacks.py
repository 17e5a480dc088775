"""An attack does what its name says, and the count of who got away is a count."""

from dataclasses import replace

import numpy as np
import pytest

from models.attacks import ATTACKS, Attacker, attacked
from models.effort import SHARES, Scene, flipped, lines, misled, named, unseen
from models.feedback import LEAST, MOST
from models.rankings import Evening, Night, fitted, ranked_by, undefended

OF = {attack.name: attack for attack in ATTACKS}
WHOLE = np.array([False, True, True, False])
AMOUNT, PARTS = np.array([0.0, 12.0, 9.0, 0.0]), np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]])
"""Many machines late in the day, in two kinds of log."""


@pytest.fixture
def nights(office):
    return [Night(people, values) for people, values in office]


def attacker(person, busiest=None, deed="theft"):
    return Attacker(int(person), int(person if busiest is None else busiest), deed, AMOUNT, PARTS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("times", [0.5, 1.0])
def test_every_attack_does_the_deed_once_in_all_but_what_it_deletes(attack, times):
    patience = attack.patience * times if attack.name == "log deletion" else max(1, int(attack.patience * times))
    steps = attack.steps(patience, PARTS)
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


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_whoever_comes_seldom_is_less_patient_and_still_ends_what_was_begun(attack):
    whole, few = attack.nights(200, PARTS), attack.nights(6, PARTS)
    assert len(few) <= 6
    if attack.name in ("slow drift", "flooding", "mimicry"):
        assert len(whole) == attack.patience + 1
        assert np.allclose(few[-1].amount, 1)
    else:
        assert np.allclose(sum(step.amount for step in few), sum(step.amount for step in whole))


def test_only_attackers_are_touched_and_only_on_their_nights(nights):
    person = int(nights[0].people[3])
    told, until = attacked(nights, [attacker(person)], replace(OF["split over days"], patience=4), 1.0, WHOLE)
    changed = [
        (n, int(p))
        for n, (before, after) in enumerate(zip(nights, told, strict=True))
        for p, old, new in zip(before.people, before.values, after.values, strict=True)
        if not np.array_equal(old, new, equal_nan=True)
    ]
    present = [n for n, night in enumerate(nights) if person in night.people][:4]
    assert changed == [(n, person) for n in present]
    assert until == present[-1] + 3


def test_what_is_done_in_whole_numbers_adds_up_over_the_nights(nights):
    person = int(nights[0].people[3])
    told, _ = attacked(nights, [attacker(person)], replace(OF["split over days"], patience=8), 1.0, WHOLE)
    done = [
        after.values[list(after.people).index(person), 1] - before.values[list(before.people).index(person), 1]
        for before, after in zip(nights, told, strict=True)
        if person in before.people
    ]
    assert all(np.isnan(d) or d == round(d) for d in done)
    assert np.nansum(done) >= AMOUNT[1] - 2  # but for nights on which it did not apply


def test_a_mimic_puts_on_a_colleague_s_days(nights):
    person, other = (int(p) for p in np.intersect1d(nights[0].people, nights[1].people)[:2])
    told, _ = attacked(nights, [attacker(person, other)], replace(OF["mimicry"], patience=1), 0.0, WHOLE)
    for before, after in zip(nights[:2], told[:2], strict=True):
        theirs = before.values[list(before.people).index(other)]
        assert np.array_equal(after.values[list(after.people).index(person)], theirs, equal_nan=True)


PEOPLE = np.arange(1, 7)


def rising(nights, of=None):
    """Whoever has the higher number is stranger."""
    return [(night.of(of).people, night.of(of).people.astype(float)) for night in nights]


def test_the_line_is_the_last_within_the_budget_without_attackers():
    calm = rising([Night(PEOPLE, np.zeros((6, 1)))] * 2)
    assert lines(calm, [], 2).tolist() == [5.0, 5.0]
    assert lines(calm, [6, 5], 2).tolist() == [3.0, 3.0]
    assert lines(calm, [6, 5], 5).tolist() == [-np.inf, -np.inf]  # a list that is not full names everybody


def test_whoever_stands_above_the_line_is_named():
    told, line = rising([Night(PEOPLE, np.zeros((6, 1)))]), np.array([4.0])
    assert named(told, line, [[4]]) == [set()]
    assert named(told, line, [[5]]) == [{0}]
    # Attackers of other groups do not stand in each other's light, accomplices of one group fall together.
    assert named(told, line, [[5], [6], [1]]) == [{0}, {0}, set()]
    assert named(told, line, [[1, 6]]) == [{0}]


def test_the_share_unseen_is_the_greatest_that_no_night_names():
    """A ranking that tells by what was done late; the first of those who do nothing else stands at 6."""
    nights = [Night(PEOPLE, np.tile([0.0, 1.0, 0.0, 0.0], (6, 1)) * PEOPLE[:, None]) for _ in range(12)]

    def late(told, of=None):
        return [(night.of(of).people, night.of(of).values[:, 1]) for night in told]

    scene = Scene(nights, [attacker(1), attacker(2)], WHOLE, 1)
    at_once = unseen(late, scene, [OF["at once"]])["at once"]
    # 1 + 12 × 0.35 = 5.2 and 2 + 4.2 = 6.2 in whole numbers are 5 and 6, not above 6; at a half they are 7 and 8.
    assert at_once.tolist() == [0.35, 0.35]
    assert unseen(late, scene, [replace(OF["split over days"], patience=4)])["split over days"].tolist() == [1.0, 1.0]
    assert unseen(late, scene, [OF["split over credentials"]]) == {}  # two are no four
    # Of four, the last has 4 already: a quarter of 12 is too much, a quarter of 9 is not.
    four = Scene(nights, [attacker(p) for p in (1, 2, 3, 4)], WHOLE, 1)
    assert unseen(late, four, [OF["split over credentials"]])["split over credentials"].tolist() == [0.75]


def test_those_of_one_deed_act_together():
    scene = Scene([], [attacker(p, deed=deed) for p, deed in ((1, "a"), (2, "b"), (3, "a"), (4, "b"))], WHOLE, 1)
    two = replace(OF["split over credentials"], patience=2)
    assert [[one.person for one in group] for group in scene.groups(two)] == [[1, 3], [2, 4]]
    assert [one.person for group in scene.groups(OF["at once"]) for one in group] == [1, 3, 2, 4]


@pytest.fixture
def evening(behaviours, nights):
    return Evening.of(behaviours, nights[:45], {}, 26, ahead=nights[45:])


def test_a_few_people_s_figures_are_what_they_are_among_all(evening, nights):
    few, ranking = nights[45].people[2:6], ranked_by(evening, fitted(evening))
    bare = undefended(evening.behaviours, evening.history)
    for told in (ranking, bare):
        for (people, figure), (who, theirs) in zip(told(nights[45:], None), told(nights[45:], few), strict=True):
            assert who.tolist() == [p for p in people.tolist() if p in few]
            assert figure[np.isin(people, few)] == pytest.approx(theirs, abs=1e-12)
            assert theirs.any()


def test_the_same_nights_give_the_same_ranks_whatever_was_asked_before(evening, nights):
    ranking = ranked_by(evening, fitted(evening))
    first = ranking(nights[45:], None)
    ranking(nights[45:50], None)
    for (people, figure), (same, again) in zip(first, ranking(nights[45:], None), strict=True):
        assert (people == same).all()
        assert (figure == again).all()


def test_what_the_last_nights_left_behind_is_remembered_wherever_the_history_ends(behaviours, evening, nights):
    model, earlier = fitted(evening), Evening.of(behaviours, nights[:44], {}, 26)
    ((people, figure),) = ranked_by(evening, model)(nights[45:46], None)
    _, (same, as_before) = ranked_by(earlier, model)(nights[44:46], None)
    assert (people == same).all()
    assert figure == pytest.approx(as_before, rel=1e-12)


def test_a_night_on_which_nobody_came_lets_memory_fade(evening, nights):
    nobody = Night(np.zeros(0, dtype=np.int64), np.zeros((0, 4)))
    ranking = ranked_by(evening, fitted(evening))
    after = ranking([nights[45], nobody, nights[46]], None)
    assert after[1][0].size == 0
    assert after[2][1].sum() < ranking([nights[45], nights[46]], None)[1][1].sum()


def test_the_champion_catches_what_is_done_at_once_and_drift_costs_more_against_it(evening, nights):
    everybody = [int(p) for p in nights[44].people[:6]]
    scene = Scene(nights[45:], [attacker(p, everybody[0]) for p in everybody], WHOLE, 2)
    ranked = {
        "champion": ranked_by(evening, fitted(evening)),
        "undefended": undefended(evening.behaviours, evening.history),
    }
    attacks = (OF["at once"], replace(OF["slow drift"], patience=8))
    told = {name: unseen(ranking, scene, attacks) for name, ranking in ranked.items()}
    for attack in attacks:
        assert told["champion"][attack.name].mean() < 1
        assert told["champion"][attack.name].mean() <= told["undefended"][attack.name].mean()


def test_labels_turn_the_deed_s_families_down_and_all_others_up():
    assert flipped(["a", "b", "a"], [False, False, True]) == {"a": LEAST, "b": MOST}


def test_people_without_places_are_ranked_as_if_they_were_where_they_usually_are(evening, nights):
    """A model of a site where everybody is somewhere grave, asked about person-days alone."""
    model = fitted(evening)
    grave = replace(model, gravity=np.where(np.arange(len(model.names)) < 2, 5.0, 1.0))
    for (_, one), (_, other) in zip(
        ranked_by(evening, model)(nights[45:], None), ranked_by(evening, grave)(nights[45:], None), strict=True
    ):
        assert one.tolist() == other.tolist()


def test_flipped_labels_weigh_like_a_fit_with_them(evening, nights):
    """What a trained trust does to the risk, without training again; up to the tail of what is remembered."""
    trust = {"hours": LEAST, "places": MOST}
    turned = ranked_by(evening, fitted(evening), trust)(nights[45:], None)
    anew = ranked_by(evening, fitted(evening, trust))(nights[45:], None)
    plain = ranked_by(evening, fitted(evening))(nights[45:], None)
    for (_, figure), (_, wanted), (_, before) in zip(turned, anew, plain, strict=True):
        assert figure == pytest.approx(wanted, rel=0.05, abs=0.05)
        assert np.abs(figure - before).max() > 0.1


def test_whoever_flips_every_label_gets_more_away_by_little(evening, nights):
    """Of six whom no list names anyway: whoever is on it at rest may lose the place to other families."""
    model = fitted(evening)
    calm = ranked_by(evening, model)(nights[45:], None)
    listed = {int(p) for people, figure in calm for p in people[np.argsort(-figure)[:2]]}
    six = [int(p) for p in nights[44].people if int(p) not in listed][:6]
    scene = Scene(nights[45:], [attacker(p, deed=f"{n % 2}") for n, p in enumerate(six)], WHOLE, 2)
    plain, more = unseen(ranked_by(evening, model), scene, ATTACKS[:1])["at once"], misled(evening, model, scene)
    assert more.shape == plain.shape
    assert set(more.tolist()) <= {0.0, *SHARES}
    assert (more >= plain).all()
