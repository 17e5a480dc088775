"""Who was on the roster when, and in whose hands a card was."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.errors import ConfigurationError, LandingError
from feeds.roster import FOREVER, LONG_AGO, Card, Employment, in_force, merged
from feeds.roster_file import read_cards, read_people
from feeds.site import Site
from jobs.identity import Pseudonyms, held, make_key, pseudonym_key, settled

SITE = {"site": {"name": "S", "time_zone": "Europe/London", "day_begins": "05:00"}, "feeds": {"logon": {}}}
INTERVALS = Site.model_validate({**SITE, "people": {"roster": "intervals", "cards": True}})
SNAPSHOTS = Site.model_validate({**SITE, "people": {"roster": "snapshots"}})


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def month(name: str, *rows: str):
    header = "employee_name,user_id,email,role,business_unit,functional_unit,department,team,supervisor"
    return read_people("\n".join([header, *rows]).encode(), f"people/2026-05-01/{name}.csv", SNAPSHOTS).employments


ANN = "Ann Ash,AA1,a@x,Clerk,1,F,D,T,Bo Birch"
BO = "Bo Birch,BB2,b@x,Chief,1,F,D,,"


def test_snapshots_hold_until_the_next_and_the_last_for_good():
    people = in_force([*month("2026-01", ANN, BO), *month("2026-02", ANN.replace("Clerk", "Buyer"), BO)])
    assert [(p.person, p.role, p.start, p.end) for p in people] == [
        ("AA1", "Clerk", at(1, 1, 5), at(2, 1, 5)),
        ("AA1", "Buyer", at(2, 1, 5), FOREVER),
        ("BB2", "Chief", at(1, 1, 5), FOREVER),
    ]
    assert people[0].supervisor == "BB2"
    assert people[0].team == "F / D / T"


def test_who_leaves_is_known_through_the_month_of_leaving():
    people = in_force([*month("2026-01", ANN, BO), *month("2026-02", BO), *month("2026-03", BO)])
    assert [(p.start, p.end) for p in people if p.person == "AA1"] == [(at(1, 1, 5), at(3, 1, 5))]


def test_of_two_namesakes_none_is_the_supervisor():
    people = in_force(month("2026-01", ANN, BO, BO.replace("BB2", "BB3")))
    assert [p.supervisor for p in people if p.person == "AA1"] == [None]


def test_a_snapshot_must_tell_its_month():
    for name in ("staff", "2026-13", "0001-01", "9999-12"):
        with pytest.raises(LandingError, match=r"2010-01\.csv"):
            month(name, ANN)


def test_the_projects_of_later_releases_of_cert_are_known():
    columns = "employee_name,user_id,email,role,projects,business_unit,functional_unit,department,team,supervisor"
    row = "Ann Ash,AAA0001,a.ash@dtaa.com,Salesman,Kite,1,5 - Sales,1 - Field,2 - North,Bo Birch"
    read = read_people(f"{columns}\n{row}\n".encode(), "people/2010-01-31/2010-01.csv", SNAPSHOTS)
    assert read.extra == ()
    assert [(one.person, one.team) for one in read.employments] == [("AAA0001", "5 - Sales / 1 - Field / 2 - North")]


def test_every_row_of_a_roster_is_kept_rejected_or_a_duplicate():
    text = (
        b"person,name,email,account,role,team,supervisor,employer,start,end,badge\r\n"
        b"P1,Ann,,ann,Clerk,T,,,2026-01-05,,\r\n"
        b"P1,Ann,,ann,Clerk,T,,,2026-01-05,,\r\n"
        b",Bo,,bo,Clerk,T,,,2026-01-05,,\n"
        b"P3,Cy,,cy,Clerk,T,,,5.1.2026,,\n"
        b"P4,Di,,di,Clerk,T,,,2026-01-05,2026-01-05,\n"
        b"P5,\xff,,ed,Clerk,T,,,2026-01-05,,\n"
        b"P6,too,few\n\n"
    )
    read = read_people(text, "people/2026-01-05/people.csv", INTERVALS)
    assert [(p.person, p.start) for p in read.employments] == [("P1", at(1, 5, 5))]  # a date is an operational day
    assert read.duplicates == 1
    assert [(line, reason) for line, reason, _ in read.rejected] == [
        (4, "no value for person"),
        (5, "start or end is not a date such as 2026-01-31"),
        (6, "the end is not after the start"),
        (7, "the line is not valid UTF-8"),
        (8, "the line does not have the header's 11 cells"),
    ]
    assert read.rows == 7
    assert read.extra == ("badge",)


MAPPED = Site.model_validate(
    {
        **SITE,
        "people": {
            "roster": "intervals",
            "cards": True,
            "delimiter": ";",
            "columns": {"person": "Emp No", "start": "hired", "role": "job"},
            "card_delimiter": "\t",
            "card_columns": {"badge": "card", "person": "holder"},
        },
    }
)


def test_a_roster_of_other_names_and_another_delimiter_reads_as_ours():
    text = b'EMP NO;Name;job;hired;end;person\nP1;"Ash; Ann";Clerk;2026-01-05;2026-02-01;x\n;Bo;Clerk;2026-01-05;;y\n'
    read = read_people(text, "people/2026-01-05/people.csv", MAPPED)
    assert read.employments == (Employment("P1", at(1, 5, 5), at(2, 1, 5), name="Ash; Ann", role="Clerk"),)
    assert [(line, reason) for line, reason, _ in read.rejected] == [(3, "no value for person")]
    assert read.extra == ("person",)  # theirs of that name is another thing


def test_cards_of_other_names_and_another_delimiter_read_as_ours():
    text = b"holder\tcard\tvalid_from\nP1\tC1\t2026-01-05\n"
    assert read_cards(text, "cards/2026-01-05/c.csv", MAPPED).cards == (Card("C1", "P1", at(1, 5, 5), FOREVER),)


def test_a_roster_without_a_column_that_is_mapped_is_an_error_in_the_files_own_words():
    with pytest.raises(LandingError, match=r"lacks job: expected columns emp no, name, .* with ';' between them"):
        read_people(b"emp no;hired\n", "people/2026-01-05/people.csv", MAPPED)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no header"),
        (b"person,role\n", "lacks start"),
        (b"person,start,end,Start\n", "has start twice"),
        ("person,start\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_roster_that_cannot_be_read_is_an_error(content, told):
    with pytest.raises(LandingError, match=told):
        read_people(content, "people/2026-01-05/people.csv", INTERVALS)


def test_a_roster_without_a_header_is_told_without_a_word_of_its_first_person():
    with pytest.raises(LandingError, match=r"lacks person, start: .* got 4 columns, of known names none") as raised:
        read_people(b"P1,Ann Ash,ann@x.example,2020-01-31\n", "people/2026-01-05/people.csv", INTERVALS)
    assert not [cell for cell in ("P1", "nn Ash", "nn@x", "2020") if cell.casefold() in str(raised.value).casefold()]


def test_a_damaged_gzip_roster_is_an_error():
    with pytest.raises(LandingError, match="damaged"):
        read_people(b"\x1f\x8b\x08\x00 not gzip", "people/2026-01-05/people.csv.gz", INTERVALS)


def test_always_is_written_in_many_ways_and_an_empty_month_is_nobody():
    text = b"person,start,end\nP1,0001-01-01,9999-12-31\nP2,1753-01-01T00:00:00,\nP3,0001-01-01,1899-12-31\n"
    read = read_people(text, "people/2026-01-05/people.csv", INTERVALS)
    assert [(p.person, p.start, p.end) for p in read.employments] == [
        ("P1", LONG_AGO, FOREVER),
        ("P2", LONG_AGO, FOREVER),
    ]
    assert [reason for _, reason, _ in read.rejected] == ["the end is not after the start"]
    assert in_force(month("2026-01")) == []


def test_of_overlapping_intervals_of_one_person_the_later_begun_holds():
    rows = b"person,role,start,end\nP1,Clerk,2026-01-05,\nP1,Buyer,2026-02-01,\n"
    people = merged(read_people(rows, "people/2026-01-05/p.csv", INTERVALS).employments)
    assert [(p.role, p.start, p.end) for p in people] == [
        ("Clerk", at(1, 5, 5), at(2, 1, 5)),
        ("Buyer", at(2, 1, 5), FOREVER),
    ]


def test_a_secondment_ends_and_the_employment_around_it_goes_on():
    rows = b"person,role,start,end\nP1,Clerk,2026-01-05,\nP1,Lead,2026-02-01,2026-03-01\nP2,Chief,2026-01-05,\n"
    people = merged(read_people(rows, "people/2026-01-05/p.csv", INTERVALS).employments)
    assert [(p.person, p.role, p.start, p.end) for p in people] == [
        ("P1", "Clerk", at(1, 5, 5), at(2, 1, 5)),
        ("P1", "Lead", at(2, 1, 5), at(3, 1, 5)),
        ("P1", "Clerk", at(3, 1, 5), FOREVER),
        ("P2", "Chief", at(1, 5, 5), FOREVER),
    ]


SPELLS = st.builds(
    lambda person, role, day, days: Employment(person, at(1, day), at(1, day + days), role=role),
    st.sampled_from(("P1", "P2")),
    st.sampled_from(("Clerk", "Lead", "Buyer")),
    st.integers(1, 12),
    st.integers(1, 12),
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(SPELLS, max_size=8))
def test_every_day_of_an_employment_is_kept_once_in_the_interval_that_began_last(rows):
    people = merged(rows)
    for person in ("P1", "P2"):
        for day in range(1, 26):
            told, kept = (
                [row for row in some if row.person == person and row.start <= at(1, day) < row.end]
                for some in (rows, people)
            )
            last = max((row.start for row in told), default=None)
            assert len(kept) == bool(told)
            assert {row.role for row in kept} <= {row.role for row in told if row.start == last}
    assert merged(people) == people


def test_a_card_passes_from_hand_to_hand():
    rows = (
        b"badge,person,valid_from,valid_to\nC1,P1,2026-01-05T00:00:00,2026-02-01T12:00:00\nC1,P2,2026-02-01T12:00:00,\n"
    )
    cards = read_cards(rows, "cards/2026-01-05/c.csv", INTERVALS).cards
    assert [(h.identifier, h.number, h.start, h.end) for h in held([], cards, by_card=True)] == [
        ("C1", "P1", at(1, 5), at(2, 1, 12)),
        ("C1", "P2", at(2, 1, 12), FOREVER),
    ]


def test_accounts_are_held_without_case_and_badges_and_numbers_exactly():
    people = [
        Employment("p1", at(1, 5), FOREVER, account="JSmith"),
        Employment("P1", at(1, 5), FOREVER, account="jdoe"),
    ]
    cards = [Card("c1", "p1", at(1, 5), FOREVER), Card("C1", "P1", at(1, 5), FOREVER)]
    assert [(h.kind, h.identifier, h.number) for h in held(people, cards, by_card=True)] == [
        ("account", "jdoe", "P1"),
        ("account", "jsmith", "p1"),
        ("badge", "C1", "P1"),
        ("badge", "c1", "p1"),
        ("person", "P1", "P1"),
        ("person", "p1", "p1"),
    ]


def test_a_card_lent_comes_back_and_one_given_to_two_at_once_names_nobody():
    assert settled([(at(1, 1), at(1, 9), "P1"), (at(1, 3), at(1, 5), "P2")]) == [
        (at(1, 1), at(1, 3), "P1"),
        (at(1, 3), at(1, 5), "P2"),
        (at(1, 5), at(1, 9), "P1"),
    ]
    assert settled([(at(1, 1), at(1, 9), "P1"), (at(1, 1), at(1, 5), "P2")]) == [
        (at(1, 1), at(1, 5), None),
        (at(1, 5), at(1, 9), "P1"),
    ]


def test_set_up_makes_the_key_once_readable_by_its_owner_only_and_no_job_does(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTERN_HOME", str(tmp_path))
    monkeypatch.delenv("POSTERN_KEY", raising=False)
    monkeypatch.delenv("POSTERN_KEY_FILE", raising=False)
    with pytest.raises(ConfigurationError, match=r"POSTERN_KEY_FILE; `\./postern setup`"):
        pseudonym_key()
    assert not list(tmp_path.iterdir())
    make_key()
    key = pseudonym_key()
    assert len(key) == 32
    make_key()
    assert pseudonym_key() == key
    assert (tmp_path / "pseudonym.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["pseudonym.key"]


def test_a_key_that_is_given_elsewhere_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setenv("POSTERN_HOME", str(tmp_path))
    monkeypatch.delenv("POSTERN_KEY", raising=False)
    monkeypatch.setenv("POSTERN_KEY_FILE", str(tmp_path / "mounted"))
    make_key()
    assert not list(tmp_path.iterdir())
    with pytest.raises(ConfigurationError, match="mounted"):
        pseudonym_key()


def test_a_key_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv("POSTERN_KEY", "abc")
    with pytest.raises(ConfigurationError, match="64 hexadecimal digits"):
        pseudonym_key()


def test_pseudonyms_are_the_first_eight_bytes_of_hmac_sha256():
    # RFC 4231, test case 2: key "Jefe", HMAC-SHA-256 begins 5bdcc146bf60754e.
    assert Pseudonyms(b"Jefe").of("what do ya want for nothing?") == 0x5BDCC146BF60754E
