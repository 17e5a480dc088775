"""What a backtest found: recall at a budget for each kind of insider, nights to detection, and the power curve.

A plant is found when one of its people is within the budget on some night from the first deed on, other plants of the
same replay left out of the count: they would not be there together. Power is the share of plants found at an intensity;
the least intensity is the smallest from which on at least LEAST_POWER are found (Cohen 1988, 2.4: 80 %).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from models.arrays import Array
from models.intervals import Interval, wilson

LEAST_POWER = 0.8


@dataclass(frozen=True)
class Found:
    """What came of one plant. Nights count from its first deed; None: never within the budget."""

    scenario: str
    group: str
    intensity: float
    seed: int
    deeds: int
    """Person-days with a deed."""
    best: float
    """Best rank from the first deed on, infinity when never ranked."""
    nights: int | None


@dataclass(frozen=True)
class Share:
    """Plants found out of those planted, and the median of nights to detection of those found; NaN of none."""

    found: int
    of: int
    nights: float

    @property
    def recall(self) -> float:
        """The share found."""
        return self.found / self.of if self.of else np.nan

    @property
    def interval(self) -> Interval:
        """Wilson's, 95 %."""
        return wilson(self.found, self.of)


def share(plants: Sequence[Found]) -> Share:
    """Of these plants."""
    nights = [plant.nights for plant in plants if plant.nights is not None]
    return Share(len(nights), len(plants), float(np.median(nights)) if nights else np.nan)


def groups(plants: Sequence[Found], intensity: float = 1.0) -> dict[str, Share]:
    """By kind of insider (simulation.scenarios.Group), at one intensity."""
    told = [plant for plant in plants if plant.intensity == intensity]
    return {group: share([p for p in told if p.group == group]) for group in sorted({p.group for p in told})}


def best_ranks(plants: Sequence[Found], intensity: float = 1.0) -> dict[str, Array]:
    """Group → best rank of each plant, in order of scenario and seed: what models.promotion compares in pairs."""
    told = sorted((p for p in plants if p.intensity == intensity), key=lambda p: (p.group, p.scenario, p.seed))
    return {group: np.array([p.best for p in told if p.group == group]) for group in sorted({p.group for p in told})}


def power(plants: Sequence[Found]) -> dict[str, dict[float, Share]]:
    """Scenario → intensity → share found."""
    curves: dict[str, dict[float, Share]] = {}
    for scenario in sorted({plant.scenario for plant in plants}):
        mine = [plant for plant in plants if plant.scenario == scenario]
        steps = sorted({plant.intensity for plant in mine})
        curves[scenario] = {step: share([p for p in mine if p.intensity == step]) for step in steps}
    return curves


def least_intensity(curve: Mapping[float, Share]) -> float:
    """The smallest intensity from which on at least LEAST_POWER are found; infinity when there is none."""
    least = np.inf
    for intensity in sorted(curve, reverse=True):
        if curve[intensity].recall < LEAST_POWER:
            break
        least = intensity
    return least


def as_text(plants: Sequence[Found], budget: int) -> Iterator[str]:
    """Tables to be read on a terminal."""
    yield f"{'kind of insider':<24}{'plants':>7}{f'found@{budget}':>22}{'nights':>8}"
    for group, told in groups(plants).items():
        yield f"{group:<24}{told.of:>7}{_cell(told):>22}{told.nights:>8.0f}"
    yield ""
    steps = sorted({plant.intensity for plant in plants})
    yield f"{'scenario':<24}" + "".join(f"{f'x {step:g}':>22}" for step in steps) + f"{'least intensity':>17}"
    for scenario, curve in power(plants).items():
        cells = "".join(f"{_cell(curve[step]) if step in curve else '–':>22}" for step in steps)
        yield f"{scenario:<24}{cells}{least_intensity(curve):>17g}"


def metrics(plants: Sequence[Found]) -> dict[str, float]:
    """What MLflow compares between runs; what is not finite is left to the text."""
    out: dict[str, float] = {}
    for group, told in groups(plants).items():
        low, high = told.interval
        out |= {f"{group}/recall": told.recall, f"{group}/recall_low": low, f"{group}/recall_high": high}
        out[f"{group}/nights_to_detection"] = told.nights
    for scenario, curve in power(plants).items():
        out[f"{scenario}/least_intensity"] = least_intensity(curve)
        out |= {f"{scenario}/power_{step:g}": told.recall for step, told in curve.items()}
    return {name: value for name, value in out.items() if np.isfinite(value)}


def drawn(plants: Sequence[Found], budget: int) -> Figure:
    """The power curves, with intervals."""
    curves = power(plants)
    figure = Figure(figsize=(9, 1.6 * -(-len(curves) // 3) + 1), layout="constrained")
    axes = figure.subplots(-(-len(curves) // 3), 3, sharex=True, sharey=True, squeeze=False).ravel()
    for place, (scenario, curve) in zip(axes, curves.items(), strict=False):
        steps = list(curve)
        for step in steps:
            place.plot((step, step), curve[step].interval, color="0.6", linewidth=2)
        place.plot(steps, [curve[step].recall for step in steps], "o-", color="0.0", markersize=3)
        place.axhline(LEAST_POWER, color="0.6", linestyle=":")
        place.set(title=scenario, ylim=(-0.03, 1.03))
    for place in axes[len(curves) :]:
        place.set_visible(False)
    figure.supxlabel("intensity")
    figure.supylabel(f"share found within {budget} leads")
    return figure


def _cell(told: Share) -> str:
    low, high = told.interval
    return f"{told.recall:.2f} [{low:.2f}, {high:.2f}]"
