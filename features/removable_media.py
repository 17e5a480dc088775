"""Removable media: thumb drives and their like, connected to which machine and when."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import any_of, both, new, number, rows_of, total, used, whose

DAY = used("media")
MACHINES = rows_of("media", "machine")
MEDIA = rows_of("media", "medium")
OF_OTHERS = both(MACHINES, whose("other", "supervisor"))


@daily(
    source="media",
    family="transfer",
    unit="connections",
    rows=MACHINES,
    says="Connected removable media {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a presentation; a backup; a drive with a loose contact",
)
def media_connects() -> Column:
    """Removable media connected."""
    return total("connects", DAY)


@daily(
    source="media",
    family="transfer",
    kind="flag",
    unit="yes or no",
    rows=both(DAY, new),
    says="Used removable media, which they did not do before the last fortnight; own share of such days {usual:.0%}, "
    "colleagues {peers:.0%}.",
    innocent="a presentation; a new task with a drive issued for it",
    once_known=True,
)
def media_first_use() -> Column:
    """1 when the person used removable media and was not known to before the last fortnight."""
    return number(both(DAY, new))


@daily(
    source="media",
    family="transfer",
    unit="events",
    rows=both(MACHINES, any_of("off_hours")),
    says="Used removable media {value:.0f} times outside working hours; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="shift work; a backup window in the evening",
)
def media_off_hours() -> Column:
    """Connections and disconnections outside working hours or on a free day."""
    return total("off_hours", DAY)


@daily(
    source="media",
    family="transfer",
    unit="machines",
    rows=both(MACHINES, new),
    says="Used removable media on {value:.0f} machines where they did not before the last fortnight; "
    "usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a presentation in a meeting room; a replaced computer",
    once_known=True,
)
def media_machines_new() -> Column:
    """Distinct machines on which the person used no removable media before the last fortnight."""
    return number(both(MACHINES, new))


@daily(
    source="media",
    family="transfer",
    unit="media",
    rows=both(MEDIA, new),
    says="Used {value:.0f} removable media not used before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a drive that was replaced; a drive passed round for a presentation; one issued for a task",
    once_known=True,
)
def media_new() -> Column:
    """Distinct removable media, by their numbers, that the person did not use before the last fortnight; 0 where the
    log has no numbers."""
    return number(both(MEDIA, new))


@daily(
    source="media",
    family="relations",
    unit="connections",
    rows=OF_OTHERS,
    says="Connected removable media {value:.0f} times to machines that usually somebody else uses; usually "
    "{usual:.2f}, colleagues {peers:.2f}.",
    innocent="a presentation from a colleague's machine; support",
)
def media_on_others_machine() -> Column:
    """Removable media connected to machines whose usual user is another person."""
    return F.coalesce(total("connects", OF_OTHERS), F.lit(0))
