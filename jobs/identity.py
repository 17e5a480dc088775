"""Who is behind a badge, an account or a number at a given instant, and the keyed pseudonyms that stand for people.

The key never reaches a plan, a log or a table: pseudonyms of people are made on the driver, those of addresses and of
sites without a roster inside batched functions that carry the key in their closure.
"""

import hmac
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql.pandas.functions import arrow_udf

from expectations.errors import ConfigurationError
from feeds.roster import EVER, FOREVER, Card, Employment
from jobs.settings import home

if TYPE_CHECKING:
    from pyspark.sql import Column

KEY_BYTES = 32  # as long as the hash's output (RFC 2104, section 3)


def pseudonym_key() -> bytes:
    """The key of POSTERN_KEY (hex), else of the file POSTERN_KEY_FILE, else of Postern's own file.

    Raises ConfigurationError when there is none, when it is shorter than 32 bytes or not hexadecimal.
    """
    if given := os.environ.get("POSTERN_KEY"):
        return checked(given, "POSTERN_KEY")
    named = os.environ.get("POSTERN_KEY_FILE")
    path = Path(named) if named else own_key()
    if not path.exists():
        raise ConfigurationError(
            f"no pseudonym key: expected one in POSTERN_KEY or in {path}, got none. Next: give the key of this lake "
            "by POSTERN_KEY or POSTERN_KEY_FILE; `./postern setup` makes one for a new lake."
        )
    return checked(path.read_text(encoding="ascii"), str(path))


def own_key() -> Path:
    """Postern's own file for the key."""
    return home() / "pseudonym.key"


def make_key() -> None:
    """Make a key for set-up, unless one is given or there: a job that made one would make other people of everybody."""
    path = own_key()
    if os.environ.get("POSTERN_KEY") or os.environ.get("POSTERN_KEY_FILE") or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(KEY_BYTES))
    try:
        os.link(fresh, path)  # of two set-ups that make a key at once, one wins and both use it
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def checked(given: str, source: str) -> bytes:
    """The key's bytes."""
    try:
        key = bytes.fromhex(given.strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise ConfigurationError(
            f"{source} holds no key: expected at least {2 * KEY_BYTES} hexadecimal digits. "
            "Next: restore the key this lake was written with; another key makes other people of everybody."
        )
    return key


def mac(key: bytes, text: str) -> int:
    """First 8 bytes, big-endian and signed, of HMAC-SHA256 (RFC 2104)."""
    return int.from_bytes(hmac.digest(key, text.encode(), "sha256")[:8], "big", signed=True)


class Pseudonyms:
    """Personnel number → pseudonym, each computed once. Raises ConfigurationError when two numbers share one."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.numbers: dict[int, str] = {}
        self.known: dict[str, int] = {}

    def of(self, number: str) -> int:
        """The pseudonym of a personnel number."""
        if number not in self.known:
            pseudonym = mac(self.key, number)
            if self.numbers.setdefault(pseudonym, number) != number:
                raise ConfigurationError("two people share a pseudonym under this key. Next: use another key.")
            self.known[number] = pseudonym
        return self.known[number]


def credential_of(key: bytes, identifier: str) -> int:
    """The pseudonym of a badge, which no person's number can share by design."""
    return mac(key, f"badge\0{identifier}")


def address_of(key: bytes, address: str) -> int:
    """The pseudonym of a mail address, as `keyed` makes it of the recipients of messages."""
    return mac(key, f"email\0{address}")


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """One identifier in one person's hands over [start, end); person NULL where two hold it at once."""

    kind: str
    identifier: str
    start: datetime
    end: datetime
    number: str | None


def held(employments: Sequence[Employment], cards: Sequence[Card], by_card: bool) -> list[Held]:
    """What each identifier says about the person, without overlaps, in order.

    Cards are valid over their own intervals: a card that outlives its holder's employment still names the holder.
    Without cards a badge's number is the personnel number. Accounts and mail addresses are in lower case: directories
    and Windows do not tell `JSmith` from `jsmith`, and logs write both.
    """
    found: dict[tuple[str, str], list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for row in employments:
        kinds = {"person": row.person, "account": row.account.lower(), "email": row.email.lower()}
        if not by_card:
            kinds["badge"] = row.person
        for kind, identifier in kinds.items():
            if identifier:
                found[kind, identifier].append((row.start, row.end, row.person))
    for card in cards:
        found["badge", card.badge].append((card.start, card.end, card.person))
    return [
        Held(kind, identifier, start, end, person)
        for (kind, identifier), spells in sorted(found.items())
        for start, end, person in settled(spells)
    ]


def settled(spells: Sequence[tuple[datetime, datetime, str]]) -> list[tuple[datetime, datetime, str | None]]:
    """Spells [start, end) of one identifier without overlaps.

    Where several hold, the one issued last does: the earlier was not closed, or was lent and comes back. Two issued to
    different people at the same instant name nobody.
    """
    found: list[tuple[datetime, datetime, str | None]] = []
    cuts = sorted({at for start, end, _ in spells for at in (start, end)})
    for start, end in pairwise(cuts):
        holding = [(since, person) for since, until, person in spells if since <= start and end <= until]
        if not holding:
            continue
        latest = max(since for since, _ in holding)
        people = {person for since, person in holding if since == latest}
        person = next(iter(people)) if len(people) == 1 else None
        if found and found[-1][1] == start and found[-1][2] == person:
            found[-1] = (found[-1][0], end, person)
        else:
            found.append((start, end, person))
    return found


def personnel_number(pattern: str) -> Callable[[str], str | None]:
    """Identifier → personnel number by the group `person` of a regular expression; None when it does not match."""
    compiled = re.compile(pattern)

    def number(identifier: str) -> str | None:
        match = compiled.match(identifier)
        return (match.group("person") or None) if match else None

    return number


def recognised(identifiers: Iterable[tuple[str, str]], pattern: str) -> list[Held]:
    """The same for a site without a roster: every (kind, identifier) that was seen and that the pattern matches."""
    number = personnel_number(pattern)
    rows = [(kind, identifier, number(identifier)) for kind, identifier in sorted(set(identifiers))]
    return [Held(kind, identifier, EVER, FOREVER, person) for kind, identifier, person in rows if person]


def keyed(key: bytes, prefix: str = "", pattern: str | None = None, many: bool = False) -> "Callable[[Column], Column]":
    """A batched function from text (from arrays of text when `many`) to pseudonyms.

    With a pattern, the text's group `person` is keyed, and text that does not match becomes NULL. Distinct texts of a
    batch are hashed once. Whatever it needs is in its closure, so that workers need not import this package.
    """

    def pseudonyms(texts: pa.Array) -> pa.Array:
        compiled = re.compile(pattern) if pattern else None

        def one(text: str | None) -> int | None:
            if text is None:
                return None
            if compiled is not None:
                match = compiled.match(text)
                if match is None or not match.group("person"):
                    return None
                text = match.group("person")
            digest = hmac.digest(key, (prefix + text).encode(), "sha256")
            return int.from_bytes(digest[:8], "big", signed=True)

        def flat(values: pa.Array) -> pa.Array:
            coded = values.dictionary_encode()
            known = pa.array([one(text) for text in coded.dictionary.to_pylist()], pa.int64())
            return known.take(coded.indices)

        if not many:
            return flat(texts)
        keyed_values = flat(texts.flatten())
        lengths = texts.value_lengths().fill_null(0)
        offsets = pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast(pa.int32())])
        return pa.ListArray.from_arrays(offsets, keyed_values)

    returns: str = "array<long>" if many else "long"
    return arrow_udf(pseudonyms, returnType=returns)  # type: ignore[call-overload, no-any-return]
