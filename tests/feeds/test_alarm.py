"""What an alarm station logs of its operators: answers and resets, with the alarm point and the console's zone."""

from datetime import date

import pytest

from expectations.silver import ALARM, QUARANTINE
from jobs.conform import conform
from jobs.days import Days

DAY = "2026-01-05"
LOG = """id,date,user,pc,zone,sensor,activity
{A-1},01/05/2026 02:10:00,ann,ALARM-1,station,S-014,Acknowledge
{A-2},01/05/2026 10:00:00,ann,ALARM-1,station,S-014,ACKNOWLEDGE
{A-3},01/05/2026 10:02:00,ann,ALARM-1,,S-014,Reset
{A-4},01/05/2026 10:03:00,ann,ALARM-1,station,,Acknowledge
{A-5},01/05/2026 10:04:00,ann,ALARM-1,station,S-015,Ignore
{A-6},01/05/2026 10:05:00,eve,ALARM-1,station,S-015,Acknowledge
"""


@pytest.fixture(scope="module")
def night(lake, land, people, site):
    people(lake, DAY)
    land(lake, "alarm", DAY, "alarm.csv", LOG)
    conform(lake, site, Days.one(date(2026, 1, 5)))
    return lake


def test_answers_and_resets(night):
    told = night.read(ALARM).orderBy("at").select("day", "machine", "activity", "sensor", "zone").collect()
    today, eve = date(2026, 1, 5), date(2026, 1, 4)
    assert [tuple(row) for row in told] == [
        (eve, "ALARM-1", "acknowledge", "S-014", "station"),  # before the day begins, at four
        (today, "ALARM-1", "acknowledge", "S-014", "station"),
        (today, "ALARM-1", "reset", "S-014", None),
    ]


def test_bad_rows_are_told(night):
    told = [row["reason"] for row in night.read(QUARANTINE).orderBy("line").collect()]
    assert len(told) == 3
    assert "sensor" in told[0]
    assert "activity" in told[1]
    assert told[2] == "unknown account at that time"
