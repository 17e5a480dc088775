"""What a replay works on and how it tells a difference: small logs, ledgers and lists. Whole nights are beside it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.errors import LandingError, MissingState
from expectations.gold import RISK_LIST
from expectations.silver import LEDGER
from jobs import past, reproduction
from jobs.days import Days
from jobs.lake import Lake
from jobs.rows import frame

DAY, NEXT = date(2026, 3, 31), date(2026, 4, 1)


def commit(root: Path, table: str, number: int, at: int, *days: date, change: bool = True) -> None:
    log = root / table / past.LOG
    log.mkdir(parents=True, exist_ok=True)
    told: list[dict[str, Any]] = [{"commitInfo": {"timestamp": at}}]
    told += [{"add": {"path": "x", "partitionValues": {"day": str(day)}, "dataChange": change}} for day in days]
    (log / f"{number:020}.json").write_text("\n".join(map(json.dumps, told)) + "\n")
    (log / f"{number:020}.crc").write_text("")


def test_a_list_is_published_when_its_newest_rows_were_committed(tmp_path: Path) -> None:
    commit(tmp_path, "gold/risk_list", 0, 100, DAY)
    commit(tmp_path, "gold/risk_list", 1, 200, DAY)
    commit(tmp_path, "gold/risk_list", 2, 300, NEXT)
    commit(tmp_path, "gold/risk_list", 3, 400, DAY, change=False)
    assert past.published(tmp_path, RISK_LIST, DAY) == 200
    assert past.published(tmp_path, RISK_LIST, NEXT) == 300
    with pytest.raises(MissingState, match=r"no commit of gold\.risk_list for 2026-03-30"):
        past.published(tmp_path, RISK_LIST, date(2026, 3, 30))


def test_the_lake_of_then_has_no_later_commit_and_no_later_table(tmp_path: Path) -> None:
    lake, root = tmp_path / "lake", tmp_path / "copy"
    for number, at in enumerate((100, 200, 300)):
        commit(lake, "silver/access", number, at)
    (lake / "silver" / "access" / past.LOG / "_last_checkpoint").write_text("{}")
    (lake / "silver" / "access" / past.LOG / f"{2:020}.checkpoint.parquet").write_text("")
    (lake / "silver" / "access" / past.LOG / f"{1:020}.checkpoint.parquet").write_text("")
    commit(lake, "quality/audit", 0, 300)
    past.as_of(lake, root, 200)
    kept = sorted(file.name for file in (root / "silver" / "access" / past.LOG).iterdir())
    assert kept == [f"{0:020}.crc", f"{0:020}.json", f"{1:020}.checkpoint.parquet", f"{1:020}.crc", f"{1:020}.json"]
    assert not (root / "quality" / "audit").exists()
    assert len(list((lake / "silver" / "access" / past.LOG).iterdir())) == 9, "the lake itself is only read"


def test_a_log_that_begins_too_late_is_told(tmp_path: Path) -> None:
    commit(tmp_path / "lake", "silver/access", 5, 300)
    with pytest.raises(MissingState, match="silver/access begins after the list was published"):
        past.as_of(tmp_path / "lake", tmp_path / "copy", 200)


def lead(rank: int, person: str, **more: float) -> dict[str, Any]:
    return {"rank": rank, "person": person, "risk_bits": 3.0, **more}


def test_a_difference_is_told_by_ranks_and_fields_alone() -> None:
    was = {"night": "2026-03-31", "warnings": [], "leads": [lead(1, "4711"), lead(2, "4712"), lead(3, "4713")]}
    now = {"night": "2026-03-31", "warnings": ["x"], "leads": [lead(1, "4711", risk_bits=4.0), lead(2, "4799")]}
    assert reproduction.differences(was, was) == []
    assert reproduction.differences(was, now) == [
        "warnings differs", "3 leads were published, 2 came now", "rank 1: risk_bits", "rank 2: another person",
    ]  # fmt: skip


def test_only_what_the_ledger_of_then_tells_is_landed_again(lake: Lake, tmp_path: Path) -> None:
    source, root = tmp_path / "source", tmp_path / "root"
    names = ("access/2026-03-31/a.csv", "access/2026-03-31/late.csv", "access/2026-04-01/b.csv")
    rosters = [f"people/{day}/people.csv" for day in ("2026-02-01", "2026-03-01", "2026-04-01", "2026-04-02")]
    for name in (*names, *rosters):
        (source / "landing" / name).parent.mkdir(parents=True, exist_ok=True)
        (source / "landing" / name).write_text("12345")
    empty = dict.fromkeys(LEDGER.names)
    counts = {"rows": 1, "silver": 1, "quarantined": 0, "duplicates": 0, "unresolved": 0, "extra_columns": []}
    read = [
        {**empty, **counts, "feed": "access", "landed": landed, "file": name, "bytes": 5, "first_day": DAY,
         "last_day": landed}
        for landed, name in ((DAY, names[0]), (NEXT, names[2]))
    ]  # fmt: skip
    rows = [tuple(row[column] for column in LEDGER.names) for row in read]
    lake.write(LEDGER, frame(lake.spark, rows, LEDGER.schema()), Days.through(DAY, NEXT))
    # The roster of April 1st came after that delivery was conformed, the one of April 2nd after all of it.
    assert reproduction.relanded(lake, source, root, DAY) == ([DAY, NEXT], 3)
    landed = sorted(str(file.relative_to(root / "landing")) for file in root.rglob("*.csv"))
    assert landed == [names[0], names[2], rosters[1]]
    (source / "landing" / names[0]).write_text("1234")
    with pytest.raises(LandingError, match="expected 5 bytes, got 4 bytes"):
        reproduction.relanded(lake, source, tmp_path / "other", DAY)
    (source / "landing" / names[0]).unlink()
    with pytest.raises(LandingError, match="expected 5 bytes, got no file"):
        reproduction.relanded(lake, source, tmp_path / "other", DAY)
