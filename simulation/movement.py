"""Walking the site: each stay is a sequence of visits, each visit a route through doors, each door a read."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.draws import HOUR, Flags, Floats, Ints, ragged, stream, within
from simulation.layout import Layout
from simulation.people import FAVOURITES, ROLES, Population, favourite_places
from simulation.shifts import Stints

GRANTED, NO_ACCESS, READ_ERROR = 0, 1, 2
RESULTS = ("GRANTED", "DENIED_NO_ACCESS", "DENIED_READ_ERROR")
OUTSIDE = 0
STAYS_HOME = 0.35  # of visits: back to the place of work
STRAYS = 0.012  # of visits: somewhere permitted but not usual
MISTAKES = 0.004  # of visits: somewhere not permitted, refused
LOST, WHEN_LOST = 0.01, 0.06  # stays by somebody who is new to a place or whose rights lag behind, and their mistakes
READ_ERRORS = 0.002
FOLLOWED_THROUGH = 0.003  # reads missing because a colleague held the door
LEAST_DWELL = 45.0


@dataclass(frozen=True)
class Visits:
    """Places a stay is made to go to in place of what it would: stay, order within the stay (from 1), zone."""

    stint: Ints
    order: Ints
    zone: Ints


NO_VISITS = Visits(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True)
class Reads:
    """Door reads, by stay and then time: index of the stay, door, direction, outcome, seconds since midnight."""

    stint: Ints
    door: Ints
    inward: Flags
    result: Ints
    second: Ints


def visit_counts(population: Population, stints: Stints, pace: float, draw: np.random.Generator) -> Ints:
    """Places each stay goes to besides arriving at work and leaving; `pace` multiplies everybody's mean."""
    rate = np.array([role.visits for role in ROLES])[population.role][stints.person]
    return 1 + draw.poisson(pace * rate * population.activity[stints.person] * (stints.end - stints.start) / (8 * HOUR))


def walk(
    population: Population, layout: Layout, stints: Stints, day: date, seed: int, pace: float = 1.0,
    errands: Visits = NO_VISITS, purpose: str = "movement",
) -> Reads:  # fmt: skip
    """Every read of every stay; consecutive reads are at least the doors' least seconds apart."""
    draw = stream(seed, purpose, day)
    origin, target, steps, refused = _legs(population, layout, stints, day, pace, errands, draw)
    people, most = origin.shape
    origin, target, steps, refused = origin.ravel(), target.ravel(), steps.ravel(), refused.ravel()
    leg_stint = np.repeat(np.arange(people), most)
    last = np.tile(np.arange(most), people) == 0
    leg, step = ragged(steps)
    at_end = step == steps[leg] - 1
    door = layout.doors[origin[leg], target[leg], step]
    inward = layout.inward[origin[leg], target[leg], step]
    before = np.where(step > 0, np.r_[0, door[:-1]], door)
    slowest = np.maximum(layout.least_seconds[door], layout.least_seconds[before])
    pause = slowest * (1.02 + 0.5 * draw.random(len(door))) + draw.exponential(5, len(door))
    walked: Floats = np.bincount(leg, pause, minlength=len(steps)).astype(np.float64)
    dwell = _dwell(population, layout, stints, origin, leg_stint, last, walked, draw)
    leaves = stints.start[leg_stint] + within(dwell + walked, leg_stint) - walked
    second = (leaves[leg] + within(pause, leg)).astype(np.int64)
    result = np.where(refused[leg] & at_end, NO_ACCESS, GRANTED)
    door = door + (draw.random(len(door)) * layout.lanes[door]).astype(np.int64)
    keep = (inward | layout.reads_exit[door]) & (draw.random(len(door)) >= FOLLOWED_THROUGH)
    reads = Reads(leg_stint[leg][keep], door[keep], inward[keep], result[keep], second[keep])
    return with_read_errors(reads, draw.random(len(reads.door)) < READ_ERRORS)


def with_read_errors(reads: Reads, failed: Flags) -> Reads:
    """Each granted read marked in `failed` is preceded by a refusal for a bad read two seconds earlier."""
    again = np.flatnonzero(failed & (reads.result == GRANTED))
    if not len(again):
        return reads
    rows = np.sort(np.r_[np.arange(len(reads.door)), again])
    stint, door, inward = reads.stint[rows], reads.door[rows], reads.inward[rows]
    result, second = reads.result[rows], reads.second[rows]
    added = again + np.arange(len(again))
    result[added] = READ_ERROR
    second[added] -= 2
    return Reads(stint, door, inward, result, second)


def _legs(
    population: Population, layout: Layout, stints: Stints, day: date, pace: float, errands: Visits,
    draw: np.random.Generator,
) -> tuple[Ints, Ints, Ints, Flags]:  # fmt: skip
    """Origin, target, doors read and refusal of each leg; shape (stays, most legs), steps 0 where there is no leg."""
    person, people = stints.person, len(stints)
    visits = visit_counts(population, stints, pace, draw)
    np.maximum.at(visits, errands.stint, errands.order)
    most = int(visits.max(initial=0)) + 2
    wished: Ints = np.full((people, most), -1)
    wished[errands.stint, errands.order] = errands.zone
    guard = population.is_role("guard")[person]
    tour = draw.integers(0, FAVOURITES, people)
    mistakes = np.where(draw.random(people) < LOST, WHEN_LOST, MISTAKES)
    home = population.home[person]
    origin, target, steps = (np.zeros((people, most), dtype=np.int64) for _ in range(3))
    refused: Flags = np.zeros((people, most), dtype=bool)
    here: Ints = np.full(people, OUTSIDE)
    for k in range(most):
        u = draw.random((3, people))
        usual = favourite_places(population, person, u[0])
        round_ = population.favourites[person, (tour + k) % FAVOURITES]
        goes = np.where(guard, round_, np.where(u[1] < STAYS_HOME, home, usual))
        anywhere = (u[0] * len(layout.zones)).astype(np.int64)
        allowed = population.may_enter[person, anywhere]
        goes = np.where(((u[2] < STRAYS) & allowed) | ((u[2] > 1 - mistakes) & ~allowed), anywhere, goes)
        goes = np.where(wished[:, k] >= 0, wished[:, k], goes)
        goes = home if k == 0 else np.where(k <= visits, goes, np.where(k == visits + 1, OUTSIDE, here))
        origin[:, k], target[:, k] = here, goes
        steps[:, k] = layout.steps[here, goes]
        there = goes.copy()
        for i in np.flatnonzero(~population.may_enter[person, goes]):
            path = layout.entered[here[i], goes[i], : steps[i, k]]
            barred = np.flatnonzero(~population.may_enter[person[i], path])
            if len(barred):
                stop = int(barred[0])
                refused[i, k], steps[i, k] = True, stop + 1
                there[i] = path[stop - 1] if stop else here[i]
        here = there
    return origin, target, steps, refused


def _dwell(
    population: Population, layout: Layout, stints: Stints, origin: Ints, leg_stint: Ints, first: Flags, walked: Floats,
    draw: np.random.Generator,
) -> Floats:  # fmt: skip
    """Seconds spent before each leg, so that the stay ends on time; long at the place of work, short on rounds."""
    at_work = origin == population.home[stints.person][leg_stint]
    outside = origin == OUTSIDE
    weight = draw.gamma(1.5, 1.0, len(origin)) * np.where(at_work, 6.0, 1.0)
    weight[first | outside] = 0
    free = (stints.end - stints.start) - np.bincount(leg_stint, walked, minlength=len(stints))
    share = weight / np.maximum(np.bincount(leg_stint, weight, minlength=len(stints)), 1e-9)[leg_stint]
    return np.where(first | outside, 0, np.maximum(share * free[leg_stint], LEAST_DWELL))
