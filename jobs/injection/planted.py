"""What was planted: the label, which no job of a night sees."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Planted:
    """One plant as it was acted out: the label, by personnel number, and the days with a deed."""

    scenario: str
    intensity: float
    numbers: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Injected:
    """What an injection did."""

    plants: tuple[Planted, ...]
    deliveries: tuple[date, ...]
    """Delivery days whose files are not what they were."""
    added: int
    dropped: int
