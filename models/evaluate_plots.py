"""The protocol's figures drawn. Each function returns a matplotlib figure: show it in a notebook, or log it.

Lines differ by marker and dash, not by colour alone, so that a page printed in black and white can be read.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from models.evaluate import Figures
from models.innocent import Announced

GREYS, MARKERS, DASHES = ("0.0", "0.45", "0.2", "0.6"), "osD^vXP*", ("-", "--", "-.", ":")


def recall(figures: Mapping[str, Figures]) -> Figure:
    """Recall of people, and of nights, within the first k leads, for each scenario, with 95 % intervals."""
    figure = Figure(figsize=(9, 4.4), layout="constrained")
    people, nights = figure.subplots(1, 2, sharey=True)
    for at, (name, f) in enumerate(figures.items()):
        told = f"{name} ({f.insiders} people, {f.person_days} days)"
        _line(people, at, f.person_recall, f.person_interval, told)
        _line(nights, at, f.night_recall, f.night_interval, told)
    for axes, what in ((people, "insiders met"), (nights, "malicious person-days met")):
        axes.set(xlabel="leads read each night", ylabel=f"share of {what}", ylim=(-0.02, 1.02), xscale="log")
        ks = list(next(iter(figures.values())).person_recall)
        axes.set_xticks(ks, [str(k) for k in ks])
        axes.minorticks_off()
        axes.grid(color="0.9")
    figure.legend(*people.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize="small")
    return figure


def by_group(figures: Mapping[str, Figures], k: int, what: str) -> Figure:
    """Recall of people within the first k leads for each group, such as a role, with 95 % intervals."""
    figure = Figure(figsize=(7, 1.2 + 0.3 * len(figures)), layout="constrained")
    axes = figure.subplots()
    names = sorted(figures, key=lambda name: (-figures[name].insiders, name), reverse=True)
    for at, name in enumerate(names):
        f = figures[name]
        axes.plot(f.person_interval[k], (at, at), color="0.5", linewidth=2)
        axes.plot(f.person_recall[k], at, "o", color="0.0")
    axes.set_yticks(range(len(names)), [f"{name} ({figures[name].insiders})" for name in names])
    axes.set(xlabel=f"share of insiders met within {k} leads", ylabel=f"{what} (insiders)", xlim=(-0.02, 1.02))
    axes.grid(axis="x", color="0.9")
    return figure


def reliability(announced: Announced) -> Figure:
    """Innocent leads counted against announced, nights taken together by the whole number announced."""
    figure = Figure(figsize=(5, 4.6), layout="constrained")
    axes = figure.subplots()
    nights, expected, observed = (np.array(column) for column in zip(*announced.reliability.values(), strict=True))
    axes.plot((0, announced.budget), (0, announced.budget), color="0.6", linestyle="--", label="keeps its word")
    axes.plot(expected, observed, "o", color="0.0", label="nights")
    for n, x, y in zip(nights, expected, observed, strict=True):
        axes.annotate(str(n), (x, y), textcoords="offset points", xytext=(6, -10), fontsize="small")
    low, high = announced.ratio_interval
    axes.set(
        xlabel="innocent leads announced",
        ylabel="innocent leads counted",
        title=f"counted / announced = {announced.ratio:.2f} [{low:.2f}, {high:.2f}]",
    )
    axes.legend(loc="lower right", fontsize="small")
    return figure


def _line(
    axes: Axes, at: int, values: Mapping[int, float], spread: Mapping[int, tuple[float, float]], label: str
) -> None:
    ks = np.array(list(values))
    low, high = np.array([spread[int(k)] for k in ks]).T
    # A little aside of one another, so that intervals do not cover each other.
    aside, grey = ks * 1.03**at, GREYS[at % len(GREYS)]
    mark, dash = MARKERS[at % len(MARKERS)], DASHES[at % len(DASHES)]
    axes.plot(aside, list(values.values()), label=label, color=grey, marker=mark, linestyle=dash)
    axes.vlines(aside, low, high, color=grey, linewidth=0.8)
