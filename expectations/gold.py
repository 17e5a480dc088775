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
    ),
    keys=("fingerprint", "position"),
    day=None,
    partition=(),
)

BASELINE = Table(
    "gold.baseline",
    "one subject's state as of the end of one day: a person, a group of peers, or the site",
    (
        DAY,
        Column("scope", "string", "Whose habits", allowed=("own", "peer", "site")),
        Column("subject", "string", "The person's pseudonym, the peers' role, or 'site'"),
        Column("fingerprint", "string", "Catalogue the arrays follow"),
        Column("state", "array<double>", "Statistics × behaviours, flattened statistic by statistic"),
    ),
    keys=("day", "scope", "subject"),
    sort=("scope", "subject"),
    retention=KEEP_STATE,
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
    ),
    keys=("day", "person"),
    sort=("person",),
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
        Column("fingerprint", "string", "Channels the arrays follow"),
        Column("active", "boolean", "Had an event that day; only the active are ranked"),
        Column("rank", "int", "1 is looked at first; NULL when not ranked", required=False, low=1),
        Column("risk", "double", "Accumulated risk", unit="bits", low=0),
        Column("parts", "array<double>", "What each channel adds; they sum to the risk", unit="bits"),
        Column("accumulated", "array<double>", "Each channel's decayed sum: the state rolled to the next night"),
    ),
    keys=("day", "person"),
    sort=("person",),
)

DRIVER = Table(
    "gold.driver",
    "one reason of one lead",
    (
        PERSON,
        DAY,
        Column("position", "int", "1 is the strongest reason", low=1),
        Column("channel", "string", "Behaviour or detector; 'other' holds what is left"),
        Column("family", "string", "What it is about"),
        Column("part", "double", "Its part of the risk; a lead's parts sum to its risk", unit="bits", low=0),
        Column("tonight", "double", "Its calibrated surprise of this day alone", unit="bits", low=0),
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
    ),
    keys=("day", "rank"),
    sort=("rank",),
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

GOLD = (CHANNEL, BASELINE, SURPRISE, SCORE, RISK, DRIVER, RISK_LIST, UNSCORED)
