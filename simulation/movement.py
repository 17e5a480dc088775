"""Walking the site: each stay is a sequence of visits, each visit a route through doors, each door a read."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.draws import HOUR, Flags, Floats, Ints, ragged, stream, within
from simulation.layout import IN_COMPANY, Layout
from simulation.people import ESCORTED, ROLES, Population, favourite_places
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
LEAST_DWELL, BRIEF = 45.0, 40.0  # seconds at a place; mean of what is added where somebody only looks in


@dataclass(frozen=True)
class Visits:
    """Places a stay is made to go to in place of what it would: stay, order within the stay (from 1), zone."""

    stint: Ints
    order: Ints
    zone: Ints


NO_VISITS = Visits(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


@dataclass(frozen=True)
class Appointments:
    """Places gone to at a set time, besides the visits that a stay makes of itself: one row for each way there.

    `near` is the second around which it happens, and orders the rows of a stay; `leaves` the second at which the way
    begins, NaN: as soon as may be. From a `brief` place one moves on at once.
    """

    stint: Ints
    near: Floats
    zone: Ints
    leaves: Floats
    brief: Flags


NO_APPOINTMENTS = Appointments(*(np.zeros(0, dtype=t) for t in (np.int64, float, np.int64, float, bool)))


@dataclass(frozen=True)
class Plan:
    """What the ways of each stay are made of, shape (stays, most ways): column 0 is the way to work."""

    visits: Ints
    """Places gone to between arriving at work and leaving, shape (stays,)."""
    wished: Ints
    """Zone, −1 for wherever the stay takes them."""
    leaves: Floats
    brief: Flags


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
    errands: Visits = NO_VISITS, purpose: str = "movement", appointments: Appointments = NO_APPOINTMENTS,
    unread: Floats | None = None,
) -> Reads:  # fmt: skip
    """Every read of every stay; consecutive reads are at least the doors' least seconds apart.

    `unread` is, for each stay, the share of doors on the way to deeper ones that it passes behind somebody else.
    """
    draw = stream(seed, purpose, day)
    plan = planned(stints, visit_counts(population, stints, pace, draw), errands, appointments)
    origin, target, steps, refused = _legs(population, layout, stints, plan, draw)
    people, most = origin.shape
    origin, target, steps, refused = origin.ravel(), target.ravel(), steps.ravel(), refused.ravel()
    leg_stint = np.repeat(np.arange(people), most)
    leg, step = ragged(steps)
    at_end = step == steps[leg] - 1
    door = layout.doors[origin[leg], target[leg], step]
    inward = layout.inward[origin[leg], target[leg], step]
    before = np.where(step > 0, np.r_[0, door[:-1]], door)
    slowest = np.maximum(layout.least_seconds[door], layout.least_seconds[before])
    pause = slowest * (1.02 + 0.5 * draw.random(len(door))) + draw.exponential(5, len(door))
    walked: Floats = np.bincount(leg, pause, minlength=len(steps)).astype(np.float64)
    dwell = _dwell(population, stints, plan, origin, leg_stint, walked, draw)
    leaves = stints.start[leg_stint] + within(dwell + walked, leg_stint) - walked
    second = (leaves[leg] + within(pause, leg)).astype(np.int64)
    result = np.where(refused[leg] & at_end, NO_ACCESS, GRANTED)
    door = door + (draw.random(len(door)) * layout.lanes[door]).astype(np.int64)
    follows = np.full(len(door), FOLLOWED_THROUGH)
    if unread is not None:
        follows = np.where(inward & ~at_end & (step > 0), np.maximum(follows, unread[leg_stint[leg]]), follows)
    keep = (inward | layout.reads_exit[door]) & (draw.random(len(door)) >= follows)
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


def planned(stints: Stints, visits: Ints, errands: Visits, appointments: Appointments) -> Plan:
    """The visits that stays make of themselves, errands in place of some, appointments in between by their time."""
    visits = visits.copy()
    np.maximum.at(visits, errands.stint, errands.order)
    own, order = ragged(visits)
    wished: Ints = np.full(len(own), -1)
    first = np.cumsum(visits) - visits
    wished[first[errands.stint] + errands.order - 1] = errands.zone
    told = appointments
    length = (stints.end - stints.start)[told.stint]
    sooner = np.clip((told.near - stints.start[told.stint]) / length, 0, 1) * visits[told.stint]
    stint = np.r_[own, told.stint]
    place = np.r_[order + 1.0, np.floor(sooner) + 0.5]
    rows = np.lexsort((np.r_[np.zeros(len(own)), told.near], place, stint))
    visits = np.bincount(stint, minlength=len(stints)).astype(np.int64)
    at = stint[rows], ragged(visits)[1] + 1
    shape = (len(stints), int(visits.max(initial=0)) + 2)
    plan = Plan(visits, np.full(shape, -1), np.full(shape, np.nan), np.zeros(shape, dtype=bool))
    plan.wished[at] = np.r_[wished, told.zone][rows]
    plan.leaves[at] = np.r_[np.full(len(own), np.nan), told.leaves][rows]
    plan.brief[at] = np.r_[np.zeros(len(own), dtype=bool), told.brief][rows]
    return plan


def _legs(
    population: Population, layout: Layout, stints: Stints, plan: Plan, draw: np.random.Generator
) -> tuple[Ints, Ints, Ints, Flags]:
    """Origin, target, doors read and refusal of each leg; shape (stays, most legs), steps 0 where there is no leg."""
    person, (people, most) = stints.person, plan.wished.shape
    mistakes = np.where(draw.random(people) < LOST, WHEN_LOST, MISTAKES)
    home = population.home[person]
    alone: Flags = np.isin(np.arange(len(layout.zones)), layout.under(*IN_COMPANY))
    escorted = np.isin(np.arange(len(layout.zones)), layout.under("escort"))
    visitor = population.is_role(*ESCORTED)[person]
    origin, target, steps = (np.zeros((people, most), dtype=np.int64) for _ in range(3))
    refused: Flags = np.zeros((people, most), dtype=bool)
    here: Ints = np.full(people, OUTSIDE)
    for k in range(most):
        u = draw.random((3, people))
        usual = favourite_places(population, person, u[0])
        goes = np.where(u[1] < STAYS_HOME, home, usual)
        anywhere = (u[0] * len(layout.zones)).astype(np.int64)
        allowed = population.may_enter[person, anywhere]
        strays = (u[2] < STRAYS) & allowed & ~alone[anywhere] & ~(visitor & escorted[anywhere])
        goes = np.where(strays | ((u[2] > 1 - mistakes) & ~allowed), anywhere, goes)
        goes = np.where(plan.wished[:, k] >= 0, plan.wished[:, k], goes)
        goes = home if k == 0 else np.where(k <= plan.visits, goes, np.where(k == plan.visits + 1, OUTSIDE, here))
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
    population: Population, stints: Stints, plan: Plan, origin: Ints, leg_stint: Ints, walked: Floats,
    draw: np.random.Generator,
) -> Floats:  # fmt: skip
    """Seconds spent before each leg: long at the place of work, short on rounds.

    What is free between one set time and the next is shared out among the places in between, so that appointments are
    kept and the stay ends on time; whoever has too little time is late from then on.
    """
    people, most = plan.wished.shape
    first: Flags = np.tile(np.arange(most), people) == 0
    leaves = plan.leaves.ravel()
    kept = ~np.isnan(leaves)
    stretch = np.cumsum(first | np.r_[False, kept[:-1]]) - 1  # ends with a leg that leaves at a set time, or the stay
    ends = np.flatnonzero(np.r_[stretch[1:] != stretch[:-1], True])
    until = np.where(kept[ends], leaves[ends], stints.end[leg_stint[ends]])
    opens = first[np.r_[0, ends[:-1] + 1]]
    since = np.where(opens, stints.start[leg_stint[ends]], np.r_[0, until[:-1]])
    before = np.where(first, 0.0, np.r_[0.0, walked[:-1]])
    way = np.bincount(stretch, before) + np.where(kept[ends], 0.0, walked[ends])
    at_work = origin == population.home[stints.person][leg_stint]
    looks_in = np.r_[False, plan.brief.ravel()[:-1]] & ~first
    fixed = np.where(looks_in, LEAST_DWELL + draw.exponential(BRIEF, len(origin)), 0.0)
    idle = first | (origin == OUTSIDE)
    weight = draw.gamma(1.5, 1.0, len(origin)) * np.where(at_work, 6.0, 1.0)
    weight[idle | looks_in] = 0
    free = until - since - way - np.bincount(stretch, fixed)
    share = weight / np.maximum(np.bincount(stretch, weight), 1e-9)[stretch]
    return np.where(idle, 0, np.where(looks_in, fixed, np.maximum(share * free[stretch], LEAST_DWELL)))
