"""Control leads: people drawn at random onto the list, to see whether leads are judged or only confirmed.

Whoever reads the list is not told which they are; the record knows. The share of control leads that are confirmed says
how far the list's word is taken for it (automation bias: Parasuraman & Manzey, Human Factors 52(3), 2010). Nothing that
is said of them is invented, so that they stand where their own risk puts them: below every lead that earned its place.
The later a place, the likelier it is a control lead's; how many a night has, and whether any, the place does not tell.
"""

import hashlib
from datetime import date

import numpy as np

from models.arrays import Array, People


def drawn(people: People, risk: Array, rank: np.ndarray, budget: int, share: float, day: date) -> People:
    """Who of `people` (ascending) is a control lead of `day`; the same every time it is asked, whatever the order.

    Each place of the budget is a control lead's with probability `share`, but half of them at most (rounded up), so
    that a share near a half is not quite reached; `rank` is 0 for whoever is not ranked. Drawn evenly from those ranked
    beyond the budget of whom anything is remembered: a control lead has reasons. Seeded by the day and by who these
    are: a replay draws the same, and who knows the day but not the pseudonyms can compute neither whom nor how many.
    """
    if share <= 0:
        return np.zeros(0, dtype=np.int64)
    candidates = np.sort(people[(rank > budget) & (risk > 0)]).astype("<i8")
    told = hashlib.sha256(day.isoformat().encode() + candidates.tobytes())
    generator = np.random.default_rng(int.from_bytes(told.digest()))
    wanted = min(int(generator.binomial(budget, share)), (budget + 1) // 2, candidates.size)
    return np.sort(generator.choice(candidates, size=wanted, replace=False))
