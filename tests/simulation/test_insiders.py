"""The planted insiders do what the answers say, when they say it, and the last night has some."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs.simulate import simulate
from simulation.facility import open_facility
from simulation.scenarios import DEFAULT, LIBRARY

LAST = "2026-03-31"


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open(encoding="utf-8", errors="replace")))


def newest(site: Path, feed: str) -> list[dict[str, str]]:
    return rows(sorted((site / "landing" / feed).glob("*/*.csv"))[-1])


@pytest.fixture(scope="module")
def events(site: Path) -> list[tuple[str, str, str]]:
    return [(r["scenario"], r["person"], r["day"]) for r in rows(site / "truth" / "events.csv")]


def on(site: Path, feed: str, day: str, account: str) -> list[dict[str, str]]:
    """Rows of the account delivered on the day, and on the next for what happened after the boundary."""
    follow = str(date.fromisoformat(day) + timedelta(days=1))
    files = [f for d in (day, follow) for f in sorted((site / "landing" / feed / d).glob("*.csv"))]
    return [row for file in files for row in rows(file) if row.get("user") == account]


def test_every_scenario_is_planted_in_the_last_third(site: Path) -> None:
    answers = rows(site / "truth" / "answers.csv")
    assert {r["scenario"] for r in answers} == {s.name for s in LIBRARY if s.count}
    assert len({r["person"] for r in answers}) == len(answers)
    assert all("2026-03-22" <= r["start"] < r["end"] <= "2026-04-01" for r in answers)


def test_somebody_is_active_on_the_last_night(events: list[tuple[str, str, str]]) -> None:
    assert len({person for _, person, day in events if day == LAST}) >= 3


def test_every_planted_day_has_events_of_that_person(site: Path, events: list[tuple[str, str, str]]) -> None:
    badges: dict[str, set[str]] = {}
    for row in newest(site, "cards"):
        badges.setdefault(row["person"], set()).add(row["badge"])
    for scenario, person, day in events:
        file = site / "landing" / "access" / day / "access.csv"
        used = {row["card_no"] for row in rows(file)}
        assert used & badges[person], (scenario, day)


def test_explorers_are_refused(site: Path, events: list[tuple[str, str, str]]) -> None:
    current = {r["person"]: r["badge"] for r in newest(site, "cards") if not r["valid_to"]}
    days = [(person, day) for scenario, person, day in events if scenario == "unauthorised_explorer"]
    refused = [
        sum(r["card_no"] == current[p] and r["result"] == "DENIED_NO_ACCESS"
            for r in rows(site / "landing" / "access" / d / "access.csv"))
        for p, d in days
    ]  # fmt: skip
    assert sum(refused) >= 2 * len(days)


def test_thieves_copy_and_upload_at_night(site: Path, events: list[tuple[str, str, str]]) -> None:
    account = {r["person"]: r["account"] for r in newest(site, "people")}
    for _, person, day in [e for e in events if e[0] == "file_thief"]:
        copies = on(site, "file", day, account[person])
        assert sum(r["date"][11:] > "21:30" or r["date"][11:] < "05:00" for r in copies) >= 20
        shares = ("dropcloud", "bigfiles", "pastehere")
        assert sum(any(s in r["url"] for s in shares) for r in on(site, "web", day, account[person])) >= 4


def test_the_administrator_uses_the_supervisors_machine_and_name(
    site: Path, events: list[tuple[str, str, str]]
) -> None:
    roster = {r["person"]: r for r in newest(site, "people")}
    acts = [(person, day) for scenario, person, day in events if scenario == "administrator"]
    admin, boss = acts[0][0], roster[acts[0][0]]["supervisor"]
    assert acts == [(admin, acts[0][1]), (admin, acts[1][1]), (boss, acts[1][1])]
    mails = on(site, "mail", acts[1][1], roster[boss]["account"])
    mass = [m for m in mails if (m["to"] or "").count(";") > 80]
    assert len(mass) >= 3
    machines = {r["pc"] for r in on(site, "logon", acts[0][1], roster[admin]["account"])}
    assert mass[0]["pc"] in machines


def test_slow_drifters_grow() -> None:
    facility = open_facility(120, 60, date(2026, 3, 31), 7, {"slow_drifter": 1})
    (drifter,) = facility.plants
    assert len(drifter.days) >= 10
    assert drifter.progress(drifter.days[0]) < 0.2
    assert drifter.progress(drifter.days[-1]) == 1


def test_as_many_as_asked_for(tmp_path: Path) -> None:
    simulate(tmp_path, people=200, days=15, insiders={"file_thief": 3, "borrowed_badge": 1})
    planted = [r["scenario"] for r in rows(tmp_path / "truth" / "answers.csv")]
    assert sorted(planted) == ["borrowed_badge", "file_thief", "file_thief", "file_thief"]
    assert set(DEFAULT) > set(planted)
