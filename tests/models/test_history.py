"""Which version nights of the past are replayed with: one that somebody, or a first backfill, let through."""

from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from expectations.errors import MissingState, NoChampion
from jobs import backtest
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.injection.found import found
from jobs.injection.planted import Asked
from models import history, registry

URI = "sqlite:///nowhere.db"
SITE = SimpleNamespace(site=SimpleNamespace(name="Works"))


@pytest.fixture
def shelf(monkeypatch):
    """Versions by (newest night, what became of them, whether this catalogue is theirs); 3 is champion."""
    versions = {
        "1": ("2030-03-01", "promoted_because", False),  # of another catalogue
        "2": ("2030-03-10", "on_the_way", True),
        "3": ("2030-03-20", "promoted_because", True),
        "4": ("2030-03-25", None, True),  # turned down
        "5": ("2030-03-28", "promoted_because", True),  # rolled back before that was written on it
        "6": ("2030-03-15", "rolled_back", True),
    }
    tags = {n: {"trained_on": day} | ({why: "…"} if why else {}) for n, (day, why, _) in versions.items()}
    tags["6"]["promoted_because"] = "…"
    monkeypatch.setattr(registry, "versions", lambda _: tags)
    monkeypatch.setattr(history, "named", lambda *_: "3")
    monkeypatch.setattr(history, "reads", lambda _, number, __: versions[number][2])


@pytest.mark.parametrize(("day", "version"), [(31, "3"), (21, "3"), (20, "2"), (11, "2")])
def test_nights_are_replayed_with_the_newest_that_was_let_through_before_them(shelf, day, version):
    assert history.replaying(URI, date(2030, 3, day), ()) == version


def test_where_none_was_let_through_or_can_be_read_it_is_said_before_anything_is_folded(shelf, tmp_path):
    with pytest.raises(NoChampion, match=r"let through.*trained on nights before 2030-03-10 alone"):
        history.replaying(URI, date(2030, 3, 10), ())
    context = SimpleNamespace(settings=SimpleNamespace(mlflow=URI))
    with pytest.raises(NoChampion, match="let through"):
        backtest.run(context, Days.one(date(2030, 3, 10)), [Asked(("file_thief",), 1.0, 1)], tmp_path)


def test_the_window_stands_behind_such_a_version(shelf, monkeypatch):
    march = [date(2030, 3, day) for day in range(1, 32)]
    context = SimpleNamespace(settings=SimpleNamespace(mlflow=URI), lake=SimpleNamespace(days=lambda _: march))
    assert backtest.window(context, 28) == Days.through(date(2030, 3, 11), march[-1])
    assert backtest.window(context, 5) == Days.through(date(2030, 3, 27), march[-1])
    monkeypatch.setattr(history, "reads", lambda *_: False)
    with pytest.raises(MissingState, match="let through"):
        backtest.window(context, 28)


def asked_of(monkeypatch, tmp_path, budget):

    @contextmanager
    def ready(*_):
        listed = SimpleNamespace(budget=budget)
        yield SimpleNamespace(site=SimpleNamespace(site=SITE.site, list=listed), lake=SimpleNamespace(root=tmp_path))

    given = []
    chosen = SimpleNamespace(local=Path(tmp_path), mlflow=URI)
    monkeypatch.setattr("jobs.settings.settings", lambda *_: chosen)
    monkeypatch.setattr("jobs.start.context", ready)
    monkeypatch.setattr(backtest, "run", lambda *told: given.append(told) or [])
    return given


def test_the_version_stands_above_the_table(shelf, monkeypatch, capsys, tmp_path):
    asked_of(monkeypatch, tmp_path, 10)
    assert backtest.main(["--from", "2030-03-21", "--to", "2030-03-24"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("of Works, by version 3")


def test_found_is_who_stands_within_the_site_s_budget_unless_another_is_said(shelf, monkeypatch, tmp_path):
    given, span = asked_of(monkeypatch, tmp_path, 12), ["--from", "2030-03-21", "--to", "2030-03-24"]
    for more in ([], ["--budget", "3"]):
        backtest.main([*span, *more])
    assert [told[4] for told in given] == [12, 3]


def test_who_is_innocent_still_is_not_found_and_keeps_their_place(tmp_path):
    # The supervisor is first every night; the administrator acts from the first, the mail in their name is of the last.
    labels, key = tmp_path / "labels.csv", Pseudonyms(pseudonym_key())
    labels.write_text(
        "scenario,person,day\nadministrator,admin,2030-03-01\nadministrator,admin,2030-03-02\n"
        "administrator,boss,2030-03-02\nfile_thief,thief,2030-03-02\n"
    )
    order = ["boss", "thief", "admin"]
    days = [date(2030, 3, 1), date(2030, 3, 2)]
    ranked = [(day, key.of(number), rank) for day in days for rank, number in enumerate(order, start=1)]
    asked = Asked(("administrator", "file_thief"), 1.0, 1)

    def told(rows, budget):
        return found(SimpleNamespace(site=None), rows, labels, asked, budget)

    boss, thief = told(ranked, 1)
    assert (boss.deeds, boss.best, boss.nights) == (3, 1.0, 1)
    assert (thief.deeds, thief.best, thief.nights) == (1, 1.0, 0)
    # On the first night boss and thief are two innocent people above the administrator.
    boss, thief = told([row for row in ranked if row[0] == days[0]], 2)
    assert (boss.best, boss.nights) == (3.0, None)
    assert (thief.best, thief.nights) == (np.inf, None)
