"""The data dictionary says what the declarations say."""

from jobs.dictionary import PAGE, page
from jobs.tables import TABLES


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m jobs.dictionary"


def test_every_table_and_column_is_in_it() -> None:
    told = page()
    for table in TABLES.values():
        assert f"## {table.name}\n" in told
        for column in table.columns:
            assert f"| `{column.name}` |" in told
