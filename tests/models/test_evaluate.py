import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from models.evaluate import KS, Malicious, evaluate, ranks
from models.evaluate_sums import Sums
from models.intervals import resampled

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
    assert found.person_interval[5] == pytest.approx((0.095, 0.905), abs=1e-3)  # Wilson's for 1 of 2


def test_delay_counts_from_the_first_malicious_night():
    figure = FIGURE.copy()
    figure[(PEOPLE == 7) & (NIGHTS == 102)] = 50.0
    truth = [Malicious("thief", 7, 100), Malicious("thief", 7, 102)]
    assert evaluate(NIGHTS, PEOPLE, figure, truth, ["thief"]).nights_to_detection == 2
    assert evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["thief"]).nights_to_detection == np.inf


def test_delay_counts_from_a_first_act_that_left_no_row_but_not_from_before_the_ranked_nights():
    met = (PEOPLE == 7) & (NIGHTS == 102)
    seen, figure = (PEOPLE != 7) | met, np.where(met, 50.0, FIGURE)
    truth = [Malicious("thief", 7, night) for night in (100, 102)]
    rows = NIGHTS[seen], PEOPLE[seen], figure[seen]
    found = evaluate(*rows, truth, ["thief"])
    assert (found.nights_to_detection, found.person_days, found.unseen) == (2, 1, 1)
    assert evaluate(*rows, truth, ["thief"], part=rows[1] == 7).nights_to_detection == 2
    assert evaluate(*rows, [*truth, Malicious("thief", 7, 99)], ["thief"]).nights_to_detection == 2
    # Where nobody came there is no list, and time goes by all the same.
    open_ = rows[0] != 101
    closed = [Malicious("thief", 7, night) for night in (101, 102)]
    assert evaluate(*(column[open_] for column in rows), closed, ["thief"]).nights_to_detection == 1


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


def test_precision_counts_leads_of_all_nights():
    truth = [Malicious("thief", 2, 100), Malicious("thief", 3, 101), Malicious("thief", 9, 102)]
    found = evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["thief"], budget=3)
    assert found.precision == pytest.approx(2 / 9)
    assert found.budget == 3
    assert found.precision_interval[0] < found.precision < found.precision_interval[1]


def test_insiders_are_drawn_from_insiders():
    """Four of twenty leads are insiders' in every draw, as they were in truth."""
    truth = [Malicious("s", person, 100) for person in (1, 2, 3, 4)]
    found = evaluate(NIGHTS[:20], PEOPLE[:20], FIGURE[:20], truth, ["s"], budget=20)
    assert found.precision_interval == (0.2, 0.2)


def test_one_percent_of_the_innocent_may_be_above():
    people = np.arange(201)
    found = [
        evaluate(np.zeros(201, dtype=np.int64), people, people.astype(float), [Malicious("s", at, 0)], ["s"])
        for at in (198, 197, 190)
    ]
    assert [f.recall_at_1_fpr for f in found] == [1.0, 0.0, 0.0]
    assert [f.recall_at_fpr for f in found] == [1.0, 1.0, 1.0]


def test_an_insider_is_met_on_any_night_from_the_first_act_on():
    figure = FIGURE.copy()
    figure[(PEOPLE == 7) & (NIGHTS == 101)] = 50.0  # remembered on the night after, on which nothing was done
    assert evaluate(NIGHTS, PEOPLE, figure, [Malicious("s", 7, 100)], ["s"]).nights_to_detection == 1
    assert evaluate(NIGHTS, PEOPLE, figure, [Malicious("s", 7, 102)], ["s"]).nights_to_detection == np.inf
    fifth, sixth = (evaluate(NIGHTS, PEOPLE, FIGURE, [Malicious("s", person, 100)], ["s"]) for person in (5, 6))
    assert (fifth.nights_to_detection, sixth.nights_to_detection) == (0, np.inf)


def test_people_are_drawn_whole_so_that_one_persons_days_do_not_narrow_an_interval():
    """Twenty found days of one insider and one missed day of another: half the draws of two hold only one of them."""
    nights, people = np.repeat(np.arange(20), 20), np.tile(np.arange(1, 21), 20)
    figure = (20.0 - people).astype(float)
    truth = [*(Malicious("s", 1, night) for night in range(20)), Malicious("s", 15, 0)]
    found = evaluate(nights, people, figure, truth, ["s"])
    assert found.night_recall[5] == pytest.approx(20 / 21)
    assert found.night_interval[5] == (0.0, 1.0)
    assert found.auc_interval[0] < 5 / 19  # the missed day's own area; the innocent are drawn too, which widens it
    assert found.auc_interval[1] == 1.0
    assert found.nights_to_detection_interval == (0.0, np.inf)


def test_a_part_counts_its_own_days_on_everybodys_list():
    truth = [Malicious("s", 7, 100), Malicious("s", 12, 101)]
    part = PEOPLE >= 10
    found = evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["s"], part=part)
    assert (found.insiders, found.person_days, found.median_rank) == (1, 1, 12)
    assert np.isnan(found.night_interval[5]).all()  # one insider cannot tell how insiders differ
    # 32 innocent person-days of 10…20: six are higher, two level (person 12 on the other nights).
    assert found.auc == pytest.approx((24 + 26) / 2 / 32)
    assert evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["s"], part=PEOPLE > 6, budget=8).precision == pytest.approx(1 / 6)
    with pytest.raises(ValueError, match="no malicious person-day"):
        evaluate(NIGHTS, PEOPLE, FIGURE, truth, ["s"], part=PEOPLE == 3)


@pytest.mark.parametrize("seed", range(4))
def test_the_curve_is_scikit_learns_ties_included(seed):
    draw = np.random.default_rng(seed)
    figure = draw.integers(0, 30, NIGHTS.size).astype(float) + 5.0 * (PEOPLE < 4)
    truth = [Malicious("s", int(p), int(n)) for p, n in zip(PEOPLE, NIGHTS, strict=True) if p < 4]
    found, bad = evaluate(NIGHTS, PEOPLE, figure, truth, ["s"]), PEOPLE < 4
    assert found.auc == pytest.approx(roc_auc_score(bad, figure))
    false, true, _ = roc_curve(bad, figure, drop_intermediate=False)
    assert found.recall_at_fpr == pytest.approx(true[false <= 1 / 20].max())
    assert found.recall_at_1_fpr == pytest.approx(true[false <= 1 / 100].max())


def test_a_draw_of_people_is_scikit_learns_curve_with_their_weights():
    """What stands behind an interval: whoever is drawn twice counts twice, with all their days, on either side."""
    figure = np.random.default_rng(7).integers(0, 30, NIGHTS.size).astype(float)
    # Persons 1 to 6 do harm on the first night alone: their other nights are innocent.
    bad = (PEOPLE <= 6) & (NIGHTS == 100)
    at, rank = np.flatnonzero(bad), ranks(NIGHTS, PEOPLE, figure)
    sums = Sums.of(NIGHTS, PEOPLE, figure, rank, at, dict.fromkeys(range(1, 7), 100), ~bad, rank <= 5, KS)
    weights = resampled((sums.malicious > 0).astype(np.int64), seed=3)[:50]
    told = sums.figures(weights)
    for number, weight in enumerate(weights):
        times = weight[PEOPLE - 1]
        assert told["auc"][number] == pytest.approx(roc_auc_score(bad, figure, sample_weight=times))
        held = times > 0
        false, true, _ = roc_curve(bad[held], figure[held], sample_weight=times[held], drop_intermediate=False)
        assert told["recall_at_fpr"][number] == pytest.approx(true[false <= 1 / 20 + 1e-12].max())
