"""The data dictionary says what the declarations say."""

from expectations.written import WRITTEN
from jobs.catalog import JOBS
from jobs.dictionary import PAGE, page
from jobs.tables import TABLES


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m jobs.dictionary"


def test_no_rule_is_told_of_a_table_that_nobody_judges() -> None:
    sections = {told.split("\n")[0]: told for told in page().split("\n## ")[1:]}
    judged = {name for name, told in sections.items() if "Not judged." not in told}
    assert judged == {table.name for job in JOBS for table in job.judges}
    assert {name for name, told in sections.items() if "stops the night)" in told or "(warns)" in told} == set(WRITTEN)
    assert set(WRITTEN) <= judged


def test_every_table_and_column_is_in_it() -> None:
    told = page()
    for table in TABLES.values():
        assert f"## {table.name}\n" in told
        for column in table.columns:
            assert f"| `{column.name}` |" in told
