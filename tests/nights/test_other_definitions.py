"""What was learned of a behaviour is not read under the same name with another definition."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from expectations.errors import NoChampion
from expectations.gold import BASELINE, CHANNEL
from features.behaviour import Channel
from features.catalog import BEHAVIOURS, channels
from jobs import baseline, score
from jobs.channels import channels_of, realigned, remember
from jobs.days import Days
from jobs.lake import Lake
from jobs.matrix import folded, frame
from models.champion import Champion

DAY = date(2026, 3, 1)
FIRST, *OTHERS = channels()
CHANGED: Channel = (FIRST[0], "told otherwise")
GUARD = timedelta(days=14)


@pytest.fixture
def lake(spark, tmp_path):
    return Lake(spark, tmp_path)


def test_a_figure_of_another_definition_is_none():
    stored, wanted = [("reads", "a"), ("hours", "b")], [("hours", "b"), ("reads", "c")]
    assert realigned(np.array([[3.0, 5.0]]), stored, wanted).tolist() == [[5.0, 0.0]]


def test_a_fingerprint_stands_for_names_and_definitions_also_beside_those_that_had_none(lake):
    """A lake from before definitions were kept has names alone: of another catalogue, whatever they are."""
    before = replace(CHANNEL, columns=CHANNEL.columns[:3])
    rows = pa.table({"fingerprint": ["old"], "position": pa.array([0], pa.int32()), "name": ["reads"]})
    lake.write(before, lake.spark.createDataFrame(rows, schema=before.schema()))
    told, otherwise = (remember(lake, [("reads", definition), ("ecod", "")]) for definition in ("a", "b"))
    assert told != otherwise
    assert channels_of(lake, told) == (("reads", "a"), ("ecod", ""))
    assert channels_of(lake, otherwise) == (("reads", "b"), ("ecod", ""))
    assert channels_of(lake, "old") == (("reads", ""),)


@pytest.mark.parametrize(("stored", "history"), [([CHANGED, *OTHERS], [9.0]), ([(n, "") for n, _ in channels()], [])])
def test_what_is_defined_otherwise_starts_without_a_past(lake, stored, history):
    """One of all: its figures are forgotten and the others stay. All of them: nobody has a history any more."""
    told, width = remember(lake, stored), len(BEHAVIOURS)
    states = np.array([[9.0, *([2.0] * 3 * width)]])
    columns = {"person": [7], "day": [DAY], "fingerprint": [told], "state": folded(states)}
    lake.write(BASELINE, frame(lake.spark, BASELINE, columns), Days.one(DAY))
    found = baseline.before(lake, Days.one(date(2026, 3, 2)), GUARD)
    assert found.nights.tolist() == history
    for figures in (found.weight, found.total, found.square):
        assert figures.tolist() == [[0.0, *([2.0] * (width - 1))]][: len(history)]


def test_a_champion_scores_no_bits_of_another_meaning_and_the_error_says_what_to_do(lake):
    champion = replace(Champion.untrained(BEHAVIOURS), definitions=tuple(told for _, told in (CHANGED, *OTHERS)))
    bits = folded(np.zeros((1, len(BEHAVIOURS))))
    table = pa.table({"fingerprint": [remember(lake, channels())], "bits": bits})
    all_but_one = f"knows {len(OTHERS)} as they are defined"
    with pytest.raises(NoChampion, match=f"{all_but_one}.*postern train.*--incomparable"):
        score.surprises(lake, table, champion)
    same = replace(champion, definitions=tuple(told for _, told in channels()))
    assert score.surprises(lake, table, same).shape == (1, len(BEHAVIOURS))
