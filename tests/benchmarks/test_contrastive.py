"""The contrastive rival: gradients as differences tell them, nothing known by heart, nothing learned from later."""

import numpy as np
import pytest

from benchmarks.access_anomaly import Visits
from benchmarks.contrastive import Contrastive, Past, contrastive


def visits(*rows):
    night, user, resource = (np.array(column) for column in zip(*rows, strict=True))
    return Visits(night, user.astype(np.intp), resource.astype(np.intp), np.ones(night.size))


@pytest.fixture
def seen():
    """Users 0–9 at resources 0–5, users 10–19 at 6–11; user 20 and resource 12 are never seen."""
    draw = np.random.default_rng(0)
    return visits(*((n, user, (user // 10) * 6 + draw.integers(6)) for n in range(8) for user in range(20)))


def past_of(seen):
    return Past.of(seen, (seen.user // 10).astype(np.intp), 21, 13)


def test_gradients_are_what_differences_tell(seen):
    model = Contrastive(past_of(seen), roles=2, width=3)
    user, resource = np.array([0, 3, 12, 17]), np.array([1, 2, 7, 11])
    _, found = model.gradients(user, resource)
    for table, gradient in zip(model.tables, found, strict=True):
        assert np.abs(gradient).max() > 1e-3
        for at in np.ndindex(table.shape):
            was = table[at]
            losses = []
            for by in (1e-6, -1e-6):
                table[at] = was + by
                losses.append(model.gradients(user, resource)[0])
            table[at] = was
            assert gradient[at] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-4, abs=1e-6)


def test_a_place_of_other_people_is_stranger_than_a_new_one_of_one_s_own_kind(seen):
    model = Contrastive(past_of(seen), roles=2).fit()
    new_there = next(r for r in range(6) if not model.past.used[0, r])
    known_there = next(r for r in range(6) if model.past.used[0, r])
    told, known = model.score(visits((9, 0, new_there), (9, 0, 8), (9, 0, 12), (9, 0, known_there)))
    own, far, nobody, _ = told
    assert far > 1.0 > own > 0.0 == nobody
    assert known.tolist() == [False, False, False, True]


def test_a_pair_is_judged_without_itself(seen):
    theirs, its = past_of(seen).without(np.array([0, 0]), np.array([0, 8]))
    assert theirs[[0], [0]] == 0.0
    assert its[[0], [0]] == 0.0
    assert theirs.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_nothing_is_learned_from_later_nights(seen):
    role = (seen.user // 10).astype(np.intp)
    later = visits(*zip(seen.night.tolist(), seen.user, seen.resource, strict=True), (40, 0, 8))
    again = visits(*zip(later.night.tolist(), later.user, later.resource, strict=True), (41, 0, seen.resource[0]))
    told, new = contrastive(again, np.append(role, [0, 0]), 0, 41)
    assert (told[:-2] == contrastive(seen, role, 0, 7)[0]).all()
    assert told[-2] == new[-2] > 1.0
    assert told[-1] > new[-1] == 0.0, "a known pair"
