"""A row that comes with two deliveries, whichever was conformed first."""

from datetime import date

import pytest

from expectations.silver import LEDGER, LOGON
from jobs import repeats
from jobs.conform import conform
from jobs.days import Days

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 6)
HEAD = "id,date,user,pc,activity\n"
ROW = "{A},01/05/2026 10:00:00,ann,PC-1,Logon\n"
OTHER = "{B},01/05/2026 11:00:00,ann,PC-1,Logon\n"


@pytest.fixture
def warned(monkeypatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(repeats.log, "warning", lambda text, *given: told.append(text % given))
    return told


def test_a_row_that_a_later_delivery_brought_first_is_told_and_kept_once_by_the_range(lake, land, people, site, warned):
    people(lake, str(FIRST))
    land(lake, "logon", str(SECOND), "logon.csv", HEAD + ROW)
    conform(lake, site, Days.one(SECOND))
    land(lake, "logon", str(FIRST), "late.csv", HEAD + ROW + OTHER)
    conform(lake, site, Days.one(FIRST))
    (told,) = [line for line in warned if line.startswith("logon: ")]
    assert told.startswith("logon: 1 row(s) of 2026-01-05 came with later deliveries")
    assert "`postern backfill --from 2026-01-05 --to 2026-01-06`" in told
    warned.clear()
    for night in (FIRST, SECOND):
        conform(lake, site, Days.one(night))
    singly = lake.read(LOGON).orderBy("at").collect()
    assert [(row["at"].hour, row["landed"]) for row in singly] == [(10, FIRST), (11, FIRST)]
    counts = ("silver", "duplicates")
    ledger = {
        row["file"]: tuple(row[name] for name in counts) for row in lake.read(LEDGER).collect() if row["first_day"]
    }
    assert ledger == {"logon/2026-01-05/late.csv": (2, 0), "logon/2026-01-06/logon.csv": (0, 1)}
    warned.clear()
    conform(lake, site, Days.through(FIRST, SECOND))
    assert lake.read(LOGON).orderBy("at").collect() == singly
    assert not [line for line in warned if line.startswith("logon: ")]
