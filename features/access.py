"""Doors: where a badge was read, where it was refused, how fast it moved."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import (
    any_of,
    both,
    familiar,
    hours,
    least,
    most,
    new,
    number,
    once_known,
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
REFUSING = both(DOORS, any_of("refused"))


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
    says="Opened {value:.0f} doors never opened before; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new role; a new reader; a detour around building work",
)
def doors_new() -> Column:
    """Distinct doors that opened for the person for the first time."""
    return once_known(number(both(DOORS, opened, new)))


@daily(
    source="access",
    family="places",
    unit="zones",
    rows=both(ZONES, opened, new),
    says="Entered {value:.0f} zones never entered before; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new role; training; an escort",
)
def zones_new() -> Column:
    """Distinct zones entered for the first time."""
    return once_known(number(both(ZONES, opened, new)))


@daily(
    source="access",
    family="places",
    kind="amount",
    unit="bits",
    rows=both(DOORS, opened),
    says="The rarest door opened has {value:.1f} bits against own habit; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a rare errand; cover for a colleague",
)
def door_rarest() -> Column:
    """How rare the day's rarest door is for this person."""
    return once_known(rarity(both(DOORS, opened)))


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


@daily(
    source="access",
    family="movement",
    unit="doors",
    rows=REFUSING,
    says="Was refused at {value:.0f} doors; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a new role not yet in the access system; a failing reader",
)
def doors_refused() -> Column:
    """Distinct doors that refused the badge."""
    return number(REFUSING)


@daily(
    source="access",
    family="movement",
    unit="refusals",
    rows=REFUSING,
    says="The badge was refused {value:.0f} times; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a worn badge; a failing reader; a wrong code",
)
def refusals() -> Column:
    """Refused reads."""
    return total("refused", DAY)


@daily(
    source="access",
    family="movement",
    kind="share",
    unit="share",
    absent=None,
    rows=REFUSING,
    says="{value:.0%} of badge reads were refused; usually {usual:.0%}, colleagues {peers:.0%}.",
    innocent="a worn badge; an expired authorisation",
)
def refusal_share() -> Column:
    """Refused reads among all reads, 0 to 1."""
    return total("refused", DAY) / total("events", DAY)


@daily(
    source="access",
    family="movement",
    unit="refusals",
    rows=REFUSING,
    says="Tried one door {value:.0f} times in vain; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a worn badge; a failing reader; a door that jams",
)
def refusals_at_one_door() -> Column:
    """Most refused reads at a single door."""
    return most("refused", DOORS)


@daily(
    source="access",
    family="places",
    unit="doors",
    rows=both(REFUSING, new),
    says="Was refused at {value:.0f} doors that never opened for them before; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a wrong turning; a new role not yet in the access system",
)
def doors_refused_never_granted() -> Column:
    """Distinct doors that refused and had not opened for the person before: testing doors."""
    return once_known(number(both(REFUSING, new)))


@daily(
    source="access",
    family="movement",
    unit="doors",
    rows=both(REFUSING, familiar),
    says="Was refused at {value:.0f} doors that used to open for them; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="an expired authorisation; a failing reader; a new badge",
)
def doors_refused_known() -> Column:
    """Distinct doors that refused though they had opened for the person before: a right that was withdrawn."""
    return number(both(REFUSING, familiar))


@daily(
    source="access",
    family="movement",
    kind="minutes",
    tail="low",
    unit="minutes",
    absent=None,
    rows=both(ZONES, lambda: F.col("fastest").isNotNull()),
    says="Shortest time between reads in two zones was {value:.1f} minutes; usually {usual:.1f}, "
    "colleagues {peers:.1f}.",
    innocent="two readers side by side; clocks of readers that disagree",
)
def zone_change_fastest() -> Column:
    """Least minutes between consecutive reads in different zones; a badge in two places makes it short."""
    return least("fastest", DAY) / F.lit(60.0)


@daily(
    source="access",
    family="movement",
    unit="moves",
    rows=both(DOORS, any_of("hurried")),
    says="{value:.0f} moves between doors faster than the site says is possible; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="clocks of readers that disagree; a distance declared too long",
)
def moves_impossible() -> Column:
    """Reads sooner after one at another door than the site declares possible: a lent or copied badge."""
    return total("hurried", DAY)


@daily(
    source="access",
    family="movement",
    unit="passages",
    rows=DOORS,
    says="{value:.0f} passages in without the way out, or out without the way in; usually {usual:.1f}, "
    "colleagues {peers:.1f}.",
    innocent="following a colleague through; a door held open; doors with a reader on one side only",
)
def passages_unmatched() -> Column:
    """Entries that outnumber exits, or the reverse, over the day."""
    return F.abs(total("entries", DAY) - total("exits", DAY))


@daily(
    source="access",
    family="movement",
    kind="flag",
    unit="yes or no",
    rows=DAY,
    says="More than one of the person's badges was read, as on {usual:.0%} of own days before "
    "(colleagues {peers:.0%}).",
    innocent="a re-issued card; a temporary card for a forgotten one",
)
def second_badge() -> Column:
    """1 when two of the person's badges were read at one door."""
    return most("second_badge", DAY)
