"""A night's list: what is published, what stops it, and that a stop leaves the last good list in place."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations import gold
from expectations.errors import GateFailed
from expectations.gold import DRIVER, RISK, RISK_LIST, SCORE
from expectations.quality import CROWD, DOUBT, VERDICT
from expectations.silver import LEDGER, PEOPLE
from feeds.site import ListFacts
from jobs import watched
from jobs.catalog import job
from jobs.context import Context
from jobs.days import Days
from jobs.night import steps
from jobs.report import night_facts, publish
from jobs.risk_list import run
from tests.report.conftest import FIRST, SECOND, context_of, rows

NIGHT = Days.one(SECOND)
Change = Callable[..., None]


def ranks(context: Context, day: date) -> list[tuple[int, int, int | None]]:
    rows = context.lake.read(RISK_LIST, Days.one(day)).orderBy("rank").collect()
    return [(row["rank"], row["person"], row["previous_rank"]) for row in rows]


def root(context: Context) -> Path:
    return Path(context.lake.root) / "published"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_night_is_published_as_a_table_and_three_files(context: Context) -> None:
    run(context, NIGHT)
    assert ranks(context, SECOND) == [(1, 40, None), (2, 39, None), (3, 38, None), (4, 37, None)]
    folder = root(context) / str(SECOND)
    assert sorted(p.name for p in folder.iterdir()) == ["report.html", "risk_list.csv", "risk_list.json"]
    assert publish.latest(root(context)) == SECOND
    told = json.loads((folder / "risk_list.json").read_text())
    assert [lead["rank"] for lead in told["leads"]] == [1, 2, 3, 4]
    for lead in told["leads"]:
        assert sum(reason["part_bits"] for reason in lead["reasons"]) == pytest.approx(lead["risk_bits"], abs=1e-6)
    assert [left["why"] for left in told["gone"]] == ["now ranks 40", "now ranks 39", "now ranks 38", "now ranks 37"]
    assert told["unscored"]["no events"] != []
    assert told["silent_feeds"] == []
    with (folder / "risk_list.csv").open(newline="", encoding="utf-8") as opened:
        lines = list(csv.DictReader(opened))
    assert [line["rank"] for line in lines] == ["1", "2", "3", "4"]
    # Spreadsheets would run a team called =SUM(A1).
    assert {line["team"] for line in lines} == {"'=SUM(A1)"}
    page = (folder / "report.html").read_text()
    assert "alert('door')" in page.replace("&#39;", "'")
    assert "<script" not in page
    assert list((Path(context.lake.root) / "quality" / "data_docs" / str(SECOND)).glob("*.html"))


def test_a_range_is_its_nights_one_by_one_and_twice_is_once(context: Context) -> None:
    run(context, NIGHT)
    nightly = ranks(context, FIRST) + ranks(context, SECOND)
    files = contents(root(context) / str(SECOND))
    run(context, Days(FIRST, NIGHT.end))
    assert ranks(context, FIRST) + ranks(context, SECOND) == nightly
    assert contents(root(context) / str(SECOND))["risk_list.csv"] == files["risk_list.csv"]


def test_control_leads_stand_in_the_record_and_nowhere_else(context: Context) -> None:
    chosen = replace(context, site=context.site.model_copy(update={"list": ListFacts(budget=4, control_share=0.5)}))
    run(chosen, NIGHT)
    rows = context.lake.read(RISK_LIST, NIGHT).orderBy("rank").collect()
    assert [row["control"] for row in rows] == [False, False, True, True]
    assert [row["person"] for row in rows[:2]] == [40, 39]
    assert {row["person"] for row in rows[2:]} <= set(range(1, 37))
    folder = root(context) / str(SECOND)
    for name in ("report.html", "risk_list.csv", "risk_list.json"):
        assert "control" not in (folder / name).read_text().lower(), name
    told = json.loads((folder / "risk_list.json").read_text())
    assert [lead["rank"] for lead in told["leads"]] == [1, 2, 3, 4]
    first = {row["rank"]: row["person"] for row in rows}
    run(chosen, NIGHT)
    assert {row["rank"]: row["person"] for row in context.lake.read(RISK_LIST, NIGHT).collect()} == first


def nan(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "risk": float("nan")} if row["rank"] == 2 else row


BREAKS = {
    "risk is never NaN": (RISK, nan),
    "parts sum to its risk": (DRIVER, lambda row: {**row, "part": row["part"] + 1e-3} if row["person"] == 40 else row),
    "as many rows as the budget": (RISK, lambda row: {**row, "rank": None} if row["rank"] == 3 else row),
    "everyone listed is on the roster": (PEOPLE, lambda row: None if row["person"] == 39 else row),
    "score is never NULL": (SCORE, lambda row: None if row["person"] == 37 else row),
    "at least one feed": (LEDGER, lambda row: {**row, "silver": 0}),
}


def test_broken_critical_rules_publish_nothing_and_mark_the_last_list_stale(context: Context, change: Change) -> None:
    for table, edit in BREAKS.values():
        change(context, table, edit)
    before = contents(root(context) / str(FIRST))
    with pytest.raises(GateFailed, match=r"gold.risk_list failed its gate") as failed:
        steps(context, [(job("risk_list"), NIGHT)])
    assert failed.value.exit_code == 20
    assert "Data docs: " in str(failed.value)
    assert "Next: " in str(failed.value)
    assert ranks(context, SECOND) == []
    assert contents(root(context) / str(FIRST)) == before
    assert not (root(context) / str(SECOND)).exists()
    assert publish.latest(root(context)) == FIRST
    mark = publish.stale(root(context))
    assert mark is not None
    assert mark["day"] == str(SECOND)
    for says in BREAKS:
        assert any(says in reason for reason in mark["reasons"]), says
    assert "Stale" in (root(context) / "latest.html").read_text()
    assert 'http-equiv="refresh"' not in (root(context) / "latest.html").read_text()


def test_a_list_of_half_the_site_is_stopped_and_of_a_fifth_warned_about(context: Context) -> None:
    with pytest.raises(GateFailed, match="at most 50 % of the people followed"):
        steps(context_of(context.lake, budget=22), [(job("risk_list"), NIGHT)])
    assert publish.stale(root(context)) is not None
    run(context_of(context.lake, budget=8), NIGHT)
    assert "at most 15 % of the people followed" in (root(context) / str(SECOND) / "report.html").read_text()
    assert publish.stale(root(context)) is None, "publishing lifts the stale mark"


def test_a_list_longer_than_the_unusual_people_is_published(context: Context, change: Change) -> None:
    """On a free day few are active: who did nothing unusual stands at the end, with risk 0 and without a reason."""
    change(context, RISK, lambda row: {**row, "risk": 0.0} if row["rank"] == 4 else row)
    change(context, DRIVER, lambda row: None if row["person"] == 37 else row)
    run(context, NIGHT)
    last = json.loads((root(context) / str(SECOND) / "risk_list.json").read_text())["leads"][-1]
    assert (last["rank"], last["risk_bits"], last["reasons"]) == (4, 0.0, [])


def test_a_silent_feed_publishes_with_a_banner(context: Context, change: Change) -> None:
    change(context, LEDGER, lambda row: None if row["feed"] == "logon" else row)
    run(context, NIGHT)
    page = (root(context) / str(SECOND) / "report.html").read_text()
    assert "Published with warnings" in page
    assert "the feed logon brought events for the day" in page
    assert json.loads((root(context) / str(SECOND) / "risk_list.json").read_text())["silent_feeds"] == ["logon"]
    broken = context.lake.read(VERDICT, NIGHT).where("NOT passed").collect()
    assert [(row["rule"], row["severity"]) for row in broken] == [("feed logon: fresh", "warning")]


@pytest.mark.parametrize("dies_in", ["stage", "publish"])
def test_killed_while_publishing_the_last_good_list_stays(
    context: Context, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    before = contents(root(context) / str(FIRST))
    with monkeypatch.context() as patched:
        patched.setattr(publish, dies_in, killed)
        with pytest.raises(KeyboardInterrupt):
            run(context, NIGHT)
    assert contents(root(context) / str(FIRST)) == before
    assert publish.latest(root(context)) == FIRST
    assert not (root(context) / str(SECOND)).exists()
    if dies_in == "publish":
        run(context, NIGHT)
        assert publish.latest(root(context)) == SECOND
        assert len(ranks(context, SECOND)) == 4


def test_a_feed_or_reader_in_doubt_is_a_warning_about_data_and_many_readers_are_an_outage(context: Context) -> None:
    doubt = [
        {"day": SECOND, "kind": "feed", "place": "mail beside logon, team A", "people": 4},
        {"day": SECOND, "kind": "gap", "place": "yard → lobby", "people": 12, "read": 0},
        {"day": SECOND, "kind": "gap", "place": "lobby → vault", "people": 11, "read": 7},
        *({"day": SECOND, "kind": "door", "place": f"D{n}", "people": 3} for n in range(7)),
    ]
    context.lake.write(DOUBT, rows(context.lake.spark, DOUBT, *doubt), NIGHT)
    run(context, NIGHT)
    told = json.loads((root(context) / str(SECOND) / "risk_list.json").read_text())["warnings"]
    assert told[-7:] == [
        "feeds: nobody was judged by 'mail beside logon, team A': 4 people are missing there. Ask for what was not "
        "delivered.",
        "access: nobody was judged by the way 'yard → lobby': reads of 12 people did not fit there. "
        "Nobody was read there meanwhile: its reader lost reads. Have it looked at.",
        "access: nobody was judged by the way 'lobby → vault': reads of 11 people did not fit there. 7 others were "
        "read there meanwhile: a door was held open, or one reader of several lost reads. Have the door looked at, "
        "then its readers.",
        *(
            f"access: nobody was judged by the door 'D{n}': reads of 3 people did not fit there. "
            "Have its clock and its reader looked at."
            for n in range(3)
        ),
        "access: 4 more doors and ways were in doubt: an outage rather than single readers.",
    ]
    assert night_facts.doubts(context.lake, FIRST) == ()
    assert watched.silences(context.lake, SECOND) == (
        f"nobody is judged on {SECOND} by mail beside logon, team A (4 people missing): ask for what was not delivered"
    )
    assert watched.silences(context.lake, FIRST) is None


def test_a_night_that_stands_out_is_told_before_anybody_on_its_list(context: Context, change: Change) -> None:
    assert watched.upheaval(context.lake, SECOND) is None, "a night of an older version"
    change(context, gold.NIGHT, lambda row: {**row, "upheaval": False})
    assert watched.upheaval(context.lake, SECOND) is None
    change(context, gold.NIGHT, lambda row: {**row, "upheaval": True})
    told = (
        f"the night of {SECOND} stands out of past nights, and not only the people on its list: many others do "
        "so as well. It is told mostly by places: ask what changed for everybody before asking about anybody"
    )
    assert watched.upheaval(context.lake, SECOND) == told
    run(context, NIGHT)
    assert json.loads((root(context) / str(SECOND) / "risk_list.json").read_text())["warnings"][0] == told
    assert told in (root(context) / str(SECOND) / "report.html").read_text()


def test_a_revolving_door_is_no_crowd_of_people(context: Context) -> None:
    assert watched.crowds(context.lake, SECOND) is None
    zone = {"day": SECOND, "hours": 2, "used": 9, "cap": 25}
    left = [{**zone, "zone": "gate", "people": 8}, {**zone, "zone": "canteen", "people": 140}]
    context.lake.write(CROWD, rows(context.lake.spark, CROWD, *left), NIGHT)
    many, few = (watched.crowds(context.lake, SECOND) or "").split("; ")
    assert many == (
        f"who was with whom on {SECOND} is left out where more than 25 people were in one zone within an hour, in 1 "
        "zone: canteen (2 of 9 hours, up to 140)"
    )
    assert few == (
        f"who was with whom on {SECOND} is left out where 25 people or fewer came and went more than 250 times in one "
        "zone within an hour, in 1 zone: gate (2 of 9 hours, up to 8)"
    )
