"""Read what a page says of its night from the lake: doubts, who left the list or has no score, audits, versions."""

from datetime import date

from pyspark.sql import functions as F

from expectations.gold import DRIVER, RISK, SCORE, UNSCORED
from expectations.gold_day import DAY_GRAPH, PLACE_DAY
from expectations.quality import CLOCK, DOUBT, FAIRNESS, VERDICT
from features.catalog import PERSON_DAY
from features.doubt import ONE_SIDED, REFUSING, why
from features.silence import FEED
from jobs import provenance
from jobs.clocks import said
from jobs.days import Days
from jobs.lake import Lake
from jobs.report.fairness import Fairness, Treated
from jobs.report.night import Gone, Lead
from jobs.report.walk_facts import of

DOUBTED = 5
"""Readers in doubt told one by one."""
MEANT = {"door": "the door", "gap": "the way", REFUSING: "the door", ONE_SIDED: "the way"}
LOOK = {
    None: "Have its clock and its reader looked at.",
    False: "Nobody was read there meanwhile: its reader lost reads. Have it looked at.",
    True: "{read} others were read there meanwhile: a door was held open, or one reader of several lost reads. Have "
    "the door looked at, then its readers.",
}
"""What a reader in doubt is, and who should see to what, by whether others were read there meanwhile: see
features.doubt, features.held_open."""

READ = (PERSON_DAY, PLACE_DAY, DAY_GRAPH, SCORE, RISK, DRIVER, UNSCORED)
"""Tables whose versions the list tells."""


def doubts(lake: Lake, day: date) -> tuple[str, ...]:
    """Feeds and readers by which nobody is judged that day, a sentence each, of many readers one as of an outage; and
    clocks that were wrong."""
    rows = lake.read(DOUBT, Days.one(day)).orderBy(F.desc("people"), "kind", "place").collect()
    silences = [
        f"feeds: nobody was judged by {row['place']!r}: {row['people']} people are missing there. Ask for what was not "
        "delivered."
        for row in rows
        if row["kind"] == FEED
    ]
    readers = [row for row in rows if row["kind"] != FEED]
    told = [
        f"access: nobody was judged by {MEANT[row['kind']]} {row['place']!r}: {why(row['kind'], row['people'])}. "
        f"{looked_at(row['read'])}"
        for row in readers[:DOUBTED]
    ]
    if len(readers) > DOUBTED:
        told.append(
            f"access: {len(readers) - DOUBTED} more doors and ways were in doubt: an outage rather than single readers."
        )
    return (*silences, *wrong_clocks(lake, day), *told)


def wrong_clocks(lake: Lake, day: date) -> tuple[str, ...]:
    """Readers whose clocks were wrong that day, in one sentence."""
    rows = lake.read(CLOCK, Days.one(day)).orderBy(F.desc(F.abs("behind")), "door").collect()
    if not rows:
        return ()
    named = ", ".join(f"{row['door']!r} {said(row['behind'])}" for row in rows[:DOUBTED])
    more = f" and {len(rows) - DOUBTED} more" if len(rows) > DOUBTED else ""
    return (f"access: clocks of doors were wrong: {named}{more}. Their reads were moved by as much. Have them set.",)


def looked_at(read: int | None) -> str:
    """What to do about a reader in doubt; `read` is told of ways alone."""
    return LOOK[None if read is None else read > 0].format(read=read)


def gone(lake: Lake, day: date, previous: list[Lead], leads: list[Lead]) -> tuple[Gone, ...]:
    """Who left the list, and why."""
    left = {lead.person: lead.rank for lead in previous}
    for lead in leads:
        left.pop(lead.person, None)
    if not left:
        return ()
    now = {row["person"]: row for row in of(lake.read(RISK, Days.one(day)), list(left)).collect()}
    told = []
    for person, rank in sorted(left.items(), key=lambda item: item[1]):
        row = now.get(person)
        if row is None or not row["active"]:
            why = "absent: no event in any feed"
        elif row["rank"] is None:
            why = "active, but not ranked"
        elif row["rank"] <= len(leads):
            # A control lead has the place; which one is nobody's to know.
            why = "just below the list now"
        else:
            why = f"now ranks {row['rank']}"
        told.append(Gone(person, rank, why))
    return tuple(told)


def unscored(lake: Lake, day: date) -> dict[str, tuple[int, ...]]:
    """Reason to pseudonyms, most frequent reason first."""
    rows = lake.read(UNSCORED, Days.one(day)).groupBy("reason").agg(F.sort_array(F.collect_list("person")).alias("who"))
    told = {row["reason"]: tuple(row["who"]) for row in rows.collect()}
    return dict(sorted(told.items(), key=lambda item: (-len(item[1]), item[0])))


def broken(lake: Lake, days: Days, severity: str) -> list[tuple[date, str, str]]:
    """(day, table, finding) of every broken rule of that severity."""
    rows = lake.read(VERDICT, days).where(~F.col("passed") & (F.col("severity") == severity))
    return [(row["day"], row["table"], row["finding"]) for row in rows.orderBy("day", "table", "rule").collect()]


def fairness(lake: Lake, day: date) -> Fairness | None:
    """The newest audit of a night before `day`; its groups, those led to most often first."""
    older = lake.read(FAIRNESS).where(F.col("day") < F.lit(day))
    newest = older.agg(F.max("day").alias("day")).collect()[0]["day"]
    if newest is None:
        return None
    rows = (
        older.where(F.col("day") == F.lit(newest))
        .orderBy(F.desc_nulls_first("disparity"), "attribute", "group")
        .collect()
    )
    groups = [
        Treated(
            *(row[name] for name in ("attribute", "group", "people", "differs")),
            *((row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in ("flag_rate", "disparity", "called")),
        )
        for row in rows
    ]
    shares: dict[str, list[float]] = {}
    for row in rows:
        shares.setdefault(row["attribute"], []).append(row["flag_rate"])
    parity = {name: min(told) / max(told) for name, told in sorted(shares.items()) if max(told) > 0}
    return Fairness(rows[0]["first"], newest, tuple(groups), parity)


def versions(lake: Lake) -> dict[str, str]:
    """From what the page was made: the hash of the project's code, and each table's Delta version."""
    found = {table.name: lake.version(table) for table in READ}
    return {"code": provenance.code()} | {name: str(number) for name, number in found.items() if number is not None}
