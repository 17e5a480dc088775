"""The list: staged, checked, and only then published, as a table and as files.

A critical rule that is broken publishes nothing: the last good list stays, and jobs.night marks it stale. Nights are
published in order up to the first that fails, as they would be one by one.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.gate import Verdict, check
from expectations.gold import DRIVER, NIGHT, RISK, RISK_LIST, SCORE, UNSCORED
from expectations.silver import PEOPLE
from jobs import watched
from jobs.abreast import AT_ONCE
from jobs.context import Context
from jobs.days import Days
from jobs.gates import docs, freshness, record, silence, tell
from jobs.lake import Lake
from jobs.list_gate import LIST_RULES, list_numbers
from jobs.matrix import arrow, rows_of
from jobs.provenance import configuration
from jobs.report import exports, journal, lead_facts, night_facts, publish
from jobs.report.night import Lead, Night
from jobs.report.page import as_html
from jobs.report.walk_facts import of
from jobs.rest import resting
from jobs.site_graph import graph_of
from models.controls import drawn

log = logging.getLogger("postern")


def run(context: Context, days: Days, *, every_report: bool = False) -> None:
    """Publish the list of each day; files of the last one only, or of `every_report`.

    Days without anyone active, such as a closed Sunday, have no list; a night run by itself stops there, unless it is
    one of rest.
    Raises GateFailed when a critical rule is broken.
    """
    lake, budget, root = context.lake, context.site.list.budget, context.settings.published
    with journal.alone(root):
        finish(lake, root)  # first, for a gate may stop this night
    with ThreadPoolExecutor(AT_ONCE) as pool:
        counted = pool.submit(people, lake, days)
        leads = staged(lake, days, budget, context.site.list.control_share)
    active, followed = counted.result()
    judged = [day for day in days if active.get(day) or (len(days) == 1 and not resting(lake, context.site, days))]
    verdict = judge(context, days, judged, leads, active, followed)
    record(lake, "risk_list", [verdict], days)
    stopped = {count.day for count in verdict.stops}
    good = list(takewhile(lambda day: day not in stopped, days))
    listed = {day: leads[day] for day in good if day in judged}
    if good:
        # Rendered before anything is committed: a page that cannot be made must not leave a list without one.
        wanted = list(listed) if every_report else list(listed)[-1:]
        files = {day: rendered(context, verdict.on(day), day, leads, active[day]) for day in wanted}
        with journal.alone(root):
            finish(lake, root)
            hidden = {day: publish.stage(root, day, told) for day, told in files.items()}
            journal.begin(root, hidden)
            lake.write(RISK_LIST, frame(lake, listed), Days.through(days.start, good[-1]))
            for day in wanted:
                publish.publish(root, day, hidden[day])
                log.info("published the list of %s: %s", day, root / str(day) / "report.html")
            journal.end(root)
    tell(verdict, days)
    verdict.enforce()


def finish(lake: Lake, root: Path) -> None:
    """Put in place the files of lists that a killed run committed."""

    def committed(day: date) -> journal.Listed:
        rows = lake.read(RISK_LIST, Days.one(day)).select("rank", "person", "risk").orderBy("rank").collect()
        return [(row["rank"], row["person"], row["risk"]) for row in rows]

    for day in journal.finish(root, committed):
        log.warning("finished publishing the list of %s, which a run that was cut short had begun", day)


def people(lake: Lake, days: Days) -> tuple[dict[date, int], dict[date, int]]:
    """People with an event, and people followed, per day: with anything remembered, or on the roster without events."""
    known = lake.read(UNSCORED, days).select("day", "person", F.lit(False).alias("active"))
    both = lake.read(RISK, days).select("day", "person", "active").unionByName(known)
    counts = F.count_if("active").alias("active"), F.count_distinct("person").alias("followed")
    rows = both.groupBy("day").agg(*counts).collect()
    return {row["day"]: int(row["active"]) for row in rows}, {row["day"]: int(row["followed"]) for row in rows}


def staged(lake: Lake, days: Days, budget: int, control_share: float = 0.0) -> dict[date, list[Lead]]:
    """The top `budget` of each day with the day's score and the rank on the list before; days without any are empty.

    Control leads, on average so large a share of them, take the last places: their own risk puts them there.
    """
    chosen = controls(lake, days, budget, control_share)
    told = [(day, person, True) for day, people in chosen.items() for person in people]
    known = lake.spark.createDataFrame(told, "day date, person long, control boolean")
    ranked = lake.read(RISK, days).where("active").select("person", "day", "rank", "risk")
    marked = ranked.join(F.broadcast(known), ["person", "day"], how="left").fillna(False, ["control"])
    top = marked.where((F.col("rank") <= budget) | F.col("control"))
    scored = lake.read(SCORE, days).select("person", "day", "score", "once_in", "model")
    rows = top.join(scored, ["person", "day"], how="left").orderBy("day", "rank", "person").collect()
    leads: dict[date, list[Lead]] = {day: [] for day in days}
    before = {lead.person: lead.rank for lead in before_list(lake, days.start)[1]}
    for day in days:
        mine = [row for row in rows if row["day"] == day]
        earned = [row for row in mine if not row["control"]][: budget - len(chosen.get(day, ()))]
        listed = [*earned, *(row for row in mine if row["control"])]
        for place, row in enumerate(listed, start=1):
            given = {name: row[name] for name in ("person", "risk", "score", "once_in", "model", "control")}
            leads[day].append(Lead(**given, rank=place, previous_rank=before.get(row["person"])))
        if leads[day]:
            before = {lead.person: lead.rank for lead in leads[day]}
    return leads


def controls(lake: Lake, days: Days, budget: int, share: float) -> dict[date, list[int]]:
    """Who was drawn at random on each day: the same as when jobs.risk wrote their reasons."""
    if share <= 0:
        return {}
    table = arrow(lake.read(RISK, days).where("active").select("person", "day", "rank", "risk"), "day", "person")
    day_of, people, risk = (table[name].to_numpy() for name in ("day", "person", "risk"))
    rank = table["rank"].to_numpy(zero_copy_only=False).astype(np.int64)
    nights = ((day, rows_of(day_of, day)) for day in days)
    return {day: drawn(people[n], risk[n], rank[n], budget, share, day).tolist() for day, n in nights}


def before_list(lake: Lake, day: date) -> tuple[date | None, list[Lead]]:
    """The newest list published before `day`, and its day."""
    older = lake.read(RISK_LIST).where(F.col("day") < F.lit(day))
    newest = older.agg(F.max("day").alias("day")).collect()[0]["day"]
    if newest is None:
        return None, []
    rows = older.where(F.col("day") == F.lit(newest)).orderBy("rank").collect()
    return newest, [Lead(**{name: row[name] for name in RISK_LIST.names if name != "day"}) for row in rows]


def judge(
    context: Context,
    days: Days,
    judged: Sequence[date],
    leads: Mapping[date, Sequence[Lead]],
    active: Mapping[date, int],
    followed: Mapping[date, int],
) -> Verdict:
    """The verdict on the staged lists."""
    lake, feeds = context.lake, tuple(context.site.feeds)
    listed = sorted({lead.person for night in leads.values() for lead in night})
    known = {row["person"] for row in of(lake.read(PEOPLE).select("person").distinct(), listed).collect()}
    parts = of(lake.read(DRIVER, days), listed).groupBy("day", "person").agg(F.sum("part").alias("part"))
    sums = {(row["day"], row["person"]): float(row["part"]) for row in parts.collect()}
    told = list_numbers({day: leads[day] for day in judged}, active, followed, known, sums, context.site.list.budget)
    return check(
        frame(lake, {day: leads[day] for day in judged}),
        RISK_LIST,
        list(judged) or [days.last],
        extra=(*LIST_RULES, *freshness(feeds)),
        told={**told, **silence(lake, context.site, days)} if judged else {},
        docs=docs(context),
    )


def frame(lake: Lake, leads: Mapping[date, Sequence[Lead]]) -> DataFrame:
    """The staged lists as rows of gold.risk_list."""
    rows = [(day, lead) for day, listed in leads.items() for lead in listed]
    columns = {
        name: [day for day, _ in rows] if name == "day" else [getattr(lead, name) for _, lead in rows]
        for name in RISK_LIST.names
    }
    kinds = {
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "int": pa.int32(),
        "long": pa.int64(),
        "double": pa.float64(),
        "string": pa.string(),
    }
    arrays = {name: pa.array(told, kinds[RISK_LIST[name].type]) for name, told in columns.items()}
    return lake.spark.createDataFrame(pa.table(arrays), schema=RISK_LIST.schema())


def rendered(
    context: Context, verdict: Verdict, day: date, leads: Mapping[date, Sequence[Lead]], active: int
) -> dict[str, str]:
    """The day's files: name to text."""
    lake, zone = context.lake, ZoneInfo(context.site.site.time_zone)
    earlier = [other for other in leads if other < day and leads[other]]
    previous, listed = (max(earlier), list(leads[max(earlier)])) if earlier else before_list(lake, day)
    since = Days(date.fromordinal(previous.toordinal() + 1), day) if previous and (day - previous).days > 1 else None
    today, mine = Days.one(day), list(leads[day])
    # What the page says is read side by side: each part is a small query, most of which is planning.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        explained = pool.submit(lead_facts.explained, lake, day, mine, zone)
        scored = pool.submit(lake.read(NIGHT, today).collect)
        gone = pool.submit(night_facts.gone, lake, day, listed, mine)
        unscored = pool.submit(night_facts.unscored, lake, day)
        warnings = pool.submit(night_facts.broken, lake, today, "warning")
        missed = pool.submit(night_facts.broken, lake, since, "critical") if since else None
        doubts = pool.submit(night_facts.doubts, lake, day)
        upheaval = pool.submit(watched.upheaval, lake, day)
        versions = pool.submit(night_facts.versions, lake)
        fairness = pool.submit(night_facts.fairness, lake, day)
        # Of the night before: tonight's watch stops no list, so that the list waits for none.
        drift = pool.submit(watched.drift, lake, date.fromordinal(day.toordinal() - 1))
        crowds, shared = pool.submit(watched.crowds, lake, day), pool.submit(watched.shared, lake, day)
    told = scored.result()
    night = Night(
        site=context.site.site.name,
        zone=zone,
        day=day,
        published_at=datetime.now(UTC).astimezone(zone),
        active=active,
        scored=told[0]["scored"] if told else 0,
        innocent=told[0]["innocent"] if told else None,
        past=told[0]["past"] if told else None,
        budget=context.site.list.budget,
        leads=explained.result(),
        previous=previous,
        gone=gone.result(),
        unscored=unscored.result(),
        silent=silent(verdict, tuple(context.site.feeds)),
        warnings=(
            *filter(None, [watched.declared(context.site, day), upheaval.result()]),
            *(f"{table}: {finding}" for _, table, finding in warnings.result()),
            *doubts.result(),
        ),
        missed=tuple(f"{at}: {finding}" for at, _, finding in missed.result()) if missed else (),
        graph=graph_of(context.site),
        versions={**versions.result(), "site": configuration(context.site)},
        fairness=fairness.result(),
        crowds="; ".join(filter(None, [crowds.result(), shared.result()])) or None,
        drift=drift.result(),
    )
    return {
        publish.SHEET: exports.as_csv(night),
        publish.LIST: exports.as_json(night),
        "report.html": as_html(night),
    }


def silent(verdict: Verdict, feeds: Sequence[str]) -> tuple[str, ...]:
    """Feeds whose freshness rule is broken."""
    names = {rule.name: feed for rule, feed in zip(freshness(feeds)[1:], feeds, strict=True)}
    return tuple(names[count.rule.name] for count in verdict.warnings if count.rule.name in names)
