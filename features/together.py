"""People together: rules that want two, partners, unexplained company, rounds cut short, empty desks.

Read from badges: a stay lasts from a read that lets into a zone to the next read (features/stays.py). Where a reader
lost reads or its clock is wrong (features/doubt.py) nobody is said to have been alone, nor to have cut a round short;
partners, company and another's style are told of people, whom no doubt of a reader reaches. Company in crowded
zone-hours counts as none; the site's `together.crowd` says from how many people on.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from features.access import DAY
from features.behaviour import daily
from features.desk import DESK
from features.feasibility import some
from features.lone import ESCORT, NO_LONE, TWO_PERSON
from features.rows import Rows, any_of, both, most, new, number, rows_of, total, trusted

TOLD_SINCE = 54
"""The decision that last changed what models/ tells of company, partners or rounds, which no definition here shows:
part of the catalogue's fingerprint, for what was learnt of another meaning is not read."""

PAIRS = both(rows_of("access", TWO_PERSON), trusted)
LONE = both(rows_of("access", NO_LONE), trusted)
ESCORTED = both(rows_of("access", ESCORT), trusted)
PARTNERS = rows_of("access", "partner")
GROUPS = rows_of("access", "group")
PASSAGES = rows_of("access", "passage")
STYLES = rows_of("access", "style")
ZONES = rows_of("access", "zone")
ROUNDS = both(rows_of("access", "due"), trusted)
DESKS = both(rows_of("alarm", DESK), trusted)

WHO = frozenset({"partner", "group", "circle", "passage", "style"})
"""Kinds of place rows whose place is another person, the digits of a pseudonym: people read its code instead."""


def minutes(measure: str, rows: Rows) -> Column:
    """Seconds of the rows as minutes, 0 when there are none."""
    return some(measure, rows) / F.lit(60.0)


def greatest(measure: str, rows: Rows) -> Column:
    """Largest value of the measure, 0 when there are no rows."""
    return F.coalesce(most(measure, rows), F.lit(0))


@daily(
    source="access",
    family="together",
    kind="minutes",
    unit="minutes × consequence",
    absent=None,
    excused=False,
    needs_rules=True,
    rows=PAIRS,
    named="grave_alone",
    says="Alone where the rules want two, {value:.0f} minutes weighed by the zone's consequence; usually {usual:.1f}, "
    "colleagues {peers:.1f}.",
    innocent="a partner who left early or was let in without a badge; a handover that took long; an emergency",
)
def alone_of_two() -> Column:
    """Minutes alone in zones under the two-person rule, times their consequence."""
    return minutes("grave_alone", PAIRS)


@daily(
    source="access",
    family="together",
    kind="minutes",
    unit="minutes",
    absent=None,
    excused=False,
    needs_rules=True,
    rows=both(PAIRS, any_of("alone_badged")),
    named="alone_badged",
    says="Two badges opened a zone that wants two, and for {value:.0f} minutes only one person was in it; usually "
    "{usual:.1f}, colleagues {peers:.1f}.",
    innocent="a partner called away at once; a badge read for somebody who then did not go in",
)
def alone_after_two_badges() -> Column:
    """Minutes alone in zones under the two-person rule in stays that began with two badges: the rule kept by badge, not
    by presence."""
    return minutes("alone_badged", PAIRS)


@daily(
    source="access",
    family="together",
    kind="minutes",
    unit="minutes × consequence",
    absent=None,
    excused=False,
    needs_rules=True,
    rows=LONE,
    named="grave_alone",
    says="Alone where nobody may be alone, {value:.0f} minutes weighed by the zone's consequence; usually {usual:.1f}, "
    "colleagues {peers:.1f}.",
    innocent="a colleague who left early or was let in without a badge; a short break of the other",
)
def alone_forbidden() -> Column:
    """Minutes alone in zones where lone presence is forbidden, times their consequence."""
    return minutes("grave_alone", LONE)


@daily(
    source="access",
    family="together",
    kind="minutes",
    unit="minutes × consequence",
    absent=None,
    excused=False,
    needs_rules=True,
    rows=ESCORTED,
    named="grave_alone",
    says="Without an escort where one is needed, {value:.0f} minutes weighed by the zone's consequence; usually "
    "{usual:.1f}, colleagues {peers:.1f}.",
    innocent="an escort who badged in elsewhere; a role that should no longer need one",
)
def unescorted() -> Column:
    """Minutes in zones under the escort rule without anybody who may escort, times their consequence."""
    return minutes("grave_alone", ESCORTED)


@daily(
    source="access",
    family="together",
    unit="partners",
    needs_rules=True,
    rows=PARTNERS,
    named="shared",
    says="Worked with {value:.0f} partners where the rules want two; usually {usual:.1f}, colleagues {peers:.1f}.",
    innocent="a changed shift; training; a task that needs several hands",
)
def partners() -> Column:
    """Different people met in zones under the two-person rule."""
    return number(PARTNERS)


@daily(
    source="access",
    family="together",
    unit="partners",
    needs_rules=True,
    rows=both(PARTNERS, new),
    named="shared",
    says="Worked with {value:.0f} partners they did not have before the last fortnight where the rules want two; "
    "usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="a new colleague; a changed shift; cover for somebody on leave",
    once_known=True,
)
def partners_new() -> Column:
    """Different people met in zones under the two-person rule, but not before the last fortnight: shopping for a
    partner."""
    return number(both(PARTNERS, new))


@daily(
    source="access",
    family="together",
    unit="partners",
    needs_rules=True,
    rows=both(PARTNERS, any_of("changed")),
    named="shared",
    says="Worked that day with {value:.0f} others where the rules want two, and with none of the usual partners who "
    "were on site; usually {usual:.2f}, colleagues {peers:.2f}.",
    innocent="the usual partner had another task; a new plan of work",
)
def partners_changed() -> Column:
    """Partners in zones under the two-person rule while usual ones were on site and none took part: partners changed,
    told of the day on which it happens. Usual is who took part on more than half of the days of such work before."""
    return some("changed", PARTNERS)


@daily(
    source="access",
    family="together",
    kind="excess",
    unit="bits",
    absent=None,
    needs_rules=True,
    rows=both(PARTNERS, any_of("bits")),
    named="bits",
    says="The same partner again where the rules want two: so often, by chance among the shift-mates to choose from, "
    "{value:odds}; usually {usual:odds}, colleagues {peers:odds}.",
    innocent="two specialists for one task; a fixed plan of pairs",
)
def partner_same() -> Column:
    """How unlikely it is to have had one partner so often over four weeks, were it any of those who do such work and
    were on site (binomial, for as many as there were to choose from)."""
    return greatest("bits", PARTNERS)


@daily(
    source="access",
    family="together",
    kind="excess",
    unit="bits",
    absent=None,
    rows=GROUPS,
    named="bits",
    says="Together with one person, or the same few, as shifts, teams and places explain {value:odds}; usually "
    "{usual:odds}, colleagues {peers:odds}.",
    innocent="friends; a car pool; a task for two that no plan tells of",
)
def company_unexplained() -> Column:
    """The person's share of how unlikely the company of their pair or group is over four weeks, in all zones or those
    alone where either seldom goes. By a degree- and schedule-corrected block model (models/association.py)."""
    return greatest("bits", GROUPS)


@daily(
    source="access",
    family="together",
    kind="share",
    unit="share of reads",
    absent=None,
    rows=PASSAGES,
    named="passages",
    says="{value:.0%} of the badge's reads were within seconds of one other badge; usually {usual:.0%}, colleagues "
    "{peers:.0%}.",
    innocent="two who work as a team all day; a visitor and the escort; one person with a spare badge",
)
def lockstep() -> Column:
    """Share of reads that one other badge followed or led within seconds at the same door: two badges in one hand, or
    two people who go through doors as one."""
    # Of reads in turn, a b a b, each is followed and led: more passages than reads.
    return F.least(F.lit(1.0), greatest("passages", PASSAGES) / total("events", DAY))


@daily(
    source="access",
    family="together",
    kind="amount",
    unit="bits",
    absent=None,
    rows=lambda: STYLES() | ZONES(),
    named="bits",
    says="The day's zones fit the habit of one other person {value:times} times as well as the holder's own; usually "
    "{usual:times}, colleagues {peers:times}.",
    innocent="cover for that colleague; a changed task that the two now share",
)
def style_of_another() -> Column:
    """How much likelier one of the person's closest would have been in the day's zones: a badge in other hands."""
    return greatest("bits", STYLES)


@daily(
    source="access",
    family="together",
    unit="zones",
    rows=ROUNDS,
    named="due",
    says="Left out {value:.0f} zones of a round that belongs to nearly every day; usually {usual:.2f}, colleagues "
    "{peers:.2f}.",
    innocent="another post tonight; an alarm that cut the round short; a reader that was silent",
)
def zones_skipped() -> Column:
    """Zones of the person's round not visited: those of nine in ten of the days before, for whoever has six or more.
    What is left out every day is another round after two or three weeks. The end of a night shift, which belongs to the
    next day, has no round: nothing is due of whoever is there for less than a quarter of their usual time."""
    return number(ROUNDS)


@daily(
    source="alarm",
    family="together",
    excused=False,
    needs_graph=True,
    unit="alarms",
    rows=DESKS,
    named="events",
    says="{value:.0f} alarms were acknowledged at a console while the own badge was in another place; usually "
    "{usual:.2f}, colleagues {peers:.2f}.",
    innocent="a colleague who answered at a console left logged on; following somebody out without a read; clocks that "
    "disagree",
)
def alarms_from_empty_desk() -> Column:
    """Alarms acknowledged at a console while reads before and after put the badge into another zone: an empty desk."""
    return some("events", DESKS)
