"""Adam, with its authors' constants (Kingma & Ba, ICLR 2015), for the rivals that are trained by gradients."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from models.arrays import Array


@dataclass
class Adam:
    """What is remembered between steps of one model's parameters."""

    rate: float
    moments: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    taken: int = 0

    def step(self, gradients: Mapping[str, Array]) -> dict[str, Array]:
        """What to take from each parameter, by its name."""
        self.taken += 1
        steps = {}
        for name, gradient in gradients.items():
            first, second = self.moments.get(name, (np.zeros_like(gradient), np.zeros_like(gradient)))
            first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
            self.moments[name] = first, second
            even, spread = first / (1 - 0.9**self.taken), np.sqrt(second / (1 - 0.999**self.taken))
            steps[name] = self.rate * (even / (spread + 1e-8))
        return steps
