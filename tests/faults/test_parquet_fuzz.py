"""Whatever types and values a Parquet file has, each row is accounted for, and nothing but a LandingError is raised."""

from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from expectations.errors import LandingError
from feeds.catalog import catalog
from jobs.conform import batch, reconcile
from jobs.identity import Pseudonyms
from jobs.lake import Lake
from jobs.landing.files import find
from jobs.people import Rosters
from tests.faults.test_landing_fuzz import DAYS, SITE, theirs

TIMES = st.datetimes()
WORDS = st.one_of(
    st.sampled_from(["", "C1", "2026-01-05T09:00:00Z", "a@s.example", "\x00", "🂡", "[1]"]), st.text(max_size=8)
)
KINDS: list[tuple[pa.DataType, st.SearchStrategy[Any]]] = [
    (pa.string(), WORDS),
    (pa.large_string(), WORDS),
    (pa.binary(), st.binary(max_size=8)),
    (pa.bool_(), st.booleans()),
    (pa.int8(), st.integers(-128, 127)),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.float32(), st.floats(width=32)),
    (pa.float64(), st.floats()),
    (pa.decimal128(9, 2), st.decimals(-1000, 1000, places=2).map(Decimal)),
    (pa.date32(), st.dates()),
    (pa.timestamp("us"), TIMES),
    (pa.timestamp("us", "UTC"), TIMES.map(lambda at: at.replace(tzinfo=UTC))),
    (pa.list_(pa.string()), st.lists(st.one_of(st.none(), WORDS), max_size=3)),
    (pa.list_(pa.int32()), st.lists(st.integers(-9, 9), max_size=3)),
    (
        pa.map_(pa.string(), pa.int32()),
        st.dictionaries(WORDS, st.integers(-9, 9), max_size=2).map(lambda d: list(d.items())),
    ),
    (pa.struct([("x", pa.string())]), st.fixed_dictionaries({"x": WORDS})),
]
"""Types that a writer of Parquet may choose, each with values of it."""
LEAST = 4
ROWS = 9


def columns_of(feed: str) -> list[str]:
    """The columns that the feed knows, and one that it does not."""
    return [*theirs(catalog()[feed]), "x"]


@st.composite
def tables(draw: st.DrawFn, feed: str) -> pa.Table:
    """A file with the feed's columns, as often as not of the type that its writer should have chosen."""
    length, columns = draw(st.integers(0, ROWS)), {}
    for name in columns_of(feed):
        kind, values = draw(st.one_of(st.just(KINDS[0]), st.sampled_from(KINDS)))
        cells = draw(st.lists(st.one_of(st.none(), values), min_size=length, max_size=length))
        columns[name] = pa.array(cells, kind)
    return pa.table(columns)


def filled(feed: str, cell: bytes | str) -> pa.Table:
    """Rows of one cell everywhere."""
    return pa.table({name: pa.array([cell] * LEAST) for name in columns_of(feed)})


FILES = st.fixed_dictionaries({feed: tables(feed) for feed in catalog()})


@pytest.fixture(scope="module")
def lakes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return (Lake(spark, tmp_path_factory.mktemp("fuzz")) for _ in iter(int, 1))


@settings(
    max_examples=3,
    phases=(Phase.explicit, Phase.generate),  # a failure is minutes of shrinking, each try a read of seven feeds
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@example(files={feed: filled(feed, "2026-01-05T09:00:00Z") for feed in catalog()})
@example(files={feed: filled(feed, b"\xff\xfe") for feed in catalog()})
@given(files=FILES)
def test_every_row_of_any_parquet_file_is_accounted_for(lakes: Any, files: dict[str, pa.Table]) -> None:
    lake = next(lakes)
    people = Rosters(lake, SITE, DAYS, Pseudonyms(b"k" * 32))
    for feed, table in files.items():
        path = Path(lake.root) / "landing" / feed / str(date(2026, 1, 5)) / "drawn.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(table, path)
    found = find(lake.spark, lake.root, sorted(SITE.feeds), DAYS)
    batches = []
    for feed in sorted(SITE.feeds):
        try:
            batches.append(batch(lake, SITE, catalog()[feed], [f for f in found if f.feed == feed], people, DAYS))
        except LandingError:
            continue
    reconcile(batches)
    counted = {row["feed"]: row["rows"] for one in batches for row in one.ledger}
    assert counted == {feed: files[feed].num_rows for feed in counted}
    for one in batches:
        told = one.ledger[0]
        assert told["rows"] == told["silver"] + told["quarantined"] + told["duplicates"]
        one.rows.unpersist()
    if all(table.schema.field(0).type == pa.string() for table in files.values()):
        assert set(counted) == set(files)
