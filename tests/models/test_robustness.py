"""Robust is what the intervals allow to say: surely weaker is blocked, luck and old weaknesses are not."""

import numpy as np
import pytest

from models.attacks import ATTACKS
from models.robustness import FEWEST_ATTACKERS, FLIPPED, gain, metrics, robust, rows, surely_more, times, weakened

DRAW = np.random.default_rng(4)
SOME = DRAW.choice([0.1, 0.2, 0.35], 24)


def shares(challenger, champion=SOME, undefended=None):
    return {
        "challenger": np.asarray(challenger),
        "champion": np.asarray(champion),
        "undefended": np.asarray(champion if undefended is None else undefended),
    }


def same(champion=SOME):
    return {attack.name: shares(champion, champion) for attack in ATTACKS}


def test_a_twin_is_robust():
    found = robust(same(), shares(SOME), "24 attackers")
    assert found.outcome == "passed"
    assert "24 attackers" in found.says
    assert f"slow drift {SOME.mean():.2f} → {SOME.mean():.2f}, difference [+0.00, +0.00]" in found.says


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_one_attack_that_surely_gets_more_past_closes_the_gate(attack):
    found = robust(same() | {attack.name: shares(SOME + 0.15)}, shares(SOME), "…")
    assert found.outcome == "failed"
    assert found.says.endswith(f"surely more in {attack.name}")


def test_what_may_be_luck_and_what_is_within_the_margin_do_not():
    lucky = SOME.copy()
    lucky[0] = 1.0
    assert not surely_more(lucky, SOME)
    few = np.array([0.1, 0.1, 1.0])
    assert not surely_more(few, np.array([0.2, 0.1, 0.1]))
    assert not surely_more(SOME + 0.04, SOME)  # surely more, and harmless
    assert surely_more(SOME + 0.06, SOME)
    assert not surely_more(np.ones(1), np.zeros(1))  # of one attacker nothing is sure


def test_the_difference_is_paired():
    more, (low, high) = gain(SOME + 0.1, SOME)
    assert (more, low, high) == pytest.approx((0.1, 0.1, 0.1))


def test_a_new_weakness_against_no_defence_blocks_and_an_old_one_does_not():
    bare = SOME - 0.08
    assert weakened(shares(SOME + 0.04, SOME - 0.04, bare))
    assert not weakened(shares(SOME, SOME, bare))  # the champion has it as well
    assert not weakened(shares(SOME, SOME, SOME))


def test_flipped_labels_have_a_bound_of_their_own():
    plain = same()
    assert robust(plain, shares(FLIPPED * SOME, FLIPPED * SOME), "…").outcome == "passed"
    beyond = robust(plain, shares(FLIPPED * SOME + 0.1, FLIPPED * SOME + 0.1), "…")
    assert beyond.outcome == "failed"
    assert beyond.says.endswith("surely more in flipped labels")
    assert robust(plain, shares(SOME + 0.08, SOME), "…").outcome == "failed"  # within it, but worse than before


def test_without_attackers_nothing_is_claimed():
    few = SOME[: FEWEST_ATTACKERS - 1]
    assert robust(same(few), shares(few), "…").outcome == "not made"
    assert robust({}, {}, "nobody").outcome == "not made"


def test_effort_is_how_many_times_as_little_gets_past():
    ratio, (low, high) = times(2 * SOME, SOME)
    assert (ratio, low, high) == pytest.approx((2, 2, 2))
    assert times(SOME, np.zeros(24))[0] == np.inf


def test_figures_name_the_attack_and_nobody():
    found = {"at once": shares(SOME, SOME, 2 * SOME)}
    (row,) = rows(found)
    assert (row["attack"], row["patience"], row["acted"]) == ("at once", "1 nights", 24)
    assert row["effort, challenger"] == "2.0x [2.0, 2.0]"
    told = metrics(found, shares(SOME))
    assert told["at once/unseen/champion"] == pytest.approx(SOME.mean())
    assert told["at once/gain"] == 0
    assert told["flipped labels/unseen/challenger"] == pytest.approx(SOME.mean())
