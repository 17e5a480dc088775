"""How far a person reaches: zones new to them and to their role, what could be done there, and how fast they add up."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.feasibility import some
from features.routes import DAY, ZONES
from features.rows import both, new, number, once_known


def new_to_role() -> Column:
    """Zones that nobody of the role was known in at the last month start."""
    return new() & (F.col("role_days") == 0)


def first_today() -> Column:
    """Zones not known at all."""
    return F.col("days_seen") == 0


@daily(
    source="access",
    family="places",
    unit="zones",
    rows=both(ZONES, new_to_role),
    named="events",
    says="Entered {value:.0f} zones that are new to them and to everybody of their role; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new assignment; a tour; a zone that has just opened",
)
def zones_new_to_role() -> Column:
    """Zones new to the person in which nobody of the role was ever known, as of the last month start."""
    return once_known(number(both(ZONES, new_to_role)))


@daily(
    source="access",
    family="places",
    kind="amount",
    unit="consequence",
    absent=None,
    needs_graph=True,
    rows=both(ZONES, new),
    named="consequence",
    says="Entered new zones of a consequence of {value:.1f} together; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a new assignment; a tour; an escort",
)
def consequence_new() -> Column:
    """Consequence of the zones entered that are new to the person, summed."""
    return once_known(some("consequence", both(ZONES, new)))


@daily(
    source="access",
    family="places",
    unit="zones",
    rows=both(ZONES, new),
    named="events",
    says="Entered {value:.0f} zones for the first time within a week; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a new role; training; a round of inspections",
)
def zones_gained() -> Column:
    """Zones first entered within seven days, today among them: a reach that grows week by week."""
    return once_known(some("gained", DAY) + number(both(ZONES, first_today)))
