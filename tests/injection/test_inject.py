"""Scenarios planted in landed files: nothing delivered is changed, every row can be conformed, labels stay outside."""

import csv
import logging
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from expectations.errors import ConfigurationError
from expectations.silver import ACCESS, LEDGER
from jobs.conform import conform
from jobs.context import Context
from jobs.days import Days
from jobs.injection.inject import Wanted, inject
from jobs.lake import Lake
from jobs.settings import settings
from jobs.simulate import END, simulate
from jobs.site import load_site
from simulation.injected import ACTS
from simulation.scenarios import LIBRARY

NIGHTS = Days.through(END - timedelta(days=8), END)
EVERYTHING = [Wanted(told.name) for told in LIBRARY]


def opened(spark, root: Path) -> Context:
    chosen = settings(str(root), environment={})
    return Context(Lake(spark, str(root)), load_site(root / "site.yaml"), chosen)


def contents(root: Path) -> dict[str, bytes]:
    return {str(f.relative_to(root)): f.read_bytes() for f in sorted((root / "landing").rglob("*")) if f.is_file()}


def added(before: Path, after: Path) -> dict[str, bytes]:
    return {name: told for name, told in contents(after).items() if name not in contents(before)}


@pytest.fixture(scope="module")
def landed(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("landed") / "lake"
    simulate(root, people=120, days=30, insiders={}, seed=11)
    return root


@pytest.fixture(scope="module")
def planted(spark, landed, tmp_path_factory):
    """The lake with everything of the library planted, and the labels."""
    folder = tmp_path_factory.mktemp("planted")
    told = inject(opened(spark, landed), folder / "lake", folder / "labels.csv", EVERYTHING, NIGHTS, seed=3)
    return folder / "lake", folder / "labels.csv", told


def test_every_scenario_of_the_library_can_be_acted_out(planted):
    assert set(ACTS) == {told.name for told in LIBRARY}
    _, labels, told = planted
    rows = list(csv.DictReader(labels.open()))
    assert {row["scenario"] for row in rows} == set(ACTS)
    assert all(NIGHTS.start <= date.fromisoformat(row["day"]) < NIGHTS.end for row in rows)
    assert {plant.scenario for plant in told.plants} == set(ACTS)
    people = [row["person"] for plant in told.plants for row in rows if row["scenario"] == plant.scenario]
    assert len(set(people)) >= len(ACTS)  # nobody acts in two, and a pair is two
    mails = [(row["person"], row["day"]) for row in rows if row["scenario"] == "administrator"]
    last = max(day for _, day in mails)
    # The supervisor's only row is the mail of the last day; before it they are as innocent as anybody.
    assert sorted(sum(other == person for other, _ in mails) for person, _ in mails) == [1, 2, 2]
    assert len({person for person, day in mails if day == last}) == 2


def test_what_was_delivered_is_not_changed_but_for_rows_taken_away(landed, planted):
    lake, _, told = planted
    before, after = contents(landed), contents(lake)
    changed = [name for name, text in before.items() if after[name] != text]
    lines = sum(len(before[n].splitlines()) - len(after[n].splitlines()) for n in changed)
    assert changed
    assert all(set(after[n].splitlines()) <= set(before[n].splitlines()) for n in changed)
    assert lines == told.dropped > 0
    assert sum(len(text.splitlines()) - 1 for text in added(landed, lake).values()) == told.added


def test_every_planted_row_is_conformed(spark, landed, planted):
    lake, _, told = planted
    accounts = []
    (lake / "site.yaml").write_text((landed / "site.yaml").read_text())
    for folder in ("people", "cards"):
        assert (lake / "landing" / folder).exists()
    for root in (landed, lake):
        context = opened(spark, root)
        conform(context.lake, context.site, NIGHTS)  # nothing is planted before them
        rows = context.lake.read(LEDGER).where("feed not in ('people', 'cards')").collect()
        accounts.append([sum(row[name] for row in rows) for name in ("rows", "quarantined", "duplicates")])
    (rows, bad, twice), (more, worse, again) = accounts
    assert more - rows == told.added - told.dropped
    # Malformed and repeated rows are the simulation's own; a dropped row may have been one of them.
    assert worse <= bad
    assert again <= twice


def test_planted_rows_carry_the_direction_and_zone_of_their_door(spark, planted):
    lake, _, _ = planted
    table = Lake(spark, str(lake)).read(ACCESS)
    assert table.where("zone is null and door like 'D-%'").count() == 0


def test_labels_stay_outside_of_every_lake(spark, landed, tmp_path, planted):
    context, plant = opened(spark, landed), [Wanted("file_thief")]
    for labels in (tmp_path / "lake" / "labels.csv", landed / "labels.csv"):
        with pytest.raises(ConfigurationError, match="lies in a lake"):
            inject(context, tmp_path / "lake", labels, plant, NIGHTS, seed=3)
    lake, _, _ = planted
    names = " ".join(str(file.relative_to(lake)) for file in lake.rglob("*"))
    assert not any(name in names for name in ACTS)
    assert "labels" not in names


def test_the_same_seed_plants_the_same_rows_and_nothing_is_kept_in_memory(spark, landed, planted, tmp_path):
    lake, _, _ = planted
    spark.catalog.clearCache()
    inject(opened(spark, landed), tmp_path / "lake", tmp_path / "labels.csv", EVERYTHING, NIGHTS, seed=3)
    assert contents(tmp_path / "lake") == contents(lake)
    assert spark._jsparkSession.sharedState().cacheManager().isEmpty()


def test_what_the_feeds_do_not_show_is_not_planted(spark, tmp_path):
    root = tmp_path / "lake"
    simulate(root, people=60, days=30, insiders={}, feeds=("logon", "mail"))
    told = inject(opened(spark, root), tmp_path / "out", tmp_path / "labels.csv", EVERYTHING, NIGHTS, seed=1)
    assert "administrator" in {plant.scenario for plant in told.plants}
    assert not {"tailgater", "lone_presence"} & {plant.scenario for plant in told.plants}


def test_a_plant_that_could_not_be_acted_out_is_named_and_its_host_is_not(spark, landed, tmp_path, monkeypatch, caplog):
    monkeypatch.setitem(ACTS, "file_thief", lambda act: None)
    with caplog.at_level(logging.WARNING, "postern"):
        told = inject(
            opened(spark, landed), tmp_path / "out", tmp_path / "labels.csv", [Wanted("file_thief")], NIGHTS, seed=3
        )
    assert told.plants == ()
    (warned,) = [record.getMessage() for record in caplog.records if "acted out" in record.getMessage()]
    assert re.fullmatch(r"file_thief could not be acted out on the \d days tried: not planted", warned)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_rows_are_written_in_the_form_of_the_delivery(spark, tmp_path, form):
    root = tmp_path / "lake"
    simulate(root, people=60, days=30, insiders={}, feeds=("access",), access_format=form)
    context = opened(spark, root)
    wanted = [Wanted("unauthorised_explorer"), Wanted("skipping_patrol")]
    told = inject(context, tmp_path / "out", tmp_path / "labels.csv", wanted, NIGHTS, seed=1)
    assert told.added
    assert told.dropped
    (tmp_path / "out" / "site.yaml").write_text((root / "site.yaml").read_text())
    accounts = []
    for place in (root, tmp_path / "out"):
        replay = opened(spark, place)
        conform(replay.lake, replay.site, NIGHTS)
        rows = replay.lake.read(LEDGER).where("feed = 'access'").collect()
        accounts.append((sum(row["silver"] for row in rows), sum(row["quarantined"] for row in rows)))
    assert accounts[1][0] > accounts[0][0] - told.dropped
    assert accounts[1][1] <= accounts[0][1]
