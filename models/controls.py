"""Control leads: people drawn at random onto the list, to see whether leads are judged or only confirmed.

Whoever reads the list is not told which they are; the record knows. The share of control leads that are confirmed says
how far the list's word is taken for it (automation bias: Parasuraman & Manzey, Human Factors 52(3), 2010). They take
the list's last places, where their own risk puts them, and nothing that is said of them is invented.
"""

from datetime import date

import numpy as np

from models.arrays import Array, People


def drawn(people: People, risk: Array, rank: np.ndarray, budget: int, share: float, day: date) -> People:
    """Who of `people` (ascending) is a control lead of `day`; the same every time it is asked, whatever the order.

    `share` is of the budget, on average over nights, so that nobody can count on one; `rank` is 0 for whoever is not
    ranked. Drawn evenly from those ranked beyond the budget of whom anything is remembered: a control lead has reasons.
    """
    if share <= 0:
        return np.zeros(0, dtype=np.int64)
    generator = np.random.default_rng(day.toordinal())
    wanted = int(share * budget + generator.random())
    candidates = np.sort(people[(rank > budget) & (risk > 0)])
    return np.sort(generator.choice(candidates, size=min(wanted, budget, candidates.size), replace=False))
