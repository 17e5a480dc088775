import io

import numpy as np
import pytest

from models import evaluate_plots as plots
from models.evaluate import Malicious, evaluate
from models.innocent import innocent_leads

NIGHTS = np.repeat(np.array([100, 101, 102]), 20)
PEOPLE = np.tile(np.arange(1, 21), 3)
FIGURE = (20.0 - PEOPLE).astype(float)
TRUTH = [Malicious("thief", 2, 100), Malicious("thief", 12, 101), Malicious("other", 7, 102)]


@pytest.fixture
def figures():
    return {name: evaluate(NIGHTS, PEOPLE, FIGURE, TRUTH, [name]) for name in ("thief", "other")}


def drawn(figure):
    """As bytes, in grey: what a black and white printer makes of it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=50)
    return file.getvalue()


def test_recall_is_drawn_at_what_was_measured(figures):
    figure = plots.recall(figures)
    people, nights = figure.axes
    assert [list(line.get_ydata()) for line in people.lines] == [
        list(f.person_recall.values()) for f in figures.values()
    ]
    assert [list(line.get_ydata()) for line in nights.lines] == [
        list(f.night_recall.values()) for f in figures.values()
    ]
    assert drawn(figure).startswith(b"\x89PNG")


def test_scenarios_differ_without_colour(figures):
    thief, other = plots.recall(figures).axes[0].lines
    assert thief.get_marker() != other.get_marker()
    assert thief.get_linestyle() != other.get_linestyle()


def test_the_largest_group_stands_on_top(figures):
    axes = plots.by_group(figures, 5, "role").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["other (1)", "thief (2)"]


def test_reliability_is_drawn_at_what_was_counted():
    announced = innocent_leads(NIGHTS, PEOPLE, FIGURE, TRUTH, {100: 2.0, 101: 4.0, 102: 4.2}, budget=5)
    figure = plots.reliability(announced)
    points = figure.axes[0].lines[1]
    assert list(points.get_xdata()) == pytest.approx([2.0, 4.1])
    assert list(points.get_ydata()) == pytest.approx([4.0, 4.0])
    assert drawn(figure).startswith(b"\x89PNG")
