"""What a training keeps of itself: its environment, its code, its figures with intervals, its plots."""

from importlib.metadata import version

import numpy as np
import pytest
from matplotlib.figure import Figure

from feeds.site import Site
from jobs import provenance
from jobs.fitting import told_of
from models import training_plots
from models.champion import Champion
from models.word import Word

SITE = {"site": {"name": "Works", "time_zone": "UTC"}, "feeds": {"logon": {}}}


def test_the_environment_is_python_and_every_library_by_its_version():
    told = provenance.environment().splitlines()
    assert told[1].startswith("python 3.")
    assert told[2:] == [f"{name} {version(name)}" for name in provenance.LIBRARIES]
    assert {"numpy", "pyspark", "delta-spark", "mlflow"} <= set(provenance.LIBRARIES)


def test_code_is_a_hash_of_every_file_and_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "PROJECT", tmp_path)
    told = []
    for room, name, text in (
        *(("models", "a.py", "x = 1"), ("models", "a.py", "x = 2"), ("features", "b.py", "")),
        *(("docs", "c.py", "no room of the model"), ("features", "b.md", "no code")),
    ):
        (tmp_path / room).mkdir(exist_ok=True)
        (tmp_path / room / name).write_text(text)
        told.append(provenance.code())
    assert len(set(told)) == 3
    assert told[2] == told[3] == told[4]
    (tmp_path / "features" / "b.py").rename(tmp_path / "features" / "d.py")
    assert provenance.code() not in told


def test_a_configuration_is_what_it_says_not_how_it_is_written():
    plain = provenance.configuration(Site.model_validate(SITE))
    assert provenance.configuration(Site.model_validate(dict(reversed(SITE.items())))) == plain
    other = Site.model_validate(SITE | {"list": {"budget": 7}})
    assert provenance.configuration(other) != plain


def test_the_kept_word_is_three_metrics_each():
    told = told_of((Word(100, 400, 1.1, (0.8, 1.4)), Word(1000, 400, 2.0, (0.0, 5.0))))
    assert [told[f"called_over_expected/once_in_100{end}"] for end in ("", "/low", "/high")] == [1.1, 0.8, 1.4]
    assert len(told) == 6


def test_rarity_is_drawn_as_the_share_of_days_called_so():
    (axes,) = training_plots.rarity(np.array([1.0] * 90 + [10.0] * 9 + [100.0])).axes
    word, held = axes.lines
    assert list(word.get_ydata()) == pytest.approx(1 / np.asarray(word.get_xdata()))
    shares = dict(zip(np.round(held.get_xdata(), 6), held.get_ydata(), strict=True))
    assert (shares[1.0], shares[100.0]) == (1.0, 0.01)
    assert not training_plots.rarity(np.zeros(0)).axes[0].lines


def test_what_makes_the_strangest_strange_sums_to_one(behaviours):
    champion = Champion.untrained(behaviours)
    parts = np.zeros((1000, len(champion.names)))
    parts[:, 0] = 1.0
    parts[-50:, 2] = 9.0  # the fifty strangest: nine tenths of them are places
    drawn, shares = training_plots.strangest(champion.names, champion.families, parts.sum(axis=1), parts)
    assert isinstance(drawn, Figure)
    assert (shares["hours"], shares["places"]) == pytest.approx((0.1, 0.9))
    assert sum(shares.values()) == pytest.approx(1.0)
    _, silent = training_plots.strangest(champion.names, champion.families, np.zeros(9), np.zeros((9, parts.shape[1])))
    assert set(silent.values()) == {0.0}


def test_calibration_is_drawn_for_each_family_of_behaviours(behaviours):
    champion = Champion.untrained(behaviours)
    (axes,) = training_plots.calibration(champion, most=20.0).axes
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"hours", "places", "presence"}
    # Before a training bits are worth what they say.
    assert all(list(line.get_ydata()) == pytest.approx(list(line.get_xdata())) for line in axes.lines)
