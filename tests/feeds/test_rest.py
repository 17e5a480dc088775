"""A free day without events is one of rest where nobody comes on free days, and a failure where somebody does."""

from datetime import date

import pytest

from expectations.errors import GateFailed, NothingLanded
from expectations.silver import ACCESS, LEDGER
from jobs.conform import conform
from jobs.days import Days
from jobs.gates import gate_night
from jobs.lake import Lake
from jobs.rest import resting, rests

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 1, day) for day in (9, 10, 11, 12))


def nights(lake: Lake, site, *days: date) -> None:
    for day in days:
        conform(lake, site, Days.one(day))
        gate_night(lake, (LEDGER,), Days.one(day), site=site)


@pytest.fixture
def came(spark, tmp_path, land, people):
    """A lake, and how the badge is read on a day."""
    lake = Lake(spark, tmp_path)

    def put(*days: date) -> Lake:
        for day in days:
            land(lake, "access", str(day), "a.csv", f"when,card,reader,way,result\n{day} 09:00:00,C1,D1,IN,GRANTED\n")
        return lake

    people(lake, str(FRIDAY))
    return put


def test_an_office_has_its_weekends_and_no_other_day_without_events(came, site):
    lake = came(FRIDAY)
    nights(lake, site, FRIDAY, SATURDAY)
    assert [row["day"] for row in lake.read(ACCESS).collect()] == [FRIDAY]
    with pytest.raises(NothingLanded):
        nights(lake, site, MONDAY)
    holiday = site.model_copy(update={"site": site.site.model_copy(update={"holidays": (MONDAY,)})})
    nights(lake, holiday, MONDAY)


def test_a_range_with_weekends_passes_its_gate_and_one_with_a_silent_weekday_does_not(came, site):
    lake, weeks = came(FRIDAY, MONDAY), Days.through(FRIDAY, MONDAY)
    conform(lake, site, weeks)
    (verdict,) = gate_night(lake, (LEDGER,), weeks, site=site)
    assert {count.day for count in verdict.warnings if "access" in count.finding} == set()
    longer = Days(FRIDAY, date(2026, 1, 14))
    with pytest.raises(GateFailed, match=r"2026-01-13.*every feed was silent"):
        gate_night(lake, (LEDGER,), longer, site=site)


def test_where_somebody_comes_on_free_days_one_without_events_is_a_failure(came, site):
    lake, silent = came(FRIDAY, SATURDAY, SUNDAY), Days.one(date(2026, 1, 17))
    conform(lake, site, Days.through(FRIDAY, SUNDAY))
    assert resting(lake, site, silent) == frozenset()
    with pytest.raises(NothingLanded):
        conform(lake, site, silent)


@pytest.mark.parametrize(("worked", "told"), [((), True), ((10,), True), ((10, 11), True), ((10, 11, 17), False)])
def test_more_than_half_of_the_free_days_before_must_have_been_worked(site, worked, told):
    heard = {date(2026, 1, 8), *(date(2026, 1, day) for day in worked)}
    assert rests(site, date(2026, 1, 24), heard) is told  # before it: the 10th, 11th, 17th and 18th
    assert rests(site, date(2026, 1, 4), heard), "nothing is known before the first event"
