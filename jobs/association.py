"""The association of people between its tables and numpy: states as of an evening, a night's presence and meetings."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from expectations.gold_together import ASSOCIATION, COMPANY, LAYERS, WHEREABOUTS
from jobs.days import Days
from jobs.lake import Lake, kept_days
from jobs.matrix import arrow, folded, stacked, unfolded
from models.arrays import Array, Rows, at_cells, rows_of_cells, spread
from models.association import HOURS, Association, Presence, Whereabouts
from models.meetings import Meetings
from models.together import Evening

LAYER_NAMES = tuple(column.name for column in LAYERS)
PEOPLE_NAMES = ("known", "nights", "seconds", "work", "chance", "work_nights")
"""Columns of gold.whereabouts that hold one figure a person."""


@dataclass(frozen=True)
class Night:
    """A day and what was found at its end."""

    day: date
    evening: Evening


def presence_of(seen: pa.Table) -> Presence:
    """One night's rows of `presence`, by person and zone."""
    people, row = np.unique(seen["person"].to_numpy(), return_inverse=True)
    zones, column = np.unique(np.array(seen["zone"].to_pylist(), dtype=np.str_), return_inverse=True)
    shape = (people.size, zones.size)
    calm = seen["calm"].combine_chunks()
    place = np.repeat(row * zones.size + column, np.asarray(calm.value_lengths()))
    spent = {name: calm.flatten().field(name).to_numpy() for name in ("hour", "seconds")}
    # Of several stays in one hour: whole seconds, whose sum is the same in any order.
    cells = csr_array(
        (spent["seconds"].astype(np.float64), (place // zones.size, place % zones.size * HOURS + spent["hour"])),
        shape=(people.size, zones.size * HOURS),
    )
    cells.sum_duplicates()
    visited = spread(np.ones(row.size), row, column, shape)
    bits = seen["hours"].to_numpy()
    hours = np.zeros((people.size, HOURS))
    for hour in range(HOURS):
        hours[row[(bits >> hour) & 1 == 1], hour] = 1.0
    seconds = np.bincount(row, seen["seconds"].to_numpy(), people.size).astype(np.float64)
    since, until = np.full(people.size, np.inf), np.full(people.size, -np.inf)
    # Who was only there before the day's first read has NULL, which is NaN here and is no one's least or greatest.
    np.fmin.at(since, row, seen["since"].to_numpy())
    np.fmax.at(until, row, seen["until"].to_numpy())
    spans = np.where(until > since, until - since, 0.0)
    return Presence(people, tuple(map(str, zones)), hours, seconds, spans, cells, visited)


def meetings_of(met: pa.Table) -> Meetings:
    """One night's rows of gold.together."""
    return Meetings(
        one=met["person"].to_numpy(),
        other=met["partner"].to_numpy(),
        kind=np.array(met["kind"].to_pylist(), dtype=np.str_),
        seconds=met["seconds"].to_numpy().astype(np.float64),
        times=met["times"].to_numpy().astype(np.float64),
        first=met["first"].to_numpy(),
        place=np.array(met["place"].to_pylist(), dtype=np.str_),
        events=tuple(zip(met["event"].to_pylist(), met["partner_event"].to_pylist(), strict=True)),
    )


def before(lake: Lake, days: Days) -> tuple[Whereabouts, Association]:
    """The state as of the evening before; nothing when no earlier night was folded: history begins here.

    Nor where no evening ever had a state: reads that tell no zone, and logons and mail of few, leave nobody anywhere.
    Raises MissingState when others have one and this evening's is not kept.
    """
    seen = arrow(lake.read(WHEREABOUTS, Days.one(days.before)), "person")
    tied = arrow(lake.read(ASSOCIATION, Days.one(days.before)), "person", "partner")
    past = Days.until(days.start)
    if not seen.num_rows and not tied.num_rows:
        states = [table for table in (WHEREABOUTS, ASSOCIATION) if not lake.read(table).isEmpty()]
        if states and not all(lake.read(table, past).isEmpty() for table in (*states, COMPANY)):
            lake.state(states[0], days.before, "together")
    return unpacked(seen) if seen.num_rows else Whereabouts.empty(), paired(tied)


def paired(tied: pa.Table) -> Association:
    """The inverse of `association_columns`; layers declared since that evening, NULL there, are nothing."""
    layers = np.column_stack([tied[name].to_numpy() for name in LAYER_NAMES]).reshape(-1, len(LAYER_NAMES))
    return Association(tied["person"].to_numpy(), tied["partner"].to_numpy(), np.nan_to_num(layers))


def unpacked(seen: pa.Table) -> Whereabouts:
    """The inverse of what `write_states` writes of whereabouts."""
    names = seen["zones"].combine_chunks()
    zones = tuple(sorted(set(names.flatten().to_pylist())))
    column = {zone: at for at, zone in enumerate(zones)}
    row = np.repeat(np.arange(seen.num_rows), np.asarray(names.value_lengths()))
    at = np.array([column[zone] for zone in names.flatten().to_pylist()], dtype=np.intp)

    def wide(name: str) -> csr_array:
        return spread(seen[name].combine_chunks().flatten().to_numpy(), row, at, (seen.num_rows, len(zones)))

    zone_nights, hours = wide("zone_nights"), unfolded(seen["hours"], HOURS)
    flat = {name: seen[name].to_numpy() for name in PEOPLE_NAMES}
    # Of an evening before nights of work were counted: no more of them than meetings.
    flat["work_nights"] = np.where(np.isnan(flat["work_nights"]), flat["work"], flat["work_nights"])
    return Whereabouts(
        people=seen["person"].to_numpy(),
        zones=zones,
        hours=hours,
        cells=cells_of(seen, row, at, len(zones), wide("zone_seconds"), hours),
        zone_nights=zone_nights,
        **flat,
    )


def cells_of(seen: pa.Table, row: Rows, at: Rows, zones: int, zone_seconds: csr_array, hours: Array) -> csr_array:
    """Time by zone and hour; of an evening before it was kept by hour as much in each hour as the person was on site.

    `row` and `at` are of each zone of a row in turn: which person's it is, and which zone.
    """
    listed, seconds = (seen[name].combine_chunks() for name in ("cells", "cell_seconds"))
    if seen.num_rows and not listed.null_count:
        begins = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=seen.num_rows))])
        mine = np.repeat(np.arange(seen.num_rows), np.asarray(listed.value_lengths()))
        told = listed.flatten().to_numpy()
        column = at[begins[mine] + told // HOURS] * HOURS + told % HOURS
        return spread(seconds.flatten().to_numpy(), mine, column, (seen.num_rows, zones * HOURS))
    share = hours / np.maximum(hours.sum(axis=1), 1.0)[:, None]
    held = rows_of_cells(zone_seconds)
    values = (zone_seconds.data[:, None] * share[held]).ravel()
    columns = (zone_seconds.indices[:, None] * HOURS + np.arange(HOURS)).ravel()
    return spread(values, np.repeat(held, HOURS), columns, (seen.num_rows, zones * HOURS))


def write_states(lake: Lake, evenings: list[Night], days: Days) -> None:
    """Whereabouts and association as of each kept evening."""
    for table, pack in ((WHEREABOUTS, whereabouts_columns), (ASSOCIATION, association_columns)):
        keep = set(kept_days(table, days))
        columns = [pack(night) for night in evenings if night.day in keep]
        whole = pa.concat_tables([pa.table({name: part[name] for name in table.names}) for part in columns])
        lake.write(table, lake.spark.createDataFrame(whole, schema=table.schema()), days)


def whereabouts_columns(night: Night) -> dict[str, object]:
    """One row per person."""
    state = night.evening.whereabouts
    nights = state.zone_nights
    ends = nights.indptr.astype(np.int32)

    def lists(values: pa.Array) -> pa.Array:
        return pa.ListArray.from_arrays(pa.array(ends), values)

    cells, width = state.cells, max(len(state.zones), 1)
    owner = rows_of_cells(cells)
    # Every zone with time in it is one of the nights': which of the row's it is.
    known = rows_of_cells(nights) * width + nights.indices
    listed = np.searchsorted(known, owner * width + cells.indices // HOURS) - nights.indptr[owner]
    flat = {name: getattr(state, name) for name in PEOPLE_NAMES}
    hours_of_cells = pa.array(cells.indptr.astype(np.int32))
    return {
        "person": state.people,
        "day": stacked([(night.day, state.people.size)]),
        "hours": folded(state.hours),
        "zones": lists(pa.array([state.zones[at] for at in nights.indices], pa.string())),
        "zone_seconds": lists(pa.array(at_cells(state.zone_seconds, nights))),
        "zone_nights": lists(pa.array(nights.data)),
        "cells": pa.ListArray.from_arrays(
            hours_of_cells, pa.array((listed * HOURS + cells.indices % HOURS).astype(np.int64))
        ),
        "cell_seconds": pa.ListArray.from_arrays(hours_of_cells, pa.array(cells.data)),
        **flat,
    }


def association_columns(night: Night) -> dict[str, object]:
    """One row per pair."""
    held = night.evening.association
    return {
        "person": held.one,
        "partner": held.other,
        "day": stacked([(night.day, held.one.size)]),
        **{name: held.layers[:, at] for at, name in enumerate(LAYER_NAMES)},
    }
