"""How much of it a planted insider does in a day: figures with their units, declared in the library of scenarios."""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Amount:
    """`least` to `most` of a `unit` in one day of a scenario at intensity 1, which multiplies them.

    It is drawn anew each day, both ends being possible; one that `grows` sets out from the least and comes to the most
    on the last of the days. `limit` is what no intensity goes beyond. Where a site's files tell of doors only, a zone
    is a door.
    """

    name: str
    unit: str
    least: float
    most: float
    grows: bool = False
    limit: float = math.inf

    def drawn(self, draw: np.random.Generator) -> float:
        """Today's figure, in `unit`. A single figure takes nothing from `draw`."""
        return self.least if self.least == self.most else float(draw.uniform(self.least, self.most))

    def whole(self, draw: np.random.Generator) -> int:
        """The same of what can only be counted."""
        least, most = int(self.least), int(self.most)
        return least if least == most else int(draw.integers(least, most + 1))

    def grown(self, progress: float) -> int:
        """Whole ones at this `progress`: above 0 on the first day, 1 on the last, more where intensity hastens it."""
        return int(self.least) + int((self.most - self.least) * progress)

    def share(self, draw: np.random.Generator, intensity: float) -> float:
        """Today's share at this intensity, `limit` at most."""
        return min(self.limit, self.drawn(draw) * intensity)
