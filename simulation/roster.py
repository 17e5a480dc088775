"""The roster as the personnel system exports it: a row per person and interval without change."""

from datetime import date

import numpy as np

from simulation.people import NEVER, ROLES, Population

ROSTER = ("person", "name", "email", "account", "role", "team", "supervisor", "employer", "start", "end")


def changes_on(population: Population, day: date) -> bool:
    """Whether anybody starts, leaves or moves team on this day."""
    return bool(
        np.any([moment == day.toordinal() for moment in (population.starts, population.ends, population.moves)])
    )


def roster(population: Population, day: date) -> list[list[str]]:
    """Validity intervals `[start, end)` as known on this day: no future starts, ends or moves; an open end is empty."""
    ordinal = day.toordinal()
    rows = []
    for i in np.flatnonzero(population.starts <= ordinal).tolist():
        cuts = [int(population.starts[i]), *([int(population.moves[i])] if population.moves[i] <= ordinal else [])]
        ended = int(population.ends[i]) if population.ends[i] <= ordinal else NEVER
        for begin, end in zip(cuts, [*cuts[1:], ended], strict=True):
            team = int(population.moves_to[i] if begin == population.moves[i] else population.team[i])
            leader = int(population.leaders[team])
            boss = -1 if i == 0 else 0 if leader == i else leader
            rows.append([
                population.numbers[i], population.names[i], population.emails[i], population.accounts[i],
                ROLES[population.role[i]].name, f"T{team:03d}", population.numbers[boss] if boss >= 0 else "",
                population.employers[i], date.fromordinal(begin).isoformat(),
                "" if end == NEVER else date.fromordinal(end).isoformat(),
            ])  # fmt: skip
    return rows
