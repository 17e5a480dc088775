"""How far a person reaches: zones, machines and sorts of file new to them and to their role, what could be done there,
and how fast they add up. How strange a pairing of person and place is, or of person and item, models.detectors.affinity
and item_affinity say.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.feasibility import some
from features.file_copy import EXTENSIONS
from features.logon import MACHINES
from features.removable_media import MACHINES as MEDIA_MACHINES
from features.routes import DAY, ZONES
from features.rows import both, new, number


def new_to_role() -> Column:
    """Places that nobody of the role was known at at the last month start."""
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
    once_known=True,
)
def zones_new_to_role() -> Column:
    """Zones new to the person in which nobody of the role was ever known, as of the last month start."""
    return number(both(ZONES, new_to_role))


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
    once_known=True,
)
def consequence_new() -> Column:
    """Consequence of the zones entered that are new to the person, summed."""
    return some("consequence", both(ZONES, new))


@daily(
    source="access",
    family="places",
    unit="zones",
    rows=both(ZONES, new),
    named="events",
    says="Entered {value:.0f} zones for the first time within a week; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a new role; training; a round of inspections",
    once_known=True,
)
def zones_gained() -> Column:
    """Zones first entered within seven days, today among them: a reach that grows week by week."""
    return some("gained", DAY) + number(both(ZONES, first_today))


@daily(
    source="logon",
    family="places",
    unit="machines",
    rows=both(MACHINES, new_to_role),
    named="events",
    says="Used {value:.0f} machines that are new to them and to everybody of their role; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a replaced computer; support for another department; a computer that has just been installed",
    once_known=True,
)
def machines_new_to_role() -> Column:
    """Machines new to the person that nobody of the role was ever known to use, as of the last month start."""
    return number(both(MACHINES, new_to_role))


@daily(
    source="media",
    family="places",
    unit="machines",
    rows=both(MEDIA_MACHINES, new_to_role),
    named="events",
    says="Used removable media on {value:.0f} machines where that is new for them and for everybody of their role; "
    "usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a presentation in another department; a replaced computer; a measuring instrument that was moved",
    once_known=True,
)
def media_machines_new_to_role() -> Column:
    """Machines on which removable media are new to the person and nobody of the role was ever known to use them, as of
    the last month start."""
    return number(both(MEDIA_MACHINES, new_to_role))


@daily(
    source="file",
    family="transfer",
    unit="sorts of file",
    rows=both(EXTENSIONS, new_to_role),
    named="events",
    says="Handled {value:.0f} sorts of file that are new to them and to everybody of their role; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new program; a task taken over from another department",
    once_known=True,
)
def file_sorts_new_to_role() -> Column:
    """Sorts of file new to the person that nobody of the role was ever known to handle, as of the last month start."""
    return number(both(EXTENSIONS, new_to_role))
