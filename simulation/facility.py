"""The whole facility, day by day: people walk and work, systems record it, files are delivered."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from simulation import activity, alarms, computers, deeds, disturbances, faults, programme, scenarios, shifts
from simulation.activity import Words
from simulation.cards import NO_BADGE, CardLedger
from simulation.clock import span
from simulation.delivery import FILES, Desk, Format, rows_to_csv
from simulation.disturbances import Disturbed, brought_in, disturb
from simulation.draws import Ints, stream
from simulation.layout import Layout, build
from simulation.movement import RESULTS, Reads, walk
from simulation.people import Population, hire
from simulation.roster import ROSTER, changes_on, roster
from simulation.site import write_site

FEEDS = tuple(FILES)
CARDS = ("badge", "person", "valid_from", "valid_to")


@dataclass(frozen=True)
class Facility:
    """What stays the same over the span."""

    population: Population
    layout: Layout
    words: Words
    plants: Sequence[scenarios.Plant]
    days: Sequence[date]
    seed: int
    pace: float  # multiplies everybody's walking about
    disturbed: Disturbed


def open_facility(
    people: int, days: int, end: date, seed: int, insiders: Mapping[str, int], pace: float = 1.0,
    disturbances: Collection[str] = (), intensity: float = 1.0,
    at_the_end: bool = True,
) -> Facility:  # fmt: skip
    """A facility of `people` persons over the `days` days that end with `end`."""
    layout = build(people)
    dates = span(end, days)
    disturbed = disturb(layout, dates, disturbances, seed)
    population = brought_in(hire(people, dates[0], layout, seed), disturbed.outage)
    plants = scenarios.plant(
        population, layout, dates, insiders, seed, intensity, disturbed.outage, at_the_end=at_the_end
    )
    return Facility(population, layout, Words.of(population), plants, dates, seed, pace, disturbed)


def run(facility: Facility, lake: Path, feeds: Sequence[str], access_format: Format) -> Iterator[int]:
    """Write site.yaml, truth/ and landing/; yields the rows delivered after each day."""
    landing = lake / "landing"
    desks = {f: Desk(landing, f, access_format if f == "access" else "csv", facility.seed) for f in FEEDS if f in feeds}
    ledger = CardLedger(facility.population, facility.days[0], facility.seed)
    write_site(lake / "site.yaml", facility.layout, facility.days, feeds, access_format)
    people, events = scenarios.answers(facility.population, facility.plants)
    rows_to_csv(lake / "truth" / "answers.csv", ("scenario", "person", "start", "end"), people)
    rows_to_csv(lake / "truth" / "events.csv", ("scenario", "person", "day"), events)
    rows_to_csv(lake / "truth" / "disturbances.csv", ("kind", "place", "day"), facility.disturbed.rows(facility.layout))
    for day in facility.days:
        tables, cards_changed = record(facility, ledger, day, feeds)
        first = day == facility.days[0]
        if first or changes_on(facility.population, day):
            rows_to_csv(landing / "people" / day.isoformat() / "people.csv", ROSTER, roster(facility.population, day))
        if first or cards_changed:
            rows_to_csv(landing / "cards" / day.isoformat() / "cards.csv", CARDS, ledger.rows)
        yield sum(desks[feed].deliver(rows, day) for feed, rows in tables.items())


def record(facility: Facility, ledger: CardLedger, day: date, feeds: Sequence[str]) -> tuple[dict[str, pa.Table], bool]:
    """The rows of each feed from the shifts that start on this day, and whether any card changed hands."""
    population, seed = facility.population, facility.seed
    outage = day in facility.disturbed.outage
    planted = deeds.of_day(population, facility.layout, facility.plants, day, seed)
    stints = deeds.lengthened(shifts.stints(population, day, seed, outage=outage), planted)
    badges, cards_changed = ledger.day(day, stints)
    tables: dict[str, pa.Table] = {}
    if {"access", "alarm"} & set(feeds):
        known = np.isin(stints.person, planted.persons)
        badges = np.where(known, ledger.holds[stints.person], badges)
        parts = _moved(facility, ledger, stints, badges, planted, day)
        if "access" in feeds:
            tables["access"] = _access(facility, ledger, parts, day)
        if "alarm" in feeds:
            watches = alarms.watches(facility.layout, parts[0][0], stints)
            tables["alarm"] = alarms.answered(facility.words, facility.layout, watches, planted, day, seed)
    if set(feeds) - {"access", "alarm"}:
        made = _at_computers(facility, stints, planted, day)
        tables |= {feed: made[feed] for feed in feeds if feed in made}
    return tables, cards_changed


def _at_computers(facility: Facility, stints: shifts.Stints, planted: deeds.Deeds, day: date) -> dict[str, pa.Table]:
    population, words, seed = facility.population, facility.words, facility.seed
    draw = stream(seed, "deeds at computers", day)
    ordinary = computers.ordinary(population, stints, day, seed)
    elsewhere = computers.elsewhere(population, stints, day, seed)
    devices, files = activity.media(population, words, ordinary, day, seed)
    copies = np.array([c[4] for c in planted.copies], dtype=np.int64)
    stolen_on, stolen = activity.copied(words, deeds.sessions([c[:4] for c in planted.copies]), copies, draw)
    # The planted come last: whether somebody forgets to log off must not depend on them.
    logons = computers.joined(ordinary, elsewhere, deeds.sessions(planted.sessions))
    mail = activity.mail(population, words, ordinary, day, seed), _mass(facility, planted, draw)
    web = activity.web(population, words, ordinary, day, seed), _uploads(words, planted, draw)
    return {
        "logon": activity.logons(words, logons, day, seed),
        "mail": pa.concat_tables(mail),
        "media": pa.concat_tables([devices, stolen_on]),
        "file": pa.concat_tables([files, stolen]),
        "web": pa.concat_tables(web),
    }


def _moved(
    facility: Facility, ledger: CardLedger, stints: shifts.Stints, badges: Ints, planted: deeds.Deeds, day: date
) -> list[tuple[Reads, Ints]]:
    """The reads that everybody's ways make, with the badge of each stay: of ordinary stays, then of planted ones."""
    population, layout, seed = facility.population, facility.layout, facility.seed
    badged = badges != NO_BADGE
    told = programme.appointments(population, layout, stints, day, seed, badged=badged, planted=planted)
    unread = np.array([planted.unread.get(p, 0.0) for p in stints.person.tolist()])
    ordinary = walk(
        population, layout, stints, day, seed, facility.pace, deeds.errands(stints, planted), appointments=told,
        unread=unread,
    )  # fmt: skip
    parts = [(deeds.unused(ordinary, stints, planted), badges)]
    if planted.stays:
        extra, visits = deeds.stays(planted)
        told = programme.visits(population, layout, extra, planted)
        reads = walk(population, layout, extra, day, seed, 0.0, visits, "planted movement", told)
        parts.append((reads, ledger.holds[extra.person]))
    return parts


def _access(facility: Facility, ledger: CardLedger, parts: Sequence[tuple[Reads, Ints]], day: date) -> pa.Table:
    layout, seed = facility.layout, facility.seed
    state = disturbances.disturbed(faults.readers(len(layout.door_names), day, seed), facility.disturbed, layout, day)
    tables = [
        _reads(layout, ledger, reads, held, state, stream(seed, f"stutter {i}", day))
        for i, (reads, held) in enumerate(parts)
    ]
    return pa.concat_tables(tables)


def _reads(
    layout: Layout, ledger: CardLedger, reads: Reads, badges: Ints, state: faults.Readers, draw: np.random.Generator
) -> pa.Table:
    reads = faults.stuttered(reads, state, draw)
    recorded, second = faults.seen(reads, state, draw)
    keep = np.flatnonzero(recorded & (badges[reads.stint] != NO_BADGE))

    def named(index: Ints, words: Sequence[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(index[keep].astype(np.int32)), pa.array(words)).cast(pa.string())

    return pa.table({
        "second": pa.array(second[keep]),
        "card_no": named(badges[reads.stint], ledger.numbers),
        "reader": named(reads.door, layout.door_names),
        "direction": named(reads.inward.astype(np.int64), ("OUT", "IN")),
        "result": named(reads.result, RESULTS),
    })  # fmt: skip


def _mass(facility: Facility, planted: deeds.Deeds, draw: np.random.Generator) -> pa.Table:
    sender, machine, second = np.array(planted.mails, dtype=np.float64).reshape(-1, 3).T
    everybody = [draw.permutation(len(facility.population))[:250] for _ in planted.mails]
    return activity.mass_mail(
        facility.words, sender.astype(np.int64), machine.astype(np.int64), second, everybody, draw
    )


def _uploads(words: Words, planted: deeds.Deeds, draw: np.random.Generator) -> pa.Table:
    person, machine, second = np.array(planted.uploads, dtype=np.float64).reshape(-1, 3).T
    page = activity.pages_of("file_sharing", draw.random(len(person)))
    return activity.pages(words, person.astype(np.int64), machine.astype(np.int64), second, page)
