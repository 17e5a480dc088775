"""What ran, what is published, who scores, what is stale, and what to do next. Counts, days and versions only."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from expectations.errors import ConfigurationError
from expectations.gold import RISK_LIST, SCORE, SURPRISE
from expectations.quality import DRIFT, VERDICT
from expectations.silver import LEDGER
from expectations.table import Table
from feeds.catalog import catalog
from jobs import watched
from jobs.catalog import NIGHTLY
from jobs.lake import Lake
from jobs.landing.files import find
from jobs.report import journal, publish
from jobs.session import session
from jobs.settings import Settings
from jobs.site import Site, load_site

ROSTERS = ("people", "cards")
"""Deliveries that a site may declare beside the feeds."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a table holds. `rows` are those of its newest day."""

    table: str
    job: str
    days: int
    newest: date
    rows: int


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a lake."""

    held: Sequence[Held]
    unread: dict[date, int]
    """Delivery → files that a job will read, new since it was conformed or of another size."""
    published: date | None
    leads: int
    watched: Sequence[str] = ()
    """Drift and shadow, each in a line."""
    stopped: Mapping[str, Any] | None = None
    """The night that was stopped since the last list, with its reasons: what marks that list stale."""
    begun: Sequence[date] = ()
    """Nights whose publication was begun and has not ended."""
    unconfigured: Sequence[str] = ()
    """Feeds and rosters that landed and that the site's configuration does not name: no job reads them."""

    def newest(self, table: Table) -> date | None:
        """The newest day of a table."""
        return next((one.newest for one in self.held if one.table == table.name), None)


def report(settings: Settings) -> str:
    """The state of the lake as text."""
    with ThreadPoolExecutor(1) as meanwhile:
        models = meanwhile.submit(standing, settings.mlflow)
        spark = session("postern status", "local[2]" if settings.master.startswith("local") else settings.master)
    try:
        state = look(Lake(spark, settings.lake), settings.published, configured(settings.site))
    finally:
        spark.stop()
    lines = [f"lake {settings.lake}", "", f"{'table':20} {'job':12} {'nights':>6}  {'newest':10} {'rows then':>12}"]
    lines += [f"{h.table:20} {h.job:12} {h.days:>6}  {h.newest} {h.rows:>12,}" for h in state.held]
    if not state.held:
        lines.append("(no table yet)")
    told = f"{state.published}, {state.leads} leads" if state.published else "nothing yet"
    lines += [
        "",
        f"published  {told}",
        *(f"model      {sentence}" for sentence in models.result()),
        *(f"watched    {sentence}" for sentence in state.watched),
        *(f"stale      {sentence}" for sentence in stale(state)),
        *([f"unread     landed, not configured: {', '.join(state.unconfigured)}"] if state.unconfigured else []),
        f"next       {step(state)}",
    ]
    return "\n".join(lines)


def standing(uri: str) -> list[str]:
    """Who scores and who would like to. MLflow takes seconds to import, as the JVM does to start."""
    from jobs import standing

    return standing.told(uri)


def configured(path: Path) -> Site | None:
    """The site's configuration; None while there is none that can be used, which every job says by itself."""
    try:
        return load_site(path)
    except ConfigurationError:
        return None


def look(lake: Lake, root: Path, site: Site | None = None) -> State:
    """Read the state: rows by day of every table in one pass, and the mark in `root`, where lists are published.

    Deliveries that `site` does not name wait for nobody; without a site all of them wait.
    """
    writer = {
        table: job.name for job in NIGHTLY for table in job.writes if table is not VERDICT and table.day is not None
    }
    there = [table for table in writer if lake.exists(table)]
    counted: dict[str, dict[date, int]] = {}
    if there:
        parts = [
            lake.read(table).groupBy(F.lit(table.name).alias("table"), F.col(str(table.day)).alias("day")).count()
            for table in there
        ]
        for row in reduce(DataFrame.unionByName, parts).collect():
            counted.setdefault(row["table"], {})[row["day"]] = row["count"]
    held = [
        Held(table.name, writer[table], len(days), max(days), days[max(days)])
        for table in there
        if (days := counted.get(table.name))
    ]
    listed = counted.get(RISK_LIST.name, {})
    published = max(listed, default=None)
    leads = listed[published] if published else 0
    seen = max(counted.get(DRIFT.name, {}), default=None)
    told = [
        watched.drift(lake, seen) if seen else None,
        watched.shadow(lake, published, leads) if published else None,
        watched.declared(site, published) if site and published else None,
        watched.upheaval(lake, published) if published else None,
        watched.crowds(lake, published) if published else None,
        watched.shared(lake, published) if published else None,
        watched.silences(lake, published) if published else None,
    ]
    watch = [line for line in told if line]
    waiting, unconfigured = landed(lake, site)
    begun = tuple(journal.begun(root))
    return State(held, waiting, published, leads, watch, publish.stale(root), begun, unconfigured)


def landed(lake: Lake, site: Site | None) -> tuple[dict[date, int], list[str]]:
    """Files that the ledger does not know, or knows with another size, by delivery; what the site does not name."""
    read = {(row["file"], row["bytes"]) for row in lake.read(LEDGER).select("file", "bytes").collect()}
    known = {*catalog(), *ROSTERS}
    named = {*site.feeds, *site.people.kinds} if site else known
    files = find(lake.spark, lake.root, sorted(known))
    waiting = Counter(file.landed for file in files if file.feed in named and (file.name, file.size) not in read)
    return dict(sorted(waiting.items())), sorted({file.feed for file in files} - named)


def stale(state: State) -> list[str]:
    """What no longer says what the files say."""
    told = []
    if state.stopped:
        told.append(f"the night of {state.stopped['day']} was stopped: {' '.join(state.stopped['reasons'])}")
    if state.begun:
        nights = ", ".join(map(str, state.begun))
        told.append(
            f"publishing the list of {nights} was begun and has not ended: its run is at work, or was cut short"
        )
    done = state.newest(LEDGER)
    late = {day: count for day, count in state.unread.items() if done and day <= done}
    if late:
        told.append(
            f"{sum(late.values())} files landed or changed after their delivery ({min(late)} … {max(late)}) was read"
        )
    scored = state.newest(SCORE)
    if state.published and scored and state.published < scored:
        told.append(f"the list is of {state.published}, the newest scored night is {scored}")
    behind = state.newest(SURPRISE)
    if scored and behind and scored < behind:
        told.append(f"nights are scored up to {scored}, known up to {behind}")
    return told


def step(state: State) -> str:
    """The one thing to do now."""
    scored = state.newest(SCORE)
    if state.unread:
        first, last = min(state.unread), max([*state.unread, *([scored] if scored else [])])
        return f"postern night --day {first}" if first == last else f"postern backfill --from {first} --to {last}"
    if state.begun:
        return f"postern risk_list --day {state.begun[-1]}: it first finishes what was begun"
    if state.stopped:
        return f"postern night --day {state.stopped['day']}, once what stopped it is mended"
    if state.held and not scored:
        return "postern train: the nights that follow are scored by it"
    if state.published and scored and state.published < scored:
        return f"postern risk_list --day {scored}: it says why the list was not published"
    return (
        "nothing: all that landed and is configured is read"
        if state.held
        else "land files in landing/<feed>/<day>/ of the lake, or postern demo"
    )
