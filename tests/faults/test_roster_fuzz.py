"""Whatever stands in a file of people or cards, each row is accounted for, and nothing but a LandingError is raised."""

import gzip
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations.errors import LandingError
from feeds.roster import FOREVER, LONG_AGO, Employment, in_force, merged
from feeds.roster_file import CARDS, PEOPLE, SNAPSHOT, Delivered, read_cards, read_people
from feeds.site import Site
from jobs.identity import held

ZONES = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
MONTHS = (
    "2026-01",
    "2026-02",
    "1899-12",
    "0001-01",
    "9998-12",
    "9999-12",
    "10000-01",
    "2026-13",
    "2026-W01",
    "staff",
    "",
)
CELLS = st.one_of(
    st.sampled_from(
        [
            "", "P1", "P2", "Ann Ash", "a@s.example", "2026-01-05", "2026-01-05T09:00:00", "2026-02-01T09:00:00+14:00",
            "0001-01-01", "0001-01-01T00:00:00+14:00", "1900-01-01", "9998-12-31T23:00:00-14:00",
            "9999-12-31", "9999-12-31T23:59:59-14:00",
            "2026-W01-1", "2026-02-30", "20260105", "5.1.2026", "2026-01-05T24:00", "２０２６-01-05", "-1",
            '"', '""', '"a,b"', "'", "\\", "\x00", "\ufeff", "\x85", "\u2028", "é", "🂡", "," * 300, "x" * 140_000,
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip


def lines(columns: Iterable[str]) -> st.SearchStrategy[bytes]:
    """Lines of a file: most with as many cells as the header, of which some name people at likely times."""
    likely = st.tuples(*(st.sampled_from(LIKELY.get(name, ("", "x", "P1"))) for name in columns))
    cells = st.one_of(likely, likely, st.tuples(*(CELLS for _ in columns)), st.lists(CELLS, max_size=12))
    return cells.map(lambda row: ",".join(row).encode("utf-8", "surrogatepass")) | st.binary(max_size=30)


WHEN = ("", "2026-01-05", "2026-01-09", "2026-03-01T07:30:00", "0001-01-01", "1899-12-31", "9998-12-31", "9999-12-31")
LIKELY = {
    "start": WHEN,
    "end": WHEN,
    "valid_from": WHEN,
    "valid_to": WHEN,
    "person": ("P1", "P2"),
    "user_id": ("P1", "P2"),
}


def headers(columns: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """The header as it should be; sometimes in another order, with columns too many, too few or twice."""
    odd = st.lists(st.sampled_from((*columns, "extra", "", "Team")), max_size=14).map(tuple)
    return st.one_of(st.just(columns), st.just(columns), st.permutations(columns).map(tuple), odd)


@st.composite
def files(draw: st.DrawFn, columns: tuple[str, ...]) -> bytes:
    """A file as bytes, ended in any of three ways, with or without a byte order mark."""
    header = draw(headers(columns))
    end = draw(st.sampled_from([b"\n", b"\r\n", b"\r"]))
    rows = draw(st.lists(lines(header), max_size=12))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + end.join([",".join(header).encode(), *rows])


def site(zone: str, roster: str) -> Site:
    facts = {"name": "S", "time_zone": zone, "day_begins": "05:00"}
    return Site.model_validate(
        {"site": facts, "feeds": {"logon": {}}, "people": {"roster": roster, "cards": roster == "intervals"}}
    )


SITES = {(zone, roster): site(zone, roster) for zone in ZONES for roster in ("intervals", "snapshots")}


def rows_in(content: bytes) -> int:
    """Lines after the header that hold anything but white space, counted without the reader."""
    found = [line for line in re.split(rb"\r\n|\n|\r", content.removeprefix(b"\xef\xbb\xbf")) if line.strip()]
    return len(found) - 1


def accounted(read: Delivered, content: bytes) -> None:
    """Every row is in exactly one place, and what is kept of a bad one is its line."""
    assert read.rows == rows_in(content)
    assert len(set(read.employments) | set(read.cards)) == len(read.employments) + len(read.cards)
    told = re.split(r"\r\n|\n|\r", content.decode("utf-8-sig", "replace"))
    assert [raw for _, _, raw in read.rejected] == [told[line - 1] for line, _, _ in read.rejected]


def apart(spells: Iterable[tuple[datetime, datetime]]) -> bool:
    """Each ends after it begins, and none overlaps another."""
    ordered = sorted(spells)
    return all(LONG_AGO <= start < end <= FOREVER for start, end in ordered) and all(
        a[1] <= b[0] for a, b in pairwise(ordered)
    )


def people_of(rows: Iterable[Employment]) -> dict[str, list[tuple[datetime, datetime]]]:
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in rows:
        found.setdefault(row.person, []).append((row.start, row.end))
    return found


@settings(max_examples=300, derandomize=True, deadline=None)
@given(people=files(PEOPLE), cards=files(CARDS), zone=st.sampled_from(ZONES))
@example(people=b"person,start,start\nP1,2026-01-05,2020-01-01", cards=b"", zone="UTC")
def test_every_row_of_people_and_cards_is_accounted_for(people: bytes, cards: bytes, zone: str) -> None:
    of = SITES[zone, "intervals"]
    rows, known = [], []
    for content, read in ((people, read_people), (cards, read_cards)):
        try:
            found = read(content, "people/2026-01-05/people.csv", of)
        except LandingError:
            continue
        accounted(found, content)
        rows += found.employments
        known += found.cards
    spells = people_of(merged(rows))
    assert set(spells) == {row.person for row in rows}
    assert all(map(apart, spells.values()))
    holders: dict[tuple[str, str], list[tuple[datetime, datetime]]] = {}
    for one in held(merged(rows), known, by_card=True):
        holders.setdefault((one.kind, one.identifier), []).append((one.start, one.end))
    assert all(map(apart, holders.values()))
    assert {badge for kind, badge in holders if kind == "badge"} == {card.badge for card in known}


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    months=st.dictionaries(st.sampled_from(MONTHS), files(SNAPSHOT), max_size=3),
    zone=st.sampled_from(ZONES),
)
@example(
    months=dict.fromkeys(("0001-01", "9998-12", "9999-12"), ",".join(SNAPSHOT).encode() + b"\na,P1,c,d,e"),
    zone="Asia/Tokyo",
)
def test_every_row_of_monthly_snapshots_is_accounted_for(months: dict[str, bytes], zone: str) -> None:
    rows = []
    for name, content in months.items():
        try:
            found = read_people(content, f"people/2026-01-05/{name}.csv", SITES[zone, "snapshots"])
        except LandingError:
            continue
        accounted(found, content)
        rows += found.employments
    spells = people_of(in_force(rows))
    assert set(spells) == {row.person for row in rows}
    assert all(map(apart, spells.values()))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=60),
        files(CARDS).map(gzip.compress),
        st.tuples(files(CARDS).map(gzip.compress), st.integers(0, 80), st.binary(max_size=3)).map(
            lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + len(drawn[2]) :]
        ),
        st.tuples(files(CARDS).map(gzip.compress), st.integers(0, 80)).map(lambda drawn: drawn[0][: drawn[1]]),
    )
)
def test_a_compressed_file_is_read_whole_or_not_at_all(content: bytes) -> None:
    try:
        found = read_cards(content, "cards/2026-01-05/cards.csv.gz", SITES["UTC", "intervals"])
    except LandingError:
        return
    accounted(found, gzip.decompress(content))
