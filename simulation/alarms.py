"""The alarm station: alarms come at all hours, and whoever sits at the console answers them under their own account."""

from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa

from simulation.activity import Words
from simulation.deeds import Deeds
from simulation.draws import HOUR, MINUTE, Floats, Ints, ragged, stream
from simulation.layout import Layout
from simulation.movement import Reads
from simulation.shifts import Stints

PER_HOUR = 5.0  # alarms that an operator answers, mean
CHATTER = 0.5  # shape of the alarm points' rates: a few points cry most of the time
LEFT_LOGGED_ON = 0.004  # of answers: at the console of a colleague who has just gone on a round
RESETS = 0.6  # of answers
CONSOLES = 2
LEAVES, RETURNS = 8 * MINUTE, 8 * MINUTE  # nobody answers for somebody who is still at the door

Watch = tuple[int, int, float, float]
"""Stay, person, from, to: somebody in the alarm station."""


def watches(layout: Layout, reads: Reads, stints: Stints) -> list[Watch]:
    """Who sat in the alarm station from when until when, by the reads of its doors; from the last on until the end."""
    station = layout.zones_of("alarm")
    at = np.flatnonzero(np.isin(layout.door_to[reads.door], station) & (reads.result == 0))
    at = at[np.lexsort((reads.second[at], reads.stint[at]))]
    found = []
    for place, row in enumerate(at.tolist()):
        stint = int(reads.stint[row])
        if reads.inward[row]:
            follows = at[place + 1] if place + 1 < len(at) and reads.stint[at[place + 1]] == stint else None
            until = float(stints.end[stint]) if follows is None else float(reads.second[follows])
            found.append((stint, int(stints.person[stint]), float(reads.second[row]), until))
    return found


def answered(words: Words, layout: Layout, seen: list[Watch], planted: Deeds, day: date, seed: int) -> pa.Table:
    """Alarms acknowledged and reset on this day, with those answered for operators who are not there."""
    draw = stream(seed, "alarms", day)
    person, second = _at_desk(seen, draw)
    for who in planted.absent:
        mine = [watch for watch in seen if watch[1] == who]
        for (stint, _, _, leaves), (again, _, returns, _) in pairwise(mine):
            begins, ends = leaves + LEAVES, returns - RETURNS
            if stint == again and ends > begins:
                times = draw.uniform(begins, ends, draw.poisson(planted.absent[who] * (ends - begins) / HOUR))
                person, second = np.r_[person, np.full(len(times), who)], np.r_[second, times]
    points = stream(seed, "alarm points", date.min).gamma(CHATTER, size=len(layout.door_names))
    sensor = draw.choice(len(points), size=len(second), p=points / points.sum())
    console = draw.integers(CONSOLES, size=len(second))
    resets = np.flatnonzero(draw.random(len(second)) < RESETS)
    row = np.r_[np.arange(len(second)), resets]
    later = np.r_[np.zeros(len(second)), draw.uniform(0.2, 4, len(resets)) * MINUTE]
    zone = layout.zones[layout.zones_of("alarm")[0]]
    return pa.table({
        "second": pa.array((second[row] + later).astype(np.int64)),
        "user": words.accounts.take(pa.array(person[row])),
        "pc": pa.array([f"ALARM-{n + 1}" for n in console[row].tolist()], pa.string()),
        "zone": pa.repeat(zone, len(row)),
        "sensor": pa.array([f"S-{layout.door_names[n][2:]}" for n in sensor[row].tolist()], pa.string()),
        "activity": pa.array(["Acknowledge"] * len(second) + ["Reset"] * len(resets), pa.string()),
    })  # fmt: skip


def _at_desk(seen: list[Watch], draw: np.random.Generator) -> tuple[Ints, Floats]:
    """Answers of those on watch; a few under the account of the colleague who left last."""
    if not seen:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    who, begins, ends = (np.array([watch[part] for watch in seen]) for part in (1, 2, 3))
    row, _ = ragged(draw.poisson(PER_HOUR * (ends - begins) / HOUR))
    second = begins[row] + draw.random(len(row)) * (ends - begins)[row]
    person = who[row].astype(np.int64)
    for answer in np.flatnonzero(draw.random(len(row)) < LEFT_LOGGED_ON).tolist():
        gone = np.flatnonzero((ends < second[answer]) & (ends > second[answer] - HOUR) & (who != person[answer]))
        if len(gone):
            person[answer] = who[gone[np.argmax(ends[gone])]]
    return person, second
