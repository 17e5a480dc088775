"""Which version nights of the past are replayed with: one that somebody, or a first backfill, let through."""

from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from expectations.errors import MissingState, NoChampion
from jobs import backtest
from jobs.days import Days
from models import history, registry

URI = "sqlite:///nowhere.db"
SITE = SimpleNamespace(site=SimpleNamespace(name="Works"))


@pytest.fixture
def shelf(monkeypatch):
    """Versions by (newest night, how they were let through, whether this catalogue is theirs); 3 is champion."""
    versions = {
        "1": ("2030-03-01", "promoted_because", False),  # of another catalogue
        "2": ("2030-03-10", "on_the_way", True),
        "3": ("2030-03-20", "promoted_because", True),
        "4": ("2030-03-25", None, True),  # turned down
        "5": ("2030-03-28", "promoted_because", True),  # rolled back
    }
    tags = {n: {"trained_on": day} | ({why: "…"} if why else {}) for n, (day, why, _) in versions.items()}
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
        backtest.run(context, Days.one(date(2030, 3, 10)), [backtest.Asked(("file_thief",), 1.0, 1)], tmp_path)


def test_the_window_stands_behind_such_a_version(shelf, monkeypatch):
    march = [date(2030, 3, day) for day in range(1, 32)]
    context = SimpleNamespace(settings=SimpleNamespace(mlflow=URI), lake=SimpleNamespace(days=lambda _: march))
    assert backtest.window(context, 28) == Days.through(date(2030, 3, 11), march[-1])
    assert backtest.window(context, 5) == Days.through(date(2030, 3, 27), march[-1])
    monkeypatch.setattr(history, "reads", lambda *_: False)
    with pytest.raises(MissingState, match="let through"):
        backtest.window(context, 28)


def test_the_version_stands_above_the_table(shelf, monkeypatch, capsys, tmp_path):
    @contextmanager
    def ready(*_):
        yield SimpleNamespace(site=SITE, lake=SimpleNamespace(root=tmp_path))

    chosen = SimpleNamespace(local=Path(tmp_path), mlflow=URI)
    monkeypatch.setattr("jobs.settings.settings", lambda *_: chosen)
    monkeypatch.setattr("jobs.start.context", ready)
    monkeypatch.setattr(backtest, "run", lambda *_: [])
    assert backtest.main(["--from", "2030-03-21", "--to", "2030-03-24"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("of Works, by version 3")
