"""A person's day, folded: what was done where, what was known of the place before, and one number per behaviour."""

from expectations.silver import DAY, PERSON
from expectations.table import KEEP_STATE, Column, Table, Type

SOURCE = Column(
    "source",
    "string",
    "Feed it was read from; 'presence' is what all feeds say together",
    allowed=("presence", "access", "logon", "mail", "media", "file", "web", "alarm"),
)
COMPANY_KINDS = (
    *("two_person", "no_lone_presence", "escort", "partner", "group", "circle", "passage", "style", "due", "desk"),
)
KIND = Column(
    "kind",
    "string",
    "Kind of place; an hour of the clock is a place in time, 'use' is the feed itself, a move a way from zone to zone, "
    "a gap one that was gone without the read it needs, a stay a zone and how long the person stayed there; 'kept' and "
    "'missed' mark what one feed told, or did not, of a person whom another knew that day; the kinds "
    "of company are those of gold.company",
    allowed=(
        "presence",
        "hour",
        "use",
        "door",
        "zone",
        "gap",
        "move",
        "stay",
        "machine",
        "counterpart",
        "extension",
        "medium",
        "domain",
        "category",
        "sensor",
        "kept",
        "missed",
        *COMPANY_KINDS,
    ),
)
PLACE = Column("place", "string", "The place: a door, a machine, a domain, '03' (03:00 to 04:00), …")
TOGETHER_KIND = Column(
    "kind",
    "string",
    "A zone whose rule was broken, by the rule; the partner of two-person work; the closest of a group; the company "
    "kept over four weeks; the badge that followed, or whose habit the day fits; a zone due on a round and left out; "
    "the zone of a console that was answered while the badge was elsewhere",
    allowed=COMPANY_KINDS,
)
EVENTS_THERE = Column("events", "long", "Events there; 0 for an hour, which only tells that there were any", low=0)
FIRST_AT = Column("first_at", "timestamp", "First event there", unit="UTC", required=False)
LAST_AT = Column("last_at", "timestamp", "Last event there", unit="UTC", required=False)
EVIDENCE = Column("evidence", "array<long>", "Up to two events there, a refused or off-hours one among them")


def measure(name: str, meaning: str, unit: str = "events", kind: Type = "long") -> Column:
    """A figure about one place on one day, NULL where the feed knows no such thing."""
    return Column(name, kind, meaning, unit=unit, required=False, low=0)


TOGETHER_MEASURES = (
    measure("alone", "Without the company that the zone's rule asks for", unit="seconds"),
    measure("grave_alone", "The same, times the zone's consequence", unit="seconds × consequence"),
    measure("alone_badged", "Of it in stays that began with two badges", unit="seconds"),
    measure("shared", "With this partner", unit="seconds"),
    measure(
        "changed", "1 when usual partners were on site and none of them took part, and this is another", unit="flag"
    ),
    measure(
        "bits",
        "How unlikely: so much company, by what shifts, teams and places explain; a move from there; a stay so long",
        "bits",
        "double",
    ),
    measure("tied", "Of those whom the person keeps company with, pairs who do so with each other", "share", "double"),
    measure("heavy", "Company of a pair of this circle, the person's own included", "hours", "double"),
    measure("dominated", "How far this circle leans on few pairs: eigenvalue over weight, 1 of one", "share", "double"),
    measure("passages", "Doors passed within seconds of this badge", unit="passages"),
    measure("due", "1 for a zone that is due on the person's round and was left out", unit="flag"),
)
"""What gold.company brings."""

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
        "doubted",
        "1 at a door or gap where so many people's reads did not fit, or were refused, that the reader is doubted, and "
        "at what so many missed that the feed is; 2 at a door one of whose ways is in doubt, but not its reads",
        "flag",
    ),
    measure("fastest", "Least time since a read in another zone", unit="seconds"),
    measure("stayed", "Time up to the next read that lets in, the zone not left as far as reads tell", unit="seconds"),
    measure("detours", "Passages of a grave zone that no quickest way between the stops before and after needs"),
    measure("tried_on", "Refusals within ten minutes of one at another door, nothing opened in between"),
    measure(
        "role_days",
        "At a zone, machine or sort of file: person-days that people of the role had there, as of the last month start",
        "days",
    ),
    measure("usual_move", "At a move: 1 when it was gone on at least half of the person's days before", "flag"),
    measure("known_moves", "At the feed's day: days of all the moves known of the person, summed", "days"),
    measure("usual_moves", "At the feed's day: moves gone on at least half of the days before", "moves"),
    measure("gained", "At the feed's day: zones first entered within the six days before", "zones"),
    measure("consequence", "At a zone: weight of what could be done there", "", "double"),
    measure("centrality", "At a zone: share of the site's quickest ways that lead through it", "share", "double"),
    measure("acknowledged", "Alarms acknowledged"),
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
    *TOGETHER_MEASURES,
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
        EVENTS_THERE,
        Column("off_hours", "long", "Of them outside working hours or on a free day", low=0),
        Column("night", "long", "Of them at night", low=0),
        FIRST_AT,
        LAST_AT,
        measure("first_second", "First event there since the operational day began, by the wall clock", "seconds"),
        measure("last_second", "Last event there since the operational day began, by the wall clock", "seconds"),
        *MEASURES,
        EVIDENCE,
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

DAY_GRAPH = Table(
    "gold.day_graph",
    "one edge of one person's day as a graph: a move from zone to zone, or the use of a place",
    (
        PERSON,
        DAY,
        Column(
            "kind",
            "string",
            "What the edge leads to: a zone by a move; by use a door, zone, machine, item (a removable medium, a sort "
            "of file by its extension), counterpart, or a gap unread",
            allowed=("move", "door", "zone", "gap", "machine", "medium", "extension", "counterpart"),
        ),
        Column("origin", "string", "Zone that a move leaves; '' where the person uses the target", required=True),
        Column("target", "string", "Zone entered, or place used"),
        Column("times", "long", "How often", unit="events", low=1),
        Column("refused", "long", "Of them refused", unit="events", low=0),
        Column("first_at", "timestamp", "First time", unit="UTC"),
        Column("last_at", "timestamp", "Last time", unit="UTC"),
        Column("stayed", "double", "Time spent there afterwards", unit="minutes", required=False, low=0),
        Column("detours", "long", "Of them past a grave zone that the way did not need", unit="events", low=0),
        Column("bits", "double", "Surprise of the move", unit="bits", required=False, low=0),
        Column("days_seen", "long", "Days the person had gone or used it before", unit="days", low=0),
        Column("is_new", "boolean", "Not known before the guard gap: see features.habit.GUARD"),
    ),
    keys=("day", "person", "kind", "origin", "target"),
    sort=("person", "first_at", "kind", "origin", "target"),
    notes="Nodes are the origins and targets. Mail counterparts are those outside the site's domains.",
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
