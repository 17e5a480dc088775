"""What is to be planted, and what was: the label, which no job of a night sees."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Asked:
    """One replay: what is planted, how much of it, and the seed that draws hosts and days."""

    scenarios: tuple[str, ...]
    intensity: float
    seed: int


@dataclass(frozen=True, slots=True)
class Planted:
    """One plant as it was acted out: the label."""

    scenario: str
    intensity: float
    deeds: tuple[tuple[str, date], ...]
    """(personnel number, day) of each: of whoever acts, and of others on the days with rows in their name alone."""


@dataclass(frozen=True, slots=True)
class Injected:
    """What an injection did."""

    plants: tuple[Planted, ...]
    deliveries: tuple[date, ...]
    """Delivery days whose files are not what they were."""
    added: int
    dropped: int
