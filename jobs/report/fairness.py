"""How the lists treated groups of people, as values: what the page's section of that name says, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.groups import SMALL

Measured = tuple[float | None, float | None, float | None]
"""A figure and the ends of its 95 % interval; None: there is none to tell."""


@dataclass(frozen=True, slots=True)
class Treated:
    """How the lists of four weeks treated one group of people."""

    attribute: str
    group: str
    people: int
    differs: bool
    """Whether it was surely led to more, or less, often than everybody else."""
    flagged: Measured
    """Share of its person-days that were leads."""
    disparity: Measured
    """The same over everybody else's; None: nobody else was led to."""
    called: Measured
    """Its days called once in 100 over those announced: 1 keeps the score's word; None: nobody was scored."""

    @property
    def led(self) -> str:
        """Surely more or less often than everybody else, in a word; empty: neither."""
        if not self.differs:
            return ""
        return "more" if self.disparity[0] is None or self.disparity[0] > 1 else "less"

    @property
    def misjudged(self) -> str:
        """Surely called rare more or less often than announced, in words; empty: neither."""
        _, low, high = self.called
        if self.group == SMALL:
            return ""
        if low is not None and low > 1:
            return "too often"
        return "too rarely" if high is not None and high < 1 else ""


@dataclass(frozen=True, slots=True)
class Fairness:
    """How the lists from `first` to `last` treated groups of people."""

    first: date
    last: date
    groups: tuple[Treated, ...]
    parity: Mapping[str, float]
    """By attribute, the share of the group least led to over that of the group most: 1 is alike."""

    @property
    def marked(self) -> tuple[Treated, ...]:
        """The groups that are surely led to, or called rare, too often or too rarely."""
        return tuple(told for told in self.groups if told.led or told.misjudged)

    @property
    def others(self) -> tuple[Treated, ...]:
        """All others."""
        return tuple(told for told in self.groups if not (told.led or told.misjudged))
