import numpy as np
import pytest

from models.evaluate import Malicious, evaluate, ranks

# Three nights of 20 people, 1…20; the figure is 20 − person, so person p stands at rank p every night.
NIGHTS = np.repeat(np.array([100, 101, 102]), 20)
PEOPLE = np.tile(np.arange(1, 21), 3)
FIGURE = (20.0 - PEOPLE).astype(float)


def test_ranks_start_anew_each_night_whatever_the_order_of_rows():
    order = np.random.default_rng(0).permutation(60)
    assert (ranks(NIGHTS[order], PEOPLE[order], FIGURE[order]) == PEOPLE[order]).all()


def test_ties_go_to_the_lower_pseudonym():
    assert ranks(np.zeros(3, dtype=np.int64), np.array([9, 4, 6]), np.ones(3)).tolist() == [3, 1, 2]


def test_recalls_by_hand():
    figure = FIGURE.copy()
    figure[(PEOPLE == 7) & (NIGHTS == 102)] = 50.0  # rank 1 on its last night
    truth = [
        Malicious("thief", 7, 100),  # rank 7
        Malicious("thief", 7, 102),  # rank 1
        Malicious("thief", 12, 101),  # rank 12
        Malicious("thief", 12, 99),  # before the ranked nights: not counted
        Malicious("thief", 55, 101),  # no event in these feeds
        Malicious("other", 1, 100),
    ]
    found = evaluate(NIGHTS, PEOPLE, figure, truth, ["thief"])
    assert (found.insiders, found.person_days, found.unseen) == (2, 3, 1)
    assert [found.night_recall[k] for k in (1, 5, 10)] == pytest.approx([1 / 3, 1 / 3, 2 / 3])
    assert [found.person_recall[k] for k in (1, 5, 10)] == [0.5, 0.5, 0.5]
    assert found.median_rank == 7
    assert found.person_interval[5] == (0.0, 1.0)


def test_delay_counts_from_the_first_malicious_night():
    figure = FIGURE.copy()
    figure[(PEOPLE == 7) & (NIGHTS == 102)] = 50.0
    truth = [Malicious("thief", 7, 100), Malicious("thief", 7, 102)]
    assert evaluate(NIGHTS, PEOPLE, figure, truth, ["thief"]).nights_to_detection == 2
    assert evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["thief"]).nights_to_detection == np.inf


def test_the_curve_leaves_other_insiders_out_of_the_innocent():
    truth = [Malicious("thief", 2, 100), *(Malicious("other", 1, night) for night in (100, 101, 102))]
    found = evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["thief"])
    # 56 innocent person-days: two stand level with the thief's day (person 2 on the other nights), none above.
    assert found.auc == pytest.approx((54 + 56) / 2 / 56)


def test_five_percent_of_the_innocent_may_be_above():
    people = np.arange(101)
    figure = people.astype(float)
    nights = np.zeros(101, dtype=np.int64)
    assert evaluate(nights, people, figure, [Malicious("s", 96, 0)], ["s"]).recall_at_fpr == 1.0
    assert evaluate(nights, people, figure, [Malicious("s", 90, 0)], ["s"]).recall_at_fpr == 0.0


def test_nothing_to_count_is_said():
    with pytest.raises(ValueError, match="no malicious person-day"):
        evaluate(NIGHTS, PEOPLE, FIGURE, [Malicious("s", 1, 5)], ["s"])
