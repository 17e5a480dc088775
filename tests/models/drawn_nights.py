"""Hand-made nights of people together: who was where for how long, and who met whom."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from models.association import Association, Presence, Whereabouts
from models.meetings import Fact, Meetings
from models.together import Evening, evening

ZONES = ("office", "store", "vault")
PEOPLE = tuple(range(1, 21))
AT_WORK = {person: {"office": 450, "store": 30} for person in PEOPLE}
OWN_OFFICES = {person: {f"office {person}": 480} for person in PEOPLE}
IN_THE_OFFICE = [(a, b, "zone", 420, "office") for a in PEOPLE for b in PEOPLE if a < b]
DAY_SHIFT, NIGHT_SHIFT = tuple(range(8, 16)), (22, 23, 0, 1)


def presence(where: dict[int, dict[str, int]], hours: dict[int, Sequence[int]] | None = None) -> Presence:
    """Minutes in each zone by person; on site in the day shift unless told."""
    people = np.array(sorted(where), dtype=np.int64)
    zones = tuple(sorted({zone for places in where.values() for zone in places}))
    seconds = np.array([[60.0 * where[int(p)].get(zone, 0) for zone in zones] for p in people]).reshape(
        len(people), len(zones)
    )
    on = np.zeros((people.size, 24))
    for row, person in enumerate(people.tolist()):
        on[row, list((hours or {}).get(person, DAY_SHIFT))] = 1.0
    visited = csr_array((seconds > 0).astype(np.float64))
    # As much of each zone in every hour on site.
    cells = csr_array(
        (seconds[:, :, None] * (on / on.sum(axis=1)[:, None])[:, None, :]).reshape(people.size, 24 * len(zones))
    )
    return Presence(people, zones, on, *2 * (seconds.sum(axis=1),), cells, visited)


def meetings(*rows: tuple[int, int, str, int, str]) -> Meetings:
    """(one, other, kind, minutes or times, place), in the order of gold.together."""
    ordered = sorted(rows, key=lambda row: row[:3])
    timed = [kind in ("zone", "two_person") for _, _, kind, _, _ in ordered]
    return Meetings(
        one=np.array([row[0] for row in ordered], dtype=np.int64),
        other=np.array([row[1] for row in ordered], dtype=np.int64),
        kind=np.array([row[2] for row in ordered], dtype=np.str_),
        seconds=np.array([60.0 * row[3] if t else 0.0 for row, t in zip(ordered, timed, strict=True)]),
        times=np.array([1.0 if t else row[3] for row, t in zip(ordered, timed, strict=True)]),
        first=np.zeros(len(ordered), dtype=np.int64),
        place=np.array([row[4] for row in ordered], dtype=np.str_),
        events=tuple((10 * row[0], 10 * row[1]) for row in ordered),
    )


def night(
    before: Evening | None,
    here: Presence,
    met: Meetings,
    teams: dict[int, str] | None = None,
    escorted: frozenset[int] = frozenset(),
) -> Evening:
    state = (before.whereabouts, before.association) if before else (Whereabouts.empty(), Association.empty())
    return evening(*state, here, met, teams or {}, frozenset({"vault"}), partners=20, escorted=escorted)


def fact(told: Evening, person: int, kind: str) -> Fact | None:
    return next((fact for fact in told.facts if (fact.person, fact.kind) == (person, kind)), None)


def months(nights: int) -> list[Evening]:
    """Nights of twenty colleagues in one office."""
    told: list[Evening] = []
    for _ in range(nights):
        told.append(night(told[-1] if told else None, presence(AT_WORK), meetings(*IN_THE_OFFICE)))
    return told


def bits(told: Evening, person: int) -> float:
    """How unlikely the person's company is, as the night tells it; 0 without any."""
    found = fact(told, person, "group")
    return found.measures["bits"] if found else 0.0
