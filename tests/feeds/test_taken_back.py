"""Landing files that are gone when their day is conformed again: one is told, a whole delivery stops the run."""

from datetime import date

import pytest

from expectations.errors import LandingError
from expectations.silver import LEDGER, LOGON, MEDIA, QUARANTINE
from jobs import conform as job
from jobs.conform import conform
from jobs.days import Days
from jobs.lake import Lake

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 6)
BOTH = Days.through(FIRST, SECOND)
LOGONS = "id,date,user,pc,activity\n"
DRIVES = "id,date,user,pc,activity\n{M},01/05/2026 12:00:00,ann,PC-1,Connect\n"


def logons(day: date) -> str:
    return LOGONS + f"{{A}},{day:%m/%d/%Y} 10:00:00,ann,PC-1,Logon\n{{B}},{day:%m/%d/%Y} 11:00:00,eve,PC-1,Logon\n"


@pytest.fixture
def warned(monkeypatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(job.log, "warning", lambda text, *given: told.append(text % given))
    return told


@pytest.fixture
def landed(spark, tmp_path, land, people, site):
    """Two days, conformed; of the first two kinds of log."""
    lake = Lake(spark, tmp_path / "lake")
    people(lake, str(FIRST))
    files = [land(lake, "logon", str(day), "logon.csv", logons(day)) for day in BOTH]
    files.append(land(lake, "media", str(FIRST), "media.csv", DRIVES))
    conform(lake, site, BOTH)
    return lake, files


def held(lake):
    return {table.name: sorted(map(repr, lake.read(table).collect())) for table in (LOGON, MEDIA, QUARANTINE, LEDGER)}


@pytest.mark.parametrize("days", [Days.one(FIRST), BOTH], ids=["its night", "a range in which other days have files"])
def test_a_delivery_whose_files_are_gone_stops_the_run_and_stays_in_silver(landed, site, days):
    lake, (logon, _, media) = landed
    before = held(lake)
    logon.unlink()
    media.unlink()
    with pytest.raises(
        LandingError,
        match=r"landed on 2026-01-05 are gone.* in landing/<feed>/2026-01-05/ for one of logon, media, got none\. "
        r"Nothing was written\. Next: restore them, .* leave a file without rows",
    ):
        conform(lake, site, days)
    assert held(lake) == before


def test_a_landing_folder_that_is_not_there_stops_the_run_and_names_every_day_lost(landed, site):
    lake, files = landed
    before = held(lake)
    files[0].parents[2].rename(files[0].parents[3] / "elsewhere")
    with pytest.raises(LandingError, match=r"2026-01-05 and those of 1 later day\(s\), to 2026-01-06, are gone"):
        conform(lake, site, BOTH)
    assert held(lake) == before


def test_one_file_that_is_gone_is_taken_back_and_told(landed, site, warned):
    lake, (_, _, media) = landed
    media.unlink()
    conform(lake, site, Days.one(FIRST))
    assert lake.read(MEDIA).isEmpty()
    assert lake.read(LOGON).count() == 2
    (told,) = [line for line in warned if "gone" in line]
    assert told.startswith("1 landed file(s) that silver was made from are gone, first of 2026-01-05")


def test_a_delivery_is_taken_back_on_purpose_by_a_file_without_rows(landed, land, site, warned):
    lake, (logon, _, media) = landed
    media.unlink()
    logon.write_text(LOGONS)
    conform(lake, site, BOTH)
    assert [row["day"] for row in lake.read(LOGON).collect()] == [SECOND]
    assert lake.read(MEDIA).isEmpty()
    assert lake.read(QUARANTINE).where("landed = DATE'2026-01-05'").isEmpty()
    logon.unlink()  # nothing came of it: nothing is lost
    warned.clear()
    conform(lake, site, BOTH)
    assert not [line for line in warned if "gone" in line]


def test_what_came_in_order_is_told_of_nothing(landed, site, warned):
    lake, _ = landed
    conform(lake, site, BOTH)
    assert not [line for line in warned if "gone" in line]
