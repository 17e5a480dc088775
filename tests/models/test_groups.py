import numpy as np

from models.groups import SMALL, pooled


def rows(**sizes):
    """So many people of each group, each with two rows."""
    groups = [name for name, size in sizes.items() for _ in range(2 * size)]
    return groups, np.repeat(np.arange(len(groups) // 2), 2)


def test_a_group_counts_its_people_not_their_rows():
    groups, people = rows(clerk=5, chief=3, guard=2)
    assert pooled(groups, people).tolist() == [name if name == "clerk" else SMALL for name in groups]


def test_a_pool_of_too_few_takes_in_the_next_smallest():
    groups, people = rows(clerk=9, chief=1, guard=6)
    assert set(pooled(groups, people)[:18]) == {"clerk"}
    assert set(pooled(groups, people)[18:]) == {SMALL}


def test_large_groups_are_left_alone():
    groups, people = rows(clerk=5, guard=6)
    assert pooled(groups, people).tolist() == groups


def test_somebody_who_changes_groups_counts_in_both():
    groups, people = ["clerk"] * 5 + ["guard"] * 5, np.array([1, 2, 3, 4, 5, 1, 2, 3, 4, 6])
    assert pooled(groups, people).tolist() == groups
