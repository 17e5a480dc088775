"""Who answers the alarms: how many, and which. They who watch are watched like all others."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import any_of, both, most, new, number, rows_of, total, used

DAY = used("alarm")
SENSORS = both(rows_of("alarm", "sensor"), any_of("acknowledged"))


@daily(
    source="alarm",
    family="alarms",
    unit="alarms",
    rows=DAY,
    says="Acknowledged {value:.0f} alarms; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a stormy night; a detector that chatters; a shift with fewer people",
)
def alarms_acknowledged() -> Column:
    """Alarms acknowledged."""
    return F.coalesce(total("acknowledged", DAY), F.lit(0))


@daily(
    source="alarm",
    family="alarms",
    unit="alarms",
    rows=SENSORS,
    named="acknowledged",
    says="Acknowledged {value:.0f} alarms of one alarm point; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a detector that chatters; work announced at that place; a test of the detector",
)
def alarms_of_one_point() -> Column:
    """Most alarms of a single alarm point: one that is made to cry until nobody looks."""
    return F.coalesce(most("acknowledged", SENSORS), F.lit(0))


@daily(
    source="alarm",
    family="alarms",
    unit="alarm points",
    rows=both(SENSORS, new),
    says="Acknowledged alarms of {value:.0f} alarm points not answered before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new detector; a new post; an incident that set off many",
    once_known=True,
)
def alarm_points_new() -> Column:
    """Distinct alarm points of which the person acknowledged no alarm before the last fortnight."""
    return number(both(SENSORS, new))
