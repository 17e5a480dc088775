import numpy as np
import pytest
from fairlearn.metrics import (
    MetricFrame,
    demographic_parity_difference,
    demographic_parity_ratio,
    selection_rate,
)

from models.audit import audit, shift, tenure
from models.groups import SMALL

# Fifty nights of forty people, twenty of each group, ranked by luck unless a test says otherwise.
NIGHTS, PEOPLE = np.repeat(np.arange(50), 40), np.tile(np.arange(40), 50)
GROUPS = np.where(PEOPLE < 20, "staff", "guest")


def by_luck(seed=1):
    draw = np.random.default_rng(seed)
    return np.concatenate([draw.permutation(40) + 1 for _ in range(50)])


def whole(rank, once_in=None, groups=GROUPS, **more):
    once = np.full(len(rank), 1.0) if once_in is None else once_in
    return audit(groups, PEOPLE, NIGHTS, rank, once, budget=4, **more)


def audited(rank, *given, **more):
    return {cell.group: cell for cell in whole(rank, *given, **more).cells}


def test_luck_is_alike_for_all():
    told = [audited(by_luck(seed))["guest"].told for seed in range(40)]
    assert sum(told) <= 6  # one in twenty by the intervals' own account


def test_luck_that_leaves_a_group_without_a_lead_does_not_make_it_differ():
    """Twenty groups of twenty people, two leads to be expected of each: one group in seven has none."""
    people, nights = np.tile(np.arange(400), 10), np.repeat(np.arange(10), 400)
    none, told = 0, 0
    for seed in range(10):
        draw = np.random.default_rng(seed)
        rank = np.concatenate([draw.permutation(400) + 1 for _ in range(10)])
        cells = audit(np.char.add("team ", (people % 20).astype(str)), people, nights, rank, np.ones(4000), 4).cells
        none += sum(cell.disparity == 0 for cell in cells)
        told += sum(cell.told for cell in cells)
    assert none > 15
    assert told <= 10  # of two hundred


def test_none_is_no_certainty():
    """One lead a night: by hand, of what Garwood's interval leaves possible where nothing was counted, 3.69."""
    rank = np.where(PEOPLE == 39, 1, PEOPLE + 5)
    alone = whole(rank)
    guest, staff = ({cell.group: cell for cell in alone.cells}[name] for name in ("guest", "staff"))
    assert (guest.disparity, staff.disparity) == (np.inf, 0.0)
    assert not guest.told  # all leads are one person's
    assert not staff.told
    assert guest.disparity_interval == (pytest.approx(1 / 3.689, rel=1e-3), np.inf)
    assert staff.disparity_interval == (0.0, pytest.approx(3.689, rel=1e-3))
    assert staff.flag_interval == (0.0, pytest.approx(3.689 / 1000, rel=1e-3))
    assert staff.calibration_interval == (0.0, pytest.approx(3.689 / 10, rel=1e-3))
    nobody = {cell.group: cell for cell in whole(PEOPLE + 5).cells}["staff"]
    assert np.isnan([nobody.disparity, *nobody.disparity_interval]).all()
    assert not nobody.told


def test_a_group_by_hand():
    """Guests hold ranks 1 to 20 and staff 21 to 40, every night, four leads each."""
    rank = np.where(PEOPLE >= 20, PEOPLE - 19, PEOPLE + 21)
    found = audited(rank)
    guest, staff = found["guest"], found["staff"]
    assert (guest.people, guest.person_days) == (20, 1000)
    assert guest.flag_rate == pytest.approx(4 / 20)
    assert (staff.flag_rate, staff.disparity) == (0.0, 0.0)
    assert guest.disparity == np.inf  # nobody else is flagged
    assert guest.told
    assert staff.told
    assert (guest.rank, staff.rank) == (pytest.approx(0.25), pytest.approx(0.75))


def test_a_ratio_that_is_not_one_is_told():
    """Some guests are the first four on four nights of five, some staff on the fifth."""
    luck = by_luck()
    first = (PEOPLE >= 20) == (NIGHTS % 5 > 0)
    rank = np.empty_like(luck)
    for night in range(50):
        here = night == NIGHTS
        rank[here] = np.argsort(np.lexsort((luck[here], ~first[here]))) + 1
    found = audited(rank)
    assert found["guest"].disparity == pytest.approx(4.0)
    assert found["guest"].disparity_interval[0] > 2
    assert found["guest"].told
    assert found["staff"].told


def test_the_leads_of_one_person_do_not_make_a_group_differ():
    """Person 39 is first every night: a quarter of all leads, but one person's."""
    rank = by_luck()
    swapped = rank.copy()
    swapped[PEOPLE == 39] = 1
    swapped[(rank == 1) & (PEOPLE != 39)] = rank[PEOPLE == 39][NIGHTS[(rank == 1) & (PEOPLE != 39)]]
    found = audited(swapped)["guest"]
    assert found.disparity > 1.3
    assert not found.told


def test_calibration_counts_scored_days_only():
    once_in = np.full(len(PEOPLE), 5.0)
    once_in[(PEOPLE >= 20) & (NIGHTS % 25 == 0)] = (
        100.0  # one guest's day in 25 is called once in 100: four times too many
    )
    once_in[(PEOPLE < 20) & (NIGHTS % 2 == 0)] = np.nan
    once_in[(PEOPLE < 5) & (NIGHTS == 1)] = 1e6
    found = audited(by_luck(), once_in)
    assert found["guest"].calibration == pytest.approx(4.0)
    assert found["staff"].calibration == pytest.approx(5 / 500 * 100)
    unscored = audited(by_luck(), np.full(len(PEOPLE), np.nan))
    assert np.isnan(unscored["guest"].calibration)


def test_small_groups_are_shown_together():
    groups = np.where(PEOPLE < 3, "chief", np.where(PEOPLE < 6, "deputy", "clerk"))
    found = audited(by_luck(), groups=groups)
    assert {name: cell.people for name, cell in found.items()} == {"clerk": 34, SMALL: 6}


def test_tenure_bands_are_half_open():
    since = np.zeros(4, dtype=np.int64)
    told = tenure(np.array([89, 90, 365, 1825]), since)
    assert told.tolist() == ["under 90 days", "under a year", "1 to 5 years", "over 5 years"]


def test_a_shift_is_a_persons_not_a_days():
    people = np.repeat([1, 2, 3, 4], 20)
    hours = np.repeat([4.0, 18.0, 10.0, 4.0], 20)  # after 04:00: eight in the morning, 22:00, 14:00
    hours[0] = 19.0  # one strange night of the first
    hours[60:70] = 18.0  # the fourth works half of the nights
    told = shift(people, hours, day_begins=4.0)
    assert told[::20].tolist() == ["early", "night", "late", "rotating"]
    assert set(told[:20]) == {"early"}


@pytest.mark.parametrize("seed", range(5))
def test_flag_rates_and_parity_are_fairlearn_s(seed):
    luck, flagged = by_luck(seed), by_luck(seed) <= 4
    frame = MetricFrame(metrics=selection_rate, y_true=flagged, y_pred=flagged, sensitive_features=GROUPS)
    found = audited(luck)
    assert {name: cell.flag_rate for name, cell in found.items()} == pytest.approx(frame.by_group.to_dict())
    even = whole(luck).parity
    assert even.difference == pytest.approx(
        demographic_parity_difference(flagged, flagged, sensitive_features=GROUPS), abs=1e-12
    )
    assert even.ratio == pytest.approx(demographic_parity_ratio(flagged, flagged, sensitive_features=GROUPS))
    assert even.ratio_interval[0] < even.ratio < even.ratio_interval[1] <= 1
    assert 0 <= even.difference_interval[0] < even.difference < even.difference_interval[1]


def test_parity_draws_people_and_is_unknown_of_no_lead():
    """One guest holds every lead: in a third of the draws there is none, in others two or three."""
    rank = np.where(PEOPLE == 39, 1, PEOPLE + 5)
    one = whole(rank).parity
    assert (one.difference, one.ratio) == (pytest.approx(1 / 20), 0.0)
    assert one.difference_interval == (0.0, pytest.approx(3 / 20, abs=0.02))
    nobody = whole(PEOPLE + 5).parity
    assert (nobody.difference, nobody.difference_interval) == (0.0, (0.0, 0.0))
    assert np.isnan([nobody.ratio, *nobody.ratio_interval]).all()
