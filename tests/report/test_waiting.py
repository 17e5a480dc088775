"""What the status waits for is what a job will read; what else landed is named once."""

from datetime import date
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from feeds.site import FeedConfig, People, Site, SiteFacts
from jobs import status
from jobs.lake import Lake
from jobs.settings import settings

DAY = date(2026, 3, 30)


def site(people: People) -> Site:
    return Site(
        site=SiteFacts(name="Example", time_zone="Europe/Vienna"), feeds={"access": FeedConfig()}, people=people
    )


@pytest.mark.parametrize(
    ("configured", "waiting", "unconfigured"),
    [
        (site(People()), 1, ["cards", "people", "web"]),
        (site(People(roster="snapshots")), 2, ["cards", "web"]),
        (site(People(roster="intervals", cards=True)), 3, ["web"]),
        (None, 4, []),
    ],
)
def test_files_that_no_job_reads_wait_for_none_and_are_named(
    lake: Lake, configured: Site | None, waiting: int, unconfigured: list[str]
) -> None:
    for feed in ("access", "web", "people", "cards"):
        folder = Path(lake.root) / "landing" / feed / str(DAY)
        folder.mkdir(parents=True)
        (folder / "one.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    state = status.look(lake, Path(lake.root) / "published", configured)
    assert state.unread == {DAY: waiting}
    assert list(state.unconfigured) == unconfigured


@pytest.mark.parametrize("text", [None, "site: [\n", "feeds: {}\n"])
def test_a_site_that_is_missing_or_wrong_does_not_stop_the_status(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "site.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert status.configured(path) is None


def test_what_is_not_configured_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = status.State([], {}, None, 0, unconfigured=["cards", "web"])
    monkeypatch.setattr(status, "session", lambda *_: MagicMock())
    monkeypatch.setattr(status, "look", lambda *_: state)
    monkeypatch.setattr(status, "standing", lambda uri: [f"champion, version 7, of {uri}"])
    told = status.report(settings(lake=str(tmp_path), environment={})).splitlines()
    assert [line for line in told if "not configured" in line] == ["unread     landed, not configured: cards, web"]
    assert f"model      champion, version 7, of sqlite:///{tmp_path}/mlflow.db" in told
