"""What others would rank person-days by: published detectors, as published, on the same person-days.

Each answers one figure per row, higher is stranger, from nothing later than its night: `features` is person-days ×
behaviours in ascending order of (night, person), NaN where a behaviour does not apply, `nights` counts days. Detectors
over the whole population are fitted anew every REFIT_NIGHTS to the WINDOW_NIGHTS before, as Postern's champion is.
"""

import warnings
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import skew
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from benchmarks import lstm
from models.arrays import Array, People

Nights = NDArray[np.int64]

REFIT_NIGHTS, WINDOW_NIGHTS = 28, 182
OWN_NIGHTS = 60
"""A person's own history behind a z-score."""
FORGETS = 0.7
"""Share of last night's accumulated score that is added to tonight's."""
AUTOENCODER_ROWS, AUTOENCODER_LAYERS = 30_000, (32, 8, 32)


def isolation_forest(features: Array, nights: Nights) -> Array:
    """Liu, Ting & Zhou, ICDM 2008, scikit-learn's, defaults."""

    def fitted(past: Array) -> Callable[[Array], Array]:
        forest = IsolationForest(n_estimators=100, random_state=0).fit(past)
        return lambda tonight: -forest.score_samples(tonight)

    return refitted(features, nights, fitted)


def ecod(features: Array, nights: Nights) -> Array:
    """Li, Zhao, Hu, Botta, Ionescu & Chen, ECOD, IEEE TKDE 2022, from its formulas.

    Left and right tail probabilities of each behaviour by the past's empirical distribution; −log summed over
    behaviours for the left tails, the right tails, and the tails that the behaviours' skewness points to; the largest
    of the three sums.
    """
    return refitted(features, nights, lambda past: Ecod(past).score)


def ecod_as_pyod(features: Array, nights: Nights) -> Array:
    """The same as PyOD sums it (pyod/models/ecod.py): each behaviour has its own tail, see Ecod.score_as_pyod."""
    return refitted(features, nights, lambda past: Ecod(past).score_as_pyod)


class Ecod:
    """ECOD fitted to `past` (person-days × behaviours). A value beyond all of the past counts as one more day of it."""

    def __init__(self, past: Array) -> None:
        self.sorted = np.sort(past, axis=0)
        with np.errstate(all="ignore"):
            self.skew = np.nan_to_num(skew(past, axis=0))

    def score(self, tonight: Array) -> Array:
        """The outlier score of each row: the paper's, of three sums the largest."""
        left, right = self.tails(tonight)
        auto = np.where(self.skew < 0, left, right)
        return np.asarray(np.maximum.reduce([part.sum(axis=1) for part in (left, right, auto)]), dtype=np.float64)

    def score_as_pyod(self, tonight: Array) -> Array:
        """Of each behaviour the larger tail, both added where its skewness points to neither; summed. PyOD counts what
        is scored among the past; here that would look ahead, and the past is the past.
        """
        left, right = self.tails(tonight)
        pointed = np.where(self.skew > 0, 0.0, left) + np.where(self.skew < 0, 0.0, right)
        return np.asarray(np.maximum.reduce([left, right, pointed]).sum(axis=1), dtype=np.float64)

    def tails(self, tonight: Array) -> tuple[Array, Array]:
        """−log of the left and of the right tail's probability, of each row and behaviour."""
        left, right = np.empty_like(tonight), np.empty_like(tonight)
        days = len(self.sorted)
        for j, column in enumerate(self.sorted.T):
            left[:, j] = np.searchsorted(column, tonight[:, j], side="right")
            right[:, j] = days - np.searchsorted(column, tonight[:, j], side="left")
        left, right = (-np.log(np.maximum(count, 1.0) / days) for count in (left, right))
        return left, right


def autoencoder(features: Array, nights: Nights) -> Array:
    """Reconstruction error of a dense autoencoder (Hawkins et al., DaWaK 2002) over standardised behaviours.

    scikit-learn's perceptron, 32-8-32, rectified, Adam, fitted to at most 30,000 person-days of the past.
    """

    def fitted(past: Array) -> Callable[[Array], Array]:
        centre, spread = past.mean(axis=0), past.std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        drawn = np.random.default_rng(0).permutation(len(past))[:AUTOENCODER_ROWS]
        scaled = (past[drawn] - centre) / spread
        network = MLPRegressor(hidden_layer_sizes=AUTOENCODER_LAYERS, max_iter=30, early_stopping=True, random_state=0)
        with warnings.catch_warnings():
            # Thirty passes are the budget, not a failure.
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(scaled, scaled)

        def error(tonight: Array) -> Array:
            given = (tonight - centre) / spread
            return np.asarray(((network.predict(given) - given) ** 2).sum(axis=1), dtype=np.float64)

        return error

    return refitted(features, nights, fitted)


def lstm_next_day(features: Array, nights: Nights, people: People) -> Array:
    """How badly a recurrent network foretells the day from the person's ten before (benchmarks.lstm); 0 without any."""
    out, lines = np.zeros(len(features)), lstm.before(people)
    for past, now in _periods(nights):
        if past.stop == past.start:
            continue
        whole = slice(0, now.stop)
        empty = np.isnan(features[past]).all(axis=0)
        centre = np.nanmean(np.where(empty, 0.0, features[past]), axis=0)
        spread = np.nanstd(np.where(empty, 0.0, features[past]), axis=0)
        scaled = np.clip((features[whole] - centre) / np.where(spread > 0, spread, 1.0), -10.0, 10.0)
        # The last row stands for days that were not, and for what does not apply: nothing out of the ordinary.
        rows = np.vstack([np.nan_to_num(scaled), np.zeros(features.shape[1])])
        model = lstm.fitted(rows, lines, np.arange(past.start, past.stop))
        tonight = np.arange(now.start, now.stop)
        tonight = tonight[lines[tonight, -1] >= 0]
        out[tonight] = ((model.forward(rows[lines[tonight]])[0] - rows[tonight]) ** 2).mean(axis=1)
    return out


def own_z(features: Array, nights: Nights, people: People, guard: int = 0) -> Array:
    """|z| of each behaviour against the person's own nights in [night − guard − 60, night − guard); 0 without history.

    The standard deviation has a floor of a tenth of everybody's on the nights before: an unvaried habit is no marvel.
    """
    out = np.zeros_like(features)
    floor = np.maximum(0.1 * _everybodys_spread(features, nights), 1e-9)
    for person in np.unique(people):
        rows = np.flatnonzero(people == person)
        own, known = features[rows], ~np.isnan(features[rows])
        seen = np.where(known, own, 0.0)
        sums = [np.vstack([np.zeros(own.shape[1]), part.cumsum(axis=0)]) for part in (known, seen, seen**2)]
        start, stop = (np.searchsorted(nights[rows], nights[rows] - gap) for gap in (guard + OWN_NIGHTS, guard))
        count, total, square = (part[stop] - part[start] for part in sums)
        enough = known & (count >= 5)
        mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
        mean_square = np.divide(square, count, out=np.zeros_like(square), where=count > 0)
        spread = np.sqrt(np.maximum(mean_square - mean**2, 0.0))
        z = np.abs(seen - mean) / np.maximum(spread, floor[rows])
        out[rows] = np.where(enough, z, 0.0)
    return out


def accumulated(score: Array, nights: Nights, people: People) -> Array:
    """Tonight's score + 0.7 × what had accumulated by the night before; a night without events only fades."""
    out = np.array(score)
    for person in np.unique(people):
        rows = np.flatnonzero(people == person)
        kept, last = 0.0, 0
        for row in rows:
            kept = score[row] + kept * FORGETS ** float(nights[row] - last)
            out[row], last = kept, int(nights[row])
    return out


def refitted(
    features: Array,
    nights: Nights,
    fitted: Callable[[Array], Callable[[Array], Array]],
    *,
    night_by_night: bool = False,
) -> Array:
    """Each period's rows by a model of the period before; 0 where there is no past. NaN counts as the past's median.

    The rows of a period are scored together, or each night's alone (`night_by_night`).
    """
    out = np.zeros(len(features))
    for past, now in _periods(nights):
        if past.stop > past.start:
            empty = np.isnan(features[past]).all(axis=0)
            middle = np.nanmedian(np.where(empty, 0.0, features[past]), axis=0)
            given, tonight = (np.where(np.isnan(rows), middle, rows) for rows in (features[past], features[now]))
            begins = np.flatnonzero(np.diff(nights[now]) * night_by_night) + 1
            score = fitted(given)
            out[now] = np.concatenate([score(rows) for rows in np.split(tonight, begins)])
    return out


def _periods(nights: Nights) -> Iterator[tuple[slice, slice]]:
    """(rows of the past, rows to be scored) for each period between refits."""
    for begin in range(int(nights[0]), int(nights[-1]) + 1, REFIT_NIGHTS):
        start, stop, end = np.searchsorted(nights, (begin - WINDOW_NIGHTS, begin, begin + REFIT_NIGHTS))
        yield slice(int(start), int(stop)), slice(int(stop), int(end))


def _everybodys_spread(features: Array, nights: Nights) -> Array:
    """Each row's standard deviation of each behaviour over everybody's person-days on all nights before."""
    known = ~np.isnan(features)
    seen = np.where(known, features, 0.0)
    sums = [np.vstack([np.zeros(features.shape[1]), part.cumsum(axis=0)]) for part in (known, seen, seen**2)]
    at = np.searchsorted(nights, nights)
    count, total, square = (part[at] for part in sums)
    count = np.maximum(count, 1.0)
    return np.asarray(np.sqrt(np.maximum(square / count - (total / count) ** 2, 0.0)), dtype=np.float64)
