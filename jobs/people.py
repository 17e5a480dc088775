"""The roster in force at each delivery: who holds which identifier when, and what is written about people.

The newest delivery on or before a day counts as the whole roster, so a row is resolved as it would have been on the
night it came: what a later roster says changes nothing before it. Whoever is no longer listed stays in the tables.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from expectations.errors import ConfigurationError, LandingError
from expectations.silver import ADDRESS, LEDGER, PEOPLE
from expectations.vault import IDENTITY, NAME
from feeds.clock import begins
from feeds.roster import EVER, FOREVER, Card, Employment, in_force, merged
from feeds.roster_file import Delivered, read_cards, read_people
from feeds.site import Site
from jobs.days import Days
from jobs.identity import Held, Pseudonyms, address_of, credential_of, held, keyed, recognised
from jobs.lake import Lake
from jobs.landing.files import LandedFile, escaped, find, located
from jobs.listed import Listed, in_lake, told
from jobs.rows import frame, replace_if_changed

log = logging.getLogger("postern")
NEVER = date(9999, 1, 1)


class Rosters:
    """Rosters and cards of a site, read once for a range of deliveries."""

    def __init__(self, lake: Lake, site: Site, days: Days, pseudonyms: Pseudonyms) -> None:
        self.lake, self.site, self.days, self.pseudonyms = lake, site, days, pseudonyms
        check_key(lake, pseudonyms)
        self.ledger: list[dict[str, Any]] = []
        self.quarantine: list[tuple[Any, ...]] = []
        self.known = site.people.roster != "none"
        kinds = site.people.kinds
        files = find(lake.spark, lake.root, kinds) if kinds else []
        # Rows conformed before a repeated night must not lose the people who came since.
        self.conformed = newest_landed(lake)
        self.newest = max([days.last, *self.conformed])
        self.deliveries = {kind: deliveries(files, kind, self.newest) for kind in kinds}
        self.content = contents(lake, self._needed())
        self.parsed: dict[str, Delivered] = {}
        self.parsed_content: dict[tuple[str, str, bytes], Delivered] = {}
        self._account()

    def _needed(self) -> list[LandedFile]:
        """Files in force on some day of the range, or now."""
        wanted = []
        for found in self.deliveries.values():
            first = max((day for day in found if day <= self.days.start), default=self.days.start)
            newest = max(found, default=None)
            wanted += [
                f for day, files in found.items() if first <= day <= self.days.last or day == newest for f in files
            ]
        return wanted

    def _account(self) -> None:
        """Ledger and quarantine of the deliveries in the range."""
        for found in self.deliveries.values():
            for day, files in found.items():
                for file in files if day in self.days else ():
                    held = self.delivered(file)
                    self.ledger.append(
                        {
                            **dict.fromkeys(LEDGER.names),
                            "feed": file.feed,
                            "landed": day,
                            "file": file.name,
                            "bytes": file.size,
                            "rows": held.rows,
                            "silver": len(held.employments) + len(held.cards),
                            "quarantined": len(held.rejected),
                            "duplicates": held.duplicates,
                            "unresolved": 0,
                            "extra_columns": list(held.extra),
                        }
                    )
                    self.quarantine += [(file.feed, day, file.name, *bad) for bad in held.rejected]

    def delivered(self, file: LandedFile) -> Delivered:
        """What a file held; files of the same content are parsed once."""
        if file.name not in self.parsed:
            content = self.content[file.name]
            # A roster that did not change is delivered again every night; its name matters where it tells a month.
            same = (file.feed, file.name.rsplit("/", 1)[1], content)
            if same not in self.parsed_content:
                read = read_people if file.feed == "people" else read_cards
                self.parsed_content[same] = read(content, file.name, self.site)
            self.parsed[file.name] = self.parsed_content[same]
        return self.parsed[file.name]

    def in_force(self, kind: str, day: date) -> date | None:
        """The delivery that counts on a day."""
        return max((landed for landed in self.deliveries.get(kind, {}) if landed <= day), default=None)

    def employments(self, landed: date | None) -> list[Employment]:
        """Everybody on the roster of one delivery."""
        parts = [self.delivered(file) for file in self.deliveries["people"][landed]] if landed else []
        rows = [row for part in parts for row in part.employments]
        return in_force(rows) if self.site.people.roster == "snapshots" else merged(rows)

    def cards(self, landed: date | None) -> list[Card]:
        """Every card of one delivery."""
        parts = [self.delivered(file) for file in self.deliveries["cards"][landed]] if landed else []
        return [row for part in parts for row in part.cards]

    def held(self, day: date) -> list[Held]:
        """Identifiers as known on a day. Raises LandingError when no roster has come yet."""
        people, cards = self.in_force("people", day), self.in_force("cards", day)
        if people is None:
            raise LandingError(
                f"no roster is in force on {day}: expected a delivery in landing/people/<day>/ on or before it, "
                "got none. Nothing was written. Next: land the roster, or write"
                " people.roster: none in the site's configuration."
            )
        return held(self.employments(people), self.cards(cards), self.site.people.cards)

    def resolve(self, rows: DataFrame, landed: Sequence[date]) -> DataFrame:
        """Add `person` and `credential` to rows delivered on some of the days `landed`; NULL where nobody is known."""
        if not self.known:
            key, pattern = self.pseudonyms.key, self.site.people.identity.pattern
            rows = rows.withColumn("person", keyed(key, pattern=pattern)(F.col("_identifier")))
            return rows.withColumn("credential", keyed(key, "badge\0")(F.col("_identifier")))
        names = "_held_kind string, _held string, person long, credential long, _since timestamp, _until timestamp"
        known = frame(self.lake.spark, self.known_over(landed), f"{names}, _told date, _untold date")
        return rows.join(
            F.broadcast(known),
            (as_held(F.col("_kind"), F.col("_identifier")) == F.col("_held"))
            & (F.col("_kind") == F.col("_held_kind"))
            & (F.col("at") >= F.col("_since"))
            & (F.col("at") < F.col("_until"))
            & (F.col("landed") >= F.col("_told"))
            & (F.col("landed") < F.col("_untold")),
            "left",
        )

    def known_over(self, landed: Sequence[date]) -> list[tuple[Any, ...]]:
        """Identifiers with the deliveries [told, untold) that they are known to; no two of a kind hold at once."""
        days = sorted(set(landed))
        runs = [day for n, day in enumerate(days) if n == 0 or self._roster_of(day) != self._roster_of(days[n - 1])]
        told: dict[Held, list[tuple[date, date]]] = defaultdict(list)
        for day, until in zip(runs, [*runs[1:], NEVER], strict=True):
            for row in self.held(day):
                spells = told[row]
                if spells and spells[-1][1] == day:
                    spells[-1] = (spells[-1][0], until)
                else:
                    spells.append((day, until))
        of, key = self.pseudonyms.of, self.pseudonyms.key
        return [
            (row.kind, row.identifier, of(row.number) if row.number else None, credential_of(key, row.identifier),
             row.start, row.end, since, until)
            for row, spells in told.items() for since, until in spells
        ]  # fmt: skip

    def _roster_of(self, day: date) -> tuple[date | None, date | None]:
        return self.in_force("people", day), self.in_force("cards", day)

    def write(self, seen: Sequence[tuple[str, DataFrame]]) -> None:
        """Write silver.people and the vault as of the newest delivery; `seen` is (kind, rows with `_identifier`)."""
        if self.known:
            listed = self._listed()
        else:
            identities = recognised(self._seen(seen), self.site.people.identity.pattern)
            numbers = sorted({row.number for row in identities if row.number})
            listed = told(self.pseudonyms, [Employment(number, EVER, FOREVER) for number in numbers], identities)
        replace_if_changed(self.lake, NAME, listed.names)
        replace_if_changed(self.lake, IDENTITY, listed.held)
        key = self.pseudonyms.key
        addresses = [(address_of(key, identifier), *rest) for kind, identifier, *rest in listed.held if kind == "email"]
        replace_if_changed(self.lake, ADDRESS, addresses)
        replace_if_changed(self.lake, PEOPLE, listed.spells)

    def _listed(self) -> Listed:
        """What the newest delivery tells, and of what it does not tell those that came before, here or to the lake."""
        new = {day for found in self.deliveries.values() for day in found if day in self.days}
        listed, before = in_lake(self.lake), None
        # What deliveries told that were conformed before is in the lake; the newest may have come anew.
        untold = {day for day in (self.days.start, *new) if all(day > known for known in self.conformed)}
        for day in sorted({*untold, self.newest}):
            since = [landed for kind in self.deliveries if (landed := self.in_force(kind, day)) is not None]
            if self.in_force("people", day) is not None and (now := self._files_of(day)) != before:
                newer = told(self.pseudonyms, self.employments(self.in_force("people", day)), self.held(day))
                listed, before = listed.then(newer, begins(max(since), self.site)), now
        return listed

    def _files_of(self, day: date) -> list[int]:
        """The files in force on a day, those of the same content as one."""
        landed = ((found, self.in_force(kind, day)) for kind, found in self.deliveries.items())
        return [id(self.delivered(file)) for found, since in landed if since is not None for file in found[since]]

    def _seen(self, seen: Sequence[tuple[str, DataFrame]]) -> set[tuple[str, str]]:
        """Identifiers of these deliveries and of those before: people, not events."""
        found = {(row["kind"], row["identifier"]) for row in self.lake.read(IDENTITY).collect()}
        for kind, rows in seen:
            good = rows.where(F.col("_reason").isNull()).select("_identifier").distinct()
            found |= {(kind, row["_identifier"]) for row in good.collect()}
        return found


def as_held(kind: Column, identifier: Column) -> Column:
    """An identifier of a log as `held` has it: accounts in lower case, badges and personnel numbers exactly."""
    return F.when(kind == "account", F.lower(identifier)).otherwise(identifier)


def deliveries(files: Sequence[LandedFile], kind: str, newest: date) -> dict[date, list[LandedFile]]:
    """The deliveries of a kind up to a day, oldest first."""
    found: dict[date, list[LandedFile]] = defaultdict(list)
    for file in files:
        if file.feed == kind and file.landed <= newest:
            found[file.landed].append(file)
    return dict(sorted(found.items()))


def contents(lake: Lake, files: Sequence[LandedFile]) -> dict[str, bytes]:
    """Name → content of small files."""
    if not files:
        return {}
    read = lake.spark.read.format("binaryFile").load([escaped(file.path) for file in files])
    by_path = {located(row["path"]): bytes(row["content"]) for row in read.select("path", "content").collect()}
    return {file.name: by_path.get(file.path, b"") for file in files}  # Spark reads no row from an empty file


def newest_landed(lake: Lake) -> list[date]:
    """The newest delivery ever conformed, if any."""
    newest = lake.read(LEDGER).agg(F.max("landed")).collect()[0][0]
    return [newest] if newest else []


def check_key(lake: Lake, pseudonyms: Pseudonyms) -> None:
    """Raises ConfigurationError when the lake's pseudonyms were made with another key."""
    row = lake.read(NAME).select("number", "person").first()
    if row is not None and pseudonyms.of(row["number"]) != row["person"]:
        raise ConfigurationError(
            "the key is not the one this lake's pseudonyms were made with. Nothing was written. Next: restore the key "
            "(POSTERN_KEY, POSTERN_KEY_FILE or pseudonym.key), or start an empty lake."
        )
