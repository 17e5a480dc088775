"""What one night of badges tells of one: in lockstep, a round cut short, in the hands of another."""

from tests.models.drawn_nights import fact, meetings, night, presence


def test_badges_in_lockstep_name_the_other_badge() -> None:
    told = night(None, presence({1: {"office": 60}, 2: {"office": 60}}), meetings((1, 2, "passage", 7, "G")))
    found = fact(told, 2, "passage")
    assert found is not None
    assert (found.place, found.measures["passages"], found.evidence) == ("1", 7.0, (20,))
    assert not fact(
        night(None, presence({1: {"o": 6}, 2: {"o": 6}}), meetings((1, 2, "passage", 2, "G"))), 2, "passage"
    )


def test_a_round_that_is_cut_short_tells_which_zones_were_due() -> None:
    rounds = {f"Z{n}": 5 for n in range(8)}
    told = None
    for _ in range(12):
        told = night(told, presence({1: rounds, 2: {"office": 400}}), meetings())
    assert told is not None
    assert not fact(told, 1, "due")
    short = night(told, presence({1: {zone: 5 for zone in rounds if zone not in ("Z2", "Z5")}}), meetings())
    assert [f.place for f in short.facts if f.kind == "due"] == ["Z2", "Z5"]
    assert not fact(night(told, presence({2: {"yard": 5}}), meetings()), 2, "due"), "an office is no round"


def test_whoever_is_there_for_the_end_of_a_shift_walks_no_round_and_speaks_for_no_shut_zone() -> None:
    rounds = {f"Z{n}": 60 for n in range(8)}
    crew, told = range(1, 6), None
    for _ in range(12):
        told = night(told, presence(dict.fromkeys(crew, rounds)), meetings())
    # Three leave in the morning; of the two whose shift it is one walks the round and one cuts it short.
    end, lazy = {"Z0": 30, "Z1": 30}, {f"Z{n}": 60 for n in range(4)}
    morning = night(told, presence({**dict.fromkeys((1, 2, 3), end), 4: rounds, 5: lazy}), meetings())
    assert [(f.person, f.place) for f in morning.facts if f.kind == "due"] == [(5, f"Z{n}") for n in range(4, 8)]
    for _ in range(12):
        told = night(told, presence(dict.fromkeys(crew, rounds)), meetings())
        told = night(told, presence(dict.fromkeys(crew, end)), meetings())
    late = night(told, presence(dict.fromkeys(crew, rounds) | {5: lazy}), meetings())
    assert len([f for f in late.facts if f.kind == "due"]) == 4, "ends of shifts do not unlearn a round"


def test_a_rota_whose_night_shifts_end_on_the_next_day_has_rounds_from_the_first_cycle_on() -> None:
    rounds, end = {f"Z{n}": 60 for n in range(8)}, {"Z0": 30, "Z1": 30}
    told = None
    for day in range(12):
        told = night(told, presence({1: end if day % 4 == 3 else rounds}), meetings())
    assert told is not None
    assert not [f for f in told.facts if f.kind == "due"]
    lazy = night(told, presence({1: {f"Z{n}": 60 for n in range(4)}}), meetings())
    assert [f.place for f in lazy.facts if f.kind == "due"] == [f"Z{n}" for n in range(4, 8)]


def test_whoever_comes_briefly_for_good_has_no_round_any_more() -> None:
    rounds, errand = {f"Z{n}": 60 for n in range(8)}, {"Z0": 30, "Z1": 30}
    told = None
    for here in (rounds, errand):
        for _ in range(40):
            told = night(told, presence({1: here}), meetings())
    assert told is not None
    assert not fact(night(told, presence({1: {"Z0": 200, "Z1": 200}}), meetings()), 1, "due")


def test_a_round_cut_short_night_after_night_is_told_for_a_fortnight_and_then_is_another_round() -> None:
    rounds = {f"Z{n}": 5 for n in range(8)}
    told = None
    for _ in range(40):
        told = night(told, presence({1: rounds}), meetings())
    skipping, short = [], presence({1: {zone: 5 for zone in rounds if zone != "Z2"}})
    for _ in range(40):
        told = night(told, short, meetings())
        skipping.append(fact(told, 1, "due") is not None)
    assert all(skipping[:14])
    assert not any(skipping[28:])


def test_a_zone_that_everybody_left_out_was_shut_and_is_held_against_nobody() -> None:
    rounds, told = {f"Z{n}": 5 for n in range(8)}, None
    for _ in range(12):
        told = night(told, presence(dict.fromkeys(range(1, 8), rounds)), meetings())
    silent = {zone: 5 for zone in rounds if zone != "Z2"}
    lazy = {zone: 5 for zone in silent if zone != "Z5"}
    shut = night(told, presence({**dict.fromkeys(range(1, 7), silent), 7: lazy}), meetings())
    assert [(f.person, f.place) for f in shut.facts if f.kind == "due"] == [(7, "Z5")]


def test_a_badge_in_the_hands_of_a_friend_goes_where_the_friend_goes() -> None:
    rooms = {1: ("office", "library", "canteen"), 2: ("office", "workshop", "store", "yard"), 3: ("office", "library")}
    usual = {person: dict.fromkeys(zones, 60) for person, zones in rooms.items()}
    told = None
    for _ in range(12):
        met = [(a, b, "zone", 60, "office") for a, b in ((1, 2), (1, 3), (2, 3))]
        told = night(told, presence(usual), meetings(*met))
    assert told is not None
    assert not [f for f in told.facts if f.kind == "style" and f.person == 1]
    lent = night(told, presence({1: usual[2], 3: usual[3]}), meetings())
    found = fact(lent, 1, "style")
    assert found is not None
    assert found.place == "2"
    assert found.measures["bits"] > 15
    assert not fact(lent, 3, "style")
