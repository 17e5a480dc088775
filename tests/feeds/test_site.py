"""What is wrong with a site's configuration is said in the words of its file, with what to write instead."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from expectations.errors import ConfigurationError
from feeds.site import Site
from jobs.person_day import working_time
from jobs.site import load_site
from jobs.site_complaint import model_in

PROJECT = Path(__file__).resolve().parents[2]

GOOD = """
site: {name: Harrow, time_zone: Europe/London, day_begins: "05:00", working_hours: [07:00, 19:00]}
feeds:
  access:
    columns: {at: when, badge: card, door: [floor, reader]}
    time_format: "yyyy-MM-dd HH:mm:ss"
    values: {outcome: {true: granted, false: denied}}
people: {roster: none}
"""


def load(tmp_path: Path, text: str):
    path = tmp_path / "site.yaml"
    path.write_text(text, encoding="utf-8")
    return load_site(path)


@pytest.mark.parametrize("example", sorted(path.name for path in (PROJECT / "sites").glob("*.yaml")))
def test_each_example_configuration_loads(example):
    assert load_site(PROJECT / "sites" / example).feeds


def declared_keys(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, object]]:
    """(key, default) of every key that a configuration may have."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        yield f"{path}{key}", field.default
        below = model_in(field.annotation)
        if below:
            yield from declared_keys(below, f"{path}{key}.")


def test_the_example_shows_every_key_and_the_defaults_of_its_figures():
    text = (PROJECT / "sites" / "example.yaml").read_text(encoding="utf-8")
    keys = dict(declared_keys(Site))
    assert not {key for key in keys if not re.search(rf"\b{key.rpartition('.')[2]}:", text)}
    given = yaml.safe_load(text)
    figures = {(part, key): value for part in ("list", "learning", "together") for key, value in given[part].items()}
    told = {f"{part}.{key}": value for (part, key), value in figures.items() if key != "escorted"}
    assert told == {key: keys[key] for key in told}


def test_yaml_traps_are_read_as_they_are_meant(tmp_path):
    site = load(tmp_path, GOOD)
    assert site.site.working_hours[1].hour == 19  # YAML 1.1 reads 19:00 as the number 1140
    assert site.feeds["access"].values["outcome"] == {"true": "granted", "false": "denied"}  # and true as a boolean
    assert site.site.boundary_minutes == 300


@pytest.mark.parametrize(
    ("written", "free"),
    [("", {6, 7}), ("free_weekdays: [friday, Saturday], ", {5, 6}), ("free_weekdays: [], ", set())],
)
def test_a_site_says_which_days_of_the_week_are_free(tmp_path, written, free):
    site = load(tmp_path, GOOD.replace("name: Harrow", f"{written}name: Harrow"))
    assert working_time(site).free_weekdays == free


@pytest.mark.parametrize(
    ("zone", "at", "night"),
    [
        ("Europe/Vienna", "02:30", "2012-03-25"),
        ("Europe/London", "01:01", "2012-03-25"),
        ("America/New_York", "02:59", "2012-03-11"),
        ("America/New_York", "01:30", "2012-11-04"),
    ],
)
def test_a_day_cannot_begin_within_an_hour_that_a_clock_change_repeats_or_skips(tmp_path, zone, at, night):
    text = GOOD.replace("Europe/London", zone).replace("05:00", at)
    with pytest.raises(ConfigurationError, match=f"day_begins is {at}, .* {zone} repeat or skip, as on {night}: write"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        (
            "Europe/London",
            "Europe/Lodon",
            "site.time_zone is 'Europe/Lodon', not an IANA time zone: did you mean 'Europe",
        ),
        ("Europe/London", "London", "did you mean 'Europe/London'"),
        ("  access:", "  acces:", "unknown feed 'feeds.acces': did you mean 'access'"),
        ("columns:", "colums:", "unknown key 'feeds.access.colums': did you mean 'columns'"),
        ("badge: card", "bagde: card", "unknown key 'feeds.access.columns.bagde': did you mean 'badge'"),
        ("badge: card, ", "", "write exactly one of 'feeds.access.columns.badge' or 'feeds.access.columns.person'"),
        ("at: when, ", "", "'feeds.access.columns.at' is missing"),
        ("true: granted", "true: grated", "values.outcome.true is 'grated': did you mean 'granted'"),
        ('    time_format: "yyyy-MM-dd HH:mm:ss"\n', "", "'feeds.access.time_format' is missing"),
        ("roster: none", "roster: nobody", "people.roster is 'nobody'"),
        ("roster: none", "identity: {pattern: '(x'}", "not a regular expression"),
        ("roster: none", "identity: {pattern: 'x'}", "(?P<person>"),
        ("roster: none", "cards: true", "people: cards tell personnel numbers, which nothing knows with roster: none"),
        (
            "roster: none",
            "roster: snapshots, identity: {pattern: '(?P<person>.+)'}",
            "people: identity tells the person where there is no roster, and roster is 'snapshots': leave identity out",
        ),
        (
            "roster: none",
            "roster: intervals, columns: {persn: emp_no}",
            "unknown key 'people.columns.persn': did you mean 'person'",
        ),
        (
            "roster: none",
            "roster: intervals, cards: true, card_columns: {bagde: card}",
            "unknown key 'people.card_columns.bagde': did you mean 'badge'",
        ),
        (
            "roster: none",
            "roster: intervals, columns: {person: 1}",
            "people.columns.person is 1: write the name of the",
        ),
        (
            "roster: none",
            "roster: snapshots, columns: {person: emp_no}",
            "people: columns has no effect without roster: i",
        ),
        (
            "roster: none",
            "roster: intervals, card_columns: {badge: 'no'}",
            "people: card_columns has no effect without",
        ),
        ("people:", "zones: [{name: a, aera: vital}]\npeople:", "unknown key 'zones.0.aera': did you mean 'area'"),
        ("people:", "zones: [{name: a}]\ndoors: [{name: D, from: a, to: b}]\npeople:", "leads to zone 'b'"),
        (
            "people:",
            "zones: [{name: v, area: vital, material: I}]\npeople:",
            "category I in area 'vital', expected inner",
        ),
        (
            "people:",
            "doors: [{name: D, from: a, to: outside, one_way: true}]\npeople:",
            "zone 'a' cannot be reached",
        ),
        (
            "people:",
            "doors: [{name: D, from: outside, to: a, one_way: true}]\npeople:",
            "zone 'a' can be entered and not",
        ),
        ("people:", "doors: [{name: D, from: outside, to: a, exit_raeder: no}]\npeople:", "did you mean 'exit_reader'"),
        (
            "values: {outcome: {true: granted, false: denied}}\n",
            "values: {zone: {CAS: stations}}\ndoors: [{name: D, from: outside, to: station}]\n",
            "feeds.access.values.zone.CAS is 'stations', which no zone and no door declares: did you mean 'station'?",
        ),
        ("people:", "zones: [{name: a, rules: [lone]}]\npeople:", "zones.0.rules.0 is 'lone'"),
        ("feeds:", "feeds:\n  mail: {}", "'site.mail_domains' is missing"),
        ("site: {", "site: [", "is not YAML"),
        ("feeds:", "feeds: {}\nlist:", "feeds names no log: write one key for each log that is landed"),
        ("feeds:", "feeds:\nlist:", "feeds has no value: write its keys below it"),
        ("feeds:", "feeds:\n  logon:", "feeds.logon has no value: write its keys below it, or {} when"),
        ("people: {roster: none}", "people: nobody", "people is 'nobody': write its keys below it"),
        ("columns:", "delimiter: tab\n    columns:", "feeds.access.delimiter is 'tab': write the one character"),
        ("at: when", "at: 1", "feeds.access.columns.at is 1: write the name of the log's column"),
        ("at: when", "at: []", "feeds.access.columns.at is []: write the name of the log's column"),
        ("at: when", "at: ''", "feeds.access.columns.at is '': write the name of the log's column"),
        ("at: when", "at: [a, '']", "feeds.access.columns.at is ['a', '']: write the name of the log's column"),
        ("Europe/London", "[Europe/London]", "site.time_zone is ['Europe/London'], not an IANA time zone"),
        ("name: Harrow", "name: ''", "site.name is '': write a name"),
        (
            "name: H",
            "free_weekdays: [fryday], name: H",
            "site.free_weekdays.0 is 'fryday': expected 'monday', 'tuesday'",
        ),
        ("name: Harrow", "name: 5", "site.name is 5: write text, in quotes"),
        ("roster: none", "roster: nobody", "people.roster is 'nobody': expected 'intervals', 'snapshots' or 'none'"),
        ("people:", "zones: yard\npeople:", "zones is 'yard': write a list"),
        ("people:", "zones: [{name: a}, {name: b}, {name: a}]\npeople:", "zones declares 'a' more than once"),
        ("people:", "zones: [{name: a → b}]\npeople:", "zone 'a → b' holds '→', which stands between names"),
        ("people:", "zones: [{name: 'lobby, for visitors'}]\npeople:", "zone 'lobby, for visitors' holds ', for '"),
        (
            "people:",
            "doors: [{name: 'D, seen at E', from: outside, to: a}]\npeople:",
            "door 'D, seen at E' holds ', seen at '",
        ),
        ("people:", "feeds: {logon: {}}\npeople:", "key 'feeds' in line 8 stands in line 3 already"),
        ("at: when", "at: when, at: then", "key 'at' in line 5 stands in line 5 already"),
    ],
)
def test_an_error_says_what_to_write_instead(tmp_path, wrong, right, told):
    assert wrong in GOOD
    with pytest.raises(ConfigurationError) as raised:
        load(tmp_path, GOOD.replace(wrong, right))
    assert told in str(raised.value)
    complaints = str(raised.value).split("; ")
    assert not any(words in str(raised.value) for words in ("Input should be", "Value error", "should have at"))
    assert len(complaints) == len({complaint.split(": ")[0] for complaint in complaints})


def test_a_missing_file_points_to_the_example(tmp_path):
    with pytest.raises(ConfigurationError, match=r"sites/example\.yaml"):
        load_site(tmp_path / "nowhere.yaml")
