"""What dispositions teach: families of reasons behind confirmed leads are heard louder, those behind the others less.

Lists are judged a few leads a night, as in the active learning of AI² (Veeramachaneni et al., IEEE BigDataSecurity
2016). There a model is fitted to the labels; here a label may only turn a family up or down, by so little that nobody
who labels wrongly, or on purpose, can silence one: see PRIOR and LEAST. Nothing is learnt before something was
confirmed, for until then nobody knows what a good lead looks like.
"""

import numpy as np
from numpy.typing import NDArray

from models.arrays import Array, People
from models.intervals import Interval, wilson

PRIOR = 20.0
"""Confirmed people that a family is given on both sides, found and to be expected, so that what is said of one person
changes no weight by more than a twentieth. People with any label would not do as a prior: of a hundred of whom one is
confirmed, that one would be a surprise of a hundred to one, and decide alone."""

LEAST, MOST = 0.8, 1.25
"""How far labels may turn a family down or up, whatever their number: at worst ten bits count as eight."""


def trust(shares: Array, confirmed: NDArray[np.bool_], people: People) -> Array:
    """How loud each family is heard, in [LEAST, MOST]; ones while nothing is confirmed, or everything is.

    The people confirmed by a family over those to be expected if it were like all others, shrunk as reporting ratios
    are in pharmacovigilance (Norén et al., Statistical Methods in Medical Research 2013). `shares` is leads × families,
    what each family adds to the lead's risk, rows summing to at most 1; `confirmed` is what was said of each lead. All
    leads of one person count as one, so that one case is not a hundred labels. Saying something of one more person, or
    the contrary of one, multiplies or divides no weight by more than 1 + 1 / PRIOR.
    """
    _, case, leads = np.unique(people, return_inverse=True, return_counts=True)
    weight = 1.0 / leads[case]
    good = (weight * confirmed) @ shares
    expected = (weight @ shares) * (weight @ confirmed / max(leads.size, 1))
    return np.asarray(np.clip((good + PRIOR) / (expected + PRIOR), LEAST, MOST), dtype=np.float64)


def confirmed_share(confirmed: int, judged: int) -> tuple[float, Interval]:
    """Share of judged leads that were confirmed, with Wilson's interval; NaN of none."""
    return confirmed / judged if judged else np.nan, wilson(confirmed, judged)
