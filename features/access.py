"""Doors that opened: how many, when, and which of them are new to the person."""

from pyspark.sql import Column

from features.behaviour import daily
from features.rows import (
    any_of,
    both,
    hours,
    least,
    most,
    new,
    number,
    opened,
    rarity,
    rows_of,
    total,
    used,
    whose,
)

DAY = used("access")
DOORS = rows_of("access", "door")
ZONES = rows_of("access", "zone")


@daily(
    source="access",
    family="presence",
    unit="reads",
    rows=DAY,
    says="The badge was read {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a round of inspections; visitors to escort; a reader that reads twice",
)
def badge_reads() -> Column:
    """Badge reads, granted or refused."""
    return total("events", DAY)


@daily(
    source="access",
    family="hours",
    kind="hour",
    tail="both",
    unit="hours since the day began",
    absent=None,
    rows=DAY,
    says="First badge read {value:.1f} h into the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an appointment; a changed shift; a forgotten badge",
)
def badge_first() -> Column:
    """Time of the first badge read."""
    return hours(least("first_second", DAY))


@daily(
    source="access",
    family="hours",
    kind="hour",
    tail="both",
    unit="hours since the day began",
    absent=None,
    rows=DAY,
    says="Last badge read {value:.1f} h into the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a deadline; a changed shift; a double shift",
)
def badge_last() -> Column:
    """Time of the last badge read."""
    return hours(most("last_second", DAY))


@daily(
    source="access",
    family="hours",
    unit="reads",
    rows=both(DOORS, any_of("off_hours")),
    says="{value:.0f} badge reads outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="shift work; on-call duty; an event in the evening",
)
def badge_off_hours() -> Column:
    """Badge reads outside working hours or on a free day."""
    return total("off_hours", DAY)


@daily(
    source="access",
    family="hours",
    unit="reads",
    rows=both(DOORS, any_of("night")),
    says="{value:.0f} badge reads at night; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a night shift; an alarm to attend to",
)
def badge_night() -> Column:
    """Badge reads at night."""
    return total("night", DAY)


@daily(
    source="access",
    family="movement",
    unit="doors",
    rows=DOORS,
    says="Went to {value:.0f} different doors; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a round of inspections; a tour for visitors; a move of offices",
)
def doors() -> Column:
    """Distinct doors at which the badge was read."""
    return number(DOORS)


@daily(
    source="access",
    family="movement",
    unit="zones",
    rows=ZONES,
    says="Was in {value:.0f} different zones; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a round of inspections; a tour for visitors",
)
def zones() -> Column:
    """Distinct zones that doors opened into."""
    return number(both(ZONES, opened))


@daily(
    source="access",
    family="places",
    unit="doors",
    rows=both(DOORS, opened, new),
    says="Opened {value:.0f} doors not opened before the last fortnight; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new role; a new reader; a detour around building work",
    once_known=True,
)
def doors_new() -> Column:
    """Distinct doors that opened for the person and did not before the last fortnight."""
    return number(both(DOORS, opened, new))


@daily(
    source="access",
    family="places",
    unit="zones",
    rows=both(ZONES, opened, new),
    says="Entered {value:.0f} zones not entered before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new role; training; an escort",
    once_known=True,
)
def zones_new() -> Column:
    """Distinct zones entered that were not before the last fortnight."""
    return number(both(ZONES, opened, new))


@daily(
    source="access",
    family="places",
    kind="amount",
    unit="bits",
    rows=both(DOORS, opened),
    says="The rarest door opened comes {value:odds} days by own habit; usually {usual:odds}, colleagues {peers:odds}.",
    innocent="a rare errand; cover for a colleague",
    once_known=True,
)
def door_rarest() -> Column:
    """How rare the day's rarest door is for this person."""
    return rarity(both(DOORS, opened))


@daily(
    source="access",
    family="places",
    unit="zones",
    rows=both(ZONES, any_of("off_hours")),
    says="Was in {value:.0f} zones outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="shift work; cleaning and guard rounds; an alarm",
)
def zones_off_hours() -> Column:
    """Distinct zones with a read outside working hours or on a free day."""
    return number(both(ZONES, any_of("off_hours")))


@daily(
    source="access",
    family="relations",
    unit="doors",
    rows=both(DOORS, opened, whose("other", "supervisor")),
    says="Opened {value:.0f} doors that only somebody else usually opens; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="cover for a colleague; a meeting in their office; cleaning",
)
def doors_of_others() -> Column:
    """Distinct doors opened that by habit belong to another person."""
    return number(both(DOORS, opened, whose("other", "supervisor")))
