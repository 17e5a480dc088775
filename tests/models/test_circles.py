"""Circles of people drawn by hand: a star, a clique, one heavy pair; and all of them against networkx."""

import random
from typing import Any

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array

from features.circles import circle_dominated
from models.arrays import Array
from models.association import LAYERS, SECONDS, Association, Presence, Whereabouts
from models.circles import FEWEST, KEEPS_COMPANY, MEMBERS, SETTLED, circle_facts, circles


def association(*pairs: tuple[int, int, float]) -> Association:
    """(one, other, hours)."""
    ordered = sorted((min(a, b), max(a, b), hours) for a, b, hours in pairs)
    layers = np.zeros((len(ordered), LAYERS))
    layers[:, SECONDS] = [3600 * hours for *_, hours in ordered]
    return Association(*(np.array([pair[side] for pair in ordered], dtype=np.int64) for side in (0, 1)), layers)


def of(told: Association, person: int) -> tuple[int, int, float, float, float]:
    found = circles(told, np.array([person], dtype=np.int64))
    return (
        *(int(found.neighbours[0]), int(found.edges[0])),
        *(float(found.tied[0]), float(found.heavy[0]), float(found.dominated[0])),
    )


def test_a_star_a_clique_and_a_heavy_pair() -> None:
    star = association(*[(1, leaf, 4.0) for leaf in (2, 3, 4, 5)])
    assert of(star, 1) == (4, 4, 0.0, 4.0, pytest.approx(4.0 * 2.0 / 16.0))
    clique = association(*[(a, b, 3.0) for a in range(1, 6) for b in range(a + 1, 6)])
    assert of(clique, 2) == (4, 10, 1.0, 3.0, pytest.approx(2.0 / 5.0))
    pair = association((1, 2, 1000.0), (1, 3, 1.0), (1, 4, 1.0))
    neighbours, edges, tied, heavy, dominated = of(pair, 1)
    assert (neighbours, edges, tied) == (3, 3, 0.0)
    assert heavy == pytest.approx(334.0)
    assert dominated > 0.99


def test_the_sentence_says_what_the_figure_is_of_one_pair_and_of_three() -> None:
    one, three = association((1, 2, 4.0)), association(*[(1, leaf, 4.0) for leaf in (2, 3, 4)])
    assert f"(one pair alone is {of(one, 1)[-1]:.0%}, three alike {of(three, 1)[-1]:.0%})" in circle_dominated.says


def test_whoever_met_for_less_than_an_hour_keeps_no_company() -> None:
    told = association((1, 2, KEEPS_COMPANY), (1, 3, 0.99 * KEEPS_COMPANY), (1, 4, 2.0))
    assert of(told, 1)[0] == 2
    assert of(told, 99) == (0, 0, 0.0, 0.0, 0.0)


def test_of_a_hub_only_the_closest_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """3,000 people keep company with one, the higher their number the more; five at a time as much as each other."""
    blocks: list[tuple[int, ...]] = []
    plain = np.linalg.eigvalsh

    def watched(dense: Array, **options: Any) -> Array:
        blocks.append(dense.shape)
        return plain(dense, **options)

    monkeypatch.setattr("models.circles.np.linalg.eigvalsh", watched)
    told = association(*[(1, leaf, 1.0 + leaf // 5) for leaf in range(2, 3002)], (3000, 3001, 2.0), (2, 3, 9.0))
    neighbours, edges, tied, heavy, _ = of(told, 1)
    closest = [*range(2805, 3002), 2800, 2801, 2802]  # of the last five, who are equally close, the lowest
    hours = sum(1.0 + leaf // 5 for leaf in closest) + 2.0
    assert (neighbours, edges) == (MEMBERS, MEMBERS + 1)
    assert heavy == pytest.approx(hours / (MEMBERS + 1))
    assert max(block[-1] for block in blocks) == MEMBERS + 1
    assert tied == pytest.approx(2 / (MEMBERS * (MEMBERS - 1)))


@pytest.mark.parametrize("cells", [1, 50, 2_000_000])
def test_they_agree_with_networkx_in_any_order_and_any_block(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    monkeypatch.setattr("models.circles.CELLS", cells)
    rng = random.Random(3)
    web = nx.gnp_random_graph(25, 0.3, seed=3)
    pairs = [(a * 7, b * 7, 1.0 + rng.random() * 9) for a, b in web.edges]
    drawn: nx.Graph[int] = nx.Graph()
    drawn.add_weighted_edges_from(pairs)
    rng.shuffle(pairs)
    wanted = np.array(sorted(drawn), dtype=np.int64)
    found = circles(association(*pairs), wanted)
    for at, person in enumerate(wanted.tolist()):
        ego = nx.ego_graph(drawn, person)
        assert found.neighbours[at] == ego.number_of_nodes() - 1
        assert found.edges[at] == ego.number_of_edges()
        assert found.weight[at] == pytest.approx(ego.size(weight="weight"))
        largest = max(np.linalg.eigvalsh(nx.to_numpy_array(ego)))
        assert found.eigenvalue[at] == pytest.approx(largest)


def test_told_of_who_is_here_known_for_four_weeks_and_has_a_circle() -> None:
    people = np.arange(1, 7, dtype=np.int64)
    told = association(*[(1, leaf, 4.0) for leaf in (3, 4, 5)], *[(2, leaf, 4.0) for leaf in (3, 4, 5)], (6, 1, 9.0))
    size, nothing = people.size, np.zeros(people.size)
    known = np.full(size, SETTLED)
    known[1] -= 0.5
    state = Whereabouts(
        *(people, (), known, nothing, np.zeros((size, 24)), *4 * (nothing,), *2 * (csr_array((size, 0)),)),
    )
    here = people[people != 5]
    presence = Presence(here, (), np.zeros((5, 24)), np.zeros(5), np.zeros(5), *2 * (csr_array((5, 0)),))
    facts = circle_facts(state, told, presence)
    # 2 is not known for four weeks, 5 is away, 3, 4 and 6 have fewer than FEWEST.
    assert [(fact.person, fact.kind, fact.place) for fact in facts] == [(1, "circle", "6")]
    assert facts[0].measures["tied"] == 0.0
    assert FEWEST == 3
