"""File copies: CERT's `file.csv` (id, date, user, pc, filename, content).

Up to r4.2 each row is a copy onto a removable medium; from r5.1 on `activity`, `to_removable_media` and
`from_removable_media` say what happened.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import FILE
from feeds.feed import ACCOUNT, AT, CERT_TIME, MACHINE, Feed, Field
from feeds.site import Site

TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}


def columns(site: Site) -> dict[str, Column]:
    """The name is not kept, only its extension."""
    extension = F.lower(F.regexp_extract("filename", r"\.([A-Za-z0-9]{1,10})$", 1))
    return {
        "machine": F.col("machine"),
        "activity": F.col("activity"),
        "extension": F.nullif(extension, F.lit("")),
        "to_media": F.col("to_media") == "true",
        "from_media": F.col("from_media") == "true",
    }


FEED = Feed(
    name="file",
    table=FILE,
    fields=(
        AT,
        ACCOUNT,
        MACHINE,
        Field("filename", "Path of the file", theirs="filename"),
        Field(
            "activity",
            "What happened to it",
            theirs="activity",
            required=False,
            values={"File Copy": "copy", "File Open": "open", "File Write": "write", "File Delete": "delete"},
            absent="copy",
        ),
        Field(
            "to_media",
            "Onto a removable medium",
            theirs="to_removable_media",
            required=False,
            values=TRUTH,
            absent="true",
        ),
        Field(
            "from_media",
            "From a removable medium",
            theirs="from_removable_media",
            required=False,
            values=TRUTH,
            absent="false",
        ),
    ),
    columns=columns,
    time_format=CERT_TIME,
    known=("id", "content"),
)
