"""Which reasons a lead is told by, and in which order."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from expectations.gold_together import MEMBER
from jobs import drivers
from jobs.days import Days

DAY = date(2026, 3, 30)
NAMES = ("after_hours", "web_events", "mail_outside", drivers.GROUPED)
FRIEND, LONER = 7, 8


class Members(list):
    def select(self, *names):
        assert names == ("person", "day")
        return self

    def collect(self):
        return self


@pytest.fixture
def told(monkeypatch):
    squares = {DAY: np.array([9.0, 8.0, 7.0, 2.0])}
    monkeypatch.setattr(drivers, "remembered", lambda *_: {FRIEND: squares, LONER: squares})
    monkeypatch.setattr(drivers, "families_of", lambda names: names)

    def read(table, days):
        assert table is MEMBER
        assert DAY in days
        return Members([{"person": FRIEND, "day": DAY}])

    both = drivers.Leads(DAY, np.array([FRIEND, LONER]), np.array([[9.0, 8.0, 7.0, 2.0]] * 2))
    reasons, _ = drivers.chosen(SimpleNamespace(read=read), [both], NAMES, None, 5.0, Days.one(DAY))
    return {person: [r.channel for r in reasons if r.person == person] for person in (FRIEND, LONER)}


def test_the_group_of_a_member_is_among_the_first_three_reasons(told):
    assert told[FRIEND] == ["after_hours", "web_events", drivers.GROUPED, "mail_outside"]


def test_company_without_a_group_keeps_its_place(told):
    assert told[LONER] == list(NAMES)
