"""Who works at the site: roles, teams with supervisors, employers, machines, permissions and habits of place."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.draws import HOUR, Flags, Floats, Ints, choose, stream
from simulation.layout import IN_COMPANY, Layout
from simulation.names import FIRST, LAST, MAIL_DOMAIN

NEVER = date.max.toordinal()
TEAM_SIZE = 10
CREWS = {"rota12": 4, "rota8": 5}
FAVOURITES = 8  # places a person goes to as a matter of course, home included
EMPLOYER = "Harrow Point Generation"
CONTRACTORS = ("Calder Pumps", "Turbine Care", "Shire Rigging")
EVERYONE = ("outside", "common")
ESCORTED = ("contractor",)


@dataclass(frozen=True)
class Role:
    """What a role means for behaviour. `visits`, `mails`, `pages` are means per shift of eight hours."""

    name: str
    share: float
    pattern: str  # days | rota12 | rota8
    computer: str  # own | shared | none
    homes: tuple[str, ...]  # kinds of zone one of which is the person's place of work
    may_enter: tuple[str, ...]  # further kinds of zone
    visits: float
    mails: float
    pages: float


ROLES = (
    Role("manager", 0.0, "days", "own", ("office",), ("records", "yard", "unit", "workshop"), 4, 14, 10),  # one a team
    Role("operator", 0.20, "rota12", "shared", ("control",), ("yard", "unit", "plant", "reactor"), 7, 2, 3),
    Role("guard", 0.14, "rota8", "shared", ("security", "alarm"), ("yard", "unit", "plant", "fuel", "workshop",
         "stores", "laboratory", "waste", "records", "office"), 3, 1, 2),  # besides their rounds
    Role("maintenance", 0.17, "days", "shared", ("workshop",), ("yard", "unit", "plant", "stores", "waste",
         "fuel"), 8, 2, 3),
    Role("engineer", 0.16, "days", "own", ("office",), ("yard", "unit", "plant", "workshop", "control"), 5, 9, 14),
    Role("health physicist", 0.06, "days", "own", ("laboratory",), ("yard", "unit", "plant", "reactor", "fuel",
         "vault", "waste"), 8, 5, 6),
    Role("it administrator", 0.03, "days", "own", ("it",), ("servers", "office", "records", "yard",
         "security"), 5, 8, 18),
    Role("fuel handler", 0.04, "days", "shared", ("fuel",), ("yard", "vault", "unit"), 6, 2, 2),
    Role("office staff", 0.12, "days", "own", ("office",), ("records",), 4, 11, 12),
    Role("contractor", 0.08, "days", "none", ("unit", "workshop"), ("yard", "waste"), 6, 0, 0),
)  # fmt: skip
ROLE_INDEX = {role.name: i for i, role in enumerate(ROLES)}


@dataclass(frozen=True)
class Population:
    """One entry per person, N in all. `starts` and `ends` are ordinals of half-open employment `[starts, ends)`.

    From `moves` on (an ordinal, NEVER for most) the person is in team `moves_to`. `favourites` and their cumulative
    weights have shape (N, FAVOURITES); `may_enter` has shape (N, Z). `supervisor` and `pc` are -1 for none.
    """

    numbers: tuple[str, ...]
    names: tuple[str, ...]
    accounts: tuple[str, ...]
    emails: tuple[str, ...]
    employers: tuple[str, ...]
    role: Ints
    crew: Ints
    team: Ints
    leaders: Ints  # person who leads each team
    moves: Ints
    moves_to: Ints
    starts: Ints
    ends: Ints
    home: Ints
    favourites: Ints
    favourite_weights: Floats
    may_enter: Flags
    arrives: Floats  # habit of day staff, seconds since midnight
    activity: Floats  # busy people do more of everything; mean 1
    machines: tuple[str, ...]
    pc: Ints
    shared_from: Ints  # first of a person's shared machines, -1 for none
    shared_count: Ints
    carries_media: Flags
    restless: Flags

    def __len__(self) -> int:
        return len(self.numbers)

    def is_role(self, *names: str) -> Flags:
        """Who has one of these roles."""
        return np.isin(self.role, [ROLE_INDEX[name] for name in names])

    def team_on(self, day: date) -> Ints:
        """Everybody's team on this day."""
        return np.where(day.toordinal() >= self.moves, self.moves_to, self.team)

    def supervisor_on(self, day: date) -> Ints:
        """Leader of each person's team; of a leader, the director (person 0), who has none (-1)."""
        leader = self.leaders[self.team_on(day)]
        boss = np.where(leader == np.arange(len(self)), 0, leader)
        boss[0] = -1
        return boss


def hire(people: int, first_day: date, layout: Layout, seed: int) -> Population:
    """`people` persons in all, a few of whom start, move team or leave after `first_day`."""
    draw = stream(seed, "people")
    role, team, leaders, crew = _teams(people)
    # Drawn over a whole year from the first day on, whatever the span, so that spans agree on whoever they share.
    begin = first_day.toordinal()
    steady = role == ROLE_INDEX["manager"]
    starts = np.where((draw.random(people) < 0.06) & ~steady, begin + draw.integers(1, 366, people), begin - 365)
    ends = np.where(
        (draw.random(people) < 0.06) & ~steady, np.maximum(begin, starts) + draw.integers(20, 366, people), NEVER
    )
    moves = np.where(
        (draw.random(people) < 0.04) & ~steady, np.maximum(begin, starts) + draw.integers(1, 366, people), NEVER
    )
    siblings = [np.flatnonzero((role[leaders] == 0) & (_role_of_team(role, team) == r)) for r in range(len(ROLES))]
    moves_to = np.array([draw.choice(siblings[r]) if len(siblings[r]) else t for r, t in zip(role, team, strict=True)])
    on_days = np.array([ROLES[r].pattern == "days" for r in role])
    moves = np.where((moves >= ends) | (moves_to == team) | ~on_days, NEVER, moves)
    home, favourites, weights, may_enter = _places(role, team, layout, draw)
    machines, pc, shared_from, shared_count = _machines(role, home)
    first = draw.integers(0, len(FIRST), people)
    last = draw.integers(0, len(LAST), people)
    middle = draw.integers(0, 26, people)
    names = [f"{FIRST[f]} {chr(65 + m)} {LAST[s]}" for f, m, s in zip(first, middle, last, strict=True)]
    hired_by = [CONTRACTORS[t % len(CONTRACTORS)] if ROLES[r].name == "contractor" else EMPLOYER
                for r, t in zip(role, team, strict=True)]  # fmt: skip
    return Population(
        numbers=tuple(f"P{i + 1:05d}" for i in range(people)),
        names=tuple(names),
        accounts=tuple("".join(w[0] for w in name.split()).upper() + f"{i + 1:04d}" for i, name in enumerate(names)),
        emails=tuple(f"{n.replace(' ', '.').lower()}.{i + 1}@{MAIL_DOMAIN}" for i, n in enumerate(names)),
        employers=tuple(hired_by),
        role=role, crew=crew, team=team, leaders=leaders, moves=moves, moves_to=moves_to, starts=starts, ends=ends,
        home=home, favourites=favourites, favourite_weights=weights, may_enter=may_enter,
        arrives=7 * HOUR + 30 * 60 + draw.normal(0, 35 * 60, people).clip(-3600, 5400),
        activity=draw.gamma(8, 1 / 8, people),
        machines=machines, pc=pc, shared_from=shared_from, shared_count=shared_count,
        carries_media=(draw.random(people) < 0.08) & (pc >= 0),
        restless=(draw.random(people) < 0.03) & (pc >= 0),
    )  # fmt: skip


def _role_of_team(role: Ints, team: Ints) -> Ints:
    """Role of each team's members, who all share one but for their manager; managers without a team are team 0."""
    of_team: Ints = np.zeros(team.max() + 1, dtype=np.int64)
    workers = role != ROLE_INDEX["manager"]
    of_team[team[workers]] = role[workers]
    return of_team


def _teams(people: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Role, team, leader of each team, and crew (which turn of the rota). Person 0 directs team 0, the managers."""
    shares = np.array([role.share for role in ROLES])
    counts = np.floor(shares * people * TEAM_SIZE / (TEAM_SIZE + 1)).astype(int)
    counts = np.where(shares > 0, np.maximum(counts, 1), 0)
    role, team, crew, leaders = [0], [0], [0], [0]
    for r, count in enumerate(counts):
        teams = -(-int(count) // TEAM_SIZE)
        crews = CREWS.get(ROLES[r].pattern, 1)
        for t in range(teams):
            members = int(count) // teams + (t < int(count) % teams)
            leaders.append(len(role))
            role += [0] + [r] * members
            team += [len(leaders) - 1] * (members + 1)
            # With fewer teams than crews, each team is spread over the crews: else whole shifts had nobody.
            crew += [t % 20] * (members + 1) if teams >= crews else [(t + i) % crews for i in range(members + 1)]
    spare = people - len(role)
    if spare < 0:  # a very small site: the last teams stay empty
        role, team, crew = role[:people], team[:people], crew[:people]
        leaders = [leader for leader in leaders if leader < people]
    last = len(leaders) - 1
    role += [role[-1] or ROLE_INDEX["office staff"]] * spare
    team += [last] * spare
    crew += [crew[-1]] * spare
    return np.array(role), np.array(team), np.array(leaders), np.array(crew)


def _places(role: Ints, team: Ints, layout: Layout, draw: np.random.Generator) -> tuple[Ints, Ints, Floats, Flags]:
    allowed = [set(layout.zones_of(*EVERYONE, *r.homes, *r.may_enter)) for r in ROLES]
    homes = [layout.zones_of(*r.homes) for r in ROLES]
    people = len(role)
    home = np.array([homes[r][t % len(homes[r])] for r, t in zip(role, team, strict=True)])
    may_enter = np.zeros((people, len(layout.zones)), dtype=bool)
    favourites = np.zeros((people, FAVOURITES), dtype=np.int64)
    canteen = layout.zones.index("canteen")
    # Nobody drops in where one goes in company only (simulation.programme).
    escorted, paired = set(layout.under("escort")), set(layout.under(*IN_COMPANY))
    visitors = [role.name in ESCORTED for role in ROLES]
    wander = [
        np.array(sorted(a - {0, canteen} - paired - (escorted if visits else set())))
        for a, visits in zip(allowed, visitors, strict=True)
    ]
    allowed = [a | (escorted if visits else set()) for a, visits in zip(allowed, visitors, strict=True)]
    for i in range(people):
        may_enter[i, list(allowed[role[i]])] = True
        others = draw.permutation(wander[role[i]])[: FAVOURITES - 2]
        favourites[i] = np.resize(np.r_[home[i], canteen, others], FAVOURITES)
    weights = np.tile(np.array([0.3, 0.05] + [1 / (j + 2) for j in range(FAVOURITES - 2)]), (people, 1))
    weights[:, 2:] *= draw.gamma(1.0, 1.0, (people, FAVOURITES - 2))
    return home, favourites, np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1), may_enter


def _machines(role: Ints, home: Ints) -> tuple[tuple[str, ...], Ints, Ints, Ints]:
    """Own machines of those who have one, then the shared machines of each place of work, one for five people."""
    kinds = np.array([r.computer for r in ROLES])[role]
    own = kinds == "own"
    pc = np.where(own, np.cumsum(own) - 1, -1)
    total = int(own.sum())
    shared_from: Ints = np.full(len(role), -1)
    shared_count: Ints = np.zeros(len(role), dtype=np.int64)
    for zone in np.unique(home[kinds == "shared"]):
        here = (home == zone) & (kinds == "shared")
        count = 1 + int(here.sum()) // 5
        shared_from[here], shared_count[here] = total, min(count, 12)
        total += count
    return tuple(f"PC-{i + 1:04d}" for i in range(total)), pc, shared_from, shared_count


def favourite_places(population: Population, persons: Ints, u: Floats) -> Ints:
    """A place drawn for each of `persons` from what is usual for them."""
    return population.favourites[persons, choose(population.favourite_weights[persons], u)]
