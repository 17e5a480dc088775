"""What was measured beside the lists: which groups of insiders could not be planted reaches the gate."""

from types import SimpleNamespace

import numpy as np
import pytest

from jobs import compare, comparison
from jobs.audit import SUPPLIED
from jobs.backtest_pair import unplanted
from jobs.evidence import Evidence, evidence, keep
from jobs.injection.inject import scenario
from jobs.injection.planted import Asked
from jobs.provenance import hashed
from jobs.settings import settings
from models.audit import Audit, Cell, Parity
from models.check import Ranked
from models.word import Word

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


def test_what_is_read_of_files_is_told_by_hash_where_they_are(chosen):
    assert hashed(comparison.supplied(chosen) | {"gone": chosen.local / "gone"}) == {}
    file = chosen.local / SUPPLIED
    file.parent.mkdir(parents=True)
    file.write_text("person,union\nP001,yes\n")
    assert hashed(comparison.supplied(chosen)) == {"sha256/audit/attributes.csv": "ae550d033d12e54d"}


def test_calibration_is_told_with_its_interval_of_everybody_and_of_each_group():
    told = comparison.kept_words("champion", [Word(100, 1000, 1.2, (0.9, 1.6))])
    name = "champion/called_over_expected/once_in_100"
    assert told == {name: 1.2, f"{name}/low": 0.9, f"{name}/high": 1.6}
    cell = Cell("firm", 20, 200, 0.1, (0.0, 0.2), 1.0, (0.5, 1.5), 0.5, (0.4, 0.6), 1.3, (0.7, 2.1))
    table = comparison.table_of({}, {"employer": Audit([cell], Parity(0.0, (0.0, 0.0), 1.0, (1.0, 1.0)))})
    assert [table[f"calibration{end}"] for end in ("_low", "", "_high")] == [["0.7"], ["1.3"], ["2.1"]]


def test_the_gate_s_sentence_on_recall_names_them(monkeypatch):
    for name, nothing in (("insiders", {}), ("groups", {}), ("said", ()), ("changed", ([], {}, {}))):
        monkeypatch.setattr(comparison, name, lambda *_, nothing=nothing: nothing)
    context = SimpleNamespace(site=SimpleNamespace(list=SimpleNamespace(budget=5)))
    found = compare.asked(context, [], [], None, None, Evidence({"theft": RANKS}, unplanted=["collusion"]))
    (says,) = [check.says for check in found.checks if check.name == "recall"]
    assert says.endswith("could be planted: collusion")
