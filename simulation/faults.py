"""What goes wrong with readers, clocks and files, at rates that keep a night interesting."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.draws import HOUR, Flags, Ints, stream
from simulation.movement import Reads, with_read_errors

DEAD_READER = 0.0008  # per door and day: no reads from noon to six
STUTTERING_READER = 0.0015  # per door and day: a fifth of reads fail before they succeed
STUTTERS = 0.2
SLOW_CLOCK = 0.4  # per week: one door's clock is up to seven minutes behind
NO_BADGE_AT_AN_OPEN_DOOR = 0.85
DUPLICATED = 0.0008  # of rows
MALFORMED = 0.0003  # of rows
LATE_FILE = 0.03  # per feed and day: a part of the file comes one to three days later
LATE_PART = 0.08  # of the file's rows


@dataclass(frozen=True)
class Readers:
    """State of the doors (D) on one day: seconds that their clocks are behind, dead in the afternoon, stuttering.

    A door is `silent` when it records nothing all day, `propped` when it stands open all afternoon.
    """

    behind: Ints
    dead: Flags
    stutters: Flags
    silent: Flags
    propped: Flags


def readers(doors: int, day: date, seed: int) -> Readers:
    """The state of all doors on this day."""
    dead, stutters = stream(seed, "readers", day).random((2, doors))
    week = stream(seed, "clocks", (day.toordinal() - 1) // 7)
    behind: Ints = np.zeros(doors, dtype=np.int64)
    # Clocks fall behind rather than run ahead: an event from after the delivery would be refused as future-dated.
    behind[int(week.integers(doors))] = int(week.integers(60, 420)) * (week.random() < SLOW_CLOCK)
    never = np.zeros(doors, dtype=bool)
    return Readers(behind, dead < DEAD_READER, stutters < STUTTERING_READER, never, never)


def stuttered(reads: Reads, state: Readers, draw: np.random.Generator) -> Reads:
    """Reads as made at readers of which some fail on good cards before they succeed."""
    return with_read_errors(reads, state.stutters[reads.door] & (draw.random(len(reads.door)) < STUTTERS))


def seen(reads: Reads, state: Readers, draw: np.random.Generator) -> tuple[Flags, Ints]:
    """Which reads were recorded, and the second that the door's own clock gave them."""
    afternoon = (reads.second >= 12 * HOUR) & (reads.second < 18 * HOUR)
    lost = (state.dead[reads.door] & afternoon) | state.silent[reads.door]
    # Some present their badge at an open door all the same.
    walks_through = draw.random(len(reads.door)) < NO_BADGE_AT_AN_OPEN_DOOR
    lost |= state.propped[reads.door] & afternoon & walks_through
    return ~lost, reads.second - state.behind[reads.door]


def repeats(rows: int, draw: np.random.Generator) -> Ints:
    """Row numbers to write, in order, some of them twice."""
    return np.sort(
        np.r_[np.arange(rows), draw.integers(0, rows, draw.binomial(rows, DUPLICATED)) if rows else []]
    ).astype(int)


def late_part(rows: int, draw: np.random.Generator) -> tuple[int, int, int]:
    """`[begin, end)` of the rows that come late, empty on most days, and by how many days."""
    u = draw.random(3)
    if u[0] >= LATE_FILE:
        return 0, 0, 0
    begin = int(u[1] * rows * (1 - LATE_PART))
    return begin, begin + int(rows * LATE_PART), 1 + int(u[2] * 3)


def with_malformed(text: bytes, rows: int, draw: np.random.Generator) -> bytes:
    """The lines of a file with damaged copies of some lines in between: bad times, missing fields, garbage bytes."""
    pieces, done = [], 0
    for place in np.sort(draw.integers(0, max(len(text), 1), draw.binomial(rows, MALFORMED))).tolist():
        begin = text.find(b"\n", max(place, done)) + 1
        end = text.find(b"\n", begin)
        if begin == 0 or end < 0:
            continue
        pieces += [text[done:begin], _damaged(text[begin:end], int(draw.integers(4))), b"\n"]
        done = begin
    return b"".join([*pieces, text[done:]])


def _damaged(line: bytes, how: int) -> bytes:
    fields = line.split(b",")
    if how == 0:  # an impossible time
        return line.replace(b":", b":9", 1)
    if how == 1:  # cut off in the middle
        return b",".join(fields[: len(fields) // 2])
    if how == 2:  # bytes that are no text
        return b"\xff\xfe\x80" + line[5:]
    return b",".join(b"" for _ in fields)
