"""A long short-term memory (Hochreiter & Schmidhuber, Neural Computation 9(8), 1997) that foretells the next day.

As a rival (benchmarks.rivals): whoever's day is foretold badly is strange (Tuor et al., Deep Learning for Unsupervised
Insider Threat Detection in Structured Cybersecurity Data Streams, AAAI workshops 2017). Written in numpy, for the
frameworks that have one are larger than everything else here together; a test holds its gradients against differences.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.adam import Adam
from models.arrays import Array

HIDDEN, STEPS = 32, 10
"""Units, and days of a person that are looked back at."""
BATCH, PASSES, RATE = 256, 3, 0.005
SEQUENCES = 20_000
"""Of the past, drawn for each fit."""


def sigmoid(x: Array) -> Array:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-x)), dtype=np.float64)


@dataclass
class Lstm:
    """One layer and a linear read-out. Parameters: gates (in + hidden + 1) × 4 hidden, out (hidden + 1) × width."""

    gates: Array
    out: Array
    adam: Adam = field(default_factory=lambda: Adam(RATE))

    @classmethod
    def empty(cls, width: int, hidden: int = HIDDEN, seed: int = 0) -> "Lstm":
        """Untrained, with Glorot's spread and forget gates that begin open."""
        draw = np.random.default_rng(seed)
        gates = draw.normal(0, np.sqrt(1.0 / (width + hidden)), (width + hidden + 1, 4 * hidden))
        gates[-1] = 0.0
        gates[-1, hidden : 2 * hidden] = 1.0
        out = draw.normal(0, np.sqrt(1.0 / hidden), (hidden + 1, width))
        out[-1] = 0.0
        return cls(gates, out)

    def forward(self, days: Array) -> tuple[Array, list[tuple[Array, ...]]]:
        """The next day of each sequence (sequences × steps × width), and what the way back needs."""
        size = self.out.shape[0] - 1
        hidden, cell = (np.zeros((days.shape[0], size)) for _ in range(2))
        kept: list[tuple[Array, ...]] = []
        for at in range(days.shape[1]):
            given = np.column_stack([days[:, at], hidden, np.ones(days.shape[0])])
            told = given @ self.gates
            take, forget, show = (sigmoid(told[:, n * size : (n + 1) * size]) for n in range(3))
            new = np.tanh(told[:, 3 * size :])
            before, cell = cell, forget * cell + take * new
            shown = np.tanh(cell)
            hidden = show * shown
            kept.append((given, take, forget, show, new, before, shown))
        return np.column_stack([hidden, np.ones(days.shape[0])]) @ self.out, kept

    def gradients(self, days: Array, following: Array) -> tuple[float, Array, Array]:
        """Mean squared error over sequences and features, and its gradients by `gates` and by `out`."""
        told, kept = self.forward(days)
        size, wrong = self.out.shape[0] - 1, (told - following) / following.size
        _, _, _, show, _, _, shown = kept[-1]
        by_out = 2.0 * np.column_stack([show * shown, np.ones(len(days))]).T @ wrong
        by_hidden, by_cell = 2.0 * wrong @ self.out[:-1].T, np.zeros((len(days), size))
        by_gates = np.zeros_like(self.gates)
        for given, take, forget, show, new, before, shown in reversed(kept):
            by_cell = by_cell + by_hidden * show * (1.0 - shown**2)
            by_told = np.column_stack(
                [
                    by_cell * new * take * (1.0 - take),
                    by_cell * before * forget * (1.0 - forget),
                    by_hidden * shown * show * (1.0 - show),
                    by_cell * take * (1.0 - new**2),
                ]
            )
            by_gates += given.T @ by_told
            by_hidden = by_told @ self.gates[-1 - size : -1].T
            by_cell = by_cell * forget
        return float(((told - following) ** 2).mean()), by_gates, by_out

    def learn(self, days: Array, following: Array) -> float:
        """One step of Adam on a batch; its error."""
        error, by_gates, by_out = self.gradients(days, following)
        step = self.adam.step({"gates": by_gates, "out": by_out})
        self.gates, self.out = self.gates - step["gates"], self.out - step["out"]
        return error


def before(people: NDArray[np.int64], steps: int = STEPS) -> NDArray[np.intp]:
    """Rows × steps: the rows of the same person's days before each row, oldest first; −1 where there is none.

    `people` in the order of the nights.
    """
    order = np.argsort(people, kind="stable")
    place = np.arange(len(people)) - np.searchsorted(people[order], people[order])
    out = np.full((len(people), steps), -1, dtype=np.intp)
    for back in range(1, steps + 1):
        has = np.flatnonzero(place >= back)
        out[order[has], steps - back] = order[has - back]
    return out


def fitted(rows: Array, lines: NDArray[np.intp], past: NDArray[np.intp], seed: int = 0) -> Lstm:
    """Fitted to the days `past` of standardised `rows` from those before them (`lines`, as `before` gives them)."""
    draw = np.random.default_rng(seed)
    known = draw.permutation(past[(lines[past] >= 0).all(axis=1)])[:SEQUENCES]
    model = Lstm.empty(rows.shape[1], seed=seed)
    for _ in range(PASSES):
        for batch in np.array_split(draw.permutation(known), max(1, len(known) // BATCH)):
            if len(batch):
                model.learn(rows[lines[batch]], rows[batch])
    return model
