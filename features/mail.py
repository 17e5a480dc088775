"""Messages: how many, to whom, to outside, from where."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.behaviour import daily
from features.rows import any_of, both, most, new, number, rows_of, total, used, whose

DAY = used("mail")
MACHINES = rows_of("mail", "machine")
COUNTERPARTS = rows_of("mail", "counterpart")


OUTSIDE = both(COUNTERPARTS, any_of("outside_messages"))
OF_OTHERS = both(MACHINES, whose("other", "supervisor"), any_of("sent"))


@daily(
    source="mail",
    family="mail",
    unit="messages",
    rows=MACHINES,
    says="Sent {value:.0f} messages; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a campaign; a deadline; the day after leave",
)
def messages_sent() -> Column:
    """Messages sent."""
    return total("sent", DAY)


@daily(
    source="mail",
    family="mail",
    unit="addresses",
    rows=COUNTERPARTS,
    says="Wrote to {value:.0f} recipients in all; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an invitation; an announcement",
)
def recipients() -> Column:
    """Recipients of all sent messages together."""
    return total("recipients", DAY)


@daily(
    source="mail",
    family="mail",
    unit="addresses",
    rows=MACHINES,
    says="One message went to {value:.0f} recipients; usually at most {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an announcement; a distribution list",
)
def recipients_of_widest() -> Column:
    """Recipients of the message with most: a mass e-mail."""
    return most("widest", DAY)


@daily(
    source="mail",
    family="mail",
    unit="messages",
    rows=both(MACHINES, any_of("blind")),
    says="Sent {value:.0f} messages with blind copies; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a distribution list kept private; a copy to oneself",
)
def messages_blind() -> Column:
    """Messages sent with recipients that the others do not see."""
    return total("blind", DAY)


@daily(
    source="mail",
    family="mail",
    unit="addresses",
    rows=COUNTERPARTS,
    says="Wrote to {value:.0f} different addresses; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="an announcement; a new project",
)
def counterparts() -> Column:
    """Distinct addresses written to."""
    return number(COUNTERPARTS)


@daily(
    source="mail",
    family="mail",
    unit="files",
    rows=MACHINES,
    says="Attached {value:.0f} files; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a delivery of documents; a report round",
)
def attachments() -> Column:
    """Files attached to sent messages."""
    return total("attachments", DAY)


@daily(
    source="mail",
    family="mail",
    kind="bytes",
    unit="bytes",
    absent=None,
    rows=MACHINES,
    says="Sent {value:,.0f} bytes; usually {usual:,.0f}, colleagues {peers:,.0f}.",
    innocent="a delivery of documents; pictures in the text",
)
def mail_bytes() -> Column:
    """Size of sent messages without attachments."""
    return total("size", DAY)


@daily(
    source="mail",
    family="mail",
    kind="bytes",
    unit="bytes",
    absent=None,
    rows=MACHINES,
    says="The largest message had {value:,.0f} bytes; usually {usual:,.0f}, colleagues {peers:,.0f}.",
    innocent="pictures in the text; a long quoted thread",
)
def mail_largest() -> Column:
    """Size of the largest sent message without attachments."""
    return most("largest", DAY)


@daily(
    source="mail",
    family="hours",
    unit="messages",
    rows=both(COUNTERPARTS, any_of("off_hours")),
    says="{value:.0f} messages outside working hours; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="colleagues in another time zone; a deadline",
)
def mail_off_hours() -> Column:
    """Messages sent or viewed outside working hours or on a free day."""
    return total("off_hours", DAY)


@daily(
    source="mail",
    family="relations",
    unit="messages",
    rows=OF_OTHERS,
    says="{value:.0f} messages sent from a machine that usually somebody else uses; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="support for a colleague; a borrowed desk",
)
def mail_from_others_machine() -> Column:
    """Messages sent from machines whose usual user is another person."""
    return F.coalesce(total("sent", OF_OTHERS), F.lit(0))


@daily(
    source="mail",
    family="outside",
    unit="addresses",
    rows=OUTSIDE,
    says="{value:.0f} recipients outside the site's domains; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a customer project; suppliers",
)
def recipients_outside() -> Column:
    """Recipients outside the site's domains, of all sent messages together."""
    return total("outside", DAY)


@daily(
    source="mail",
    family="outside",
    kind="share",
    unit="share",
    absent=None,
    rows=OUTSIDE,
    says="{value:.0%} of recipients were outside the site's domains; usually {usual:.0%}, colleagues {peers:.0%}.",
    innocent="a customer project; a quiet day inside",
)
def outside_share() -> Column:
    """Recipients outside among all recipients, 0 to 1; NULL on a day without any."""
    return F.try_divide(total("outside", DAY), total("recipients", DAY))


@daily(
    source="mail",
    family="outside",
    unit="files",
    rows=OUTSIDE,
    says="Attached {value:.0f} files to messages that left the site; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="documents for a customer; a job well done for a supplier",
)
def attachments_outside() -> Column:
    """Files attached to messages with a recipient outside."""
    return total("outside_attachments", DAY)


@daily(
    source="mail",
    family="outside",
    unit="messages",
    rows=both(COUNTERPARTS, any_of("private")),
    says="Sent {value:.0f} messages from a private address; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a private matter; remote work without the company's mail",
)
def messages_private() -> Column:
    """Messages sent from an address outside the site's domains."""
    return total("private", DAY)


@daily(
    source="mail",
    family="outside",
    unit="addresses",
    rows=both(COUNTERPARTS, new),
    says="Wrote to {value:.0f} addresses not written to before the last fortnight; usually {usual:.2f}, "
    "colleagues {peers:.2f}.",
    innocent="a new project; a new colleague",
    once_known=True,
)
def counterparts_new() -> Column:
    """Distinct addresses not written to before the last fortnight."""
    return number(both(COUNTERPARTS, new))


@daily(
    source="mail",
    family="outside",
    unit="addresses",
    rows=OUTSIDE,
    says="Wrote to {value:.0f} different addresses outside; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a customer project; a tender",
)
def counterparts_outside() -> Column:
    """Distinct addresses outside that were written to."""
    return number(OUTSIDE)


@daily(
    source="mail",
    family="outside",
    unit="addresses",
    rows=both(OUTSIDE, new),
    says="Wrote to {value:.0f} new addresses outside; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new customer; an application for leave at an authority",
    once_known=True,
)
def counterparts_outside_new() -> Column:
    """Distinct addresses outside not written to before the last fortnight."""
    return number(both(OUTSIDE, new))


@daily(
    source="mail",
    family="outside",
    unit="messages",
    rows=both(OUTSIDE, new),
    says="Sent {value:.0f} messages to one new address outside; usually at most {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new customer; a private matter",
    once_known=True,
)
def messages_to_new_outside() -> Column:
    """Most messages to a single address outside that was not written to before the last fortnight."""
    return F.coalesce(most("sent", both(OUTSIDE, new)), F.lit(0))
