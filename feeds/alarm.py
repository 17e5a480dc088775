"""Alarm stations: what operators did with alarms, in columns like CERT's: id, date, user, pc, …, activity."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import ALARM
from feeds.feed import ACCOUNT, AT, CERT_TIME, MACHINE, Feed, Field
from feeds.site import Site


def columns(site: Site) -> dict[str, Column]:
    """As they come."""
    return {name: F.col(name) for name in ("machine", "activity", "sensor", "zone")}


FEED = Feed(
    name="alarm",
    table=ALARM,
    fields=(
        AT,
        ACCOUNT,
        MACHINE,
        Field(
            "activity",
            "What the operator did",
            theirs="activity",
            values={"Acknowledge": "acknowledge", "Reset": "reset"},
        ),
        Field("sensor", "Alarm point that raised it", theirs="sensor"),
        Field("zone", "Zone that the console stands in", theirs="zone", required=False),
    ),
    columns=columns,
    time_format=CERT_TIME,
    known=("id",),
)
