"""Write the landing files, site configuration and answers of a simulated facility."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from expectations.errors import ConfigurationError
from simulation import facility, scenarios
from simulation.calibrate import pace_for
from simulation.delivery import Format
from simulation.site import clear

END = date(2026, 3, 31)  # fixed, so that the demonstration is the same on every day it is run


def simulate(
    lake_path: Path,
    people: int = 400,
    days: int = 75,
    end: date = END,
    seed: int = 7,
    insiders: Mapping[str, int] | None = None,
    progress: Callable[[int, int], None] | None = None,
    feeds: Sequence[str] = facility.FEEDS,
    access_format: Format = "csv",
    events_per_person: float | None = None,
    disturbances: Sequence[str] = (),
    intensity: float = 1.0,
    at_the_end: bool = True,
) -> int:
    """Simulate the `days` days that end with `end` (included) and return the rows delivered.

    `insiders` says how many of each scenario to plant (None: the library's own counts). `events_per_person` sets the
    mean badge reads per person and day of the span, whoever is on duty; None leaves people to their own pace.
    `disturbances` are innocent (simulation.disturbances.KINDS); `intensity` is how much of it the insiders do.
    `at_the_end` has the first of each scenario act up to the last night, for a demonstration.
    `progress` is called with (days done, days in all). An earlier simulation in the lake is
    replaced. Raises ConfigurationError for an unknown feed or scenario or too small a facility, LandingError if the
    lake holds landing files that no simulation wrote.
    """
    unknown = set(feeds) - set(facility.FEEDS)
    if unknown or not feeds:
        raise ConfigurationError(
            f"feeds: no feed called {sorted(unknown)}. Next: choose one or more of {', '.join(facility.FEEDS)}."
        )
    if people < 30 or days < 1:
        raise ConfigurationError(
            f"a facility needs 30 people and 1 day at least, got {people} people and {days} days. "
            "Next: ask for as many (--people, --days)."
        )
    planted = scenarios.DEFAULT if insiders is None else insiders
    plant = facility.open_facility(
        people, days, end, seed, planted, disturbances=disturbances, intensity=intensity, at_the_end=at_the_end
    )
    if events_per_person is not None:
        plant = pace_for(plant, events_per_person)
    clear(lake_path)
    rows = 0
    for done, delivered in enumerate(facility.run(plant, lake_path, feeds, access_format), start=1):
        rows += delivered
        if progress:
            progress(done, days)
    return rows
