"""Badge readers: one badge presented at one door. Every vendor names its columns differently, so the site maps them."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import ACCESS
from feeds.feed import Feed, Field
from feeds.site import Site


def columns(site: Site) -> dict[str, Column]:
    """The zone is the row's own; where the log has none, conform looks the door up in the site's graph."""
    return {
        "door": F.col("door"),
        "zone": F.col("zone"),
        "direction": F.col("direction"),
        "outcome": F.col("outcome"),
    }


FEED = Feed(
    name="access",
    table=ACCESS,
    fields=(
        Field("at", "When the badge was presented"),
        Field("badge", "Number of the badge", required=False),
        Field("person", "Personnel number, where the log has it instead of the badge", required=False),
        Field("door", "Door or reader"),
        Field("zone", "Zone the reader lets into", required=False),
        Field("direction", "Way through the door", required=False, values={"in": "in", "out": "out"}),
        Field(
            "outcome",
            "What the door answered",
            required=False,
            values={"granted": "granted", "denied": "denied"},
            # Systems that log no answer log only the doors that opened.
            absent="granted",
        ),
    ),
    columns=columns,
    identified_by=("badge", "person"),
)
