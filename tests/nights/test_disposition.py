"""What came of a lead is kept, tells of control leads only afterwards, and teaches the next training a little."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from expectations.errors import ConfigurationError, MissingState
from expectations.gold import DISPOSITION, DRIVER, RISK_LIST
from feeds.site import Site
from jobs import disposition
from jobs.context import Context
from jobs.days import Days
from jobs.disposition import Said
from jobs.lake import Lake
from jobs.learned import learned
from jobs.rows import frame
from jobs.settings import settings

FIRST, SECOND = date(2026, 3, 2), date(2026, 3, 3)
BOTH = Days.through(FIRST, SECOND)
SITE = Site.model_validate({"site": {"name": "Test", "time_zone": "UTC"}, "feeds": {"logon": {}}})


@pytest.fixture
def context(spark, tmp_path):
    """Two lists of three leads: 1 and 2 for their hours and places, 3 drawn at random."""
    lake = Lake(spark, tmp_path)
    leads = [(day, rank, rank, 9.0, 8.0, 500.0, "1", None, rank == 3) for day in BOTH for rank in (1, 2, 3)]
    lake.write(RISK_LIST, frame(spark, leads, RISK_LIST.schema()), BOTH)
    known = {"unit": "bits", "sentence": "So it was.", "innocent": "chance", "events": []}
    reasons = []
    for day in BOTH:
        for person, family in ((1, "hours"), (2, "places"), (3, "places")):
            for position, (name, part) in enumerate(((family, 6.0), ("other", 3.0)), start=1):
                told = {"person": person, "day": day, "position": position, "channel": name, "family": name}
                row = known | told | {"part": part, "tonight": part, "seen_on": day}
                reasons.append(tuple(row.get(column) for column in DRIVER.names))
    lake.write(DRIVER, frame(spark, reasons, DRIVER.schema()), BOTH)
    return Context(lake, SITE, settings(str(tmp_path), environment={}))


def kept(context):
    rows = context.lake.read(DISPOSITION).orderBy("day", "rank").collect()
    return [(row["day"], row["rank"], row["outcome"], row["control"]) for row in rows]


def test_the_last_word_counts_and_other_leads_stay(context):
    disposition.run(context, [Said(FIRST, 1, "open"), Said(FIRST, 2, "explained")])
    disposition.run(context, [Said(FIRST, 1, "confirmed"), Said(SECOND, 1, "open")])
    assert kept(context) == [
        (FIRST, 1, "confirmed", False),
        (FIRST, 2, "explained", False),
        (SECOND, 1, "open", False),
    ]


def test_two_who_speak_at_once_are_both_heard(context):
    disposition.run(context, [Said(SECOND, 1, "open")])
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda rank: disposition.run(context, [Said(FIRST, rank, "explained")]), (1, 2)))
    assert [row[:2] for row in kept(context)] == [(FIRST, 1), (FIRST, 2), (SECOND, 1)]


def test_a_control_lead_is_told_once_it_was_judged(context):
    assert "of 1 judged 0 had been drawn" in disposition.run(context, [Said(FIRST, 2, "explained")])
    assert "of 0 judged 0 had been drawn" in disposition.run(context, [Said(FIRST, 3, "open")]), "no judgement yet"
    assert "of 1 judged 1 had been drawn" in disposition.run(context, [Said(FIRST, 3, "confirmed")])
    earned, control = disposition.summary(context).splitlines()[1:]
    assert earned.split()[:4] == ["earned", "1", "0", "0"]
    assert control.split()[:4] == ["control", "0", "1", "0"]


def test_nothing_is_written_for_a_lead_that_is_on_no_list(context):
    with pytest.raises(MissingState, match="has 3 leads and none at rank 4"):
        disposition.run(context, [Said(FIRST, 1, "explained"), Said(SECOND, 4, "explained")])
    assert kept(context) == []


def test_a_file_is_read_whole_or_not_at_all(tmp_path):
    file = tmp_path / "said.csv"
    file.write_text("day,rank,outcome\n2026-03-02,1,Explained\n2026-03-03,2,confirmed\n")
    assert disposition.of_file(file) == [Said(FIRST, 1, "explained"), Said(SECOND, 2, "confirmed")]
    file.write_text("day,rank,outcome\n2026-03-02,1,explained\n2026-03-03,2,guilty\n")
    with pytest.raises(ConfigurationError, match=r"line 3: no outcome called 'guilty'"):
        disposition.of_file(file)
    file.write_text("day,outcome\n2026-03-02,open\n")
    with pytest.raises(ConfigurationError, match="rank"):
        disposition.of_file(file)


def test_a_training_learns_of_earned_leads_of_its_nights_alone(context):
    disposition.run(context, [Said(FIRST, 1, "confirmed"), Said(FIRST, 2, "explained"), Said(FIRST, 3, "explained")])
    disposition.run(context, [Said(SECOND, 2, "confirmed")])
    found = learned(context.lake, Days.one(FIRST))
    assert (found.judged, found.confirmed) == (2, 1)
    assert found.trust["hours"] > 1.0 > found.trust["places"]
    assert "other" not in found.trust
    assert learned(context.lake, BOTH).confirmed == 2


def test_without_a_confirmed_lead_nothing_is_turned_up_or_down(context):
    assert learned(context.lake, BOTH).trust == {}
    disposition.run(context, [Said(FIRST, 1, "explained")])
    assert learned(context.lake, BOTH).trust == {}
