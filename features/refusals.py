"""Doors that did not open: where, how often, and whether they ever did.

A worn badge is refused every day, and that is usual for it. Trying doors that never open is not made usual by doing it
every day: there what colleagues do is expected of everybody.
"""

from pyspark.sql import Column

from features.behaviour import daily
from features.rows import any_of, both, familiar, most, new, number, rows_of, shut, total, used

DAY = used("access")
DOORS = rows_of("access", "door")
REFUSING = both(DOORS, any_of("refused"))
CLOSED = both(rows_of("access", "zone"), any_of("refused"), shut)


@daily(
    source="access",
    family="refusals",
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
    family="refusals",
    excused=False,
    unit="zones",
    rows=CLOSED,
    says="Was refused everywhere in {value:.0f} zones; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a wrong turning; a new role not yet in the access system; a visit that was not announced",
)
def zones_refused() -> Column:
    """Distinct zones in which a door was tried and none opened."""
    return number(CLOSED)


@daily(
    source="access",
    family="refusals",
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
    family="refusals",
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
    family="refusals",
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
    family="refusals",
    excused=False,
    unit="doors",
    rows=both(REFUSING, new),
    says="Was refused at {value:.0f} doors that did not open for them before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a wrong turning; a new role not yet in the access system",
    once_known=True,
)
def doors_refused_never_granted() -> Column:
    """Distinct doors that refused and had not opened for the person before the last fortnight: testing doors."""
    return number(both(REFUSING, new))


@daily(
    source="access",
    family="refusals",
    unit="doors",
    rows=both(REFUSING, familiar),
    says="Was refused at {value:.0f} doors that used to open for them; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="an expired authorisation; a failing reader; a new badge",
)
def doors_refused_known() -> Column:
    """Distinct doors that refused though they had opened for the person before: a right that was withdrawn."""
    return number(both(REFUSING, familiar))
