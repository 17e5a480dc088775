"""The library of planted insiders, and who acts it out on which days.

Cases follow the types described by CERT (Glasser & Lindauer 2013, "Bridging the gap", doi:10.1109/SPW.2013.37) and, for
movement, IAEA NSS 8-G (Rev. 1) on insiders at nuclear facilities, whose kinds of insider they are grouped by.
Everybody planted keeps their ordinary days as well.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from expectations.errors import ConfigurationError
from simulation.amounts import Amount
from simulation.draws import Flags, stream
from simulation.layout import Layout
from simulation.people import NEVER, Population
from simulation.shifts import on_duty

Group = Literal[
    "passive",
    "unauthorised access",
    "abrupt theft",
    "protracted theft",
    "sabotage preparation",
    "collusion",
    "compromised credential",
]
"""Kinds of insider by what they do: IAEA NSS 8-G (Rev. 1), sections 2 and 3."""

ACTIVE_SHARE = 1 / 3  # insiders act in the last third of the span


@dataclass(frozen=True)
class Scenario:
    """A kind of insider: `roles` that may act it, on how many `days` (least, most); most 0 = all of the last third.

    `home` is the kind of zone where they must work. `with_` are roles of a second person: an accomplice, who is an
    insider too, unless the badge alone is theirs to use. `feeds` are the logs that show it. `amounts` are what makes it
    strong: all that intensity multiplies, as done on one day at intensity 1. What it does not multiply, as hours of
    the day, is the actors' own. `shows` are behaviours (docs/behaviours.md) that tell it for what it is: a lead without
    any of them was found by something else.
    """

    name: str
    group: Group
    says: str
    roles: tuple[str, ...]
    days: tuple[int, int]
    count: int  # planted by default
    amounts: tuple[Amount, ...]
    feeds: tuple[str, ...] = ("access",)
    with_: tuple[str, ...] = ()
    home: str = ""
    shows: tuple[str, ...] = ()


DOORS = ("zones_refused", "doors_refused", "doors_refused_never_granted", "refusals", "refusals_at_one_door")
STRANGE_PLACES = ("zones_new", "doors_new", "zones_new_to_role", "zones_gained", "door_rarest", "consequence_new")
FILES = ("files_copied", "files_onto_media", "files_first_use", "files_off_hours", "media_connects", "media_first_use")
DAY_STAFF = ("maintenance", "engineer", "health physicist", "office staff", "it administrator")
LIBRARY = (
    Scenario("unauthorised_explorer", "unauthorised access",
             "Tries doors not theirs, and goes to permitted places they never went to.",
             ("contractor", "maintenance", "office staff", "engineer"), (3, 6), 2,
             (Amount("barred", "zones tried", 2, 6, grows=True), Amount("new", "zones entered", 2, 2)),
             shows=(*DOORS, *STRANGE_PLACES)),
    Scenario("file_thief", "abrupt theft",
             "Comes back at night, logs on, copies files to removable media, uploads to file sharing.",
             ("engineer", "office staff"), (3, 5), 2,
             (Amount("copied", "files", 20, 59), Amount("uploaded", "pages of file sharing", 4, 11)),
             ("access", "logon", "media", "file", "web"),
             shows=(*FILES, "uploads", "uploads_to_new", "web_file_sharing", "logon_night")),
    Scenario("borrowed_badge", "compromised credential",
             "Somebody uses this person's badge, at odd hours or while its holder is elsewhere.",
             ("operator", "maintenance", "fuel handler"), (2, 4), 2,
             (Amount("barred", "zones tried", 2, 2), Amount("new", "zones entered", 3, 3)),
             shows=(*DOORS, *STRANGE_PLACES, "zones_at_once", "style_of_another", "badge_night", "badge_off_hours")),
    Scenario("administrator", "compromised credential",
             "Logs on to the supervisor's machine; next day mails everybody in the supervisor's name.",
             ("it administrator",), (2, 2), 1, (Amount("mailed", "mails to everybody, on the last day", 4, 4),),
             ("logon", "mail"),
             shows=("machines_of_supervisor", "machines_of_others_new", "mail_from_others_machine",
                    "recipients_of_widest")),
    Scenario("slow_drifter", "protracted theft",
             "Over weeks stays a little later, goes a little further and copies a little more.",
             ("engineer", "health physicist"), (0, 0), 1,
             # Intensity multiplies the growth, not the least. Whole ones count: in the end 2 barred, 5 at intensity 2.
             (Amount("later", "minutes, by the last day", 80, 110),
              Amount("barred", "zones tried", 0, 2.5, grows=True), Amount("new", "zones entered", 1, 5, grows=True),
              Amount("copied", "files", 1, 16, grows=True)),
             ("access", "media", "file"),
             shows=(*DOORS, *STRANGE_PLACES, *FILES, "presence_last", "badge_last")),
    Scenario("tailgater", "unauthorised access",
             "Follows others through: reads on the way to deep zones are missing.",
             ("maintenance", "engineer", "health physicist"), (3, 6), 0,
             (Amount("trips", "trips deep inside", 4, 4),
              Amount("unread", "share of the reads on the way", 0.7, 0.7, limit=0.9)),
             shows=("reads_missing", "moves_impossible", "entries_without_exit", "exits_without_entry")),
    Scenario("badge_lending", "compromised credential",
             "A colleague of another team walks about with this person's badge while its holder does without.",
             ("maintenance", "engineer", "health physicist", "fuel handler"), (3, 5), 0,
             (Amount("visited", "zones, again and again", 6, 6),), with_=DAY_STAFF,
             shows=(*DOORS, *STRANGE_PLACES, "style_of_another", "zones_at_once", "lockstep", "logon_missing")),
    Scenario("lone_presence", "sabotage preparation",
             "Is alone in a zone where two must be.", ("fuel handler", "health physicist"), (3, 5), 0,
             (Amount("alone", "minutes", 25, 50),),
             shows=("alone_of_two",)),
    Scenario("colluding_pair", "collusion",
             "Two people of different teams meet where neither goes, by day and after hours.",
             DAY_STAFF, (3, 6), 0, (Amount("together", "minutes at each meeting", 40, 60),), with_=DAY_STAFF,
             shows=("company_unexplained", "lockstep")),
    Scenario("skipping_patrol", "passive",
             "A guard who leaves out checkpoints, so that nobody sees what happens there.", ("guard",), (3, 6), 0,
             (Amount("skipped", "share of the checkpoints", 0.75, 0.75, limit=0.95),),
             shows=("zones_skipped", "moves_left_out")),
    Scenario("route_scout", "sabotage preparation",
             "Walks detours past vital zones, lingers there, and tests doors that stay shut.",
             ("contractor", "maintenance", "engineer"), (4, 7), 0,
             (Amount("detours", "detours", 4, 4), Amount("tested", "doors that stay shut", 2, 2)),
             shows=("detours", "doors_tested", "doors_tried_on", "refusals_at_one_door", "stay_rarest")),
    Scenario("empty_desk", "passive",
             "An operator of the alarm station who is away while alarms are answered under their account.",
             ("guard",), (3, 6), 0,
             (Amount("away", "absences from the desk", 3, 3), Amount("answered", "alarms an hour away", 8, 8)),
             ("access", "alarm"), home="alarm",
             shows=("alarms_from_empty_desk",)),
)  # fmt: skip
DEFAULT = {scenario.name: scenario.count for scenario in LIBRARY}
AMOUNTS: dict[str, Mapping[str, Amount]] = {
    scenario.name: {amount.name: amount for amount in scenario.amounts} for scenario in LIBRARY
}
"""Scenario → name → amount, for those who act it out."""


@dataclass(frozen=True)
class Plant:
    """One insider: an index into the population, and the days on which they act, in order."""

    scenario: str
    person: int
    days: tuple[date, ...]
    intensity: float = 1.0
    """How much of it: multiplies the scenario's amounts."""
    partner: int = -1

    @property
    def amounts(self) -> Mapping[str, Amount]:
        """How much of what a day holds at intensity 1, by name."""
        return AMOUNTS[self.scenario]

    def progress(self, day: date) -> float:
        """How far along they are: above 0 on the first day, 1 on the last."""
        return (self.days.index(day) + 1) / len(self.days)

    def times(self, count: float) -> int:
        """`count` at this intensity, once at least."""
        return max(1, round(count * self.intensity))


def plant(
    population: Population, layout: Layout, days: Sequence[date], insiders: Mapping[str, int], seed: int,
    intensity: float = 1.0, rest: Collection[date] = (),
    *,
    at_the_end: bool = True,
) -> list[Plant]:  # fmt: skip
    """As many of each scenario as asked for, or as there are people to act it.

    Days are anywhere in the last third. With `at_the_end` the first of each scenario is active up to the last day of
    the span on which somebody suitable can be. Nobody acts on days of `rest`. Raises ConfigurationError for a scenario
    that the library does not have.
    """
    unknown = set(insiders) - set(DEFAULT)
    if unknown:
        raise ConfigurationError(
            f"insiders: no scenario called {sorted(unknown)}. Next: choose from {sorted(DEFAULT)}."
        )
    draw = stream(seed, "insiders")
    active = [day for day in days[int(len(days) * (1 - ACTIVE_SHARE)) :] if day not in rest]
    duty = np.array([on_duty(population, day, seed) for day in active])
    taken: set[int] = {0}
    plants: list[Plant] = []
    for scenario in LIBRARY:
        stays = (population.starts < days[0].toordinal()) & (population.ends == NEVER) & (population.moves == NEVER)
        at_home = np.isin(population.home, layout.zones_of(scenario.home)) | (scenario.home == "")
        able = np.flatnonzero(population.is_role(*scenario.roles) & stays & at_home)
        others = np.flatnonzero(population.is_role(*scenario.with_) & stays)
        for turn in range(insiders.get(scenario.name, 0)):
            free = [int(p) for p in draw.permutation(able) if int(p) not in taken]
            for person in sorted(free, key=lambda p: not duty[-1, p]) if at_the_end and turn == 0 else free:
                partner, both = -1, duty[:, person]
                if scenario.with_:
                    strangers = [int(p) for p in others if int(p) not in taken and _apart(population, int(p), person)]
                    partner = int(draw.choice(strangers)) if strangers else -1
                    both = both & duty[:, partner] & (partner >= 0)
                chosen = _days(scenario, both, at_the_end and turn == 0, draw)
                if chosen:
                    plants.append(Plant(scenario.name, person, tuple(active[i] for i in chosen), intensity, partner))
                    taken |= {person, int(population.supervisor_on(active[0])[person])} | ({partner} - {-1})
                    break
    return plants


def _apart(population: Population, one: int, other: int) -> bool:
    """Of different teams and roles, so that nothing but a secret brings them together."""
    return bool(population.team[one] != population.team[other] and population.role[one] != population.role[other])


def _days(scenario: Scenario, duty: Flags, at_the_end: bool, draw: np.random.Generator) -> list[int]:
    """Indices of the days to act on; empty if this person has none that suit."""
    if scenario.name == "borrowed_badge":  # the holder need not be on site
        candidates = list(range(len(duty)))
    elif scenario.name == "administrator":  # two days running
        pairs = [i for i in range(len(duty) - 1) if duty[i] and duty[i + 1]]
        if not pairs:
            return []
        first = pairs[-1] if at_the_end else int(draw.choice(pairs))
        return [first, first + 1]
    else:
        candidates = np.flatnonzero(duty).tolist()
    least, most = scenario.days
    count = int(draw.integers(least, most + 1)) if most else len(candidates)
    if len(candidates) < max(count, 1):
        return []
    begin = len(candidates) - count if at_the_end else int(draw.integers(len(candidates) - count + 1))
    return candidates[begin : begin + count]


def answers(population: Population, plants: Sequence[Plant]) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of truth/answers.csv (scenario, person, start, end: `[start, end)`) and events.csv (scenario, person, day).

    The person of an event is the one whose identity the records carry: the holder of a borrowed badge, and the
    supervisor beside the administrator on the day of the mass mail.
    """
    numbers = population.numbers
    people, events = [], []
    for p in plants:
        until = (p.days[-1] + timedelta(days=1)).isoformat()
        for person in (p.person, p.partner) if p.scenario == "colluding_pair" else (p.person,):
            people.append([p.scenario, numbers[person], p.days[0].isoformat(), until])
            events += [[p.scenario, numbers[person], day.isoformat()] for day in p.days]
        if p.scenario == "administrator":
            boss = int(population.supervisor_on(p.days[-1])[p.person])
            events.append([p.scenario, numbers[boss], p.days[-1].isoformat()])
    return people, events
