"""Computers: when, how long, on which, and whose they are."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import (
    any_of,
    both,
    hours,
    least,
    most,
    new,
    number,
    rarity,
    rows_of,
    total,
    used,
    whose,
)

DAY = used("logon")
MACHINES = rows_of("logon", "machine")
OF_OTHERS = both(MACHINES, whose("other", "supervisor"))
OF_SUPERVISOR = both(MACHINES, whose("supervisor"))
SHARED = both(MACHINES, lambda: F.col("whose").isNull())


@daily(
    source="logon",
    family="presence",
    unit="logons",
    rows=MACHINES,
    says="Logged on {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a machine that locks often; a restart after updates",
)
def logons() -> Column:
    """Logons and unlocks."""
    return total("logons", DAY)


@daily(
    source="logon",
    family="presence",
    unit="logoffs",
    rows=MACHINES,
    says="Logged off {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="several short sessions; a restart after updates",
)
def logoffs() -> Column:
    """Logoffs."""
    return total("logoffs", DAY)


@daily(
    source="logon",
    family="presence",
    kind="minutes",
    unit="minutes",
    absent=None,
    rows=MACHINES,
    says="Was logged on for {value:.0f} minutes; usually {usual:.0f}, colleagues {peers:.0f}.",
    innocent="a long day; a machine that was left logged on",
)
def minutes_on() -> Column:
    """Minutes from each logon to the next logoff on the same machine that day."""
    return total("session_seconds", DAY) / F.lit(60.0)


@daily(
    source="logon",
    family="presence",
    kind="minutes",
    unit="minutes",
    absent=None,
    rows=MACHINES,
    says="The longest session took {value:.0f} minutes; usually {usual:.0f}, colleagues {peers:.0f}.",
    innocent="a long task; a machine that was left logged on",
)
def session_longest() -> Column:
    """Minutes of the longest session that began and ended that day."""
    return most("session_longest", DAY) / F.lit(60.0)


@daily(
    source="logon",
    family="hours",
    unit="sessions",
    rows=both(MACHINES, any_of("resumed")),
    says="{value:.0f} sessions had begun before the day did; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a night shift; a machine that was left logged on",
)
def sessions_overnight() -> Column:
    """Machines whose first event of the day was a logoff: the session began the day before."""
    return number(both(MACHINES, any_of("resumed")))


@daily(
    source="logon",
    family="hours",
    kind="hour",
    tail="both",
    unit="hours since the day began",
    absent=None,
    rows=MACHINES,
    says="First at a computer {value:.1f} h into the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an appointment; a changed shift; remote work",
)
def logon_first() -> Column:
    """Time of the first logon or logoff."""
    return hours(least("first_second", DAY))


@daily(
    source="logon",
    family="hours",
    kind="hour",
    tail="both",
    unit="hours since the day began",
    absent=None,
    rows=MACHINES,
    says="Last at a computer {value:.1f} h into the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a deadline; a changed shift; remote work",
)
def logon_last() -> Column:
    """Time of the last logon or logoff."""
    return hours(most("last_second", DAY))


@daily(
    source="logon",
    family="hours",
    unit="events",
    rows=both(MACHINES, any_of("off_hours")),
    says="Logged on or off {value:.0f} times outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="shift work; on-call duty; travel across time zones",
)
def logon_off_hours() -> Column:
    """Logons and logoffs outside working hours or on a free day."""
    return total("off_hours", DAY)


@daily(
    source="logon",
    family="hours",
    unit="events",
    rows=both(MACHINES, any_of("night")),
    says="Logged on or off {value:.0f} times at night; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a night shift; on-call duty",
)
def logon_night() -> Column:
    """Logons and logoffs at night."""
    return total("night", DAY)


@daily(
    source="logon",
    family="places",
    unit="machines",
    rows=MACHINES,
    says="Used {value:.0f} machines; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="support for colleagues; a computer room; a replaced computer",
)
def machines() -> Column:
    """Distinct machines."""
    return number(MACHINES)


@daily(
    source="logon",
    family="places",
    unit="machines",
    rows=both(MACHINES, new),
    says="Used {value:.0f} machines not used before the last fortnight; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a replaced computer; a new role; support for a colleague",
    once_known=True,
)
def machines_new() -> Column:
    """Distinct machines not known before the last fortnight."""
    return number(both(MACHINES, new))


@daily(
    source="logon",
    family="places",
    unit="machines",
    rows=SHARED,
    says="Used {value:.0f} machines that nobody in particular uses; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a computer room; a training",
)
def machines_shared() -> Column:
    """Distinct machines without a usual user."""
    return number(SHARED)


@daily(
    source="logon",
    family="places",
    kind="amount",
    unit="bits",
    absent=None,
    rows=MACHINES,
    says="The rarest machine used comes {value:odds} days by own habit; usually {usual:odds}, colleagues {peers:odds}.",
    innocent="a rare errand; cover for a colleague; a replaced computer",
    once_known=True,
)
def machine_rarest() -> Column:
    """How rare the day's rarest machine is for this person."""
    return rarity(MACHINES)


@daily(
    source="logon",
    family="relations",
    unit="machines",
    rows=OF_OTHERS,
    says="Used {value:.0f} machines that usually somebody else uses; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="support for a colleague; cover during leave; an administrator's work",
)
def machines_of_others() -> Column:
    """Distinct machines whose usual user is another person."""
    return number(OF_OTHERS)


@daily(
    source="logon",
    family="relations",
    unit="machines",
    rows=both(OF_OTHERS, new),
    says="Used {value:.0f} machines of others not used before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="support for a colleague; cover during leave; an administrator's work",
    once_known=True,
)
def machines_of_others_new() -> Column:
    """Distinct machines whose usual user is another person, not known before the last fortnight."""
    return number(both(OF_OTHERS, new))


@daily(
    source="logon",
    family="relations",
    unit="machines",
    rows=OF_SUPERVISOR,
    says="Used the supervisor's machine ({value:.0f}); usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="support asked for by the supervisor; a presentation given from there",
)
def machines_of_supervisor() -> Column:
    """Distinct machines whose usual user is the person's supervisor."""
    return number(OF_SUPERVISOR)
