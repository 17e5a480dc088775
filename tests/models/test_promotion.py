"""The gate's questions, one by one: what passes, what fails, and what cannot be asked."""

from dataclasses import replace

import numpy as np
import pytest

from models.audit import Audit, Cell, Parity
from models.check import Check, Ranked
from models.promotion import EVERY, calibrated, explored, frozen, page, passes, recall, recalled, stability, unbiased
from models.word import Word, kept


def ranked(champion, challenger):
    return Ranked(np.array(champion, dtype=float), np.array(challenger, dtype=float))


def outcomes(checks):
    return {check.name: check.outcome for check in checks}


def test_one_insider_lost_is_one_too_many_where_they_are_few():
    found = outcomes(recalled({"theft": ranked([1, 2, 3], [1, 2, 99]), "sabotage": ranked([9], [1])}, 5))
    assert found == {"recall": "failed", "better somewhere": "passed"}


def test_of_many_a_loss_within_the_margin_is_proven_harmless():
    champion = np.ones(400)
    two, forty = champion.copy(), champion.copy()
    two[:2], forty[:40] = 99, 99
    assert recall(ranked(champion, two), 5).non_inferior
    assert not recall(ranked(champion, forty), 5).non_inferior


def test_the_difference_is_paired():
    """The same insiders won and lost: an interval of two unpaired shares would be half as wide again."""
    draw = np.random.default_rng(5)
    champion = np.where(draw.random(200) < 0.5, 1.0, 99.0)
    challenger = champion.copy()
    challenger[:4] = 1.0
    low, high = recall(ranked(champion, challenger), 5).gain
    assert high - low < 0.05
    assert low >= 0


def test_better_means_somewhere_up_to_the_budget():
    same = ranked([2, 4], [2, 4])
    assert outcomes(recalled({"a": same}, 5)) == {"recall": "passed", "better somewhere": "failed"}
    assert outcomes(recalled({"a": same, "b": ranked([4], [2])}, 5))["better somewhere"] == "passed"
    assert outcomes(recalled({"a": same, "b": ranked([9], [7])}, 5))["better somewhere"] == "failed"
    assert outcomes(recalled({"a": ranked([1, 1], [1, 1])}, 5))["better somewhere"] == "passed"


def test_a_gain_is_told_with_its_interval():
    """One insider of twenty gained may be chance: drawn again, a third of the samples do not hold that one."""
    champion = [1.0] * 19 + [9.0]
    _, better = recalled({"theft": ranked(champion, [1.0] * 20)}, 5)
    assert better.says.startswith("better in theft within 1 (difference [+0.00, +0.15])")


def test_without_known_days_nothing_is_claimed():
    assert outcomes(recalled({}, 5)) == {"recall": "not made", "better somewhere": "not made"}


def test_groups_of_which_nothing_could_be_planted_are_named_and_judge_nobody():
    asked, better = recalled({"theft": ranked([9], [1])}, 5, ["collusion", "presence"])
    assert (asked.outcome, better.outcome) == ("passed", "passed")
    assert asked.says.endswith("; not asked about, for nothing of them could be planted: collusion, presence")
    assert "planted" not in recalled({"theft": ranked([9], [1])}, 5)[0].says


def test_where_no_group_could_be_planted_nothing_is_claimed_and_all_are_named():
    for check in recalled({}, 5, ["collusion", "theft"]):
        assert check.outcome == "not made"
        assert check.says.endswith("could be planted: collusion, theft")


def word(once_in, ratio, low, high):
    return Word(once_in, 1000, ratio, (low, high))


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (word(100, 1.0, 0.9, 1.1), word(100, 1.15, 1.1, 1.2), "passed"),  # within the tolerance
        (word(100, 1.0, 0.9, 1.1), word(100, 1.9, 0.8, 3.0), "passed"),  # too few days to say
        (word(100, 1.0, 0.9, 1.1), word(100, 1.9, 1.5, 2.3), "failed"),
        (word(100, 2.5, 2.0, 3.0), word(100, 1.9, 1.5, 2.3), "passed"),  # wrong, but less so
        (word(100, 1.0, 0.9, 1.1), word(100, 0.3, 0.2, 0.4), "failed"),  # sleeps through
    ],
)
def test_a_word_is_kept(before, after, outcome):
    assert calibrated([before], [after]).outcome == outcome


@pytest.mark.parametrize(("people", "outcome"), [(150, "passed"), (1500, "failed")])
def test_a_model_that_calls_nothing_sleeps_only_where_something_was_to_be_expected(people, outcome):
    """150 people × 14 nights may call 2.1 days once in 1000, and in one case of eight call none; 1500 people 21."""
    who = np.repeat(np.arange(people), 14)
    never = kept(np.ones(who.size), who, (1000,))
    assert never[0].ratio == 0.0
    assert never[0].ratio_interval == (0.0, pytest.approx(3.689 / (who.size / 1000), rel=1e-3))
    assert calibrated([word(1000, 1.0, 0.5, 1.5)], never).outcome == outcome


def treated(**groups):
    """Groups by name: disparity and the ends of its interval."""
    nothing = (np.nan, np.nan)
    cells = [
        Cell(group, 20, 200, 0.1, nothing, disparity, (low, high), 0.5, nothing, 1.0, nothing)
        for group, (disparity, low, high) in groups.items()
    ]
    return {"employer": Audit(cells, Parity(0.0, nothing, 1.0, nothing))}


BEFORE = treated(firm=(1.5, 1.1, 2.0), staff=(0.7, 0.5, 0.9))


def test_a_group_that_is_surely_flagged_more_than_before_closes_the_gate():
    assert unbiased(BEFORE, treated(firm=(1.7, 1.2, 2.4))).outcome == "passed"
    assert unbiased(BEFORE, treated(firm=(2.4, 1.6, 3.0))).outcome == "failed"
    assert unbiased(BEFORE, treated(firm=(2.4, 0.9, 6.0))).outcome == "passed"  # not sure
    assert unbiased(BEFORE, treated(staff=(1.2, 1.1, 1.3))).outcome == "passed"  # up to a quarter
    assert unbiased(BEFORE, treated(staff=(1.4, 1.1, 1.6))).outcome == "failed"
    assert unbiased(BEFORE, treated(guest=(1.2, 1.1, 1.3))).outcome == "passed"  # against a group that is alike
    assert unbiased({}, {}).outcome == "not made"


def test_a_list_of_one_group_alone_closes_the_gate_unless_it_was_so_before():
    alone = (np.inf, 3.0, np.inf)
    assert unbiased(BEFORE, treated(firm=alone)).outcome == "failed"
    assert unbiased(treated(firm=alone), treated(firm=alone)).outcome == "passed"
    assert unbiased(treated(firm=(np.nan, np.nan, np.nan)), treated(firm=alone)).outcome == "failed"
    assert unbiased(BEFORE, treated(guest=alone)).outcome == "failed"  # a group the champion did not rank


def called(ratio, low, high):
    """One group, flagged as everybody is: days called rare over days announced."""
    (cell,) = treated(firm=(1.0, 0.8, 1.2))["employer"].cells
    told = replace(cell, calibration=ratio, calibration_interval=(low, high))
    return {"employer": Audit([told], Parity(0.0, (np.nan, np.nan), 1.0, (np.nan, np.nan)))}


def test_a_group_whose_days_are_surely_called_rare_too_often_closes_the_gate():
    kept_word = called(0.9, 0.6, 1.3)
    assert unbiased(kept_word, called(2.0, 1.4, 2.7)).outcome == "failed"
    assert "called rare more often than announced and than before: employer firm: 0.90 → 2.00" in (
        unbiased(kept_word, called(2.0, 1.4, 2.7)).says
    )
    assert unbiased(kept_word, called(2.0, 0.9, 3.5)).outcome == "passed"  # not sure
    assert unbiased(kept_word, called(1.2, 1.1, 1.3)).outcome == "passed"  # up to a quarter
    assert unbiased(called(2.0, 1.4, 2.7), called(2.4, 1.6, 3.1)).outcome == "passed"  # hardly worse than before
    assert unbiased({}, called(2.0, 1.4, 2.7)).outcome == "failed"  # a group the champion did not rank
    assert unbiased(kept_word, called(np.nan, np.nan, np.nan)).outcome == "passed"  # none of its days was scored


def answered(**others):
    return [Check(name, others.get(name, "passed"), "…") for name in EVERY]


def test_the_gate_is_all_of_it():
    assert passes(answered())
    assert not passes([])
    assert not passes([frozen(14)])  # nothing failed, and nearly nothing was asked
    assert outcomes([frozen(6), frozen(7)]) == {"frozen nights": "passed"}
    assert frozen(6).outcome == "failed"


@pytest.mark.parametrize("name", EVERY)
def test_a_check_that_failed_or_was_not_made_or_is_not_there_keeps_the_gate_closed(name):
    assert not passes(answered(**{name: "failed"}))
    assert not passes(answered(**{name: "not made"}))
    assert not passes([check for check in answered() if check.name != name])


def test_one_verdict_more_that_failed_closes_the_gate():
    assert not passes([*answered(), Check("robustness", "failed", "another suite")])


def test_the_page_tells_what_was_found_and_what_to_run_for_the_rest():
    checks = [frozen(14), stability([0.8, 0.6], {"hours": 0.7, "mail": 0.3}, {})]
    told = page("7", "6", "Here", "14 nights", checks)
    assert "Version 7 against the champion, version 6" in told
    assert "**did not pass**" in told
    assert "70% stay (worst night 60%); those who enter stand out by hours 70%, mail 30%" in told
    assert "Not made" not in told
    whole = page("7", "6", "Here", "14 nights", answered())
    assert "**passed** the gate. A person decides." in whole
    asked = page("7", "6", "Here", "14 nights", answered(recall="not made", bias="not made"))
    assert "Not made: recall, bias. Next: `postern backtest --compare`, `postern compare`." in asked
    assert "Next: `postern attack`, `postern compare`." in page("7", "6", "", "", answered(robustness="not made"))


def test_an_experiment_passes_and_fails_no_gate_that_was_not_asked():
    told = explored("Here", "14 nights", answered(robustness="not made", bias="failed"))
    assert "**The gate was not asked**" in told
    assert "one by one; not passed: bias (failed), robustness (not made)." in told
    assert "| bias | failed | … |" in told
    assert not [said for said in ("did not pass", "champion", "approving", "Next:") if said in told]
    assert "one by one." in explored("Here", "14 nights", answered())


def test_a_word_counts_days_and_draws_people():
    """Ten people, one of whom has every strange day: sure of the ratio is nobody."""
    people = np.repeat(np.arange(10), 100)
    once_in = np.where((people == 3) & (np.arange(1000) % 10 == 0), 150.0, 1.0)
    (found,) = kept(once_in, people, (100,))
    assert (found.ratio, found.person_days) == (1.0, 1000)
    assert found.ratio_interval[0] == 0.0
    assert found.ratio_interval[1] >= 3.0
    spread = np.where(np.arange(1000) % 100 == 0, 150.0, 1.0)
    (calm,) = kept(spread, people, (100,))
    assert calm.ratio_interval == (1.0, 1.0)
    assert kept(np.zeros(0), np.zeros(0, dtype=np.int64)) == ()
