"""E-mail metadata: CERT's `email.csv` (id, date, user, pc, to, cc, bcc, from, size, attachments, content).

Up to r4.2 `attachments` counts them; from r5.1 on it lists them, and `activity` tells sent from viewed messages.
"""

from functools import reduce
from operator import or_

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import MAIL
from feeds.feed import ACCOUNT, AT, CERT_TIME, MACHINE, Feed, Field
from feeds.site import Site

ANGLE = r"<\s*([^<>\s]*@[^<>\s]*)\s*>"
NAMED = rf'(^|[;,])(?:\s*"[^"]*"\s*|[^;<>@]*+){ANGLE}'
"""An address with its display name, which may hold commas, and semicolons in quotes (RFC 5322, section 3.4)."""

NESTED = r"(?s)^(\[.*@.*\]|\{.*@.*\})$"
"""Lists in lists, or an object for each recipient, as text."""


def plain(address: Column) -> Column:
    """One address without its display name and angle brackets."""
    return F.trim(F.regexp_replace(address, f"^.*{ANGLE}.*$", "$1"))


def addresses(*fields: str) -> Column:
    """Distinct addresses in these fields, in lower case and without display names."""
    unnamed = F.regexp_replace(F.lower(F.concat_ws(";", *fields)), NAMED, "$1;$2")
    listed = F.transform(F.split(unnamed, r"\s*[;,]\s*"), plain)
    return F.array_distinct(F.filter(listed, lambda address: address != ""))


def outside(address: Column, site: Site) -> Column:
    """Whether the address is in none of the site's mail domains, nor below one."""
    domain = F.substring_index(address, "@", -1)
    below = [domain.endswith("." + ours) for ours in site.site.mail_domains]
    inside = domain.isin(list(site.site.mail_domains))
    for sub in below:
        inside = inside | sub
    return ~inside


def attached() -> Column:
    """Number of attachments, whether the log counts them or lists them."""
    counted = F.col("attachments").try_cast("int")
    listed = F.size(F.filter(F.split("attachments", ";"), lambda name: F.trim(name) != ""))
    return F.when(F.col("attachments").isNull(), F.lit(0)).otherwise(F.coalesce(counted, listed))


def columns(site: Site) -> dict[str, Column]:
    """Recipients counted and keyed; neither subjects nor contents are read."""
    everybody = F.array_sort(addresses("to", "cc", "bcc"))
    strangers = F.filter(everybody, lambda address: outside(address, site))
    return {
        "machine": F.col("machine"),
        "activity": F.col("activity"),
        "recipients": F.size(everybody),
        "outside": F.size(strangers),
        "size": F.col("size").try_cast("long"),
        "attachments": attached(),
        "private_sender": outside(plain(F.lower("from")), site),
        "blind": F.size(addresses("bcc")),
        "counterparts": everybody,
        "outsiders": strangers,
    }


def rejects(site: Site) -> list[tuple[Column, str]]:
    """Recipients are text; a size must be a number of bytes; a count of attachments may not be negative."""
    size = F.col("size").try_cast("long")
    nested = [F.col(name).rlike(NESTED) for name in ("to", "cc", "bcc")]
    return [
        (reduce(or_, nested), "the recipients are no text and no list of texts"),
        (F.col("size").isNotNull() & (size.isNull() | (size < 0)), "the size is not a number of bytes"),
        (F.col("attachments").try_cast("int") < 0, "the count of attachments is negative"),
    ]


FEED = Feed(
    name="mail",
    table=MAIL,
    fields=(
        AT,
        ACCOUNT,
        MACHINE,
        Field("to", "Recipients", theirs="to", blank=True, many=True),
        Field("cc", "Recipients of copies", theirs="cc", required=False, many=True),
        Field("bcc", "Recipients of blind copies", theirs="bcc", required=False, many=True),
        Field("from", "Sender's address", theirs="from"),
        Field(
            "activity",
            "Send or View",
            theirs="activity",
            required=False,
            values={"Send": "send", "View": "view"},
            absent="send",
        ),
        Field("size", "Bytes of the message", theirs="size", required=False),
        Field("attachments", "Number or list of attachments", theirs="attachments", required=False, many=True),
    ),
    columns=columns,
    time_format=CERT_TIME,
    known=("id", "content"),
    rejects=rejects,
    keyed=("counterparts", "outsiders"),
)
