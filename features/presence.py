"""When a person is there at all: what every feed says together."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import RARE, both, hours, known, least, most, most_of, new, number, rows_of, total


def whole_day() -> Column:
    """The row that holds the whole day."""
    return rows_of("presence", "presence")() & (F.col("place") == "any")


def free_day() -> Column:
    """The row of a day on which the site does not work."""
    return rows_of("presence", "presence")() & (F.col("place") == "free")


CLOCK_HOURS = rows_of("presence", "hour")
HOUR_PRIOR = 2.0
"""Days that the site's habits weigh against the person's own: enough to keep an unseen hour finite."""
LEAST_SHARE = 1e-4
"""Share of person-days taken for an hour in which nobody at the site was ever seen."""


def rare_hour() -> Column:
    """Hours in which the person was active on fewer than RARE of the days before."""
    return known() < F.col("known_days") * RARE


def away_from_hours() -> Column:
    """Places with events outside working hours: an hour itself holds no events, and rare hours are mostly theirs."""
    return F.col("kind").isin("door", "machine", "domain") & (F.col("off_hours") > 0)


@daily(
    source="presence",
    family="hours",
    kind="hour",
    tail="both",
    unit="hours since the day began",
    rows=whole_day,
    says="First seen {value:.1f} h into the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an appointment; a changed shift; a feed that was silent in the morning",
)
def presence_first() -> Column:
    """Time of the first event of any feed."""
    return hours(least("first_second", whole_day))


@daily(
    source="presence",
    family="hours",
    kind="hour",
    tail="both",
    unit="hours since the day began",
    rows=whole_day,
    says="Last seen {value:.1f} h into the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a deadline; a changed shift; a machine that was left logged on",
)
def presence_last() -> Column:
    """Time of the last event of any feed."""
    return hours(most("last_second", whole_day))


@daily(
    source="presence",
    family="hours",
    kind="hour",
    unit="hours",
    rows=whole_day,
    says="Seen over {value:.1f} h from first to last event; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a double shift; a handover; remote work in the evening",
)
def presence_span() -> Column:
    """Hours from the first to the last event of any feed."""
    return hours(most("last_second", whole_day) - least("first_second", whole_day))


@daily(
    source="presence",
    family="presence",
    unit="hours of the clock",
    rows=CLOCK_HOURS,
    says="Active in {value:.0f} different hours of the day; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a long day; work spread over the day with breaks",
)
def hours_active() -> Column:
    """Hours of the clock with any event."""
    return number(CLOCK_HOURS)


@daily(
    source="presence",
    family="hours",
    unit="events",
    rows=whole_day,
    says="{value:.0f} events outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="shift work; on-call duty; travel across time zones",
)
def events_off_hours() -> Column:
    """Events of any feed outside the site's working hours or on a free day."""
    return total("off_hours", whole_day)


@daily(
    source="presence",
    family="hours",
    unit="events",
    rows=whole_day,
    says="{value:.0f} events at night; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a night shift; an emergency; a job that was left running",
)
def events_at_night() -> Column:
    """Events of any feed at night."""
    return total("night", whole_day)


@daily(
    source="presence",
    family="hours",
    kind="flag",
    unit="yes or no",
    rows=free_day,
    says="Was active on a weekend or holiday, as on {usual:.0%} of own days before (colleagues {peers:.0%}).",
    innocent="weekend duty; a deadline; a holiday missing from the site's list",
)
def free_day_work() -> Column:
    """1 when the day is a weekend day or a holiday."""
    return number(free_day)


@daily(
    source="presence",
    family="hours",
    unit="hours of the clock",
    rows=away_from_hours,
    says="Active in {value:.0f} hours of the clock that are rare for them; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new shift pattern; a rare duty; a change of daylight saving time",
    once_known=True,
)
def hours_rare() -> Column:
    """Hours of the clock with an event that the person had on fewer than one in twenty of the days before."""
    return number(both(CLOCK_HOURS, rare_hour))


@daily(
    source="presence",
    family="hours",
    kind="amount",
    unit="bits",
    rows=away_from_hours,
    says="The rarest hour of activity comes {value:odds} days by own habit; usually {usual:odds}, colleagues "
    "{peers:odds}.",
    innocent="a rare duty; a change of shift",
    once_known=True,
)
def hour_rarest() -> Column:
    """Bits of the day's rarest hour: −log2 of the share of days the person was active in it, shrunk to the site's
    share by two days."""
    days = F.col("known_days").cast("double")
    share = (known() + HOUR_PRIOR * F.greatest("site_share", F.lit(LEAST_SHARE))) / (days + HOUR_PRIOR)
    return most_of(-F.log2(share), CLOCK_HOURS)


@daily(
    source="presence",
    family="places",
    unit="feeds",
    rows=lambda: (F.col("kind") == "use") & new(),
    says="Used {value:.0f} systems not used before the last fortnight; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new task; a new system being rolled out",
    once_known=True,
)
def feeds_new() -> Column:
    """Feeds in which the person was not seen before the last fortnight."""
    return number(lambda: (F.col("kind") == "use") & new())
