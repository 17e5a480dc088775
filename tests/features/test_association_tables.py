"""The state of people together is written and read back without a difference, in any order of rows."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from expectations.gold_together import ASSOCIATION, WHEREABOUTS
from jobs.association import (
    LAYER_NAMES,
    Night,
    association_columns,
    meetings_of,
    paired,
    presence_of,
    unpacked,
    whereabouts_columns,
)
from models.association import WIDE, Association, Whereabouts
from models.together import Evening, evening

DAY = date(2024, 5, 1)


def seen(day: date) -> pa.Table:
    rows = [
        (day, 1, "hall", 3600, [(8, 2000), (9, 1000), (8, 600)], 1 << 8 | 1 << 9, 1_000, 4_600),
        (day, 1, "yard", 600, [], 1 << 7 | 1 << 9, 700, 5_200),
        (day, 2, "hall", 3000, [(8, 3000)], 1 << 8, None, None),  # gone with the day's first read
    ]
    names = ("day", "person", "zone", "seconds", "calm", "hours", "since", "until")
    told = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    parts = [[dict(zip(("hour", "seconds"), part, strict=True)) for part in parts] for parts in told.pop("calm")]
    calm = pa.array(parts, pa.list_(pa.struct({"hour": pa.int64(), "seconds": pa.int64()})))
    return pa.table({**told, "calm": calm})


def met(day: date) -> pa.Table:
    rows = [(day, 1, 2, "mail", 0, 3, 5, "mail", 7, 7), (day, 1, 2, "zone", 3000, 1, 9, "hall", 11, None)]
    names = ("day", "person", "partner", "kind", "seconds", "times", "first", "place", "event", "partner_event")
    return pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})


def rolled(nights: int) -> Evening:
    state: tuple[Whereabouts, Association] = (Whereabouts.empty(), Association.empty())
    for number in range(nights):
        day = DAY + timedelta(days=number)
        told = evening(*state, presence_of(seen(day)), meetings_of(met(day)), {}, frozenset(), 20)
        state = (told.whereabouts, told.association)
    return told


def test_a_night_s_rows_become_presence_and_meetings() -> None:
    here = presence_of(seen(DAY))
    assert here.people.tolist() == [1, 2]
    assert here.zones == ("hall", "yard")
    assert np.flatnonzero(here.hours[0]).tolist() == [7, 8, 9]
    assert here.seconds.tolist() == [4200.0, 3000.0]
    assert here.spans.tolist() == [4500.0, 0.0]
    by_hour = {(row, at // 24, at % 24): value for (row, at), value in here.cells.todok().items()}
    assert by_hour == {(0, 0, 8): 2600.0, (0, 0, 9): 1000.0, (1, 0, 8): 3000.0}, "a crowd's time is not a zone's"
    assert here.visited.toarray().tolist() == [[1.0, 1.0], [1.0, 0.0]]
    assert meetings_of(met(DAY)).events == ((7, 7), (11, None))


def test_what_is_written_is_read_back() -> None:
    night = Night(DAY, rolled(4))
    told, pairs = whereabouts_columns(night), association_columns(night)
    table = pa.table({name: told[name] for name in WHEREABOUTS.names})
    state, back = night.evening.whereabouts, unpacked(table)
    for name in state.__dataclass_fields__:
        one, other = getattr(state, name), getattr(back, name)
        if name in WIDE:
            one, other = one.toarray(), other.toarray()
        assert np.array_equal(one, other), name
    kept = pa.table({name: pairs[name] for name in ASSOCIATION.names})
    layers = paired(kept).layers
    assert np.array_equal(layers, night.evening.association.layers)
    assert layers[0, LAYER_NAMES.index("messages")] > 3 * 3
    assert whereabouts_columns(Night(DAY, rolled_empty()))["person"].size == 0  # type: ignore[attr-defined]


def test_layers_declared_since_an_evening_are_nothing_there() -> None:
    pairs = association_columns(Night(DAY, rolled(2)))
    before = ("apart_seconds", "apart_times", "apart_expected", "on_site")
    old = {name: pa.nulls(1, pa.float64()) if name in before else pairs[name] for name in ASSOCIATION.names}
    found = paired(pa.table(old)).layers
    assert found[0, LAYER_NAMES.index("messages")] > 3
    assert [found[0, LAYER_NAMES.index(name)] for name in before] == [0.0] * 4


def test_nights_of_work_of_an_evening_before_they_were_counted_are_as_many_as_its_meetings() -> None:
    told = whereabouts_columns(Night(DAY, rolled(2)))
    old = {name: told[name] for name in WHEREABOUTS.names} | {"work": pa.array([4.0, 0.0])}
    old["work_nights"] = pa.nulls(2, pa.float64())
    assert unpacked(pa.table(old)).work_nights.tolist() == [4.0, 0.0]


def test_time_of_an_evening_before_it_was_kept_by_hour_is_spread_over_the_hours_on_site() -> None:
    told = whereabouts_columns(Night(DAY, rolled(1)))
    kept = {name: told[name] for name in WHEREABOUTS.names}
    gone = {name: pa.nulls(2, pa.list_(kind)) for name, kind in (("cells", pa.int64()), ("cell_seconds", pa.float64()))}
    found, state = unpacked(pa.table(kept | gone)), unpacked(pa.table(kept))
    assert found.zone_seconds.toarray() == pytest.approx(state.zone_seconds.toarray())
    by_hour = {(row, at // 24, at % 24): value for (row, at), value in found.cells.todok().items()}
    assert by_hour == {(0, 0, 7): 1200.0, (0, 0, 8): 1200.0, (0, 0, 9): 1200.0, (1, 0, 8): 3000.0}


def rolled_empty() -> Evening:
    nothing = seen(DAY).slice(0, 0), met(DAY).slice(0, 0)
    return evening(
        Whereabouts.empty(), Association.empty(), presence_of(nothing[0]), meetings_of(nothing[1]), {}, frozenset(), 20
    )
