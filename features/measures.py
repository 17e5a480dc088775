"""What each feed counts at its finest grain: `access` at door, zone, gap, move; `web` at domain, category;
`alarm`, `file` and `media` at machine and sensor, extension or medium; else machine.

Integer sums, minima and maxima only, so that any order and partitioning of the events gives the same rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

MISFITS = ("hurried", "at_once", "skipped", "entered_again", "left_again")
"""How a badge read may not fit the one before: see features.passages."""


@dataclass(frozen=True, slots=True)
class Feed:
    """How one silver table becomes places: its finest grain, what is counted there, and the kinds it is told as."""

    grain: tuple[str, ...]
    measures: Callable[[], Mapping[str, Column]]
    odd: Callable[[], Column] = lambda: F.col("is_off")
    """Events that evidence prefers."""


def _access() -> Mapping[str, Column]:
    return {
        "refused": F.count_if(F.col("outcome") == "denied"),
        "entries": F.count_if(F.col("direction") == "in"),
        "exits": F.count_if(F.col("direction") == "out"),
        **{name: F.count_if(F.col("misfit") == name) for name in MISFITS},
        "fastest": F.min("since_zone"),
        "stayed": F.sum("stay"),
        "detours": F.sum("detour"),
        "tried_on": F.count_if("tried_on"),
        "badge_low": F.min("credential"),
        "badge_high": F.max("credential"),
    }


def _logon() -> Mapping[str, Column]:
    logon, logoff = F.col("activity") == "logon", F.col("activity") == "logoff"
    first_on, first_off = F.min(F.when(logon, F.col("at"))), F.min(F.when(logoff, F.col("at")))
    return {
        "logons": F.count_if(logon),
        "logoffs": F.count_if(logoff),
        "resumed": F.coalesce((first_off < first_on) | (first_off.isNotNull() & first_on.isNull()), F.lit(False)).cast(
            "long"
        ),
        "session_seconds": F.sum("session"),
        "session_longest": F.max("session"),
    }


def _mail() -> Mapping[str, Column]:
    sent = F.col("activity") == "send"
    outward = sent & (F.col("outside") > 0)
    return {
        "sent": F.count_if(sent),
        "recipients": _sum("recipients", sent),
        "outside": _sum("outside", sent),
        "outside_messages": F.count_if(outward),
        "widest": F.max(F.when(sent, F.col("recipients"))).cast("long"),
        "attachments": _sum("attachments", sent),
        "outside_attachments": _sum("attachments", outward),
        "size": _sum("size", sent),
        "largest": F.max(F.when(sent, F.col("size"))),
        "private": F.count_if(sent & F.col("private_sender")),
        "blind": F.count_if(sent & (F.col("blind") > 0)),
    }


def _media() -> Mapping[str, Column]:
    return {"connects": F.count_if(F.col("activity") == "connect")}


def _file() -> Mapping[str, Column]:
    copied = F.col("activity").isin("copy", "write")
    return {
        "copies": F.count_if(copied),
        "onto_media": F.count_if(copied & F.col("to_media")),
        "deletes": F.count_if(F.col("activity") == "delete"),
    }


def _web() -> Mapping[str, Column]:
    return {
        "uploads": F.count_if(F.col("activity") == "upload"),
        "downloads": F.count_if(F.col("activity") == "download"),
    }


def _alarm() -> Mapping[str, Column]:
    return {"acknowledged": F.count_if(F.col("activity") == "acknowledge")}


FEEDS: Mapping[str, Feed] = {
    "access": Feed(
        ("door", "zone", "gap", "move"), _access, odd=lambda: F.col("is_off") | (F.col("outcome") == "denied")
    ),
    "logon": Feed(("machine",), _logon),
    "mail": Feed(("machine",), _mail, odd=lambda: F.col("is_off") | (F.col("outside") > 0)),
    "media": Feed(("machine", "medium"), _media),
    "file": Feed(("machine", "extension"), _file),
    "web": Feed(("domain", "category"), _web, odd=lambda: F.col("is_off") | (F.col("activity") == "upload")),
    "alarm": Feed(("machine", "sensor"), _alarm),
}


def _sum(name: str, where: Column) -> Column:
    return F.coalesce(F.sum(F.when(where, F.col(name).cast("long"))), F.lit(0))
