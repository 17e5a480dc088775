"""What a run over facilities has measured so far, kept in a file: hours of work survive an interruption."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.planted import Disturbed, Leads, Plant

Facility = tuple[str, int, tuple[str, ...]]
"""(kind of run, seed, who is planted)."""


@dataclass
class Measured:
    """Which facilities are done, what came of their plants and of their lists."""

    done: list[Facility] = field(default_factory=list)
    plants: list[Plant] = field(default_factory=list)
    leads: list[Leads] = field(default_factory=list)
    disturbed: list[Disturbed] = field(default_factory=list)

    @classmethod
    def of(cls, file: Path | None) -> "Measured":
        """Read it again; nothing measured where there is no such file."""
        if not file or not file.exists():
            return cls()
        told = json.loads(file.read_text())
        return cls(
            [(kind, seed, tuple(kinds)) for kind, seed, kinds in told["done"]],
            [Plant(**{**one, "reasons": tuple(one["reasons"])}) for one in told["plants"]],
            [Leads(**one) for one in told["leads"]],
            [Disturbed(**{**one, "leads": Leads(**one["leads"])}) for one in told["disturbed"]],
        )

    def write(self, file: Path) -> None:
        """Keep it there; an interruption leaves the last state whole."""
        beside = file.with_suffix(".part")
        beside.write_text(json.dumps(asdict(self), indent=2) + "\n")
        beside.replace(file)
