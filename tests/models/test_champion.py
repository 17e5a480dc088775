from dataclasses import replace

import numpy as np
import pytest

from expectations.errors import NoChampion
from models.calibration import Calibration
from models.champion import Champion
from models.detectors.affinity import DETECTOR as AFFINITY
from models.detectors.catalog import detectors
from models.detectors.ecod import DETECTOR as ECOD
from models.risk import Consequence, Risk, squares


@pytest.fixture
def past():
    """90 nights of 40 people: nights, people, bits × 4 behaviours, affinity."""
    draw = np.random.default_rng(11)
    nights = np.repeat(np.arange(90), 40)
    people = np.tile(np.arange(40) * 1000, 90)
    bits = draw.exponential(1.5, (3600, 4)) * np.array([1.0, 4.0, 0.2, 1.0])
    affinity = draw.random(3600)
    affinity[::7] = np.nan
    return nights, people, bits, {AFFINITY.name: affinity}


@pytest.fixture
def champion(behaviours, past):
    return Champion.fit(behaviours, *past)


def test_parts_sum_to_the_score(champion, past):
    scored = champion.scored(past[2], past[3])
    assert scored.parts.shape == (3600, 4 + len(detectors()))
    assert scored.parts.sum(axis=1) == pytest.approx(scored.score, rel=1e-12)
    assert (scored.parts >= 0).all()


def test_a_loud_behaviour_has_no_larger_share_of_the_strange_days(champion, past):
    """Raw bits differ twentyfold between behaviours; calibrated they are equally often above 6 bits."""
    tonight = champion.scored(past[2], past[3]).tonight[:, :4]
    assert (tonight > 6).mean(axis=0) == pytest.approx(np.full(4, 2.0**-6), rel=0.25)


def test_a_score_says_how_often_it_is_expected(champion, past):
    scored = champion.scored(past[2], past[3])
    often = champion.once_in(scored.score)
    assert (often >= 20).mean() == pytest.approx(1 / 20, rel=0.3)


def test_the_order_of_rows_in_a_night_does_not_matter_to_scores(champion, past):
    order = np.random.default_rng(0).permutation(200)
    straight = champion.scored(past[2][:200], {AFFINITY.name: past[3][AFFINITY.name][:200]})
    shuffled = champion.scored(past[2][:200][order], {AFFINITY.name: past[3][AFFINITY.name][:200][order]})
    assert (shuffled.score == straight.score[order]).all()


def test_a_night_scores_as_it_does_within_a_range(champion, past):
    night = slice(80, 120)
    one = champion.scored(past[2][night], {AFFINITY.name: past[3][AFFINITY.name][night]})
    assert (one.squares == champion.scored(past[2], past[3]).squares[night]).all()


def test_the_same_past_gives_the_same_model(behaviours, champion, past):
    again = Champion.fit(behaviours, *past).arrays()
    first = champion.arrays()
    assert first.keys() == again.keys()
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_kept_arrays_give_the_model_back(champion, past, tmp_path):
    np.savez(tmp_path / "kept.npz", **champion.arrays())
    with np.load(tmp_path / "kept.npz", allow_pickle=False) as arrays:
        back = Champion.of_arrays(arrays)
    assert (back.scored(past[2], past[3]).score == champion.scored(past[2], past[3]).score).all()
    assert back.names == champion.names
    figures = np.array([1.0, 8.0, 30.0])
    assert (back.risk_once_in(figures) == champion.risk_once_in(figures)).all()


def test_it_reads_behaviours_of_its_own_definitions_alone(champion):
    defined = Champion.of_arrays(replace(champion, definitions=("a", "b", "c", "d")).arrays())
    channels = list(zip(champion.names[:4], "abcd", strict=True))
    assert defined.reads(channels)
    assert defined.channels == (*channels, *((name, "") for name in detectors()))
    assert not defined.reads([*channels[:3], (champion.names[3], "e")])
    # A model of before definitions were kept is of another catalogue.
    before = {name: array for name, array in champion.arrays().items() if name != "definitions"}
    assert not Champion.of_arrays(before).reads(channels)


def test_no_array_is_as_long_as_the_people(champion):
    assert {40} & {size for array in champion.arrays().values() for size in array.shape} == set()


def test_before_a_training_bits_are_taken_as_they_are(behaviours):
    untrained = Champion.untrained(behaviours)
    scored = untrained.scored(np.array([[3.0, 0.0, 4.0, 0.0]]), {AFFINITY.name: np.array([0.9])})
    assert scored.score == pytest.approx([(3.0**4 + 4.0**4) ** 0.25])
    assert not scored.parts[0, 4:].any()


def test_an_untrained_model_is_kept_too(behaviours):
    back = Champion.of_arrays(Champion.untrained(behaviours).arrays())
    assert not back.trained


def test_a_silent_detector_adds_nothing(champion, past):
    silent = champion.scored(past[2][:5], {AFFINITY.name: np.full(5, np.nan)})
    absent = champion.scored(past[2][:5], {})
    assert (silent.score == absent.score).all()


def test_a_feed_that_begins_after_the_training_is_heard(behaviours, past):
    nights, people, bits, measures = past
    quiet = bits.copy()
    quiet[:, 2] = 0.0
    champion = Champion.fit(behaviours, nights, people, quiet, measures)
    before = champion.scored(np.zeros((1, 4)), {}).score
    after = champion.scored(np.array([[0.0, 0.0, 20.0, 0.0]]), {}).score
    assert after[0] > before[0] + 12


def test_ordinary_lists_are_expected_to_be_innocent_and_an_outstanding_one_is_not(champion):
    ordinary = np.full(40, 4.0)
    assert champion.innocent(ordinary, 40, 5) == 5
    outstanding = np.concatenate([np.full(5, 60.0), ordinary])
    assert champion.innocent(outstanding, 45, 5) < 0.1
    assert champion.innocent(np.array([]), 0, 5) == 0.0


def test_a_night_adds_the_squares_of_what_its_families_are_worth(champion, past):
    scored = champion.scored(past[2], past[3])
    energies = scored.parts * scored.score[:, None] ** 3
    assert squares(energies, champion.families) == pytest.approx(scored.squares, rel=1e-9, abs=1e-12)
    hours = [i for i, family in enumerate(champion.families) if family == "hours"]
    alone = energies[:, hours].sum(axis=1)
    assert scored.squares[:, hours].sum(axis=1) == pytest.approx(np.sqrt(alone))


def test_remembered_families_have_an_equal_share_of_the_strange_people(champion, past):
    """Loud and quiet families alike are above 6 bits on one person-day in 64, after nights were added up."""
    nights, people, bits, measures = past
    squared, state, held = champion.scored(bits, measures).squares, Risk.empty(len(champion.names)), []
    for night in np.unique(nights):
        tonight = nights == night
        state = state.rolled(people[tonight], squared[tonight])
        held.append(champion.worth().bits(state.remembered(champion.worth())))
    loud = (np.concatenate(held) > 6).mean(axis=0)
    in_full = [i for i, name in enumerate(champion.worth().members()) if champion.heard(name) == 1.0]
    assert loud[in_full] == pytest.approx(np.full(len(in_full), 2.0**-6), rel=0.25)
    assert len(in_full) >= 4


def test_who_breaks_a_rule_every_night_does_not_say_how_rare_that_is(behaviours, past):
    """Two of 40 people do so from the first night on: one person-day in twenty, 4.3 bits, were they counted."""
    nights, people, bits, measures = past
    breaking = np.isin(people, [7000, 21000])
    bits = np.column_stack([bits[:, :3], np.where(breaking, 30.0, bits[:, 3])])

    def worth(excused):
        declared = (*behaviours[:3], replace(behaviours[3], excused=excused))
        model = Champion.fit(declared, nights, people, bits, measures)
        adding, state = np.isin(model.names, [b.name for b in declared if not b.excused]), Risk.empty(len(model.names))
        squared = model.scored(bits, measures).squares
        for night in range(60, 90):
            state = state.rolled(people[nights == night], squared[nights == night], adding=adding)
        kept = model.worth().bits(state.remembered(model.worth()))[:, list(model.worth().members()).index("presence")]
        return np.median(kept[np.isin(state.people, [7000, 21000])])

    assert worth(excused=True) < 6
    assert worth(excused=False) > np.log2(3600 / 10.5)


def test_a_habit_beside_a_rule_of_its_family_is_counted(behaviours, past):
    """Two of 40 people are late every night, which a habit excuses; the rule of the same family nobody breaks."""
    nights, people, bits, measures = past
    late = np.where(np.isin(people, [7000, 21000]), 30.0, bits[:, 1])
    bits = np.column_stack([np.zeros(len(bits)), late, bits[:, 2:]])
    ruled = Champion.fit((replace(behaviours[0], excused=False), *behaviours[1:]), nights, people, bits, measures)
    excused = Champion.fit(behaviours, nights, people, bits, measures)
    figures = np.linspace(0, 200, 50)
    assert ruled.remembered["hours"].bits(figures) == pytest.approx(excused.remembered["hours"].bits(figures))


def test_one_night_of_an_unheard_of_size_does_not_hold_the_list_for_a_month(champion):
    """Seven hundred bits halve in five nights: they would be 20 after 26 of them."""
    bits = np.zeros((1, 4))
    bits[0, 2] = 700.0
    assert np.sqrt(champion.scored(bits, {}).squares[0, 2]) < 40


def test_a_model_with_other_detectors_is_not_read(champion):
    arrays = dict(champion.arrays())
    arrays["names"] = np.array([*champion.names[:-1], "forest"])
    with pytest.raises(NoChampion, match="postern train"):
        Champion.of_arrays(arrays)


def test_families_are_calibrated_on_their_own(champion):
    assert set(champion.family) == {"hours", "places", "presence", *detectors()}
    assert all(isinstance(mapping, Calibration) for mapping in champion.family.values())


def test_lists_weighed_by_consequence_are_compared_with_lists_that_were(behaviours, past):
    nights, people, bits, measures = past
    weight = np.where(people % 5000 == 0, 4.0, 1.0)
    gravity = Consequence(weight, np.ones(4 + len(detectors()), dtype=bool))
    told = Champion.fit(behaviours, nights, people, bits, measures, consequence=gravity)
    unaware = Champion.fit(behaviours, nights, people, bits, measures)
    memory, announced, naive = Risk.empty(len(told.names)), [], []
    for night in np.unique(nights):
        here = slice(*np.searchsorted(nights, [night, night + 1]))
        scored = told.scored(bits[here], {name: figures[here] for name, figures in measures.items()})
        memory = memory.rolled(people[here], scored.squares, gravity.of(here))
        risk = memory.risk(told.worth())[np.searchsorted(memory.people, people[here])]
        announced.append(told.innocent(risk, risk.size, 5))
        naive.append(unaware.innocent(risk, risk.size, 5))
    assert np.mean(announced) > 4.5
    assert np.mean(naive) < 3


def test_a_site_where_everybody_is_somewhere_grave_ranks_as_one_where_nobody_is(behaviours, past):
    """Doors weigh five on every day and computers one: nobody is at a graver place than usual."""
    nights, people, bits, measures = past
    doors = np.arange(4 + len(detectors())) < 2
    grave = Consequence(np.full(len(bits), 5.0), doors)
    told = Champion.fit(behaviours, nights, people, bits, measures, consequence=grave)
    plain = Champion.fit(behaviours, nights, people, bits, measures)
    kept = Champion.of_arrays(told.arrays())
    here = slice(*np.searchsorted(nights, [80, 81]))
    adding, squared = np.zeros(doors.size, dtype=bool), told.scored(bits[here], {}).squares
    weighed, as_is = (
        Risk.empty(doors.size).rolled(people[here], squared, gravity, adding=adding)
        for gravity in (grave.of(here), 1.0)
    )
    assert told.gravity.tolist() == np.where(doors, 5.0, 1.0).tolist()
    assert weighed.risk(kept.worth()) == pytest.approx(as_is.risk(plain.worth()))


def test_a_model_kept_before_there_was_a_usual_consequence_ranks_as_it_did(champion):
    before = {name: array for name, array in champion.arrays().items() if name != "gravity"}
    assert Champion.of_arrays(before).worth().usual == 1.0


def test_trust_scales_what_a_family_is_worth_and_is_kept(behaviours, past):
    nights, people, bits, measures = past
    heard = Champion.fit(behaviours, nights, people, bits, measures, trust={"hours": 0.8, "ecod": 1.25})
    plain = Champion.fit(behaviours, nights, people, bits, measures)
    assert heard.worth().weights["hours"] == 0.8
    assert heard.worth().weights["places"] == 1.0
    assert heard.worth().weights["ecod"] == pytest.approx(1.25 * ECOD.weight)
    late = np.array([[0.0, 40.0, 0.0, 0.0]])
    assert heard.scored(late, {}).score[0] < plain.scored(late, {}).score[0]
    assert Champion.of_arrays(heard.arrays()).worth().weights == heard.worth().weights
