"""What a staged list must be before anyone sees it."""

from collections.abc import Mapping, Sequence
from datetime import date

from expectations.rules import Rule
from expectations.written import TOLERANCE
from jobs.report.night import Lead

SHARE_WARNS, SHARE_STOPS = 15.0, 50.0
"""Per cent of the people followed who are on the list. A list that names every seventh person is not a short list;
on a quiet Sunday it may still name every fourth of those who came."""

ROWS = Rule(
    "rows: budget",
    "the list has as many rows as the budget, or as active people if fewer",
    finding="it is {n:.0f} rows off",
)
PEOPLE_ONCE = Rule("person: once", "nobody is listed twice", finding="{n:.0f} of {rows} rows repeat a person")
KNOWN = Rule(
    "person: known",
    "everyone listed is on the roster",
    finding="{n:.0f} of {rows} are in no row of silver.people",
    then="land the roster of that day, run conform for it, then the night again",
)
PARTS = Rule(
    "reasons: sum",
    f"a lead's parts sum to its risk within {TOLERANCE:g} bits",
    finding="those of {n:.0f} of {rows} leads do not",
    then="run risk again for this day: gold.driver and gold.risk differ",
)
RANKS = Rule(
    "rank: by risk", "ranks run from 1 without gaps, by falling risk", finding="{n:.0f} of {rows} are out of order"
)
SHARE_WARNING = Rule(
    "share: small (warning)",
    f"at most {SHARE_WARNS:g} % of the people followed are listed",
    severity="warning",
    most=SHARE_WARNS,
    finding="{n:.0f} % are",
    then="lower list.budget in the site's configuration",
)
SHARE_CRITICAL = Rule(
    "share: small (critical)",
    f"at most {SHARE_STOPS:g} % of the people followed are listed",
    most=SHARE_STOPS,
    finding="{n:.0f} % are",
    then="lower list.budget in the site's configuration",
)
LIST_RULES = (ROWS, PEOPLE_ONCE, KNOWN, PARTS, RANKS, SHARE_WARNING, SHARE_CRITICAL)


def list_numbers(
    leads: Mapping[date, Sequence[Lead]],
    active: Mapping[date, int],
    followed: Mapping[date, int],
    known: set[int],
    sums: Mapping[tuple[date, int], float],
    budget: int,
) -> dict[str, dict[date, float]]:
    """The numbers of LIST_RULES per day.

    `active` are people with an event that day, `followed` also those that are remembered or employed; `sums` holds
    each lead's parts, summed; `known` who is on the roster.
    """
    told: dict[str, dict[date, float]] = {rule.name: {} for rule in LIST_RULES}
    for day, listed in leads.items():
        people = [lead.person for lead in listed]
        # Whoever did nothing unusual has risk 0 and no parts: no parts sum to 0, and to no other risk.
        off = [abs(sums.get((day, lead.person), 0.0) - lead.risk) > TOLERANCE for lead in listed]
        order = sorted(range(len(listed)), key=lambda i: listed[i].rank)
        falling = [
            listed[i].rank != place + 1 or (place > 0 and not listed[i].risk <= listed[order[place - 1]].risk)
            for place, i in enumerate(order)
        ]
        share = 100.0 * len(listed) / followed[day] if followed.get(day) else 0.0
        for rule, number in (
            (ROWS, abs(len(listed) - min(budget, active.get(day, 0)))),
            (PEOPLE_ONCE, len(people) - len(set(people))),
            (KNOWN, sum(person not in known for person in people)),
            (PARTS, sum(off)),
            (RANKS, sum(falling)),
            (SHARE_WARNING, share),
            (SHARE_CRITICAL, share),
        ):
            told[rule.name][day] = float(number)
    return told
