import numpy as np
import pytest

from features.behaviour import Behaviour


def behaviour(name, family, kind="count", tail="high"):
    return Behaviour(
        name=name,
        source="logon",
        family=family,
        kind=kind,
        unit="things",
        tail=tail,
        says="{value:.0f} " + name + "; usually {usual:.1f}, colleagues {peers:.1f}.",
        innocent="chance",
        doc=f"How many {name}.",
        expression=lambda: None,
        rows=lambda: None,
    )


@pytest.fixture
def behaviours():
    return (
        behaviour("first", "hours", "hour", "both"),
        behaviour("late", "hours"),
        behaviour("machines", "places"),
        behaviour("minutes", "presence", "minutes"),
    )


@pytest.fixture
def office():
    """60 nights of 30 people: (people present, their behaviours) per night; a fifth is absent each night."""
    draw = np.random.default_rng(3)
    everybody = np.sort(draw.integers(-(2**62), 2**62, 30))
    start = draw.normal(8.5, 1.0, 30)
    nights = []
    for _ in range(60):
        here = np.flatnonzero(draw.random(30) < 0.8)
        values = np.column_stack(
            [
                start[here] + draw.normal(0, 0.3, here.size),
                draw.poisson(0.2, here.size),
                draw.poisson(1.5, here.size),
                draw.normal(480, 30, here.size),
            ]
        ).astype(float)
        values[draw.random(values.shape) < 0.05] = np.nan
        nights.append((everybody[here], values))
    return nights
