"""What speaks against a lead, and how sure its rarity is: an investigator who reads only reasons finds them convincing.

From what the page shows anyway: peers' range, the person's own nights, what is remembered, how many reasons there are.
"""

from math import copysign, isfinite

from jobs.report.charts import short
from jobs.report.night import Lead, Night, Reason
from models.intervals import Interval
from models.word import rarity

NEARLY_ALL = 0.8
"""Share of the risk that makes one reason nearly all there is."""
SINGLE_NIGHT = 0.2
"""Share of a person's own nights that were as far from usual, on the same side, before this is an own habit."""
NOTHING = "Nothing that is recorded speaks against it. Most unusual days are innocent all the same."


def against(night: Night, lead: Lead) -> tuple[str, ...]:
    """Sentences, at least one."""
    told = [reason for reason in lead.reasons if reason.channel != "other"]
    out = []
    alike = [reason for reason in told if among_peers(reason)]
    if alike:
        out.append(
            f"{len(alike)} of {len(told)} reasons {'is' if len(alike) == 1 else 'are'} within what most people of the "
            "same role did that day: " + " ".join(reason.sentence for reason in alike)
        )
    for reason in told:
        before, as_far = habit(night, reason)
        if as_far and as_far >= SINGLE_NIGHT * before:
            out.append(
                f"It was as far from usual in the same direction on {as_far} of {before} earlier nights: "
                f"{reason.sentence}"
            )
    bits = sum(reason.part for reason in lead.reasons)
    remembered = sum(reason.part for reason in lead.reasons if reason.seen_on != night.day)
    if remembered > bits / 2:
        out.append(f"{remembered:.1f} of {bits:.1f} bits are remembered from earlier nights, not of this one.")
    first = max(told, key=lambda reason: reason.part, default=None)
    if first is not None and len(lead.reasons) > 1 and first.part > NEARLY_ALL * bits:
        out.append("Nearly all of it is one reason: where that has an ordinary cause, nothing is left.")
    if night.by_chance(lead) >= 1:
        out.append(
            f"Chance alone makes about {short(night.by_chance(lead))} days as unusual as this one among the people "
            "active that day."
        )
    return tuple(out) or (NOTHING,)


def among_peers(reason: Reason) -> bool:
    """Whether its value lies where those of most people of the same role do."""
    return reason.value is not None and reason.peers is not None and reason.peers[0] <= reason.value <= reason.peers[1]


def habit(night: Night, reason: Reason) -> tuple[int, int]:
    """The person's own nights before it was seen, and on how many of them it was as far on the same side of usual."""
    if reason.value is None or reason.usual is None:
        return 0, 0
    far = reason.value - reason.usual
    own = [value for day, value in reason.history if value is not None and day < reason.seen_on]
    # Quiet days are no habit of loud ones.
    return len(own), sum((value - reason.usual) * copysign(1.0, far) >= abs(far) for value in own)


def once_in(night: Night, lead: Lead) -> Interval:
    """Between once in how many person-days, 95 %; (0, infinity) where nothing is known of the past."""
    return rarity(lead.once_in, night.past) if night.past else (0.0, float("inf"))


def rare(night: Night, lead: Lead) -> str:
    """The rarity as far as the past can tell it: beyond the rarest day that could have been seen, only that it is."""
    low, high = once_in(night, lead)
    return short(lead.once_in) if isfinite(high) or low <= 0 else f"more than {short(low)}"


def unsure(night: Night, lead: Lead) -> str:
    """How sure the rarity is, as a sentence."""
    low, high = once_in(night, lead)
    if low <= 0:
        return "How sure that is cannot be told."
    if not isfinite(high):
        return "So few past days were as unusual that only this end is known (95 %)."
    return f"With 95 % certainty once in {short(low)} to {short(high)}."
