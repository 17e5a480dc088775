"""A file that cannot be read stops the run before anything is written; the error names it and the next step."""

import gzip
import io
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from expectations.errors import ConfigurationError, LandingError
from expectations.silver import ACCESS, LEDGER, QUARANTINE
from feeds.site import Site
from jobs.conform import conform
from jobs.days import Days
from jobs.lake import Lake

HEADER = "when,card,reader\n"
ROW = "2026-01-05 09:00:00,C1,D1\n"
DAYS = Days.one(date(2026, 1, 5))


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("POSTERN_KEY", "0123456789abcdef" * 4)


def site(**access) -> Site:
    columns = {"columns": {"at": "when", "badge": "card", "door": "reader"}, "time_format": "yyyy-MM-dd HH:mm:ss"}
    return Site.model_validate(
        {"site": {"name": "S", "time_zone": "UTC"}, "feeds": {"access": {**columns, **access}, "logon": {}}}
    )


def land(lake: Lake, name: str, content: bytes, feed: str = "access") -> None:
    path = Path(lake.root) / "landing" / feed / "2026-01-05" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def cut_gzip() -> bytes:
    whole = gzip.compress((HEADER + "".join(ROW.replace("09", f"{n:02}") for n in range(10, 24)) * 99).encode())
    return whole[: len(whole) // 2]


def cut_parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"when": ["2026-01-05 09:00:00"], "card": ["C1"], "reader": ["D1"]}), sink)
    return sink.getvalue()[:-20]


def nanoseconds() -> bytes:
    """As pandas writes a frame by default."""
    sink, at = io.BytesIO(), pa.array([1_767_603_600_000_000_000], pa.timestamp("ns"))
    pq.write_table(pa.table({"when": at, "card": ["C1"], "reader": ["D1"]}), sink)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cut.csv.gz", cut_gzip(), "damaged or cut short"),
        ("text.csv.gz", (HEADER + ROW).encode(), "damaged or cut short"),
        ("cut.parquet", cut_parquet(), "damaged or cut short"),
        ("empty.parquet", b"", "damaged or cut short"),
        (
            "pandas.parquet",
            nanoseconds(),
            "timestamps in nanoseconds: expected microseconds. ",
        ),
        ("wide.csv", (HEADER + ROW).encode("utf-16"), "UTF-16"),
        ("gzip.csv", cut_gzip(), "gzip"),
        ("latin.csv", "when,card,reader,é\n".encode("latin-1"), "another encoding"),
        ("empty.csv", b"", "an empty file"),
        ("blank.csv", b"\n" + HEADER.encode(), "an empty line"),
        (
            "lacks.csv",
            b"when,reader\n2026-01-05 09:00:00,D1\n",
            "lacks card: expected columns when, card, reader; got 2 columns, of known names when, reader.",
        ),
        ("twice.csv", b"when,card,reader,card\n", "has card twice"),
        ("lacks.jsonl", b'{"when":"2026-01-05 09:00:00","reader":"D1"}\n', "lacks card"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_before_anything_is_written(lake, name, content, told):
    land(lake, "a good.csv", (HEADER + ROW).encode())
    land(lake, name, content)
    with pytest.raises(LandingError) as raised:
        conform(lake, site(), DAYS)
    assert f"landing/access/2026-01-05/{name}" in str(raised.value)
    assert told in str(raised.value)
    assert "Next: " in str(raised.value)
    assert not (Path(lake.root) / "silver").exists()


def test_a_file_without_a_header_is_told_without_a_word_of_its_first_row(lake):
    land(lake, "bare.csv", b"2025-12-31 09:17:00,C77,Ann Ash,Main gate\n2025-12-31 09:18:00,C78,Bo Birch,Main gate\n")
    with pytest.raises(LandingError, match=r"lacks when, card, reader: .* got 4 columns, of known names none") as told:
        conform(lake, site(), DAYS)
    assert not [cell for cell in ("2025-12-31", "09:17", "C77", "Ann Ash", "Main gate") if cell in str(told.value)]


def test_a_folder_of_a_day_that_never_was_is_named(lake):
    land(lake, "a.csv", (HEADER + ROW).encode())
    wrong = Path(lake.root) / "landing" / "people" / "2026-02-30" / "people.csv"
    wrong.parent.mkdir(parents=True)
    wrong.write_text("person,start\n")
    declared = site().model_copy(update={"people": site().people.model_copy(update={"roster": "intervals"})})
    with pytest.raises(LandingError, match=r"landing/people/2026-02-30/ .* such as 2026-03-30, .* Next: "):
        conform(lake, declared, DAYS)


def test_a_missing_feed_stops_the_run_only_where_the_site_requires_it(lake):
    land(lake, "logon.csv", b"id,date,user,pc,activity\n", feed="logon")
    with pytest.raises(LandingError, match="feed access is required and has no delivery for 2026-01-05"):
        conform(lake, site(required=True), DAYS)
    assert conform(lake, site(), DAYS) == set()


def test_a_pattern_that_spark_cannot_read_is_the_configurations_fault(lake):
    land(lake, "a.csv", (HEADER + ROW).encode())
    with pytest.raises(ConfigurationError, match=r"feeds\.access\.time_format"):
        conform(lake, site(time_format="YYYY-bb"), DAYS)
    assert not (Path(lake.root) / "silver").exists()


def test_a_roster_must_be_there_where_one_is_declared(lake):
    land(lake, "a.csv", (HEADER + ROW).encode())
    declared = site().model_copy(update={"people": site().people.model_copy(update={"roster": "intervals"})})
    with pytest.raises(LandingError, match="no roster is in force on 2026-01-05"):
        conform(lake, declared, DAYS)


def reads() -> str:
    """Enough of them that a change in the middle of their file is one of the rows, not of the header or the footer."""
    return "".join(f"2026-01-05 09:{n // 60:02}:{n % 60:02},C{n % 97},D{n * 7919 % 89}\n" for n in range(3000))


def as_parquet(text: str) -> bytes:
    sink, strings = io.BytesIO(), dict.fromkeys(HEADER.strip().split(","), pa.string())
    table = pa.csv.read_csv(io.BytesIO(text.encode()), convert_options=pa.csv.ConvertOptions(column_types=strings))
    pq.write_table(table, sink, use_dictionary=False, compression="snappy")
    return sink.getvalue()


MADE = {"reads.csv": str.encode, "reads.csv.gz": lambda text: gzip.compress(text.encode()), "reads.parquet": as_parquet}


@pytest.mark.parametrize("name", ["reads.csv.gz", "reads.parquet"])
def test_a_file_that_is_damaged_in_its_middle_is_named_before_anything_is_written(lake, name):
    content = bytearray(MADE[name](HEADER + reads()))
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(byte ^ 0xFF for byte in content[middle : middle + 64])
    land(lake, "a good.csv", (HEADER + ROW).encode())
    land(lake, name, bytes(content))
    with pytest.raises(LandingError, match=f"landing/access/2026-01-05/{name} is damaged or cut short: .* Next: "):
        conform(lake, site(), DAYS)
    assert not (Path(lake.root) / "silver").exists()


def test_a_text_file_that_is_damaged_in_its_middle_loses_no_row_silently(lake):
    lines = reads().splitlines(keepends=True)
    lines[1500] = "2026-01-05 \x00\x00\x00\x00,C1\n"
    content = bytearray((HEADER + "".join(lines)).encode())
    content[len(content) // 4] = 0xFF
    land(lake, "reads.csv", bytes(content))
    conform(lake, site(), DAYS)
    ((rows, silver, quarantined, duplicates),) = ledger(lake).values()
    assert (rows, silver, quarantined, duplicates) == (3000, 2998, 2, 0)
    assert sorted(row["line"] for row in lake.read(QUARANTINE).collect())[-1] == 1502


@pytest.mark.parametrize("name", MADE)
def test_a_whole_file_that_lands_twice_under_two_names_counts_once(lake, name):
    content = MADE[name](HEADER + reads())
    land(lake, name, content)
    land(lake, f"copy of {name}", content)
    conform(lake, site(), DAYS)
    assert ledger(lake) == {f"copy of {name}": (3000, 3000, 0, 0), name: (3000, 0, 0, 3000)}
    assert lake.read(ACCESS).count() == lake.read(ACCESS).select("event").distinct().count() == 3000


def ledger(lake: Lake) -> dict[str, tuple[int, int, int, int]]:
    """File → rows, and those of them in silver, in quarantine, and found to be duplicates."""
    told = ("rows", "silver", "quarantined", "duplicates")
    rows = lake.read(LEDGER).where("feed = 'access'").collect()
    return {row["file"].rsplit("/", 1)[1]: tuple(row[name] for name in told) for row in rows}
