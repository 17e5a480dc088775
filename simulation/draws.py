"""Seeded streams of random numbers and ragged arrays: what every other module here draws with."""

import zlib
from datetime import date

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR = 3600
MINUTE = 60


def stream(seed: int, purpose: str, day: date | int = 0) -> np.random.Generator:
    """The generator of one purpose on one day; independent of all other purposes and days, and of the span."""
    ordinal = day.toordinal() if isinstance(day, date) else day
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(purpose.encode()), ordinal]))


def ragged(counts: Ints) -> tuple[Ints, Ints]:
    """Row number and position within the row of each element of a ragged array with `counts[i]` elements in row i."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner]


def within(values: Floats, owner: Ints) -> Floats:
    """Running sum of `values` within each run of equal, ascending `owner`; the first element keeps its own value."""
    if len(values) == 0:
        return values
    total = np.cumsum(values)
    begins = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    lengths = np.diff(np.r_[begins, len(owner)])
    return total - np.repeat(total[begins] - values[begins], lengths)


def choose(cumulative: Floats, u: Floats) -> Ints:
    """Column drawn per row from cumulative weights, shape (rows, choices), by uniforms `u`, shape (rows,)."""
    column: Ints = (u[:, None] >= cumulative).sum(axis=1)
    last: Ints = np.minimum(column, cumulative.shape[1] - 1)
    return last
