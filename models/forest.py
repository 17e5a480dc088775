"""Isolation forest (Liu, Ting & Zhou, ICDM 2008) over surprise vectors, kept as plain arrays.

It looks at calibrated surprise, never at raw values: over raw values a forest finds unusual people (administrators,
night shifts) instead of unusual days. The fitted trees are copied out of scikit-learn, so that a model on the shelf is
read without unpickling anything and answers the same under any later version of the library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from models.arrays import Array

TREES, SAMPLE = 100, 256
"""The paper's own defaults."""

LEAF = -1


@dataclass(frozen=True)
class Forest:
    """Trees × nodes; unused nodes are leaves nobody reaches."""

    feature: NDArray[np.int64]
    """Which behaviour the node asks about; −1 at a leaf."""
    threshold: Array
    left: NDArray[np.int64]
    """Where to go with at most the threshold."""
    right: NDArray[np.int64]
    path: Array
    """At a leaf: its depth plus the expected depth of what fell into it."""
    sample: int

    @classmethod
    def fit(cls, past: Array, seed: int = 0) -> Self:
        """Fit to past person-days × behaviours of calibrated surprise."""
        fitted = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLE, len(past)), random_state=seed).fit(past)
        trees = [estimator.tree_ for estimator in fitted.estimators_]
        nodes = max(tree.node_count for tree in trees)
        feature = np.full((len(trees), nodes), LEAF, dtype=np.int64)
        left, right = np.zeros_like(feature), np.zeros_like(feature)
        threshold, path = np.zeros(feature.shape), np.zeros(feature.shape)
        for i, tree in enumerate(trees):
            n, inner = tree.node_count, tree.children_left != LEAF
            feature[i, :n] = np.where(inner, tree.feature, LEAF)
            threshold[i, :n], left[i, :n], right[i, :n] = tree.threshold, tree.children_left, tree.children_right
            depth = np.zeros(n)
            for node in np.flatnonzero(inner):  # parents come before their children
                depth[[tree.children_left[node], tree.children_right[node]]] = depth[node] + 1
            path[i, :n] = depth + _expected_path(tree.n_node_samples.astype(np.float64))
        return cls(feature, threshold, left, right, path, int(fitted.max_samples_))

    def measure(self, calibrated: Array) -> Array:
        """The anomaly score of each person-day, in (0, 1): higher is stranger."""
        # Thresholds were found on single precision; a double could fall on the other side.
        asked = calibrated.astype(np.float32)
        tree = np.arange(len(self.feature))
        person = np.arange(len(asked))[:, None]
        node = np.zeros((len(asked), len(tree)), dtype=np.int64)
        while True:
            feature = self.feature[tree, node]
            if (feature == LEAF).all():
                break
            goes_left = asked[person, feature] <= self.threshold[tree, node]
            below = np.where(goes_left, self.left[tree, node], self.right[tree, node])
            node = np.where(feature == LEAF, node, below)
        average = self.path[tree, node].mean(axis=1)
        return np.asarray(2.0 ** (-average / _expected_path(np.array([float(self.sample)]))), dtype=np.float64)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything it is made of, by name: plain arrays, to be kept without pickling."""
        return {
            "feature": self.feature,
            "threshold": self.threshold,
            "left": self.left,
            "right": self.right,
            "path": self.path,
            "sample": np.array(self.sample),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """The inverse of `arrays`."""
        feature, left, right = (np.asarray(arrays[name], dtype=np.int64) for name in ("feature", "left", "right"))
        threshold, path = (np.asarray(arrays[name], dtype=np.float64) for name in ("threshold", "path"))
        return cls(feature, threshold, left, right, path, int(arrays["sample"]))


def _expected_path(size: Array) -> Array:
    """Average depth of an unsuccessful search in a binary search tree of `size`, equation 1 of the paper."""
    harmonic = np.log(np.maximum(size - 1.0, 1.0)) + np.euler_gamma
    ahead = 2.0 * harmonic - 2.0 * (size - 1.0) / np.maximum(size, 1.0)
    return np.where(size > 2, ahead, np.where(size == 2, 1.0, 0.0))
