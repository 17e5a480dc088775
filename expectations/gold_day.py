"""A person's day, folded: what was done where, what was known of the place before, and one number per behaviour."""

from expectations.silver import DAY, PERSON
from expectations.table import KEEP_STATE, Column, Table, Type

SOURCE = Column(
    "source",
    "string",
    "Feed it was read from; 'presence' is what all feeds say together",
    allowed=("presence", "access", "logon", "mail", "media", "file", "web"),
)
KIND = Column(
    "kind",
    "string",
    "Kind of place; an hour of the clock is a place in time, 'use' is the feed itself, a gap a way from zone to zone "
    "that was gone without the read it needs",
    allowed=(
        "presence",
        "hour",
        "use",
        "door",
        "zone",
        "gap",
        "machine",
        "counterpart",
        "extension",
        "domain",
        "category",
    ),
)
PLACE = Column("place", "string", "The place: a door, a machine, a domain, '03' (03:00 to 04:00), …")


def measure(name: str, meaning: str, unit: str = "events", kind: Type = "long") -> Column:
    """A figure about one place on one day, NULL where the feed knows no such thing."""
    return Column(name, kind, meaning, unit=unit, required=False, low=0)


MEASURES = (
    measure("refused", "Badge reads that were refused"),
    measure("entries", "Reads on the way in"),
    measure("exits", "Reads on the way out"),
    measure("hurried", "Reads at another door sooner than the site's graph says anybody can walk there"),
    measure("at_once", "The same in another zone, where the read that the way needs is missing besides"),
    measure("skipped", "Reads elsewhere than the badge was let into, a read on the way missing"),
    measure("entered_again", "Entries where the badge was already, the read on the way out missing"),
    measure("left_again", "Exits when the badge was out already, the read on the way in missing"),
    measure(
        "doubted", "1 at a door or gap where so many people's reads did not fit that the reader is doubted", "flag"
    ),
    measure("fastest", "Least time since a read in another zone", unit="seconds"),
    measure("second_badge", "1 when more than one badge of the person was read", unit="flag"),
    measure("logons", "Logons and unlocks"),
    measure("logoffs", "Logoffs"),
    measure("resumed", "1 when the first event was a logoff: the session began the day before", unit="flag"),
    measure("session_seconds", "From each logon to the next logoff", unit="seconds"),
    measure("session_longest", "The longest of them", unit="seconds"),
    measure("sent", "Messages sent"),
    measure("recipients", "Recipients of sent messages", unit="addresses"),
    measure("outside", "Recipients of sent messages outside the site's domains", unit="addresses"),
    measure("outside_messages", "Sent messages with a recipient outside; at a counterpart: when it is outside"),
    measure("widest", "Recipients of the message with most", unit="addresses"),
    measure("attachments", "Files attached to sent messages", unit="files"),
    measure("outside_attachments", "Files attached to sent messages with a recipient outside", unit="files"),
    measure("size", "Sent messages without attachments", unit="bytes"),
    measure("largest", "Largest sent message without attachments", unit="bytes"),
    measure("private", "Messages sent from a private address"),
    measure("blind", "Messages sent with blind copies"),
    measure("connects", "Removable media connected"),
    measure("copies", "Files copied or written"),
    measure("onto_media", "Files copied or written onto removable media"),
    measure("deletes", "Files deleted"),
    measure("uploads", "Web uploads"),
    measure("downloads", "Web downloads"),
)

PLACE_DAY = Table(
    "gold.place_day",
    "one place of one person on one operational day, as one feed saw it",
    (
        PERSON,
        DAY,
        SOURCE,
        KIND,
        PLACE,
        Column("events", "long", "Events there; 0 for an hour, which only tells that there were any", low=0),
        Column("off_hours", "long", "Of them outside working hours or on a free day", low=0),
        Column("night", "long", "Of them at night", low=0),
        Column("first_at", "timestamp", "First event there", unit="UTC", required=False),
        Column("last_at", "timestamp", "Last event there", unit="UTC", required=False),
        measure("first_second", "First event there since the operational day began, by the wall clock", "seconds"),
        measure("last_second", "Last event there since the operational day began, by the wall clock", "seconds"),
        *MEASURES,
        Column("evidence", "array<long>", "Up to two events there, a refused or off-hours one among them"),
        Column("days_seen", "long", "Days the person had been there, as of the day before", unit="days", low=0),
        Column("first_day", "date", "First of those days", required=False),
        Column("last_day", "date", "Last of those days", required=False),
        Column("is_new", "boolean", "Not known there before the guard gap: see features.habit.GUARD"),
        Column("known_days", "long", "Days the person had any event, as of the day before", unit="days", low=0),
        Column(
            "site_share",
            "double",
            "At an hour: share of all person-days with an event in it, as of the last month start",
            unit="share",
            required=False,
            low=0,
            high=1,
        ),
        Column("usual_person", "long", "Who the place belongs to by habit; NULL: shared or unknown", required=False),
        Column(
            "whose",
            "string",
            "The same, told from the person; NULL: shared, unknown, or not a place that belongs to anyone",
            required=False,
            allowed=("own", "supervisor", "other"),
        ),
    ),
    keys=("day", "person", "source", "kind", "place"),
    sort=("person", "source", "kind", "place"),
)

HABIT = Table(
    "gold.habit",
    "one place that one person is known at through one feed, as of the end of one day",
    (
        DAY,
        PERSON,
        SOURCE,
        KIND,
        PLACE,
        Column("days_seen", "long", "Days the person was there since first_day", unit="days", low=1),
        Column("first_day", "date", "First day there since it was last forgotten"),
        Column("last_day", "date", "Last day there"),
    ),
    keys=("day", "person", "source", "kind", "place"),
    sort=("source", "kind", "person", "place"),
    retention=KEEP_STATE,
    notes="A place not visited for a kind's memory is forgotten, which bounds the table.",
)

PERSON_DAY = Table(
    "gold.person_day",
    "one person on one operational day with any event in any feed",
    (
        PERSON,
        DAY,
        Column("role", "string", "Role on that day; 'unknown' without a roster"),
        Column("team", "string", "Team on that day; 'unknown' without a roster"),
        Column("supervisor", "long", "Pseudonym of the supervisor on that day", required=False),
    ),
    keys=("day", "person"),
    sort=("person",),
    notes="Fixed columns; features.catalog adds one column per behaviour. NULL there: not applicable, or no such feed.",
)
