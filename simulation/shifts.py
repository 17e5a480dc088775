"""Who is on site when: rotas, office hours, weekends, holidays, leave, illness and call-ins."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from simulation.clock import is_holiday
from simulation.draws import HOUR, MINUTE, Flags, Floats, Ints, stream
from simulation.people import ROLES, Population

OFF = -1
# Start hour of the shift on each day of a crew's cycle.
ROTA12 = (6, 6, 18, 18, OFF, OFF, OFF, OFF)  # four crews, two days apart
ROTA8 = (6, 6, 14, 14, 22, 22, OFF, OFF, OFF, OFF)  # five crews, two days apart, rotating forward
LEAVE_PER_WEEK = 0.09  # about 25 working days of leave a year, taken by the week
ILLNESS_PER_DAY = 0.006
LONGEST_ILLNESS = 5
CALLED_IN = 0.025  # day staff, on a day off
LATEST_DEPARTURE = 20.5 * HOUR
OUTAGE_ROLES = ("maintenance", "contractor", "health physicist", "fuel handler")


@dataclass(frozen=True)
class Stints:
    """Stays on site: person and seconds since the date's midnight, `[start, end)`; one entry per stay."""

    person: Ints
    start: Floats
    end: Floats

    def __len__(self) -> int:
        return len(self.person)


def on_duty(population: Population, day: date, seed: int) -> Flags:
    """Who works a shift that starts on this day."""
    working: Flags = _start_hour(population, day, seed) != OFF
    return working


def stints(population: Population, day: date, seed: int, *, outage: bool = False) -> Stints:
    """The ordinary stay of everybody on duty. Stays of one person never overlap, from day to day either.

    In an outage those who take the plant apart work twelve hours, half of them at night.
    """
    hour = _start_hour(population, day, seed, outage)
    draw = stream(seed, "stints", day)
    people = len(population)
    early, late, noise = draw.random(people), draw.random(people), draw.normal(size=(2, people))
    overtime = np.where(draw.random(people) < 0.1, draw.exponential(45 * MINUTE, people), 0)
    long = outage & population.is_role(*OUTAGE_ROLES)
    rota = (_pattern(population) != "days") | long
    called = ~rota & _is_day_off(day)
    length = np.where((_pattern(population) == "rota12") | long, 12, 8) * HOUR
    length_days = (
        np.where(called, 5 * HOUR, 8.25 * HOUR - (day.weekday() == 4) * HOUR) + noise[1] * 20 * MINUTE + overtime
    )
    start = np.where(
        rota, hour * HOUR - (10 + 20 * early) * MINUTE, population.arrives + noise[0].clip(-3, 3) * 10 * MINUTE
    )
    end = np.where(
        rota, hour * HOUR + length + (5 + 15 * late) * MINUTE, (start + length_days).clip(None, LATEST_DEPARTURE)
    )
    who = np.flatnonzero(hour != OFF)
    return Stints(who, start[who], end[who])


def _pattern(population: Population) -> npt.NDArray[np.str_]:
    return np.array([role.pattern for role in ROLES])[population.role]


def _is_day_off(day: date) -> bool:
    return day.weekday() >= 5 or is_holiday(day)


def _start_hour(population: Population, day: date, seed: int, outage: bool = False) -> Ints:
    """Hour at which each person's shift starts, OFF for none; day staff's hour is a stand-in for their own habit."""
    ordinal = day.toordinal()
    pattern = _pattern(population)
    rota12 = np.array(ROTA12)[(ordinal + 2 * (population.crew % 4)) % len(ROTA12)]
    rota8 = np.array(ROTA8)[(ordinal + 2 * (population.crew % 5)) % len(ROTA8)]
    called = stream(seed, "called in", day).random(len(population)) < CALLED_IN
    days = np.where(called if _is_day_off(day) else np.ones(len(population), dtype=bool), 8, OFF)
    hour = np.where(pattern == "rota12", rota12, np.where(pattern == "rota8", rota8, days))
    if outage:
        hour = np.where(population.is_role(*OUTAGE_ROLES), np.where(population.crew % 2, 18, 6), hour)
    # A last day that runs past midnight would outlive the account, so nobody works on it.
    employed = (ordinal >= population.starts) & (ordinal < population.ends - 1)
    return np.where(employed & ~_away(len(population), day, seed), hour, OFF)


def _away(people: int, day: date, seed: int) -> Flags:
    week = (day.toordinal() - 1) // 7  # Monday to Sunday
    away: Flags = stream(seed, "leave", week).random(people) < LEAVE_PER_WEEK
    for back in range(LONGEST_ILLNESS):
        falls_ill, length = stream(seed, "illness", day.toordinal() - back).random((2, people))
        away |= (falls_ill < ILLNESS_PER_DAY) & (length * LONGEST_ILLNESS > back)
    return away
