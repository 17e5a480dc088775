"""PyOD itself beside our own: the same figures, and nothing later counts."""

import numpy as np
import pytest

from benchmarks import rival_detectors, rival_pyod

pytest.importorskip("pyod", reason=rival_pyod.MISSING)

PER_NIGHT, FIRST, LAST = 12, 1000, 1060
NIGHTS = np.repeat(np.arange(FIRST, LAST), PER_NIGHT)


@pytest.fixture
def features():
    """Counts that lean right, hours that lean left or nowhere, one that never changes, ties, and days without."""
    draw = np.random.default_rng(7)
    rows = len(NIGHTS)
    around = np.tile([-1.0, 0.0, 0.0, 1.0], rows // 4)
    found = np.column_stack([draw.poisson(3.0, rows), -draw.gamma(2.0, size=rows), around, np.ones(rows)]).astype(float)
    found[draw.random(found.shape) < 0.05] = np.nan
    return found


def test_of_one_table_pyod_s_ecod_says_what_ours_says_as_pyod(features):
    past, tonight = (np.nan_to_num(rows) for rows in (features[:480], features[480:]))
    from pyod.models.ecod import ECOD

    theirs = ECOD().fit(past)
    assert np.abs(theirs.decision_scores_ - rival_detectors.Ecod(past).score_as_pyod(past)).max() < 1e-9
    # What is scored counts among the past.
    ours = rival_detectors.Ecod(np.vstack([past, tonight])).score_as_pyod(tonight)
    assert np.abs(theirs.decision_function(tonight) - ours).max() < 1e-9


def test_the_row_ecod_pyod_is_ours_as_pyod_but_that_tonight_counts(features):
    told = rival_pyod.ecod(features, NIGHTS)
    first = FIRST + rival_detectors.REFIT_NIGHTS
    assert not told[first > NIGHTS].any()
    for night in range(first, LAST):
        refit = first if night < first + rival_detectors.REFIT_NIGHTS else first + rival_detectors.REFIT_NIGHTS
        past, tonight = features[refit > NIGHTS], features[night == NIGHTS]
        middle = np.nanmedian(past, axis=0)
        past, tonight = (np.where(np.isnan(rows), middle, rows) for rows in (past, tonight))
        ours = rival_detectors.Ecod(np.vstack([past, tonight])).score_as_pyod(tonight)
        assert np.abs(told[night == NIGHTS] - ours).max() < 1e-9


def test_the_row_ecod_pyod_ranks_as_ours_does(features):
    told, ours = (of(features, NIGHTS) for of in (rival_pyod.ecod, rival_detectors.ecod_as_pyod))
    scored = ours > 0
    # A dozen days among some hundred of the past move both by little.
    assert np.corrcoef(told[scored], ours[scored])[0, 1] > 0.99


def test_pyod_s_isolation_forest_is_scikit_learn_s_but_for_a_threshold(features):
    told, ours = (of(features, NIGHTS) for of in (rival_pyod.isolation_forest, rival_detectors.isolation_forest))
    for begin in range(FIRST + rival_detectors.REFIT_NIGHTS, LAST, rival_detectors.REFIT_NIGHTS):
        rows = (begin <= NIGHTS) & (begin + rival_detectors.REFIT_NIGHTS > NIGHTS)
        assert np.ptp(ours[rows]) > 0.01
        assert np.ptp(told[rows] - ours[rows]) < 1e-9


@pytest.mark.parametrize("rival", [rival_pyod.ecod, rival_pyod.isolation_forest])
def test_nothing_later_counts(rival, features):
    changed, before = features.copy(), NIGHTS < 1040
    changed[~before] *= 50
    told, other = rival(features, NIGHTS), rival(changed, NIGHTS)
    assert (told[before] == other[before]).all()
    assert (told[~before] != other[~before]).any()
