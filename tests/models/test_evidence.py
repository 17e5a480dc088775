"""What was measured beside the lists: which groups of insiders could not be planted reaches the gate."""

from types import SimpleNamespace

import numpy as np
import pytest

from jobs import compare, comparison
from jobs.backtest_pair import unplanted
from jobs.evidence import Evidence, evidence, keep
from jobs.injection.inject import scenario
from jobs.injection.planted import Asked
from jobs.settings import settings
from models.check import Ranked

RANKS = Ranked(np.array([3.0]), np.array([1.0]))


@pytest.fixture
def chosen(tmp_path):
    return settings(str(tmp_path / "lake"), environment={})


def test_a_group_of_which_no_plant_could_be_acted_out_is_missing():
    asked = [Asked(("file_thief", "tailgater"), 1.0, 1), Asked(("file_thief", "lone_presence"), 1.0, 2)]
    theft, walks, alone = (scenario(name).group for name in ("file_thief", "tailgater", "lone_presence"))
    assert unplanted(asked, [theft]) == sorted({walks, alone})
    assert unplanted(asked, [theft, walks, alone]) == []


def test_groups_that_could_not_be_planted_are_kept_and_heard(chosen):
    keep(chosen, "backtest", "1", "2", Evidence({"theft": RANKS}, unplanted=["collusion"]))
    assert evidence(chosen, "1", "2").unplanted == ["collusion"]


def test_a_group_that_was_planted_elsewhere_is_not_missing(chosen):
    keep(chosen, "backtest", "1", "2", Evidence({"theft": RANKS}, unplanted=["collusion"]))
    keep(chosen, "elsewhere", "1", "2", Evidence({"collusion": RANKS}))
    assert evidence(chosen, "1", "2").unplanted == []


def test_a_file_that_does_not_tell_of_groups_missing_has_none(chosen):
    file = keep(chosen, "elsewhere", "1", "2", Evidence())
    file.write_text('{"champion": "1"}')
    assert evidence(chosen, "1", "2") == Evidence({}, [], [])


def test_the_gate_s_sentence_on_recall_names_them(monkeypatch):
    for name, nothing in (("insiders", {}), ("groups", {}), ("said", ()), ("changed", ([], {}, {}))):
        monkeypatch.setattr(comparison, name, lambda *_, nothing=nothing: nothing)
    context = SimpleNamespace(site=SimpleNamespace(list=SimpleNamespace(budget=5)))
    found = compare.asked(context, [], [], None, None, Evidence({"theft": RANKS}, unplanted=["collusion"]))
    (says,) = [check.says for check in found.checks if check.name == "recall"]
    assert says.endswith("could be planted: collusion")
