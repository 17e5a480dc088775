"""What a few dozen lines put together by hand would rank person-days by: strange hours, new machines, whose machine.

Each answers one figure per row, as `benchmarks.rival_detectors` does, from nothing later than its night. They know what
was done at other sites: that an insider takes the supervisor's machine, and that own z-scores and that one relation go
well together. Columns are Postern's behaviours by name; one that a site's logs do not tell counts as nothing.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from benchmarks.rival_detectors import Nights, accumulated, own_z
from models.arrays import Array, People

ON_TOP = 1e3
"""What stands above every z-score: the relation, put on top by hand."""
RELATION_BITS = 10.0
"""What the relation is worth beside other surprises: once in a thousand person-days."""


def of_relations(columns: Mapping[str, Array], nights: Nights, people: People) -> Iterator[tuple[str, Array]]:
    """Name and score of each script that looks at hours, machines and whose they are; `columns` by name."""
    relation = at_the_supervisors(columns, nights, people)
    yield "first time at the supervisor's machine", relation
    surprise = told(columns, "hour_rarest", nights) + told(columns, "machine_rarest", nights)
    yield "surprise of hour and machine, supervisor's", surprise + RELATION_BITS * relation


def of_own_past(
    columns: Mapping[str, Array], features: Array, nights: Nights, people: People
) -> Iterator[tuple[str, Array]]:
    """Name and score of each script that adds the relation to own z-scores of `features`."""
    relation = at_the_supervisors(columns, nights, people)
    z = own_z(features, nights, people).sum(axis=1)
    firsts = told(columns, "machines_new", nights) + told(columns, "machines_of_others_new", nights)
    yield "own z-scores, first events, supervisor's on top", z + firsts + ON_TOP * relation
    yield "tail bits of own z-scores and relation, summed", tail_bits(z, nights) + tail_bits(relation, nights)
    kept = accumulated(own_z(features, nights, people, guard=14).sum(axis=1), nights, people)
    yield (
        "tail bits of both, kept and gapped, the larger",
        np.maximum(tail_bits(kept, nights), tail_bits(relation, nights)),
    )


def told(columns: Mapping[str, Array], name: str, nights: Nights) -> Array:
    """A behaviour's figures; nothing where a site's logs do not tell it."""
    return np.nan_to_num(columns[name]) if name in columns else np.zeros(len(nights))


def at_the_supervisors(columns: Mapping[str, Array], nights: Nights, people: People) -> Array:
    """1 where a person is at the supervisor's machine for the first time."""
    return first_time(told(columns, "machines_of_supervisor", nights) > 0, people)


def first_time(done: np.ndarray[tuple[int], np.dtype[np.bool_]], people: People) -> Array:
    """1 where a person does it for the first time, rows in ascending order of night."""
    out = np.zeros(done.size)
    at = np.flatnonzero(done)
    out[at[np.unique(people[at], return_index=True)[1]]] = 1.0
    return out


def tail_bits(score: Array, nights: Nights) -> Array:
    """−log₂ of the share of everybody's person-days on the nights before that were at least as high."""
    out, past = np.zeros(score.size), np.zeros(0)
    starts = np.flatnonzero(np.r_[True, np.diff(nights) > 0])
    for start, stop in zip(starts, np.r_[starts[1:], score.size], strict=True):
        tonight = score[start:stop]
        beyond = past.size - np.searchsorted(past, tonight, side="left")
        out[start:stop] = -np.log2((1.0 + beyond) / (1.0 + past.size))
        past = np.sort(np.concatenate([past, tonight]), kind="stable")
    return out
