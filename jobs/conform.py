"""Landed files → silver. Every landed row becomes an event, an exact duplicate, or a quarantined row with its reason.

All files of the deliveries are parsed before anything is written, so a file that cannot be read stops the run with
the tables as they were. Writing replaces what these deliveries brought before, so a run may be repeated.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from pyspark.sql import functions as F

from expectations.errors import GateFailed, LandingError, NothingLanded
from expectations.silver import LEDGER, QUARANTINE
from expectations.table import Table
from feeds.catalog import catalog
from feeds.site import Site
from jobs.abreast import AT_ONCE, abreast
from jobs.batch import Batch, batch, sums
from jobs.context import Context
from jobs.days import Days
from jobs.identity import Pseudonyms, pseudonym_key
from jobs.lake import Lake
from jobs.landing.files import LandedFile, find
from jobs.people import Rosters
from jobs.places import write_places
from jobs.rest import resting
from jobs.rows import frame

log = logging.getLogger("postern")


def run(context: Context, days: Days) -> None:
    """The job."""
    conform(context.lake, context.site, days)


def conform(lake: Lake, site: Site, days: Days) -> set[date]:
    """Conform the deliveries of `days`; returns the earlier days that late rows touched, to be recomputed.

    Raises LandingError when a file cannot be read, a required feed is missing or a delivery conformed before is gone,
    NothingLanded when no delivery came, GateFailed when rows were lost on the way; in each case nothing was written.
    """
    known = catalog()
    found = find(lake.spark, lake.root, sorted(known), days)
    for name in sorted({file.feed for file in found} - set(site.feeds)):
        log.warning("landing/%s holds deliveries, but the site's configuration has no feeds.%s: not read", name, name)
    files = {name: [file for file in found if file.feed == name] for name in sorted(site.feeds)}
    check_landed(lake, site, days, files)
    people = Rosters(lake, site, days, Pseudonyms(pseudonym_key()))
    check_held(lake, days, found, people)
    later = has_later(lake, days)
    batches: list[Batch] = []
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            begun = [
                pool.submit(batch, lake, site, known[name], mine, people, days, later)
                for name, mine in files.items()
                if mine
            ]
        # All have ended; those that succeeded are kept track of before the first failure is told.
        batches += [future.result() for future in begun if future.exception() is None]
        for future in begun:
            future.result()
        reconcile(batches)
        write(lake, site, days, batches, people)
    finally:
        for one in batches:
            one.rows.unpersist()
            if one.repeats is not None:
                one.repeats.unpersist()
    late = {day for one in batches for day in one.touched if day < days.start}
    if late:
        log.warning(
            "late rows touch %d earlier day(s), %s … %s: run `postern backfill --from %s --to %s` to recompute them",
            len(late), min(late), max(late), min(late), days.last,
        )  # fmt: skip
    return late


def check_landed(lake: Lake, site: Site, days: Days, files: dict[str, list[LandedFile]]) -> None:
    """Raises LandingError for a required feed without a file, NothingLanded when there is nothing at all to work on.

    Neither on days of rest: nobody was there.
    """
    if not any(files.values()) and resting(lake, site, days) == frozenset(days):
        log.info("no delivery for %s, and none was due: nobody comes on free days", days)
        return
    for name, config in site.feeds.items():
        if config.required and not files[name]:
            raise LandingError(
                f"feed {name} is required and has no delivery for {days}: expected files in "
                f"landing/{name}/{days.last}/, got none. Nothing was written. "
                "Next: have it delivered, or write required: false for this feed."
            )
    silent = [name for name, mine in files.items() if not mine]
    if len(silent) == len(files):
        held = [name for name in silent if not lake.read(catalog()[name].table, days).isEmpty()]
        if not held and not any(has_events(lake, catalog()[name].table, days) for name in silent):
            raise NothingLanded(
                f"no feed has a delivery for {days}: expected files in landing/<feed>/{days.last}/ for one of "
                f"{', '.join(silent)}. Next: land them, or run a day that has some."
            )
    elif silent:
        log.warning("no delivery for %s from: %s", days, ", ".join(silent))


def check_held(lake: Lake, days: Days, logs: Sequence[LandedFile], people: Rosters) -> None:
    """Raises LandingError when all logs of a delivery that was conformed before are gone; warns of single files.

    Files are purged, and mounts are missing: a whole delivery counts as taken back only where a file without rows, in
    its place, says so.
    """
    held = lake.read(LEDGER, days).where("rows > 0").select("landed", "feed", "file").collect()
    here, lost = {file.landed for file in logs}, dict[date, set[str]]()
    for row in held:
        if row["feed"] in catalog() and row["landed"] not in here:
            lost.setdefault(row["landed"], set()).add(row["feed"])
    if lost:
        day = min(lost)
        more = f" and those of {len(lost) - 1} later day(s), to {max(lost)}," if len(lost) > 1 else ""
        raise LandingError(
            f"the files that were landed on {day}{more} are gone, and silver holds what they brought: expected some in "
            f"landing/<feed>/{day}/ for one of {', '.join(sorted(lost[day]))}, got none. Nothing was written. Next: "
            "restore them, or run days whose files are still there; to take a delivery back on purpose, leave a file "
            "without rows in its place (of a CSV, its header)."
        )
    rosters = [file for of_kind in people.deliveries.values() for files in of_kind.values() for file in files]
    names, read = {file.name for file in (*logs, *rosters)}, {*catalog(), *people.deliveries}
    gone = [row["landed"] for row in held if row["feed"] in read and row["file"] not in names]
    if gone:
        log.warning(
            "%d landed file(s) that silver was made from are gone, first of %s: what they brought is taken back",
            len(gone), min(gone),
        )  # fmt: skip


def has_later(lake: Lake, days: Days) -> bool:
    """Whether a delivery after these days was conformed before."""
    return lake.exists(LEDGER) and not lake.read(LEDGER).where(F.col("landed") >= F.lit(days.end)).isEmpty()


def has_events(lake: Lake, table: Table, days: Days) -> bool:
    """Whether an earlier or later delivery brought events of these days."""
    if not lake.exists(table):
        return False
    inside = (F.col("day") >= F.lit(days.start)) & (F.col("day") < F.lit(days.end))
    return not lake.read(table).where(inside).isEmpty()


def reconcile(batches: Sequence[Batch]) -> None:
    """Raises GateFailed when a file's rows, counted when it was read, are not all accounted for."""
    lost = [
        (row["landed"], row["file"], row["rows"], row["silver"] + row["quarantined"] + row["duplicates"])
        for one in batches
        for row in one.ledger
        if row["rows"] != row["silver"] + row["quarantined"] + row["duplicates"]
    ]
    if lost:
        day, name, landed, accounted = min(lost)
        raise GateFailed(
            f"{len(lost)} landed file(s) do not reconcile: landing/{name} has {landed} rows, {accounted} are "
            "accounted for in silver, quarantine and duplicates. Nothing was written. Next: report this file's layout: "
            "it is our fault.",
            day,
            [f"landing/{name} has {landed} rows, {accounted} are accounted for"],
        )


def write(lake: Lake, site: Site, days: Days, batches: Sequence[Batch], people: Rosters) -> None:
    """Write all tables; the ledger last, so that what it tells is there."""
    writes: list[Callable[[], None]] = [partial(lake.write, one.feed.table, one.events(), days) for one in batches]
    written = {one.feed.name for one in batches}
    for feed in catalog().values():
        if feed.name not in written and lake.exists(feed.table) and not lake.read(feed.table, days).isEmpty():
            writes.append(partial(lake.write, feed.table, lake.empty(feed.table), days))  # a delivery taken back
    bad = frame(lake.spark, people.quarantine, QUARANTINE.schema())
    for one in batches:
        if any(row["quarantined"] for row in one.ledger):
            bad = bad.unionByName(one.quarantine())
    writes.append(partial(lake.write, QUARANTINE, bad, days))
    writes.append(partial(people.write, [(one.kind, one.rows) for one in batches]))
    reads = [one.rows.where(F.col("_reason").isNull()) for one in batches if "door" in one.feed.table.names]
    writes.append(partial(write_places, lake, site, reads))
    abreast(*writes)
    ledger = [row for one in batches for row in one.ledger] + people.ledger
    rows = [tuple(row[column] for column in LEDGER.names) for row in ledger]
    lake.write(LEDGER, frame(lake.spark, rows, LEDGER.schema()), days)
    log.info("conform %s: %s", days, sums(ledger))
