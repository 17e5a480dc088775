"""Who was where from when until when, on a drawn site."""

from pyspark.sql import DataFrame

from tests.features.walked import Events, stayed, walked


def test_a_stay_is_sure_until_a_next_read_that_is_made_from_there_however_late(
    events: Events, doors: DataFrame
) -> None:
    reads = walked(events, "1: 08:00 G, 08:10 L, 08:20 V, 08:50 V-, 09:00 L-, 16:00 G-")
    assert stayed(reads, doors) == [
        (1, "yard", "08:00", "08:10", True),
        (1, "lobby", "08:10", "08:20", True),
        (1, "vault", "08:20", "08:50", True),
        (1, "lobby", "08:50", "09:00", True),
        (1, "yard", "09:00", "16:00", True),
    ]


def test_a_refusal_ends_nothing_and_the_last_stay_is_never_sure(events: Events, doors: DataFrame) -> None:
    assert stayed(walked(events, "1: 08:00 G, 08:10 Lx, 08:20 H"), doors) == [
        (1, "yard", "08:00", "08:20", True),
        (1, "hut", "08:20", "12:20", False),
    ]


def test_where_a_read_is_missing_both_zones_are_possible_and_neither_is_sure(events: Events, doors: DataFrame) -> None:
    # Into the vault behind somebody: only the way out is read. Nobody need be read on the way out of the hut, which may
    # have been left at any time before the lobby's door.
    reads = walked(events, "1: 08:00 D, 09:00 V-", "2: 08:00 G, 08:10 H, 09:00 L")
    assert stayed(reads, doors) == [
        (1, "lobby", "08:00", "09:00", False),
        (1, "vault", "08:00", "09:00", False),
        (1, "lobby", "09:00", "13:00", False),
        (2, "yard", "08:00", "08:10", True),
        (2, "hut", "08:10", "09:00", False),
        (2, "lobby", "09:00", "13:00", False),
    ]


def test_without_a_graph_the_next_read_ends_the_stay(events: Events) -> None:
    reads = walked(events, "1: 08:00 D, 09:00 V-")
    assert stayed(reads, None) == [(1, "lobby", "08:00", "09:00", True), (1, "lobby", "09:00", "13:00", False)]
    late = walked(events, "1: 08:00 D, 12:01 V-")
    assert stayed(late, None)[0] == (1, "lobby", "08:00", "12:00", False)
