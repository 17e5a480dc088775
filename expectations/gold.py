"""What was learned of each night: surprise, score, risk, and the list that investigators read."""

from expectations.silver import DAY, PERSON
from expectations.table import KEEP_STATE, Column, Table

CHANNEL = Table(
    "gold.channel",
    "one position of the arrays written under one catalogue of behaviours and detectors",
    (
        Column("fingerprint", "string", "Hash of the catalogue: names, order and definitions"),
        Column("position", "int", "Position in the arrays", low=0),
        Column("name", "string", "Behaviour or detector"),
        Column("definition", "string", "Hash of the behaviour's definition; a detector has none", required=False),
    ),
    keys=("fingerprint", "position"),
    day=None,
    partition=(),
)

BASELINE = Table(
    "gold.baseline",
    "one person's state as of the end of one day",
    (
        PERSON,
        DAY,
        Column("fingerprint", "string", "Catalogue the arrays follow"),
        Column("state", "array<double>", "Nights of history, then weight, total and square of every behaviour"),
    ),
    keys=("day", "person"),
    sort=("person",),
    retention=KEEP_STATE,
    notes="Peers' and the site's usual are pooled from these rows when they are needed: there is no second state.",
)

SURPRISE = Table(
    "gold.surprise",
    "one person on one operational day with any event",
    (
        PERSON,
        DAY,
        Column("fingerprint", "string", "Catalogue the arrays follow"),
        Column("peers", "string", "Group of peers compared with"),
        Column("history", "double", "Own history behind the comparison", unit="nights", low=0),
        Column("bits", "array<double>", "Surprise of each behaviour, −log2 of its tail probability", unit="bits"),
        Column("usual", "array<double>", "The person's own usual value of each behaviour"),
        Column("colleagues", "array<double>", "The peers' usual value of each behaviour"),
        Column("taken_back", "double", "Surprise less because many showed as much", unit="bits", required=False, low=0),
    ),
    keys=("day", "person"),
    sort=("person",),
)


def worst_of(detector: str) -> str:
    """The column that names what fitted worst."""
    return f"{detector}_worst"


def _fits(detector: str, what: str) -> tuple[Column, Column]:
    """What a detector measured from tables, before it has a unit, and where."""
    told = f"How badly the day's new {what} fit, before calibration"
    return (
        Column(detector, "double", told, required=False, low=0, high=1),
        Column(worst_of(detector), "string", f"Which of these {what} fitted worst; NULL: none was new", required=False),
    )


SCORE = Table(
    "gold.score",
    "one person on one scored day",
    (
        PERSON,
        DAY,
        Column("fingerprint", "string", "Channels the parts follow: behaviours, then learned detectors"),
        Column("model", "string", "Version of the champion that scored"),
        Column("status", "string", "Whether history sufficed", allowed=("scored", "warming_up")),
        Column("score", "double", "Surprise of the whole day", unit="bits", low=0),
        Column("once_in", "double", "A day this unusual is expected once in so many person-days", low=1),
        Column("parts", "array<double>", "What each channel adds; they sum to the score", unit="bits"),
        *_fits("affinity", "places"),
        *_fits("item_affinity", "media and sorts of file"),
    ),
    keys=("day", "person"),
    sort=("person",),
)

RISK = Table(
    "gold.risk",
    "one person as of the end of one day: surprise × consequence, accumulated with a half-life",
    (
        PERSON,
        DAY,
        Column("active", "boolean", "Had an event that day; only the active are ranked"),
        Column("rank", "int", "1 is looked at first; NULL when not ranked", required=False, low=1),
        Column("risk", "double", "Accumulated risk", unit="bits", low=0),
    ),
    keys=("day", "person"),
    sort=("person",),
)

RISK_STATE = Table(
    "gold.risk_state",
    "one person's remembered surprise as of the end of one day",
    (
        PERSON,
        DAY,
        Column("fingerprint", "string", "Channels the arrays follow"),
        Column("model", "string", "Version of the champion that says what is remembered is worth", required=False),
        Column("squares", "array<double>", "Decayed sum of squared bits of each channel", required=False),
        Column("weighed", "array<double>", "The same of bits × consequence", required=False),
    ),
    keys=("day", "person"),
    sort=("person",),
    retention=KEEP_STATE,
)

NIGHT = Table(
    "gold.night",
    "one scored night",
    (
        DAY,
        Column("model", "string", "Version of the champion that scored"),
        Column("active", "int", "People with an event", unit="people", low=0),
        Column("scored", "int", "Of them, with enough history", unit="people", low=0),
        Column("innocent", "double", "Leads within the budget to expect if nobody did anything", unit="leads", low=0),
        Column("past", "double", "Person-days, at least, that scores are called rare by", required=False, low=0),
        Column(
            "upheaval",
            "boolean",
            "Whether the night stands out of past nights and not its list alone: many others do so, too",
            required=False,
        ),
    ),
    keys=("day",),
)

PLACE_VECTOR = Table(
    "gold.place_vector",
    "one place as one training saw it: who comes here also goes where",
    (
        Column("day", "date", "Newest day that the training read"),
        Column("kind", "string", "Kind of place"),
        Column("place", "string", "The place"),
        Column("vector", "array<double>", "Its factors (implicit alternating least squares)"),
    ),
    keys=("day", "kind", "place"),
    sort=("kind", "place"),
)

DRIVER = Table(
    "gold.driver",
    "one reason of one lead",
    (
        PERSON,
        DAY,
        Column("position", "int", "1 is the strongest reason; each family is heard once before any is twice", low=1),
        Column("channel", "string", "Behaviour or detector; 'other' holds what is left"),
        Column("family", "string", "What it is about"),
        Column("part", "double", "Its part of the risk; a lead's parts sum to its risk", unit="bits", low=0),
        Column("tonight", "double", "Its surprise of the night it was seen", unit="bits", low=0),
        Column("seen_on", "date", "Night it was seen; earlier than the list's when it is remembered"),
        Column("value", "double", "What was seen", required=False),
        Column("usual", "double", "The person's own usual", required=False),
        Column("colleagues", "double", "The peers' usual", required=False),
        Column("unit", "string", "Unit of the three figures"),
        Column("sentence", "string", "The reason, to be read aloud"),
        Column("innocent", "string", "What else it could be"),
        Column("events", "array<long>", "Evidence: events behind it, at most 20, earliest first"),
    ),
    keys=("day", "person", "position"),
    sort=("person", "position"),
)

RISK_LIST = Table(
    "gold.risk_list",
    "one lead of one published night",
    (
        DAY,
        Column("rank", "int", "1 is looked at first", low=1),
        PERSON,
        Column("risk", "double", "Accumulated risk", unit="bits", low=0),
        Column("score", "double", "Surprise of this day", unit="bits", low=0),
        Column("once_in", "double", "A day this unusual is expected once in so many person-days", low=1),
        Column("model", "string", "Version of the champion that scored"),
        Column("previous_rank", "int", "Rank on the list before; NULL when not on it", required=False, low=1),
        Column(
            "control",
            "boolean",
            "Drawn at random, not ranked here; told to nobody before a disposition",
            required=False,
        ),
    ),
    keys=("day", "rank"),
    sort=("rank",),
)

EXPLAINED, CONFIRMED, OPEN = OUTCOMES = ("explained", "confirmed", "open")
"""What may be said of a lead."""

DISPOSITION = Table(
    "gold.disposition",
    "what came of one lead of one published night",
    (
        DAY,
        PERSON,
        Column("rank", "int", "Where the lead stood", low=1),
        Column(
            "outcome",
            "string",
            "Innocently explained, worth following up, or not known yet",
            allowed=OUTCOMES,
        ),
        Column("control", "boolean", "Whether the lead was one drawn at random"),
    ),
    keys=("day", "person"),
    sort=("rank",),
    notes="Said by whoever looked into it: `postern disposition`. The last word on a lead counts.",
)

UNSCORED = Table(
    "gold.unscored",
    "one person of the roster who could not be scored that day, and why",
    (
        PERSON,
        DAY,
        Column("reason", "string", "Why", allowed=("no events", "too little history", "not on the roster")),
    ),
    keys=("day", "person"),
    sort=("person",),
)

SHADOW = Table(
    "gold.shadow",
    "one person near the top of the list that the challenger would have made of one live night",
    (
        PERSON,
        DAY,
        Column("model", "string", "Version of the challenger"),
        Column("rank", "int", "1 would be looked at first", low=1),
        Column("risk", "double", "Accumulated risk under the challenger", unit="bits", low=0),
        Column("score", "double", "Surprise of this day under the challenger", unit="bits", low=0),
    ),
    keys=("day", "person"),
    sort=("rank",),
    notes="Compared with gold.risk, shown to nobody who works with the list. Nights without a challenger have no rows.",
)

SHADOW_STATE = Table(
    "gold.shadow_state",
    "what the challenger remembers of one person as of the end of one day",
    (
        PERSON,
        DAY,
        Column("model", "string", "Version of the challenger"),
        Column("fingerprint", "string", "Channels the arrays follow"),
        Column("squares", "array<double>", "Decayed sum of squared bits of each channel"),
        Column("weighed", "array<double>", "The same of bits × consequence"),
    ),
    keys=("day", "person"),
    sort=("person",),
    retention=KEEP_STATE,
)
