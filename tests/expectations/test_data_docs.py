"""Data docs while several runs write them, and of days older than those that are kept."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from expectations import data_docs
from expectations.data_docs import index, write_page

OLD, NEW = date(2026, 1, 1), date(2026, 3, 30)
PAGE = "<html><head></head><body>kept</body></html>"


OFTEN = """
import sys
from datetime import date
from pathlib import Path
from expectations.data_docs import write_page
for _ in range(200):
    write_page("<head></head>", Path(sys.argv[1]), date(2026, 3, 30), sys.argv[2], passed=True)
"""


def test_two_runs_write_at_once(tmp_path: Path) -> None:
    root = Path(data_docs.__file__).parents[1]
    tables = ("silver.access", "silver.logon")
    runs = [subprocess.Popen([sys.executable, "-c", OFTEN, str(tmp_path), table], cwd=root) for table in tables]
    assert [run.wait() for run in runs] == [0, 0]
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == [
        "index.html", "silver.access.html", "silver.logon.html",
    ]  # fmt: skip


def test_a_page_that_another_run_removes_is_left_out_of_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in ("silver.access", "silver.logon"):
        write_page(PAGE, tmp_path, NEW, table, passed=True)
    opened = Path.open

    def removed(path: Path, *given: str, **named: str) -> object:
        if path.stem == "silver.access":
            path.unlink()
        return opened(path, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", removed)
    assert "silver.access" not in (told := index([tmp_path / str(NEW)]))
    assert "silver.logon ✓" in told.replace("</a>", "")


def test_the_page_of_a_day_older_than_those_kept_stays_until_the_next_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_docs, "DAYS_KEPT", 2)
    for day in ("2026-02-01", "2026-02-02"):
        (tmp_path / day).mkdir()
    page = write_page(PAGE, tmp_path, OLD, "silver.access", passed=False)
    assert "kept" in page.read_text(encoding="utf-8")
    assert f"{OLD}/silver.access.html" in (tmp_path / "index.html").read_text(encoding="utf-8")
    write_page(PAGE, tmp_path, NEW, "silver.access", passed=True)
    assert sorted(child.name for child in tmp_path.iterdir() if child.is_dir()) == ["2026-02-02", str(NEW)]
