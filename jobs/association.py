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
from models.arrays import at_cells, spread
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
    zone_seconds = spread(seen["calm"].to_numpy().astype(np.float64), row, column, shape)
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
    return Presence(people, tuple(map(str, zones)), hours, seconds, spans, zone_seconds, visited)


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

    flat = {name: seen[name].to_numpy() for name in PEOPLE_NAMES}
    # Of an evening before nights of work were counted: no more of them than meetings.
    flat["work_nights"] = np.where(np.isnan(flat["work_nights"]), flat["work"], flat["work_nights"])
    return Whereabouts(
        people=seen["person"].to_numpy(),
        zones=zones,
        hours=unfolded(seen["hours"], HOURS),
        zone_seconds=wide("zone_seconds"),
        zone_nights=wide("zone_nights"),
        **flat,
    )


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

    flat = {name: getattr(state, name) for name in PEOPLE_NAMES}
    return {
        "person": state.people,
        "day": stacked([(night.day, state.people.size)]),
        "hours": folded(state.hours),
        "zones": lists(pa.array([state.zones[at] for at in nights.indices], pa.string())),
        "zone_seconds": lists(pa.array(at_cells(state.zone_seconds, nights))),
        "zone_nights": lists(pa.array(nights.data)),
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
