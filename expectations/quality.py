"""What gates and comparisons found: counts and shares only, never a value of anybody's."""

from expectations.silver import DAY
from expectations.table import Column, Table

VERDICT = Table(
    "quality.verdict",
    "one rule checked on one day of one table",
    (
        DAY,
        Column("table", "string", "Table that was checked"),
        Column("rule", "string", "Short name of the rule"),
        Column("job", "string", "Job behind whose gate it was checked"),
        Column("says", "string", "The rule as a sentence: what holds on a good day"),
        Column("severity", "string", "What breaking it means", allowed=("critical", "warning")),
        Column("rows", "long", "Rows checked", unit="rows", low=0),
        Column("violations", "double", "What was counted against the rule; its unit is the rule's"),
        Column("passed", "boolean", "Whether the rule was kept"),
        Column("finding", "string", "What was found, as a sentence; empty when the rule was kept"),
    ),
    keys=("day", "table", "rule"),
    sort=("table", "rule"),
    notes="The day is the table's own: operational for gold, of the delivery for silver.",
)

DOUBT = Table(
    "quality.doubt",
    "one reader, or one feed's silence, by which nobody is judged on one day",
    (
        DAY,
        Column(
            "kind",
            "string",
            "A door whose own reads do not fit, one that refused many and let them in at no time, a gap many went "
            "through unread, a way to or from outside that many were read on the way back alone, or a feed that many "
            "are missing in",
            allowed=("door", "refusing", "gap", "one-sided", "feed"),
        ),
        Column("place", "string", "The door, the way between two zones, or what is missing beside what, and of whom"),
        Column(
            "people",
            "long",
            "People whose reads did not fit there, who were refused, or who are missing",
            unit="people",
            low=1,
        ),
        Column("read", "long", "At a gap: others read there meanwhile", unit="people", required=False, low=0),
    ),
    keys=("day", "kind", "place"),
    sort=("kind", "place"),
    notes="See features.doubt, features.one_sided and features.silence. Told on the list as a warning about data.",
)

CLOCK = Table(
    "quality.clock",
    "one door whose clock was wrong on one day, as the walks of many say",
    (
        DAY,
        Column("door", "string", "Door"),
        Column("behind", "long", "How far its clock was behind; negative: ahead", unit="seconds"),
        Column("people", "long", "Most people who went by one of the ways that say so", unit="people", low=1),
    ),
    keys=("day", "door"),
    sort=("door",),
    notes="Reads there are taken to be made so much later; silver.access keeps them as stamped. See models.clocks. "
    "Told on the list as a warning about data.",
)

CROWD = Table(
    "quality.crowd",
    "one zone that was crowded on one day: who was with whom there is left out for those hours",
    (
        DAY,
        Column("zone", "string", "Zone"),
        Column("hours", "long", "Hours of the clock with a crowd in it", unit="hours", low=1),
        Column("used", "long", "Hours with anybody in it", unit="hours", low=1),
        Column("people", "long", "Most people in one of the hours left out", unit="people", low=1),
        Column("cap", "long", "People from which on more are a crowd: together.crowd", unit="people", low=1),
    ),
    keys=("day", "zone"),
    sort=("zone",),
    notes="A revolving door, with ten stays for each person of a crowd, counts as one. Told on the list and in status.",
)

SHARED = Table(
    "quality.shared",
    "one day's computers, messages or pairs of people whose company is left out: of more people than the cap",
    (
        DAY,
        Column("kind", "string", "What was shared", allowed=("machine", "mail", "pair")),
        Column("left_out", "long", "Computers, messages or pairs beyond the cap", low=1),
        Column("used", "long", "Computers used, messages sent, or pairs that met", low=1),
        Column("people", "long", "Most people at one of them; of pairs the most that one met at a place", low=1),
        Column("cap", "long", "together.crowd; of pairs together.partners, whom either keeps at a place", low=1),
    ),
    keys=("day", "kind"),
    sort=("kind",),
    notes="Beside quality.crowd, which tells it of zones. Of a message the people are its addresses.",
)

PROMOTION = Table(
    "quality.promotion",
    "one check of one comparison of a challenger with the champion",
    (
        Column("day", "date", "Newest night that the comparison read"),
        Column("challenger", "string", "Version of the model that would like to score"),
        Column("champion", "string", "Version of the model that scored then"),
        Column("check", "string", "What was asked"),
        Column(
            "outcome",
            "string",
            "Answer; what was not made neither passes nor fails",
            allowed=("passed", "failed", "not made"),
        ),
        Column("says", "string", "The answer as a sentence, with figures"),
    ),
    keys=("day", "challenger", "check"),
    sort=("challenger", "check"),
)

FIGURE = Column("kind", "string", "What kind of figure", allowed=("behaviour", "feed", "score", "calibration"))

PROFILE = Table(
    "quality.profile",
    "one figure's distribution over the person-days of one day",
    (
        DAY,
        FIGURE,
        Column("name", "string", "Behaviour, feed (events of a person), or what the score says"),
        Column("keys", "array<long>", "Buckets of values, ascending: see models.sketch"),
        Column("counts", "array<long>", "Person-days in each bucket", unit="person-days"),
        Column("missing", "long", "Person-days without a value", unit="person-days", low=0),
    ),
    keys=("day", "kind", "name"),
    sort=("kind", "name"),
    notes="Nights add up, so that watching a week against a month reads a night's person-days once.",
)

DRIFT = Table(
    "quality.drift",
    "one figure's week up to one day against the four weeks before",
    (
        DAY,
        FIGURE,
        Column("name", "string", "Behaviour, feed, or what the score says"),
        Column("verdict", "string", "In one word", allowed=("stable", "moving", "moved", "missing", "too few")),
        Column(
            "psi", "double", "Population stability index; NULL when there are too few values", required=False, low=0
        ),
        Column("psi_by_chance", "double", "What it stays below in 99 of 100 weeks without change", required=False),
        Column("ks", "double", "Largest distance of the two distributions", required=False, low=0, high=1),
        Column("ks_p", "double", "How often chance makes one as large, at least", required=False, low=0, high=1),
        Column("called", "double", "Of calibration: days called once in 100 over those that may be", required=False),
        Column("missing_before", "double", "Share of person-days without a value, before", low=0, high=1),
        Column("missing", "double", "The same, in the week", low=0, high=1),
        Column("person_days", "long", "Of the week", unit="person-days", low=0),
    ),
    keys=("day", "kind", "name"),
    sort=("kind", "name"),
)

REGIME = Table(
    "quality.regime",
    "one reason why habits may have changed for everybody, on one day",
    (
        DAY,
        Column(
            "kind",
            "string",
            "What kind of change",
            allowed=("outage", "reorganisation", "newcomers", "absence", "reader", "feed", "other"),
        ),
        Column("name", "string", "Which: as declared, or the feed or door"),
        Column("declared", "boolean", "Whether the site's configuration declares it; otherwise it was detected"),
        Column("says", "string", "What was seen, as a sentence"),
    ),
    keys=("day", "kind", "name"),
    sort=("kind", "name"),
)


def between(name: str, meaning: str) -> tuple[Column, ...]:
    """A figure with the ends of its 95 % interval, people being drawn; NULL where there is nothing to tell."""
    ends = ((name, meaning), (f"{name}_low", "Lower end of its 95 % interval"), (f"{name}_high", "Upper end"))
    return tuple(Column(column, "double", told, required=False, low=0) for column, told in ends)


FAIRNESS = Table(
    "quality.fairness",
    "one group of at least five people in the published lists of the four weeks up to one day",
    (
        DAY,
        Column(
            "attribute",
            "string",
            "What people are grouped by: role, employer, tenure, shift, what the site supplies, or a cross of two",
        ),
        Column("group", "string", "The group; groups of fewer than five people are taken together"),
        Column("first", "date", "First night looked back at"),
        Column("people", "long", "People in it", unit="people", low=0),
        Column("person_days", "long", "Their ranked person-days", unit="person-days", low=0),
        Column("differs", "boolean", "Whether the interval of its disparity leaves 1 out"),
        *between("flag_rate", "Share of its person-days that are leads"),
        *between("disparity", "The same over everybody else's; 1 is alike"),
        *between("rank", "Mean rank as a share of the night's list; 0.5 is chance"),
        *between("called", "Days called once in 100 over those that may be; 1 keeps its word"),
    ),
    keys=("day", "attribute", "group"),
    sort=("attribute", "group"),
    notes="No training reads it: a test follows every import and every table.",
)
