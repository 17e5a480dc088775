from datetime import date
from pathlib import Path

import numpy as np
import pytest

import models.detectors
from expectations.errors import NoChampion
from features.catalog import BEHAVIOURS
from jobs.drivers import spoken
from jobs.reasons import Reason
from models.card import example
from models.champion import Champion
from models.detectors import ecod
from models.detectors.affinity import ALPHA, REGULARISATION, Pairs, confidence, folded, measure
from models.detectors.catalog import detectors
from models.fusion import energy

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", detectors())
class TestEachDetector:
    def test_it_has_a_channel_and_a_family_to_itself(self, name):
        assert (ROOT / f"models/detectors/{name}.py").exists()
        assert name not in {word for behaviour in BEHAVIOURS for word in (behaviour.name, behaviour.family)}

    def test_it_can_be_said_aloud_and_explained(self, name):
        detector = detectors()[name]
        assert detector.says.endswith(".")
        assert detector.doc.endswith(".")
        assert detector.innocent
        assert 0 < detector.weight <= 1

    def test_a_figure_of_surprise_follows_from_its_own_row(self, name):
        if look := detectors()[name].of_surprise:
            bits = np.random.default_rng(7).exponential(1.5, (50, len(BEHAVIOURS)))
            together = look(bits)
            assert together.shape == (50,)
            assert np.array_equal(np.concatenate([look(row[None, :]) for row in bits]), together, equal_nan=True)


def test_what_looks_at_surprise_comes_before_what_a_job_measures_each_by_name():
    """A champion that is kept is read by the order of its channels."""
    looking = [detector.name for detector in detectors().values() if detector.of_surprise]
    measured = [detector.name for detector in detectors().values() if not detector.of_surprise]
    assert {"ecod"} <= set(looking)
    assert {"affinity", "item_affinity"} <= set(measured)
    assert list(detectors()) == [*sorted(looking), *sorted(measured)]


@pytest.fixture
def past():
    """60 nights of 40 people, four behaviours, and what the affinity measured."""
    draw = np.random.default_rng(2)
    nights, people = np.repeat(np.arange(60), 40), np.tile(np.arange(40) * 1000, 60)
    return nights, people, draw.exponential(1.5, (2400, 4)), {"affinity": draw.random(2400)}


@pytest.fixture
def dropped_in(monkeypatch, tmp_path):
    """The one file of CONTRIBUTING's recipe for a detector, as it stands there but for its name, beside the others."""
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## A detector\n")[2]
    file = recipe.partition("```python\n")[2].partition("```")[0].replace("breadth", "another")
    (tmp_path / "another.py").write_text(file, encoding="utf-8")
    monkeypatch.setattr(models.detectors, "__path__", [*models.detectors.__path__, str(tmp_path)])
    detectors.cache_clear()
    yield detectors()["another"]
    detectors.cache_clear()


def test_a_further_file_is_a_further_detector(behaviours, past, dropped_in):
    champion = Champion.fit(behaviours, *past)
    assert champion.names == ("first", "late", "machines", "minutes", *detectors())
    at = champion.names.index("another")
    assert at < champion.names.index("affinity")
    scored = champion.scored(past[2], past[3])
    heard = scored.tonight[:, at] / dropped_in.weight
    assert (heard > 6).mean() == pytest.approx(2.0**-6, rel=0.25)  # calibrated
    second = np.sort(scored.tonight[:, :4], axis=1)[:, -2]
    assert (np.diff(heard[np.argsort(second)]) >= 0).all()  # of its own measure
    assert scored.parts.sum(axis=1) == pytest.approx(scored.score, rel=1e-12)
    assert scored.parts[:, at] == pytest.approx(energy(scored.tonight[:, at]) / scored.score**3)
    assert champion.remembered["another"].worth[-1] > 6  # and over the nights
    assert dropped_in.says in example(champion, behaviours)
    lead = Reason(date(2010, 3, 1), 7000, 1, "another", part=4.0, tonight=9.0, seen_on=date(2010, 3, 1))
    assert spoken(lead, {}, {})["sentence"] == dropped_in.says
    back = Champion.of_arrays(champion.arrays())
    assert (back.scored(past[2], past[3]).parts == scored.parts).all()


def test_a_champion_of_one_detector_more_is_not_read(behaviours, past, dropped_in, monkeypatch):
    more = Champion.fit(behaviours, *past).arrays()
    monkeypatch.undo()
    detectors.cache_clear()
    less = Champion.fit(behaviours, *past).arrays()
    with pytest.raises(NoChampion, match="other detectors"):
        Champion.of_arrays(more)
    assert Champion.of_arrays(less).names == ("first", "late", "machines", "minutes", *detectors())


def test_many_mild_oddities_weigh_as_much_as_their_surprise_together():
    quiet, one, many = np.zeros(40), np.eye(40)[0] * 12.0, np.full(40, 2.0)
    assert ecod.measure(np.stack([quiet, one, many])).tolist() == [0.0, 12.0, 80.0]


def pairs(*rows):
    person, place, weight = zip(*rows, strict=True)
    return Pairs(np.array(person), np.array(place), np.array(weight, dtype=float))


def test_folding_in_solves_the_implicit_least_squares():
    draw = np.random.default_rng(0)
    factors = draw.normal(size=(8, 3))
    habit = pairs((0, 1, 9.0), (0, 4, 2.0), (1, 7, 30.0))
    vector = folded(factors, habit, 2)[0]
    trust = np.ones(8)
    liked = np.zeros(8)
    for place, nights in ((1, 9.0), (4, 2.0)):
        trust[place] += ALPHA * confidence(np.array(nights))
        liked[place] = 1.0
    left = (factors.T * trust) @ factors + 2 * REGULARISATION * np.eye(3)
    assert vector == pytest.approx(np.linalg.solve(left, factors.T @ (trust * liked)))


def test_a_place_of_other_peoples_kind_fits_worse_than_one_of_the_own_kind():
    factors = np.array([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    habit = pairs((0, 0, 20.0), (1, 0, 20.0), (2, 2, 3.0))
    tonight = pairs((0, 1, 1.0), (1, 3, 1.0), (1, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0))
    badly, worst = measure(factors, folded(factors, habit, 4), tonight)
    assert badly[0] < 0.2 < 0.6 < badly[1]
    assert worst.tolist() == [1, 2, -1, -1]
    assert np.isnan(badly[2])  # too little habit
    assert np.isnan(badly[3])  # went nowhere
