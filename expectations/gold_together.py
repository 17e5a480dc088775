"""People together: who was with whom each day, the association rolled on from it, the groups that stand out."""

from expectations.gold_day import EVENTS_THERE, EVIDENCE, FIRST_AT, LAST_AT, PLACE, TOGETHER_KIND, TOGETHER_MEASURES
from expectations.silver import DAY, PERSON
from expectations.table import KEEP_STATE, Column, Retention, Table

PARTNER = Column("partner", "long", "Keyed pseudonym of the other, the greater of the two")

TOGETHER = Table(
    "gold.together",
    "one pair of people on one operational day, in one kind of company at one place",
    (
        DAY,
        PERSON,
        PARTNER,
        Column(
            "kind",
            "string",
            "Kind of company: stays that overlap in a zone, in a zone under the two-person rule, the same computer, "
            "mail from one to the other, badges within seconds at one door",
            allowed=("zone", "two_person", "machine", "mail", "passage"),
        ),
        Column("seconds", "long", "Overlap of their stays; 0 for other company", unit="seconds", low=0),
        Column("times", "long", "Messages or passages; 1 for a zone or computer", low=1),
        Column("first", "long", "When it began", unit="seconds since 1970", low=0),
        Column("place", "string", "The zone, computer or door; of mail none, told as 'mail'"),
        Column("event", "long", "An event of the person's behind it", required=False),
        Column("partner_event", "long", "An event of the partner's behind it", required=False),
    ),
    keys=("day", "person", "partner", "kind", "place"),
    sort=("person", "partner", "kind", "place"),
    retention=Retention(nights=90),
    notes="Each pair once, person < partner. At each place the closest of each person, by kind (the site's "
    "together.partners); crowded zone-hours are left out (together.crowd).",
)

WHEREABOUTS = Table(
    "gold.whereabouts",
    "one person's presence as of the end of one day, decayed",
    (
        PERSON,
        DAY,
        Column("known", "double", "Nights since the person was first seen, decayed", unit="nights", low=0),
        Column("nights", "double", "Of them with a stay in any zone, decayed", unit="nights", low=0),
        Column("hours", "array<double>", "Nights on site in each hour of the UTC clock, decayed", unit="nights"),
        Column("seconds", "double", "Time on site, decayed", unit="seconds", low=0),
        Column("work", "double", "Meetings in zones under the two-person rule, decayed", low=0),
        Column("chance", "double", "Of them expected with any one shift-mate, decayed", low=0),
        Column("work_nights", "double", "Nights of such work, those in each zone by themselves, decayed", low=0),
        Column("zones", "array<string>", "Zones"),
        Column("zone_seconds", "array<double>", "Time in each of them outside crowds, decayed", unit="seconds"),
        Column("zone_nights", "array<double>", "Nights in each of them, decayed", unit="nights"),
        Column("cells", "array<long>", "Hours of the UTC clock in zones: place in `zones`, from 0, × 24 + hour"),
        Column("cell_seconds", "array<double>", "Time in each of these outside crowds, decayed", unit="seconds"),
    ),
    keys=("day", "person"),
    sort=("person",),
    retention=KEEP_STATE,
)

LAYERS = (
    Column("seconds", "double", "Overlap in zones where both go often, decayed", unit="seconds", low=0),
    Column("times", "double", "Zones met in, decayed", low=0),
    Column("expected", "double", "Overlap that each one's hours and zones let expect, decayed", unit="seconds", low=0),
    Column("work_seconds", "double", "Overlap in zones under the two-person rule, decayed", unit="seconds", low=0),
    Column("work_times", "double", "Such zones met in, decayed", low=0),
    Column("work_expected", "double", "Overlap expected there, decayed", unit="seconds", low=0),
    Column("apart_seconds", "double", "Overlap in zones where either seldom goes, decayed", unit="seconds", low=0),
    Column("apart_times", "double", "Such zones met in, decayed", low=0),
    Column("apart_expected", "double", "Overlap expected there, decayed", unit="seconds", low=0),
    Column("machines", "double", "Computers shared on a day, decayed", low=0),
    Column("messages", "double", "Messages between them, decayed", low=0),
    Column("passages", "double", "Doors passed within seconds of each other, decayed", low=0),
    Column("on_site", "double", "Hours in which both were on site, decayed", unit="hours", low=0),
)

ASSOCIATION = Table(
    "gold.association",
    "one pair of people as of the end of one day: the layers of their association, decayed",
    (PERSON, PARTNER, DAY, *LAYERS),
    keys=("day", "person", "partner"),
    sort=("person", "partner"),
    retention=KEEP_STATE,
    notes="Rolled forward each night by 1 − 1/28. Each person's closest partners are kept (the site's "
    "together.partners), and the five whose company is explained least, so that the table grows with people, not with "
    "pairs.",
)

GROUP = Column("group", "int", "Number of the group that night", low=1)

MEMBER = Table(
    "gold.group",
    "one member of one small group that was together more than shifts, teams and places explain",
    (
        DAY,
        GROUP,
        PERSON,
        Column("size", "int", "Members of the group", unit="people", low=2),
        Column("bits", "double", "How unlikely the group's company is", unit="bits", low=0),
        Column("part", "double", "The member's share; shares sum to the group's bits", unit="bits", low=0),
    ),
    keys=("day", "group", "person"),
    sort=("group", "person"),
)

TIE = Table(
    "gold.tie",
    "one pair of one such group",
    (
        DAY,
        GROUP,
        PERSON,
        PARTNER,
        Column("bits", "double", "How unlikely the pair's company is", unit="bits", low=0),
        Column("minutes", "double", "Together, of the last 28 nights, decayed", unit="minutes", low=0),
        Column("expected", "double", "Of them expected", unit="minutes", low=0),
        Column("times", "double", "Meetings, decayed", low=0),
        Column("messages", "double", "Messages between them, decayed", low=0),
        Column("machines", "double", "Computers shared, decayed", low=0),
        Column("place", "string", "Zone with most of tonight's such company; NULL: none tonight", required=False),
        Column(
            "apart",
            "boolean",
            "Minutes, expected, times and place are of zones alone where either of the two seldom goes",
            required=False,
        ),
    ),
    keys=("day", "person", "partner"),
    sort=("group", "person", "partner"),
)

COMMUNITY = Table(
    "gold.community",
    "one person at the end of one week: the peer group found from behaviour, beside the roster's",
    (
        DAY,
        PERSON,
        Column("community", "int", "Community of the association graph; 1 is the largest", low=1),
        Column("team", "string", "Team by the roster, or the role where no team is known"),
        Column("apart", "boolean", "In another community than most of the team; nobody of an unknown team is"),
    ),
    keys=("day", "person"),
    sort=("community", "person"),
    retention=Retention(nights=366),
    notes="Written on Sundays. Where many are apart, teams tell little of who works with whom: a reason to look again "
    "at peers, not at a person.",
)

COMPANY = Table(
    "gold.company",
    "one thing about one person's company on one day, as a row that gold.place_day takes in",
    (PERSON, DAY, TOGETHER_KIND, PLACE, EVENTS_THERE, FIRST_AT, LAST_AT, *TOGETHER_MEASURES, EVIDENCE),
    keys=("day", "person", "kind", "place"),
    sort=("person", "kind", "place"),
)

GOLD_TOGETHER = (TOGETHER, WHEREABOUTS, ASSOCIATION, MEMBER, TIE, COMMUNITY, COMPANY)
