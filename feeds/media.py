"""Removable media: CERT's `device.csv` (id, date, user, pc, activity; from r5.1 on also file_tree)."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import MEDIA
from feeds.feed import ACCOUNT, AT, CERT_TIME, MACHINE, Feed, Field
from feeds.site import Site


def columns(site: Site) -> dict[str, Column]:
    """As they come; a medium by its number, where the log has one, in whatever case it is written."""
    return {"machine": F.col("machine"), "activity": F.col("activity"), "medium": F.upper("medium")}


FEED = Feed(
    name="media",
    table=MEDIA,
    fields=(
        AT,
        ACCOUNT,
        MACHINE,
        Field(
            "activity",
            "Connect or Disconnect",
            theirs="activity",
            values={"Connect": "connect", "Disconnect": "disconnect"},
        ),
        Field("medium", "Serial number of the medium", theirs="serial", required=False),
    ),
    columns=columns,
    time_format=CERT_TIME,
    known=("id", "file_tree"),
    keyed=("medium",),
)
