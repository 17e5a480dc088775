"""Every promise of a declaration becomes a rule, and every rule an expectation, whose breach is seen."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from expectations.errors import GateFailed
from expectations.gate import Verdict, check
from expectations.rules import COLUMNS, KEYS, Rule, promises
from expectations.silver import LEDGER
from expectations.suites import suite_for
from expectations.table import Column, Table
from expectations.written import rules_for
from jobs.tables import TABLES

DAY, NEXT = date(2026, 3, 30), date(2026, 3, 31)
READING = Table(
    "silver.reading",
    "one reading",
    (
        Column("day", "date", "Day"),
        Column("id", "long", "Identifier"),
        Column("state", "string", "State", required=False, allowed=("on", "off")),
        Column("level", "double", "Level", required=False, low=0, high=10, unit="metres"),
    ),
    keys=("day", "id"),
)
GOOD = ((DAY, 1, "on", 0.0), (DAY, 2, "off", 10.0), (DAY, 3, None, None), (NEXT, 1, "on", 1.0))


def judged(spark: SparkSession, *rows: tuple[Any, ...], **given: Any) -> Verdict:
    return check(spark.createDataFrame(list(rows), READING.schema()), READING, [DAY, NEXT], **given)


def broken(verdict: Verdict) -> dict[str, float]:
    return {count.rule.name: count.violations for count in verdict.counts if not count.passed}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_declared_table_has_a_suite_with_every_rule(table: Table) -> None:
    rules = rules_for(table)
    suite = suite_for(table)
    assert len(suite.expectations) == len(rules) == len({rule.name for rule in rules})
    assert {e.description for e in suite.expectations} == {rule.says for rule in rules}
    assert {rule.name for rule in promises(table)} >= {f"{c.name}: given" for c in table.columns if c.required}


def test_the_declaration_is_kept(spark: SparkSession) -> None:
    verdict = judged(spark, *GOOD)
    assert verdict.passed
    assert broken(verdict) == {}
    assert {(c.day, c.rows) for c in verdict.counts} == {(DAY, 3), (NEXT, 1)}
    verdict.enforce()


def test_each_promise_is_counted_on_its_own_day(spark: SparkSession) -> None:
    verdict = judged(
        spark,
        *GOOD,
        (NEXT, None, "on", 1.0),
        (NEXT, 7, "ajar", 1.0),
        (NEXT, 8, "on", -0.1),
        (NEXT, 9, "on", 10.1),
        (NEXT, 10, "on", float("nan")),
        (NEXT, 11, "on", float("-inf")),
        (NEXT, 7, "on", 2.0),
        (NEXT, 7, "on", 3.0),
    )
    # NaN is above and minus infinity below any bound.
    assert broken(verdict) == {
        "id: given": 1,
        "state: allowed": 1,
        "level: finite": 2,
        "level: range": 4,
        KEYS: 2,
    }
    assert {count.day for count in verdict.stops} == {NEXT}
    assert verdict.on(DAY).passed


def test_a_missing_or_retyped_column_is_broken_and_nothing_else_is_asked(spark: SparkSession) -> None:
    frame = (
        spark.createDataFrame(list(GOOD), READING.schema()).drop("level").withColumn("id", F.col("id").cast("string"))
    )
    assert broken(check(frame, READING, [DAY])) == {COLUMNS: 2}


def test_numbers_told_by_the_job_are_judged_like_counted_ones(spark: SparkSession) -> None:
    rule = Rule("share", "at most 5 % are odd", severity="warning", most=5.0, finding="{n:.1f} % of {rows} are")
    verdict = judged(spark, *GOOD, extra=(rule,), told={"share": {DAY: 5.0, NEXT: 5.1}})
    assert verdict.passed
    (warned,) = verdict.warnings
    assert (warned.day, warned.finding) == (NEXT, "“at most 5 % are odd” does not hold: 5.1 % of 1 are.")


def test_a_failed_gate_says_which_rule_how_many_rows_where_and_what_next(spark: SparkSession, tmp_path: Path) -> None:
    verdict = judged(spark, *GOOD, (DAY, 1, "on", 1.0), docs=tmp_path / "docs")
    with pytest.raises(GateFailed) as failed:
        verdict.enforce()
    told = str(failed.value)
    assert "silver.reading" in told
    assert "2026-03-30: “no two rows share day, id” does not hold: 1 of 4 rows repeat another" in told
    assert f"Data docs: {tmp_path}" in told
    assert "Next: " in told
    assert failed.value.exit_code == 20


def test_data_docs_need_no_network_hold_no_value_and_are_bounded(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from expectations import data_docs

    monkeypatch.setattr(data_docs, "DAYS_KEPT", 2)
    for old in ("2026-01-01", "2026-01-02"):
        (tmp_path / old).mkdir()
    verdict = judged(spark, *GOOD, (DAY, 4, "SECRET", 1.0), docs=tmp_path)
    assert verdict.docs is not None
    page = verdict.docs.read_text(encoding="utf-8")
    assert "state is one of on, off" in page
    assert "SECRET" not in page
    assert not re.findall(r"<(?:script|link|img)\b", page)
    assert "broken" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["2026-01-02", str(NEXT)]


def ledger(**changed: Any) -> dict[str, Any]:
    return {
        "feed": "access",
        "landed": DAY,
        "file": "a.csv",
        "bytes": 1,
        "rows": 100,
        "silver": 100,
        "quarantined": 0,
        "duplicates": 0,
        "unresolved": 0,
        "first_day": None,
        "last_day": None,
        "extra_columns": [],
    } | changed


def cases() -> Iterator[tuple[dict[str, Any], set[tuple[str, str]]]]:
    reads, knows = "rows: readable", "identity: resolved"
    yield ledger(), set()
    yield ledger(silver=99), {("rows: reconciled", "critical")}
    yield ledger(silver=97, quarantined=1, duplicates=2), set()
    yield ledger(silver=97, quarantined=3), {(f"{reads} (warning)", "warning")}
    yield ledger(silver=97, quarantined=3, unresolved=3), {(f"{knows} (warning)", "warning")}
    yield (
        ledger(silver=79, quarantined=21, unresolved=21),
        {(f"{knows} (warning)", "warning"), (f"{knows} (critical)", "critical")},
    )
    yield ledger(extra_columns=["colour"]), {("columns: known", "warning")}


def test_the_ledger_reconciles_and_tells_bad_shares(spark: SparkSession) -> None:
    given = list(cases())
    days = [date(2026, 1, n + 1) for n in range(len(given))]
    rows = [
        tuple({**row, "landed": day}[name] for name in LEDGER.names) for day, (row, _) in zip(days, given, strict=True)
    ]
    unkeyed = replace(LEDGER, keys=("landed", "file"))
    verdict = check(spark.createDataFrame(rows, LEDGER.schema()), unkeyed, days)
    for day, (_, expected) in zip(days, given, strict=True):
        found = verdict.on(day)
        assert {(c.rule.name, c.rule.severity) for c in (*found.warnings, *found.stops)} == expected, day


def test_what_one_feed_lost_is_not_hidden_by_a_larger_one(spark: SparkSession) -> None:
    large = ledger(file="access.csv", rows=50_000, silver=50_000)
    days = {
        DAY: [large, ledger(feed="mail", file="mail.csv", rows=2_000, silver=1_100, quarantined=900)],
        NEXT: [
            large,
            *(
                ledger(feed="mail", file=f"{n}.csv", rows=500, silver=400, quarantined=100, unresolved=100)
                for n in "ab"
            ),
            ledger(feed="web", file="web.csv", rows=999, silver=0, quarantined=999),  # too few to speak
        ],
    }
    rows = [tuple({**row, "landed": day}[name] for name in LEDGER.names) for day, told in days.items() for row in told]
    verdict = check(spark.createDataFrame(rows, LEDGER.schema()), replace(LEDGER, keys=("landed", "file")), list(days))
    told = {(c.day, c.rule.name): round(c.violations, 1) for c in (*verdict.warnings, *verdict.stops)}
    assert told == {
        (DAY, "rows: readable (warning)"): 45.0,
        (DAY, "rows: readable (critical)"): 45.0,
        (NEXT, "identity: resolved (warning)"): 20.0,
    }


def test_a_person_employed_before_hired_is_refused(spark: SparkSession) -> None:
    people = TABLES["silver.people"]
    hired, left = datetime(2026, 1, 2), datetime(2026, 1, 1)  # noqa: DTZ001 - Spark takes naive UTC
    frame = spark.createDataFrame([(1, "r", "t", "site", None, hired, left)], people.schema())
    assert broken(check(frame, people, [DAY])) == {"validity: not empty": 1}
