"""A training drawn: what behaviours' bits are worth, whether rarity is as rare as it says, what makes days strange.

Each function returns a matplotlib figure: show it in a notebook, or log it. Aggregates of many people only.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from models.arrays import Array
from models.champion import Champion

STRANGEST = 0.01
FEWEST_AVERAGED = 50
"""Person-days whose parts are averaged; of a short history as many as tell of nobody in particular."""


def calibration(champion: Champion, most: float = 40.0) -> Figure:
    """What bits of each family of behaviours are worth after calibration; the dashed line leaves them as they are."""
    figure = Figure(figsize=(6, 4.6), layout="constrained")
    axes, bits = figure.subplots(), np.linspace(0.0, most, 200)
    axes.plot(bits, bits, color="0.6", linestyle="--")
    behaviours = champion.families[: len(champion.behaviour)]
    for at, family in enumerate(dict.fromkeys(behaviours)):
        maps = [m for m, f in zip(champion.behaviour, behaviours, strict=True) if f == family]
        worth = np.median([m.bits(bits) for m in maps], axis=0)
        axes.plot(bits, worth, label=family, color=str(0.1 + 0.06 * at), linestyle=("-", "--", "-.", ":")[at % 4])
    axes.set(xlabel="surprise, bits", ylabel="worth, bits (median behaviour of the family)", ylim=(0, most))
    axes.legend(fontsize="small", ncols=2)
    return figure


def rarity(once_in: Array) -> Figure:
    """Of person-days the model was not fitted to: the share called at least so rare, against how rare that is."""
    figure = Figure(figsize=(5, 4.6), layout="constrained")
    axes = figure.subplots()
    axes.set(xscale="log", yscale="log", xlabel="called once in …", ylabel="share of person-days called so, or rarer")
    if once_in.size:
        rare = np.logspace(0, np.log10(max(once_in.size, 10)), 60)
        share = (once_in[None, :] >= rare[:, None]).mean(axis=1)
        axes.plot(rare, 1 / rare, color="0.6", linestyle="--", label="keeps its word")
        axes.plot(rare[share > 0], share[share > 0], color="0.0", label="nights held back")
        axes.legend(fontsize="small")
    return figure


def strangest(
    names: Sequence[str], families: Sequence[str], score: Array, parts: Array
) -> tuple[Figure, dict[str, float]]:
    """Which families make the strangest hundredth of the days strange: shares of their scores, drawn and as figures."""
    first = np.argsort(-score, kind="stable")[: max(FEWEST_AVERAGED, round(STRANGEST * score.size))]
    whole = parts[first].sum()
    share = parts[first].sum(axis=0) / whole if whole > 0 else np.zeros(len(names))
    told: dict[str, float] = {}
    for family, part in zip(families, share.tolist(), strict=True):
        told[family] = told.get(family, 0.0) + part
    figure = Figure(figsize=(6, 0.8 + 0.3 * len(told)), layout="constrained")
    axes = figure.subplots()
    order = sorted(told, key=lambda family: (told[family], family))
    axes.barh(order, [told[family] for family in order], color="0.5")
    axes.set(xlabel=f"share of the scores of the strangest {STRANGEST:.0%} of person-days")
    return figure, told
