"""Conformed events, one table per kind of event. Times are UTC, people are pseudonyms, days are operational days."""

from expectations.table import Column, Table

EVENT = Column("event", "long", "Identifier of the event: a 64-bit hash of its feed and its raw content")
PERSON = Column("person", "long", "Keyed pseudonym of the person (first 8 bytes of an HMAC-SHA256)")
AT = Column("at", "timestamp", "When it happened", unit="UTC")
DAY = Column("day", "date", "Operational day at the site: begins at its boundary hour, not at midnight")
LANDED = Column("landed", "date", "Day of the delivery that brought the row")
MACHINE = Column("machine", "string", "Computer it happened on")

EVENT_COLUMNS = (EVENT, PERSON, AT, DAY, LANDED)


def events(name: str, grain: str, *columns: Column, notes: str = "") -> Table:
    """A table of events: a night replaces the rows its delivery brought; its files lie by day, sorted by person."""
    return Table(
        name=name,
        grain=grain,
        columns=(*EVENT_COLUMNS, *columns),
        keys=("event", "person", "at"),
        day="landed",
        partition=("day", "landed"),
        sort=("person", "at"),
        notes=notes,
    )


ACCESS = events(
    "silver.access",
    "one badge presented at one reader",
    Column("credential", "long", "Keyed pseudonym of the badge: a person may have held several"),
    Column("door", "string", "Door or reader"),
    Column("zone", "string", "Zone the reader lets into", required=False),
    Column("direction", "string", "Way through the door", required=False, allowed=("in", "out")),
    Column("outcome", "string", "What the door answered", allowed=("granted", "denied")),
    notes="A granted read says that the badge was accepted, not that the person walked through.",
)

LOGON = events(
    "silver.logon",
    "one logon or logoff at one computer",
    MACHINE,
    Column("activity", "string", "What happened", allowed=("logon", "logoff")),
    notes="Screen unlocks count as logons. Logoffs may be missing: machines are powered down.",
)

MAIL = events(
    "silver.mail",
    "one message sent or viewed, metadata only",
    MACHINE,
    Column("activity", "string", "What happened", allowed=("send", "view")),
    Column("recipients", "int", "Distinct addresses in to, cc and bcc", unit="addresses", low=0),
    Column("outside", "int", "Those of them outside the site's mail domains", unit="addresses", low=0),
    Column("size", "long", "Size of the message without attachments", unit="bytes", required=False, low=0),
    Column("attachments", "int", "Attached files", unit="files", low=0),
    Column("private_sender", "boolean", "Sent from an address outside the site's mail domains"),
    Column("blind", "int", "Addresses in bcc", unit="addresses", low=0),
    Column("counterparts", "array<long>", "Keyed pseudonyms of the recipients' addresses"),
    Column("outsiders", "array<long>", "Those of them outside the site's mail domains"),
)

MEDIA = events(
    "silver.media",
    "one removable medium connected or disconnected",
    MACHINE,
    Column("activity", "string", "What happened", allowed=("connect", "disconnect")),
    Column("medium", "long", "Keyed pseudonym of the medium's number; NULL: the log tells none", required=False),
    notes="A disconnect may be missing when the machine was powered down first.",
)

FILE = events(
    "silver.file",
    "one file opened, written, copied or deleted in connection with removable media",
    MACHINE,
    Column("activity", "string", "What happened", allowed=("copy", "open", "write", "delete")),
    Column("extension", "string", "File name extension in lower case, without the dot", required=False),
    Column("to_media", "boolean", "Onto removable media"),
    Column("from_media", "boolean", "From removable media"),
)

WEB = events(
    "silver.web",
    "one web request",
    MACHINE,
    Column("activity", "string", "What happened", allowed=("visit", "upload", "download")),
    Column("domain", "string", "Host name asked for, in lower case"),
    Column("category", "string", "First category of the site's declared lists that holds the domain", required=False),
)

ALARM = events(
    "silver.alarm",
    "one alarm acknowledged or reset by an operator of the alarm station",
    MACHINE,
    Column("activity", "string", "What was done", allowed=("acknowledge", "reset")),
    Column("sensor", "string", "Alarm point: the detector, contact or camera that raised it"),
    Column("zone", "string", "Zone that the operator's console stands in", required=False),
)

EVENTS = (ACCESS, LOGON, MAIL, MEDIA, FILE, WEB, ALARM)

VALID_FROM = Column("valid_from", "timestamp", "First instant it holds", unit="UTC")
VALID_TO = Column("valid_to", "timestamp", "First instant it no longer holds; NULL: still holds", required=False)

PEOPLE = Table(
    "silver.people",
    "one person over one interval [valid_from, valid_to) of unchanged employment, also of those who have left",
    (
        PERSON,
        Column("role", "string", "Role, as the site names it; 'unknown' without a roster"),
        Column("team", "string", "Team, as the site names it; 'unknown' without a roster"),
        Column("employer", "string", "Who employs the person: the site or a contractor; 'unknown' when not told"),
        Column("supervisor", "long", "Pseudonym of the supervisor", required=False),
        VALID_FROM,
        VALID_TO,
    ),
    keys=("person", "valid_from"),
    day=None,
    partition=(),
)

ZONE = Table(
    "silver.zone",
    "one zone of the site",
    (
        Column("zone", "string", "Zone"),
        Column("area", "string", "Kind of area", allowed=("outside", "office", "protected", "vital", "inner")),
        Column("consequence", "double", "Weight of what could be done there (graded approach)", low=0.0),
    ),
    keys=("zone",),
    day=None,
    partition=(),
)

DOOR = Table(
    "silver.door",
    "one door or reader between two zones",
    (
        Column("door", "string", "Door or reader"),
        Column("zone_from", "string", "Zone it is entered from"),
        Column("zone_to", "string", "Zone it lets into"),
        Column("least_seconds", "double", "Least time from this door to the next", unit="seconds", low=0.0),
    ),
    keys=("door", "zone_from", "zone_to"),
    day=None,
    partition=(),
)

ADDRESS = Table(
    "silver.address",
    "one mail address of one person over one interval [valid_from, valid_to)",
    (
        Column("address", "long", "Keyed pseudonym of the address, as in the counterparts of silver.mail"),
        PERSON,
        VALID_FROM,
        VALID_TO,
    ),
    keys=("address", "valid_from"),
    day=None,
    partition=(),
    notes="Only pseudonyms: who wrote to whom can be told without the vault.",
)

QUARANTINE = Table(
    "silver.quarantine",
    "one landed row that could not be conformed, kept whole",
    (
        Column("feed", "string", "Feed it was landed for"),
        LANDED,
        Column("file", "string", "File below the landing folder"),
        Column("line", "long", "Line (or row) in the file, the header being line 1", unit="lines", low=1),
        Column("reason", "string", "Why, as a sentence"),
        Column("raw", "string", "The row as it was landed"),
    ),
    keys=("feed", "file", "line"),
    day="landed",
    partition=("landed",),
    sort=("feed", "file", "line"),
    personal=True,
)

LEDGER = Table(
    "silver.ledger",
    "one landed file: every row of it accounted for",
    (
        Column("feed", "string", "Feed it was landed for"),
        LANDED,
        Column("file", "string", "File below the landing folder"),
        Column("bytes", "long", "Size when it was read", unit="bytes", low=0),
        Column("rows", "long", "Rows landed, header not counted", unit="rows", low=0),
        Column("silver", "long", "Rows that reached silver", unit="rows", low=0),
        Column("quarantined", "long", "Rows kept in quarantine", unit="rows", low=0),
        Column("duplicates", "long", "Exact repeats of a row landed before", unit="rows", low=0),
        Column("unresolved", "long", "Of the quarantined: identity not resolved", unit="rows", low=0),
        Column("first_day", "date", "First operational day its rows touch", required=False),
        Column("last_day", "date", "Last operational day its rows touch", required=False),
        Column("extra_columns", "array<string>", "Columns found that the feed does not know"),
    ),
    keys=("feed", "file"),
    day="landed",
    partition=("landed",),
    sort=("feed", "file"),
)

SILVER = (*EVENTS, PEOPLE, ADDRESS, ZONE, DOOR, QUARANTINE, LEDGER)
