"""A run of hours that is interrupted goes on where it stopped."""

from pathlib import Path

from benchmarks.measured import Measured
from benchmarks.planted import Disturbed, Leads, Plant

LEADS = Leads("readers", nights=3, innocent=2, announced=2.5, named=1)
MEASURED = Measured(
    done=[("planted", 1, ("tailgater",)), ("readers", 1, ())],
    plants=[Plant("tailgater", "unauthorised access", nights=0, named=None, best=1, reasons=("other",), chance=0.2)],
    leads=[LEADS],
    disturbed=[Disturbed(LEADS, warnings=4, spotted=None)],
)


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    MEASURED.write(tmp_path / "planted.json")
    assert Measured.of(tmp_path / "planted.json") == MEASURED
    assert [file.name for file in tmp_path.iterdir()] == ["planted.json"]


def test_a_first_run_has_measured_nothing(tmp_path: Path) -> None:
    assert Measured.of(tmp_path / "planted.json") == Measured() == Measured.of(None)
