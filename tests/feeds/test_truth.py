"""Ground truth as a file tells it."""

from datetime import date
from pathlib import Path

import pytest

from expectations.errors import ConfigurationError
from feeds.site import Site
from jobs.truth import Deed, deeds

SITE = Site.model_validate(
    {"site": {"name": "S", "time_zone": "Europe/London", "day_begins": "05:00"}, "feeds": {"logon": {}}}
)


def told(folder: Path, *lines: str) -> list[Deed]:
    """The deeds of a file of these lines."""
    path = folder / "events.csv"
    path.write_text("\n".join(lines) + "\n")
    return deeds(path, SITE)


def test_a_deed_before_the_day_begins_belongs_to_the_day_before(tmp_path: Path):
    assert told(tmp_path, "scenario,user,date", "2,AA1,03/30/2026 04:59:59", "2,AA1,03/30/2026 05:00:00") == [
        Deed("2", "AA1", date(2026, 3, 29)),
        Deed("2", "AA1", date(2026, 3, 30)),
    ]


def test_a_heading_alone_says_that_nobody_was_planted(tmp_path: Path):
    assert told(tmp_path, "scenario,person,day") == []


def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"events\.csv holds no ground truth: expected .* found name, age"):
        told(tmp_path, "name,age", "Ann,40")
    with pytest.raises(ConfigurationError, match="found none"):
        told(tmp_path, "")
