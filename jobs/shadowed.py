"""A shadowed night, lead by lead: where the champion's list and the challenger's put the same people.

For whoever decides about the challenger, on the terminal; those who work with the list are not shown another one.
People are told by the codes of the list, which no log and no run holds.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from expectations.errors import MissingState
from expectations.gold import RISK, SHADOW
from features.pseudonym import code
from jobs.context import Context
from jobs.days import Days
from jobs.shadow import KEPT

Ranks = Mapping[int, int]
"""Pseudonym → rank."""


def told(context: Context, day: date | None) -> str:
    """Who is within the budget under either model on `day`, by default the newest shadowed one, with both ranks.

    Raises MissingState when no challenger was in the shadow.
    """
    lake = context.lake
    shadowed = lake.days(SHADOW)
    night = day or max(shadowed, default=None)
    if night is None or night not in shadowed:
        newest = f"the newest is of {shadowed[-1]}" if shadowed else "there is none of any night"
        raise MissingState(
            f"gold.shadow: expected a challenger's list of {night or 'some night'}, and {newest}. "
            "Next: a challenger is shadowed by `postern watch --day D`; `postern train` makes one."
        )
    theirs = lake.read(SHADOW, Days.one(night)).select("model", "person", "rank").collect()
    ours = lake.read(RISK, Days.one(night)).where("active and rank is not null").select("person", "rank")
    before, after = ({row["person"]: row["rank"] for row in rows} for rows in (ours.collect(), theirs))
    head = f"night of {night}, challenger version {theirs[0]['model']}: first {context.site.list.budget} of either list"
    return "\n".join([head, "", *lines(before, after, context.site.list.budget)])


def lines(champion: Ranks, challenger: Ranks, budget: int) -> Iterator[str]:
    """The table, in the champion's order, then the challenger's. Beyond its first KEPT no rank of the challenger's is
    kept."""
    yield f"{'lead':<13}{'champion':>9}{'challenger':>12}"
    last = max(len(champion), KEPT) + 1
    either = {person for ranks in (champion, challenger) for person, rank in ranks.items() if rank <= budget}
    for person in sorted(either, key=lambda who: (champion.get(who, last), challenger.get(who, last))):
        theirs = str(challenger.get(person, f"> {KEPT}"))
        yield f"{code(person):<13}{champion.get(person, '–'):>9}{theirs:>12}"
