"""Frozen nights are folded from an evening whose state is kept: the newest before them, or they begin later."""

from datetime import date
from types import SimpleNamespace

import pytest

from expectations.errors import MissingState
from jobs.backtest_pair import behind_kept
from jobs.days import Days

FROZEN = Days.through(date(2026, 3, 18), date(2026, 3, 31))
RECENT = [date(2026, 3, day) for day in range(25, 32)]


def none_kept(*_):
    raise MissingState("nothing is kept")


def lake(*evenings):
    return SimpleNamespace(days=lambda _: list(evenings), state=none_kept)


def test_the_newest_evening_before_them_is_where_folding_begins():
    whole, nights = behind_kept(lake(date(2026, 2, 1), date(2026, 3, 1), *RECENT), FROZEN)
    assert whole == Days.through(date(2026, 3, 2), date(2026, 3, 31))
    assert nights == FROZEN
    whole, nights = behind_kept(lake(FROZEN.before, *RECENT), FROZEN)
    assert whole == nights == FROZEN


def test_without_one_the_first_nights_are_left_out():
    whole, nights = behind_kept(lake(*RECENT), FROZEN)
    assert whole == nights == Days.through(date(2026, 3, 26), date(2026, 3, 31))


def test_where_none_is_kept_nothing_is_folded():
    with pytest.raises(MissingState):
        behind_kept(lake(FROZEN.last), FROZEN)
