"""Gates in the night: verdicts are kept, silence is noticed, a broken rule stops."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from expectations.errors import GateFailed
from expectations.gold import SCORE
from expectations.quality import VERDICT
from expectations.silver import ACCESS, ALARM, LEDGER, ZONE
from feeds.site import FeedConfig, Site
from jobs import gates, night
from jobs.catalog import job
from jobs.context import Context
from jobs.days import Days
from jobs.gates import docs, gate_night
from jobs.lake import Lake
from jobs.settings import settings

DAYS = Days(date(2026, 3, 29), date(2026, 3, 31))
SITE = Site.model_validate(
    {"site": {"name": "Always manned", "time_zone": "UTC", "free_weekdays": []}, "feeds": {"access": {}, "web": {}}}
)


def file(feed: str, day: date, **changed: Any) -> tuple[Any, ...]:
    row = {
        "feed": feed,
        "landed": day,
        "file": f"{feed}/{day}.csv",
        "bytes": 1,
        "rows": 10,
        "silver": 10,
        "quarantined": 0,
        "duplicates": 0,
        "unresolved": 0,
        "first_day": day,
        "last_day": day,
        "extra_columns": [],
    } | changed
    return tuple(row[name] for name in LEDGER.names)


@pytest.mark.parametrize(
    ("root", "folder"), [("{}/lake", "lake"), ("file://{}/lake", "lake"), ("s3a://site/lake", "etc")]
)
def test_data_docs_are_beside_the_tables_or_where_the_lists_are(
    spark: SparkSession, tmp_path: Path, root: str, folder: str
) -> None:
    where = root.format(tmp_path)
    chosen = settings(where, str(tmp_path / "etc" / "site.yaml"), {})
    assert docs(Context(Lake(spark, where), SITE, chosen)) == tmp_path / folder / "quality" / "data_docs"


def test_verdicts_are_kept_beside_those_of_other_tables_and_silence_is_told(spark: SparkSession, lake: Lake) -> None:
    landed = [file("access", day) for day in DAYS] + [file("web", DAYS.start)]
    lake.write(LEDGER, spark.createDataFrame(landed, LEDGER.schema()), DAYS)
    lake.write(ZONE, spark.createDataFrame([("hall", "office", 1.0)], ZONE.schema()))
    (verdict, _) = gate_night(lake, (LEDGER, ZONE), DAYS, job="conform", site=SITE)
    assert [(c.day, c.finding) for c in verdict.warnings] == [
        (DAYS.last, "“the feed web brought events for the day” does not hold: it was silent.")
    ]
    gate_night(lake, (ZONE,), DAYS, job="again")
    kept = {(row["table"], row["job"]) for row in lake.read(VERDICT, DAYS).select("table", "job").distinct().collect()}
    assert kept == {("silver.ledger", "conform"), ("silver.zone", "again")}
    assert lake.read(VERDICT, DAYS).groupBy(*VERDICT.keys).count().where("count > 1").isEmpty()


def test_all_feeds_silent_and_lost_rows_stop_the_night_with_both_reasons_kept(spark: SparkSession, lake: Lake) -> None:
    day = Days.one(DAYS.start)
    lost = [file("access", DAYS.start, silver=9, first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))]
    lake.write(LEDGER, spark.createDataFrame(lost, LEDGER.schema()), day)
    with pytest.raises(GateFailed, match="every landed row") as failed:
        gate_night(lake, (LEDGER,), day, job="conform", site=SITE)
    assert "every feed was silent" in str(failed.value)
    broken = lake.read(VERDICT, day).where("NOT passed AND severity = 'critical'").collect()
    assert {row["rule"] for row in broken} == {"rows: reconciled", "feeds: any"}


def test_scores_that_are_not_the_sum_of_their_parts_stop_the_night_before_its_list(
    spark: SparkSession, lake: Lake, tmp_path: Path
) -> None:
    context, day = Context(lake, SITE, settings(str(tmp_path), environment={})), Days.one(DAYS.start)
    scored = {"person": 1, "day": day.start, "fingerprint": "f", "model": "1", "status": "scored", "once_in": 8.0}
    for parts in ([1.0, 2.0], [1.0, 1.0]):
        told = {**scored, "score": 3.0, "parts": parts}
        lake.write(SCORE, spark.createDataFrame([tuple(map(told.get, SCORE.names))], SCORE.schema()), day)
        if sum(parts) == told["score"]:
            night.gate(context, job("risk"), day)
    with pytest.raises(GateFailed, match=r"gold\.score failed its gate.*parts sum to the score"):
        night.gate(context, job("risk"), day)


def test_before_the_first_event_of_all_nothing_is_silent_but_after_it_a_day_without_any_is(
    spark: SparkSession, lake: Lake
) -> None:
    week = Days(date(2026, 3, 23), date(2026, 3, 30))
    dump = file("access", week.last, first_day=date(2026, 3, 25), last_day=week.last)
    lake.write(LEDGER, spark.createDataFrame([dump], LEDGER.schema()), week)
    (verdict,) = gate_night(lake, (LEDGER,), week, job="conform", site=SITE)
    assert verdict.stops == ()
    assert {count.day for count in verdict.warnings if "access" in count.finding} == {week.start, date(2026, 3, 24)}
    parts = [file("access", date(2026, 3, 25)), file("access", week.last)]
    lake.write(LEDGER, spark.createDataFrame(parts, LEDGER.schema()), week)
    with pytest.raises(GateFailed, match=r"2026-03-26.*every feed was silent"):
        gate_night(lake, (LEDGER,), week, job="conform", site=SITE)


def test_a_rule_broken_on_many_days_is_told_once(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(gates.log, "warning", lambda text, *given: told.append(text % given))
    week = Days(date(2026, 3, 23), date(2026, 3, 30))
    landed = [file("access", day) for day in week] + [file("web", day) for day in week if day.weekday() < 5]
    lake.write(LEDGER, spark.createDataFrame(landed, LEDGER.schema()), week)
    gate_night(lake, (LEDGER,), week, job="conform", site=SITE)
    assert told == [
        "silver.ledger of 2026-03-28: “the feed web brought events for the day” does not hold: it was silent. "
        "(so on 2 of 7 days)"
    ]


GRAPH = Site.model_validate(
    {
        "site": {"name": "Works", "time_zone": "UTC"},
        "feeds": {"access": {"columns": {"zone": "zone"}}, "alarm": {}},
        "zones": [{"name": "vault", "rules": ["two_person"]}, {"name": "central-alarm-station"}],
        "doors": [
            {"name": "G", "from": "outside", "to": "central-alarm-station"},
            {"name": "V", "from": "central-alarm-station", "to": "vault"},
        ],
    }
)


def test_zones_that_a_log_spells_otherwise_are_named_and_stop_nothing(spark: SparkSession, lake: Lake) -> None:
    day, at = DAYS.start, datetime(2026, 3, 29, 10)  # noqa: DTZ001 - Spark takes naive UTC
    one = Days.one(day)
    zones = ["vault", "Vault", "Vault", "outside", None, "hall {2}"]
    reads = [(n, 1, at, day, day, 1, "V", zone, "in", "granted") for n, zone in enumerate(zones)]
    answers = [(n, 1, at, day, day, "PC", "acknowledge", "S", zone) for n, zone in enumerate(["CAS", None])]
    lake.write(ACCESS, spark.createDataFrame(reads, ACCESS.schema()), one)
    lake.write(ALARM, spark.createDataFrame(answers, ALARM.schema()), one)
    found = gate_night(lake, (ACCESS, ALARM), one, job="conform", site=GRAPH)
    assert [verdict.stops for verdict in found] == [(), ()]
    told = [count.finding for verdict in found for count in verdict.warnings]
    assert len(told) == 2
    assert "3 of 6 rows name others, in this run 'Vault', 'hall {2}': no read fits there" in told[0]
    assert "1 of 2 rows name others, in this run 'CAS'" in told[1]
    assert "feeds.alarm.values.zone" in told[1]
    # Where no doors are declared a zone that is only seen is a zone; where none is told the door tells it.
    without = GRAPH.model_copy(update={"doors": ()})
    by_door = GRAPH.model_copy(update={"feeds": {"access": FeedConfig(), "alarm": GRAPH.feeds["alarm"]}})
    for site, warned in ((without, 0), (by_door, 1)):
        assert sum(len(v.warnings) for v in gate_night(lake, (ACCESS, ALARM), one, job="conform", site=site)) == warned
