"""Gates in the night: judge what a job wrote, keep the verdict, stop the night when a critical rule is broken."""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import pandas as pd
from pyspark.sql import functions as F

from expectations.errors import GateFailed
from expectations.gate import Count, Tally, Told, Verdict, judge, tally
from expectations.quality import VERDICT
from expectations.rules import Rule
from expectations.silver import LEDGER
from expectations.suites import library
from expectations.table import Table
from feeds.site import Site
from jobs.context import Context
from jobs.days import Days
from jobs.lake import Lake
from jobs.rest import resting
from jobs.zone_names import undeclared

log = logging.getLogger("postern")

AT_ONCE = 3  # tables counted side by side: of a small night most of the time is planning, on one core

ANY_FEED = Rule(
    "feeds: any",
    "at least one feed brought events for the day",
    finding="every feed was silent",
    then="find out why nothing was delivered, land it, and run the night again",
)


def fresh(feed: str) -> Rule:
    """A feed had something to say about the day."""
    return Rule(
        f"feed {feed}: fresh",
        f"the feed {feed} brought events for the day",
        severity="warning",
        finding="it was silent",
        then=f"ask whether {feed} was delivered; absence from it is no evidence",
    )


def freshness(feeds: Sequence[str]) -> tuple[Rule, ...]:
    """The rules about silent feeds; `silence` tells their numbers."""
    return (ANY_FEED, *map(fresh, feeds))


def silence(lake: Lake, site: Site, days: Days) -> dict[str, dict[date, float]]:
    """Numbers for `freshness`: 1 where no landed file of the feed holds events around that day.

    Read from the ledger of landed files, so a dump of many days speaks for each day between its first and last event.
    Before the first event that ever came nothing is silent yet: a history may begin after the range that was asked. Nor
    is anything expected on a day of rest.
    """
    feeds = tuple(site.feeds)
    touching = (
        lake.read(LEDGER)
        .where(F.col("landed") >= F.lit(days.start))  # nothing lands before its day: older deliveries are not looked at
        .where((F.col("silver") > 0) & (F.col("last_day") >= F.lit(days.start)) & (F.col("first_day") <= days.last))
        .select("feed", "first_day", "last_day")
        .distinct()
        .collect()
    )
    heard = {day: {r["feed"] for r in touching if r["first_day"] <= day <= r["last_day"]} for day in days}
    unheard = {day for day in days if not heard[day] & set(feeds)}
    since, rests = (begun(lake, feeds), resting(lake, site, days)) if unheard else (date.min, frozenset[date]())
    told = {
        fresh(feed).name: {day: float(feed not in heard[day] and day not in rests) for day in days} for feed in feeds
    }
    return {**told, ANY_FEED.name: {day: float(day in unheard - rests and day >= since) for day in days}}


def begun(lake: Lake, feeds: Sequence[str]) -> date:
    """The day of the first event that any of these feeds ever brought; the first of all days when none has."""
    brought = lake.read(LEDGER).where((F.col("silver") > 0) & F.col("feed").isin(list(feeds)))
    first = brought.agg(F.min("first_day").alias("first")).collect()[0]["first"]
    return first or date.min


def of_the_site(lake: Lake, site: Site, table: Table, days: Days) -> tuple[tuple[Rule, ...], Told]:
    """Rules of the table that the site's configuration makes, and the numbers for them."""
    if table is LEDGER:
        return freshness(tuple(site.feeds)), silence(lake, site, days)
    return undeclared(lake, site, table, days)


def docs(context: Context) -> Path:
    """Where data docs go: beside the tables, or, when the lake is no folder of this machine, where lists go."""
    place = urlparse(context.lake.root)
    folder = Path(place.path) if place.scheme in ("", "file") else context.settings.published.parent
    return folder / "quality" / "data_docs"


def record(lake: Lake, job: str, verdicts: Iterable[Verdict], days: Days) -> None:
    """Keep the counts of these days; other tables' verdicts of the same days stay as they are."""
    verdicts = list(verdicts)
    kept = lake.read(VERDICT, days).where(~F.col("table").isin([v.table for v in verdicts]))
    rows = [
        (
            count.day,
            verdict.table,
            count.rule.name,
            job,
            count.rule.says,
            count.rule.severity,
            count.rows,
            count.violations,
            count.passed,
            count.finding,
        )
        for verdict in verdicts
        for count in verdict.counts
    ]
    if rows:
        found = lake.spark.createDataFrame(pd.DataFrame(rows, columns=list(VERDICT.names)), VERDICT.schema())
        lake.write(VERDICT, kept.unionByName(found), days)


def gate_night(
    lake: Lake,
    tables: Iterable[Table],
    days: Days,
    *,
    job: str = "night",
    site: Site | None = None,
    docs: Path | None = None,
) -> tuple[Verdict, ...]:
    """Judge `days` of each table (a table without a day: all of it) and keep the verdicts in quality.verdict.

    With `site`, its silent feeds are judged along with the ledger of landed files, and with a log the zones that it
    names; with `docs`, each judgement becomes a page there. Warnings are logged and returned.
    Raises GateFailed when a critical rule is broken, after every table was judged.
    """

    def tallied(table: Table) -> Tally:
        extra, told = of_the_site(lake, site, table, days) if site else ((), {})
        return tally(
            lake.read(table, days if table.day else None),
            table,
            list(days) if table.day else [days.last],
            extra=extra,
            told=told,
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        pool.submit(library)  # takes seconds to import: let it do so while Spark counts
        verdicts = [judge(found, docs) for found in pool.map(tallied, tables)]
    record(lake, job, verdicts, days)
    for verdict in verdicts:
        tell(verdict, days)
    enforce(verdicts)
    return tuple(verdicts)


def tell(verdict: Verdict, days: Days) -> None:
    """Log each broken rule once, on however many days it was: a feed that rests on weekends is not sixty warnings."""
    by_rule: dict[str, list[Count]] = {}
    for count in verdict.warnings:
        by_rule.setdefault(count.rule.name, []).append(count)
    for counts in by_rule.values():
        more = f" (so on {len(counts)} of {len(days)} days)" if len(counts) > 1 else ""
        log.warning("%s of %s: %s%s", verdict.table, counts[0].day, counts[0].finding, more)


def enforce(verdicts: Iterable[Verdict]) -> None:
    """Raises one GateFailed for all verdicts that stop."""
    stopped = []
    for verdict in verdicts:
        try:
            verdict.enforce()
        except GateFailed as failed:
            stopped.append(failed)
    if stopped:
        first = min(failed.day for failed in stopped if failed.day)
        reasons = [reason for failed in stopped if failed.day == first for reason in failed.reasons]
        raise GateFailed("\n".join(map(str, stopped)), first, reasons)
