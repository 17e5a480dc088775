"""Scenarios acted out in landing files: a lake's landing tree → another one with the planted rows in it.

The whole pipeline is tested so, not a table of features. Files are added beside those that were delivered, in their
form and with the site's own column names; rows are taken away by writing a file anew. Who did what is written to a
file outside of the lake, where no job of a night could find it.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from expectations.errors import ConfigurationError
from jobs.context import Context
from jobs.days import Days
from jobs.injection.planted import Injected, Planted
from jobs.injection.reading import Landing, activity, hosts_of, identities, landings_of, roles_of, world_of
from jobs.injection.writing import land, link, take_away, write_labels
from simulation.act import Act, Added, Host, Seen
from simulation.injected import ACTS
from simulation.scenarios import AMOUNTS, LIBRARY, Scenario

log = logging.getLogger("postern")

LEAST_DAYS = 0.4
"""Of the days acted on and of the four weeks before, on which a host must have been seen."""
HISTORY = 28
"""Days before the first that a host's habits are read from."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One plant that is asked for."""

    scenario: str
    intensity: float = 1.0


def inject(
    context: Context, out: Path, labels: Path, wanted: Sequence[Wanted], days: Days, seed: int,
    never: Iterable[str] = (),
) -> Injected:  # fmt: skip
    """Write `out`/landing: the lake's own landing tree, and in it what is `wanted`, acted out on `days`.

    Hosts are drawn by `seed` among people seen on most days, each for one plant; `never` those of personnel numbers
    that are insiders already. `labels` becomes a CSV of scenario, person, day and intensity. What a site's feeds cannot
    show is not planted. Raises ConfigurationError when the labels would lie in a lake or the landing tree exists.
    """
    check(context, out, labels)
    window = Days(date.fromordinal(days.start.toordinal() - HISTORY), days.end)
    landings = landings_of(context, window)
    try:
        told = act_out(context, out, landings, wanted, days, window, seed, set(never))
    finally:
        for landing in landings.values():
            landing.rows.unpersist()
    write_labels(labels, told.plants)
    counted = told.added, told.dropped, len(told.plants), len(wanted)
    log.info("planted %d rows and took %d away, for %d of %d plants asked for", *counted)
    return told


def act_out(
    context: Context, out: Path, landings: Mapping[str, Landing], wanted: Sequence[Wanted], days: Days, window: Days,
    seed: int, never: set[str],
) -> Injected:  # fmt: skip
    """Cast the plants from whom the landed rows of `window` show, act them out on `days`, write the landing tree."""
    held = identities(context, landings, window)
    active = activity(landings, held)
    draw = np.random.default_rng(np.random.SeedSequence([seed, 0]))
    cast = casting(context, wanted, active, window, draw, never)
    numbers = {number for _, host, partner in cast for number in (host, partner) if number}
    hosts = hosts_of(landings, held, numbers)
    world = world_of(context.site, landings)
    added: list[Added] = []
    dropped: list[Seen] = []
    planted = []
    for order, (plant, number, partner) in enumerate(cast):
        chosen = acting(scenario(plant.scenario), hosts[number], hosts.get(partner), days, draw)
        done: set[tuple[str, date]] = set()
        for place, day in enumerate(chosen):
            act = Act(
                world, hosts[number], hosts.get(partner), day, (place + 1) / len(chosen),
                AMOUNTS[plant.scenario], plant.intensity,
                np.random.default_rng(np.random.SeedSequence([seed, 1 + order, day.toordinal()])),
            )  # fmt: skip
            ACTS[plant.scenario](act)
            added += act.added
            dropped += act.dropped
            done |= {(person, day) for person in act.people}
        if done:
            planted.append(Planted(plant.scenario, plant.intensity, tuple(sorted(done))))
        else:
            log.warning("%s could not be acted out on the %d days tried: not planted", plant.scenario, len(chosen))
    link(Path(context.lake.root) / "landing", out / "landing")
    take_away(out, dropped)
    touched = land(context, out, landings, held, added)
    touched |= {date.fromisoformat(row.file.split("/")[1]) for row in dropped}
    return Injected(tuple(planted), tuple(sorted(touched)), len(added), len(dropped))


def check(context: Context, out: Path, labels: Path) -> None:
    """Refuse before anything is read."""
    for lake in (out, Path(context.lake.root)):
        if labels.resolve().is_relative_to(lake.resolve()):
            raise ConfigurationError(
                f"{labels} lies in a lake: labels are kept where no job of a night can read them. "
                "Next: name a file outside of it."
            )
    if (out / "landing").exists():
        raise ConfigurationError(f"{out} has a landing tree already. Next: name an empty folder.")


def scenario(name: str) -> Scenario:
    """The scenario of that name. Raises ConfigurationError when the library has none."""
    for known in LIBRARY:
        if known.name == name:
            return known
    raise ConfigurationError(f"no scenario called {name!r}. Next: choose from {', '.join(s.name for s in LIBRARY)}.")


def casting(
    context: Context, wanted: Sequence[Wanted], active: Mapping[str, Mapping[str, int]], window: Days,
    draw: np.random.Generator, never: set[str],
) -> list[tuple[Wanted, str, str]]:  # fmt: skip
    """(plant, host, accomplice or '') for each plant that somebody can act out; nobody takes part in two."""
    roles = roles_of(context, window)
    taken, cast = set(never), []
    for plant in wanted:
        told = scenario(plant.scenario)
        first = next((feed for feed in told.feeds if active.get(feed)), None)
        if first is None:
            log.warning("%s is not shown by the site's feeds: not planted", plant.scenario)
            continue
        seen = sorted(n for n, days in active[first].items() if days >= LEAST_DAYS * len(window) and n not in taken)
        fitting = [number for number in seen if roles.get(number) in told.roles] or seen
        if not fitting:
            log.warning("nobody was there on enough days to act out %s: not planted", plant.scenario)
            continue
        host = str(draw.choice(fitting))
        others = [n for n in seen if n != host and roles.get(n, "") != roles.get(host, "")] or [
            n for n in seen if n != host
        ]
        partner = str(draw.choice(others)) if others and (told.with_ or told.name == "administrator") else ""
        taken |= {host, partner}
        cast.append((plant, host, partner))
    return cast


def acting(told: Scenario, host: Host, partner: Host | None, days: Days, draw: np.random.Generator) -> list[date]:
    """The days to act on: consecutive ones of those on which all who take part were there."""
    there = {row.day for row in host.rows if row.day in days}
    if partner and told.with_:
        there &= {row.day for row in partner.rows}
    candidates = sorted(there)
    least, most = told.days
    count = min(len(candidates), int(draw.integers(least, most + 1)) if most else len(candidates))
    begin = int(draw.integers(len(candidates) - count + 1)) if count else 0
    return candidates[begin : begin + count]
