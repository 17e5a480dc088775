"""The attack suite on the lake's own person-days: what gets past the challenger, the champion, and no defence at all.

Nobody's days are changed: declared deeds (features.deeds) are added to copies of the days of people who have the means,
spread and hidden in the ways of models.attacks, on nights that end where the challenger's knowledge does. All models
rank the same nights with what they learnt. At the grain of person-days: detectors that need tables are silent, and
consequence is as usual. The verdict is a file that `postern compare` reads, and the figures a run in MLflow.
"""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from features.catalog import BEHAVIOURS, PERSON_DAY, channels
from features.deeds import DEEDS
from features.person_day import UNKNOWN
from jobs.baseline import known_communities
from jobs.challenger import readable
from jobs.context import Context
from jobs.days import Days
from jobs.evidence import Evidence, keep
from jobs.matrix import arrow, matrix, rows_of
from jobs.provenance import code, environment
from models import history, logbook, registry, robustness
from models.attackers import amount, drawn, whole
from models.check import Check
from models.effort import Scene, misled, unseen
from models.peers import named
from models.rankings import Evening, Habits, Night, ranked_by, undefended
from models.registry import Shelved
from models.robustness import CHALLENGER, CHAMPION, UNDEFENDED, Shares

log = logging.getLogger("postern")

AHEAD = 50
"""Nights that an attack may take, the newest: the most patient one has time on ordinary weeks' attendance."""

LEAST_AHEAD = 10
"""Two working weeks: with less, nothing is spread over nights."""

HISTORY = 91
"""Nights before them: the baseline's half-life and a week."""

RUN_IN = 8
"""Half-lives of nights judged before the first attack: of what was remembered before next to nothing is left."""

MOST_PEOPLE = 2000
"""People a night: at a larger site a fixed share of them is asked about, and that share of the budget."""

NAMES = tuple(behaviour.name for behaviour in BEHAVIOURS)


def run(context: Context, days: Days) -> None:
    """Attack the challenger, if there is one that can be compared; of `days` nothing is read, for its knowledge ends
    earlier."""
    uri = context.settings.mlflow
    challenger = readable(uri)
    if challenger is None:
        log.info("attack: no version that this code reads is a challenger; nothing to attack")
        return
    if not history.comparable(uri, channels()):
        log.info("attack: the champion is of another catalogue or other detectors; nothing to compare with")
        return
    champion = registry.champion(uri)
    read = {f"delta_version/{PERSON_DAY.name}": context.lake.version(PERSON_DAY) or 0}
    found, misleading, check = attacked(context, champion, challenger)
    keep(context.settings, "attacks", champion.version, challenger.version, Evidence(checks=[check]))
    if found:
        params: dict[str, str | int | float] = {
            "kind": "attacks",
            "challenger": challenger.version,
            "champion": champion.version,
            **read,
        }
        params |= {"last_night": str(challenger.trained_on), "code_sha256": code()}
        rows = robustness.rows(found)
        table = {column: [row[column] for row in rows] for column in rows[0]}
        record = logbook.Record({"attacks.txt": check.says, "environment.txt": environment()}, {"attacks": table})
        metrics = robustness.metrics(found, misleading)
        logbook.log_comparison(uri, logbook.PROMOTION, params, metrics, record)
    log.info("attack: version %s: robustness %s; next: postern compare", challenger.version, check.outcome)


def attacked(context: Context, champion: Shelved, challenger: Shelved) -> tuple[Mapping[str, Shares], Shares, Check]:
    """What each attack gets past each ranking, what flipped labels add, and the gate's answer."""
    site, last = context.site, challenger.trained_on
    habits = Habits(site.learning.guard_nights, site.learning.warm_up_nights, site.list.half_life_nights)
    nights, roles, one_in = sampled(context, last)
    # People come on some of the nights: the warm-up takes half as long again.
    settled = habits.guard + ceil(1.5 * habits.warm_up) + 1
    coming = min(AHEAD, len(nights) - settled)
    if coming < LEAST_AHEAD:
        says = f"{len(nights)} nights of person-days up to {last}; at least {settled + LEAST_AHEAD} are needed"
        return {}, {}, Check("robustness", "not made", says)
    history, ahead = nights[:-coming], nights[-coming:]
    peers = named(roles, known_communities(context.lake, Days.one(last)).on(last), UNKNOWN)
    since = max(0, len(history) - ceil(RUN_IN * habits.half_life))
    evening = Evening.of(BEHAVIOURS, history, peers, since, habits, ahead)
    deeds = {deed.name: amount(deed, BEHAVIOURS, history) for deed in DEEDS}
    attackers = drawn(deeds, BEHAVIOURS, history, ahead, peers)
    budget = max(1, round(site.list.budget / one_in))
    scene = Scene(ahead, attackers, whole(BEHAVIOURS), budget)
    of_whom = f"one person in {one_in}, and {budget} leads" if one_in > 1 else f"everybody, and {budget} leads"
    acted = (
        f"{len(attackers)} attackers ({', '.join(scene.deeds) or 'no deed that feeds would show'}) "
        f"in {coming} nights up to {last} of {max(night.people.size for night in nights):,} people at most: {of_whom}"
    )
    if not attackers:
        return {}, {}, robustness.robust({}, {}, acted)
    models = {CHALLENGER: challenger.champion, CHAMPION: champion.champion}
    rankings = {who: ranked_by(evening, model) for who, model in models.items()}
    rankings[UNDEFENDED] = undefended(BEHAVIOURS, history)
    shares = {}
    for who, ranking in rankings.items():
        shares[who] = unseen(ranking, scene)
        log.info("attack: %s, %s", who, acted)
    found: dict[str, Shares] = {name: {who: shares[who][name] for who in rankings} for name in shares[CHALLENGER]}
    misleading = {who: misled(evening, model, scene) for who, model in models.items()}
    return found, misleading, robustness.robust(found, misleading, acted)


def sampled(context: Context, last: date) -> tuple[list[Night], dict[int, str], int]:
    """The nights up to `last`, oldest first; everybody's newest role; and one in how many people these are."""
    held = [day for day in context.lake.days(PERSON_DAY) if day <= last]
    window = Days.through(max(held[0], last - timedelta(days=HISTORY + AHEAD - 1)), last)
    rows = context.lake.read(PERSON_DAY, window)
    one_in = max(1, -(-rows.count() // (MOST_PEOPLE * len(window))))
    table = arrow(few(rows, one_in).select("day", "person", "role", *NAMES), "day", "person")
    day_of, people, values = table["day"].to_numpy(), table["person"].to_numpy(), matrix(table, NAMES)
    nights = [Night(people[here], values[here]) for here in (rows_of(day_of, day) for day in window)]
    return nights, dict(zip(people.tolist(), table["role"].to_pylist(), strict=True)), one_in


def few(rows: DataFrame, one_in: int) -> DataFrame:
    """The rows of one person in so many: by pseudonym, a keyed hash, so that the same are drawn again."""
    return rows if one_in == 1 else rows.where(F.pmod("person", F.lit(one_in)) == 0)
