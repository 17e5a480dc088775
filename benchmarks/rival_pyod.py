"""PyOD's own detectors on the same person-days, where PyOD is installed: the dependency group `rivals`."""

from collections.abc import Callable
from importlib.util import find_spec

from benchmarks.rival_detectors import Nights, refitted
from models.arrays import Array

MISSING = (
    "without ECOD (PyOD) and isolation forest (PyOD): PyOD is not installed. "
    "Next: uv pip install --python .venv --require-hashes -r rivals.lock"
)


def installed() -> bool:
    """Whether PyOD can be imported."""
    return find_spec("pyod") is not None


def ecod(features: Array, nights: Nights) -> Array:
    """Li et al. 2022 as PyOD has it, defaults. It counts what it scores among the past, so each night is scored alone:
    of 28 together the first would be told by the last.
    """

    def fitted(past: Array) -> Callable[[Array], Array]:
        from pyod.models.ecod import ECOD

        score: Callable[[Array], Array] = ECOD().fit(past).decision_function
        return score

    return refitted(features, nights, fitted, night_by_night=True)


def isolation_forest(features: Array, nights: Nights) -> Array:
    """Liu, Ting & Zhou 2008 as PyOD has it, defaults: scikit-learn's, less the threshold that it finds in the past."""

    def fitted(past: Array) -> Callable[[Array], Array]:
        from pyod.models.iforest import IForest

        score: Callable[[Array], Array] = IForest(random_state=0).fit(past).decision_function
        return score

    return refitted(features, nights, fitted)
