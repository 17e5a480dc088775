"""Whatever stands in a landed file, each of its rows is accounted for, and nothing but a LandingError is raised."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.errors import LandingError
from feeds.catalog import catalog
from feeds.feed import Feed
from feeds.site import Site
from jobs.conform import batch, reconcile
from jobs.days import Days
from jobs.identity import Pseudonyms
from jobs.lake import Lake
from jobs.landing.files import find
from jobs.people import Rosters

DAYS = Days.one(date(2026, 1, 5))
VENDORS = {"at": "when", "badge": "card", "door": "reader"}
"""Columns of a badge log, whose names each vendor chooses; those of the other feeds are declared."""
SITE = Site.model_validate(
    {
        "site": {"name": "S", "time_zone": "Europe/London", "mail_domains": ["s.example"]},
        "feeds": {
            **{name: {} for name in catalog()},
            "access": {"columns": VENDORS, "time_format": "yyyy-MM-dd'T'HH:mm:ss[.S]XXX"},
        },
    }
)


def theirs(feed: Feed) -> list[str]:
    """The columns that the feed knows, as the file calls them."""
    names = (VENDORS.get(f.name, f.name) if feed.name == "access" else f.theirs for f in feed.fields)
    return [name for name in names if name]


def header(feed: Feed) -> bytes:
    """The first line of a file with every column the feed knows."""
    return ",".join(theirs(feed)).encode() + b"\n"


HEADERS = {
    **{f"{name}.csv": header(feed) for name, feed in catalog().items()},
    "access.jsonl": b'{"when":"2026-01-05T09:00:00.5+01:00","card":"C1","reader":"D1"}\n',
}
CELLS = st.one_of(
    st.sampled_from(
        [
            "", "C1", "01/05/2026 09:00:00", "02/30/2026 09:00:00", "2026-01-05T09:00:00Z", "0000-00-00T99:00:00Z",
            "Logon", "connect", "File Copy", "WWW Visit", "Acknowledge", "a.doc", "http://a.example/x",
            "://", "a@s.example;B@else.example", ";;,", "-1", "9" * 40, "1e400", "nan", "true",
            '"', '""', '"a,b"', "'", "\\", "\x00", "\ufeff", "é", "🂡", "null", "{}", "[" * 200, "," * 300,
        ]
    ),
    st.text(max_size=8),
)  # fmt: skip
LINES = st.one_of(
    st.lists(CELLS, max_size=11).map(lambda cells: ",".join(cells).encode("utf-8", "surrogatepass")),
    st.dictionaries(st.sampled_from(["when", "card", "reader", "x"]), CELLS, max_size=4).map(
        lambda row: json.dumps(row).encode()
    ),
    st.binary(max_size=40),
)
FILES = st.fixed_dictionaries(
    {name: st.tuples(st.lists(LINES, max_size=60), st.sampled_from([b"\n", b"\r\n", b"\r"])) for name in HEADERS}
)


def rows_in(content: bytes, header: int) -> int:
    """Lines that hold anything but blanks, counted without Spark."""
    return sum(line.strip(b" ") != b"" for line in re.split(rb"\r\n|\n|\r", content)) - header


@pytest.fixture(scope="module")
def lakes(spark, tmp_path_factory):
    return (Lake(spark, tmp_path_factory.mktemp("fuzz")) for _ in iter(int, 1))


@settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(files=FILES)
def test_every_row_of_any_file_is_accounted_for(lakes, files):
    lake = next(lakes)
    people = Rosters(lake, SITE, DAYS, Pseudonyms(b"k" * 32))
    expected = {}
    for name, (lines, end) in files.items():
        feed = name.split(".")[0]
        content = HEADERS[name] + end.join(lines)
        path = Path(lake.root) / "landing" / feed / "2026-01-05" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        expected[f"{feed}/2026-01-05/{name}"] = rows_in(content, header=int(name.endswith(".csv")))
    found = find(lake.spark, lake.root, sorted(SITE.feeds), DAYS)
    batches = []
    for feed in sorted(SITE.feeds):
        mine = [file for file in found if file.feed == feed]
        try:
            batches.append(batch(lake, SITE, catalog()[feed], mine, people, DAYS))
        except LandingError:
            continue
    reconcile(batches)
    counted = {row["file"]: row["rows"] for one in batches for row in one.ledger}
    assert counted == {name: rows for name, rows in expected.items() if name in counted}
    assert len(counted) == len(expected)
    for one in batches:
        one.rows.unpersist()
