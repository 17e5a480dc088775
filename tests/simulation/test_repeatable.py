"""The same parameters give the same bytes; a longer span begins with the days of a shorter one."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.errors import ConfigurationError, LandingError
from jobs.simulate import END, simulate


def contents(lake: Path) -> dict[str, bytes]:
    return {str(file.relative_to(lake)): file.read_bytes() for file in sorted(lake.rglob("*")) if file.is_file()}


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(tmp_path / name, people=60, days=9, seed=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_is_another_facility(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate(tmp_path / str(seed), people=60, days=2, seed=seed)
    one, two = contents(tmp_path / "1"), contents(tmp_path / "2")
    shared = [name for name in one if name.startswith("landing/") and name in two]
    assert len(shared) >= 10
    assert [name for name in shared if one[name] == two[name] and len(one[name]) > 100] == []


def test_a_longer_span_begins_with_the_days_of_a_shorter_one(tmp_path: Path) -> None:
    simulate(tmp_path / "short", people=80, days=12, end=date(2026, 3, 12))
    simulate(tmp_path / "long", people=80, days=20, end=date(2026, 3, 20))
    # The first planted insider of the shorter span acts in its last third at the earliest.
    before = {str(date(2026, 3, 1) + timedelta(days=i)) for i in range(8)}
    short, long = (
        {name: text for name, text in contents(tmp_path / lake).items() if Path(name).parent.name in before}
        for lake in ("short", "long")
    )
    assert len(short) >= 8 * 6
    assert short == long


def test_without_insiders_every_day_of_a_shorter_span_is_in_a_longer_one(tmp_path: Path) -> None:
    simulate(tmp_path / "short", people=60, days=4, end=date(2026, 3, 4), insiders={})
    simulate(tmp_path / "long", people=60, days=6, end=date(2026, 3, 6), insiders={})
    short, long = (
        {name: text for name, text in contents(tmp_path / lake).items() if name.startswith("landing/")}
        for lake in ("short", "long")
    )
    assert short.items() <= long.items()


def test_the_feeds_asked_for_do_not_depend_on_each_other(tmp_path: Path) -> None:
    simulate(tmp_path / "all", people=60, days=3)
    simulate(tmp_path / "web", people=60, days=3, feeds=("web",))
    everything = contents(tmp_path / "all")
    web = {name: text for name, text in contents(tmp_path / "web").items() if "/web/" in name}
    assert web
    assert web.items() <= everything.items()


def test_an_earlier_simulation_is_replaced(tmp_path: Path) -> None:
    simulate(tmp_path, people=60, days=4)
    simulate(tmp_path, people=60, days=2)
    days = {folder.name for folder in (tmp_path / "landing" / "web").iterdir()}
    assert days == {str(END - timedelta(days=1)), str(END)}


def test_files_that_no_simulation_wrote_are_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "landing" / "access" / "2026-03-01" / "export.csv"
    real.parent.mkdir(parents=True)
    real.write_text("precious")
    with pytest.raises(LandingError, match="no simulation wrote"):
        simulate(tmp_path, people=60, days=2)
    assert real.read_text() == "precious"


@pytest.mark.parametrize("wrong", [{"insiders": {"poisoner": 1}}, {"feeds": ("smoke",)}, {"people": 5}, {"days": 0}])
def test_what_cannot_be_simulated_is_said_before_anything_is_written(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        simulate(tmp_path, **({"people": 60, "days": 2} | wrong))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
