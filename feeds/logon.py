"""Computer logons and logoffs: CERT's `logon.csv` (id, date, user, pc, activity), the same in every release."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from expectations.silver import LOGON
from feeds.feed import ACCOUNT, AT, CERT_TIME, MACHINE, Feed, Field
from feeds.site import Site


def columns(site: Site) -> dict[str, Column]:
    """As they come."""
    return {"machine": F.col("machine"), "activity": F.col("activity")}


FEED = Feed(
    name="logon",
    table=LOGON,
    fields=(
        AT,
        ACCOUNT,
        MACHINE,
        Field("activity", "Logon or Logoff", theirs="activity", values={"Logon": "logon", "Logoff": "logoff"}),
    ),
    columns=columns,
    time_format=CERT_TIME,
    known=("id",),
)
