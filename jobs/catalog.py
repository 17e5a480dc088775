"""The jobs: what each reads and writes. The command line, the DAGs and `postern status` all fold over this list.

Import-light: a scheduler that only plans the night needs neither Spark nor Java.
"""

from dataclasses import replace

from expectations.gold import (
    BASELINE,
    CHANNEL,
    DISPOSITION,
    DRIVER,
    NIGHT,
    PLACE_VECTOR,
    RISK,
    RISK_LIST,
    RISK_STATE,
    SCORE,
    SHADOW,
    SHADOW_STATE,
    SURPRISE,
    UNSCORED,
)
from expectations.gold_day import DAY_GRAPH, HABIT, PERSON_DAY, PLACE_DAY
from expectations.gold_together import (
    ASSOCIATION,
    COMMUNITY,
    COMPANY,
    GOLD_TOGETHER,
    MEMBER,
    TIE,
    TOGETHER,
    WHEREABOUTS,
)
from expectations.quality import CLOCK, CROWD, DOUBT, DRIFT, FAIRNESS, PROFILE, PROMOTION, REGIME, SHARED, VERDICT
from expectations.silver import ACCESS, ADDRESS, ALARM, DOOR, EVENTS, LEDGER, LOGON, MAIL, PEOPLE, SILVER, ZONE
from expectations.vault import VAULT
from jobs.job import Job, once

JOBS = (
    Job(
        "conform",
        "Parse landed files, normalise time, resolve identity, set bad rows aside; every row accounted for.",
        "jobs.conform:run",
        reads=(*EVENTS, *VAULT, PEOPLE, ADDRESS, ZONE, DOOR, LEDGER),
        writes=(*SILVER, *VAULT, VERDICT),
        gate=(*EVENTS, PEOPLE, LEDGER),
        in_order=True,  # a row is a repeat of what earlier deliveries brought
        timeout_minutes=120,
        session="assess",
    ),
    Job(
        "clocks",
        "Compare the clocks of the doors by the walks of the day; where one is wrong, its reads are moved by as much.",
        "jobs.clocks:run",
        reads=(ACCESS,),
        writes=(CLOCK,),
        session="assess",
    ),
    Job(
        "together",
        "Fold reads, logons and mail into who was with whom; roll the association on; find groups that stand out.",
        "jobs.together:run",
        reads=(ACCESS, CLOCK, LOGON, MAIL, ALARM, ADDRESS, PEOPLE, WHEREABOUTS, ASSOCIATION),
        writes=(*GOLD_TOGETHER, CROWD, SHARED, VERDICT),
        gate=(TOGETHER, COMPANY, COMMUNITY),
        in_order=True,
        timeout_minutes=120,
        session="assess",
    ),
    Job(
        "person_day",
        "Fold events into one row per person and operational day, one pass per feed; the day's graph.",
        "jobs.person_day:run",
        reads=(*EVENTS, CLOCK, PEOPLE, HABIT, COMPANY),
        writes=(PLACE_DAY, DAY_GRAPH, PERSON_DAY, HABIT, DOUBT, VERDICT),
        gate=(PERSON_DAY,),
        in_order=True,
        timeout_minutes=120,
        session="assess",
    ),
    Job(
        "baseline",
        "Roll what is usual for each person, their peers and the site one night on; surprise of the night in bits.",
        "jobs.baseline:run",
        reads=(PERSON_DAY, COMMUNITY, BASELINE, CHANNEL),
        writes=(SURPRISE, BASELINE, CHANNEL),
        in_order=True,
        session="assess",
    ),
    Job(
        "train",
        "Fit the detectors and their calibration to the nights before; the new model becomes challenger.",
        "jobs.train:run",
        reads=(SURPRISE, HABIT, SCORE, CHANNEL, PLACE_DAY, ZONE, DOOR, DISPOSITION, DRIVER),
        writes=(PLACE_VECTOR,),
        runs="weekly",
        timeout_minutes=240,
    ),
    Job(
        "attack",
        "Act attacks on champion and challenger out on copies of people's days: whether the challenger is robust.",
        "jobs.attack:run",
        reads=(PERSON_DAY, COMMUNITY),
        writes=(),
        runs="weekly",
        after=("train",),
        timeout_minutes=120,
    ),
    Job(
        "backtest",
        "Plant insiders in copies of the frozen nights' landing files; champion and challenger rank them.",
        "jobs.backtest_pair:run",
        reads=(*EVENTS, PEOPLE, ADDRESS, ZONE, DOOR, BASELINE, SURPRISE, PLACE_DAY, HABIT, PLACE_VECTOR),
        writes=(),
        runs="weekly",
        after=("train",),
        timeout_minutes=12 * 60,
        arguments=("--compare",),
    ),
    Job(
        "compare",
        "Challenger against champion on nights that neither has learnt from: the gate before a person is asked.",
        "jobs.compare:run",
        reads=(SURPRISE, CHANNEL, PLACE_DAY, HABIT, PLACE_VECTOR, PERSON_DAY, PEOPLE, ZONE, DOOR, PROMOTION),
        writes=(PROMOTION,),
        runs="weekly",
        after=("attack", "backtest"),
        timeout_minutes=240,
    ),
    Job(
        "fairness",
        "How the lists of the last four weeks treated groups of people, for the report.",
        "jobs.fairness:run",
        reads=(RISK, SCORE, PERSON_DAY, PEOPLE),
        writes=(FAIRNESS,),
        runs="weekly",
    ),
    Job(
        "score",
        "Score each person's day with the champion; parts that sum to the score.",
        "jobs.score:run",
        reads=(SURPRISE, CHANNEL, PLACE_DAY, HABIT, PLACE_VECTOR),
        writes=(SCORE, CHANNEL),
        session="assess",
    ),
    Job(
        "risk",
        "Weigh surprise by consequence and accumulate it with a half-life; reasons, and who could not be scored.",
        "jobs.risk:run",
        reads=(SCORE, SURPRISE, PERSON_DAY, PLACE_DAY, CHANNEL, PEOPLE, ZONE, DOOR, RISK_STATE, MEMBER),
        writes=(RISK, RISK_STATE, DRIVER, UNSCORED, NIGHT, VERDICT),
        gate=(SCORE, RISK, DRIVER),  # scores, too: a gate of their own would take as long again
        in_order=True,
        session="assess",
    ),
    Job(
        "watch",
        "Whether habits have changed for everybody, and what a challenger would have listed; it stops no list.",
        "jobs.watch:run",
        reads=(
            *(PERSON_DAY, SCORE, PLACE_DAY, HABIT, PROFILE, DRIFT),
            *(SURPRISE, CHANNEL, PLACE_VECTOR, ZONE, DOOR, SHADOW_STATE),
        ),
        writes=(PROFILE, DRIFT, REGIME, SHADOW, SHADOW_STATE),
        in_order=True,  # the night's profile joins those before it; the challenger remembers the night before
    ),
    Job(
        "risk_list",
        "Stage the list, check it, publish it with its reasons; a failed critical check publishes nothing.",
        "jobs.risk_list:run",
        reads=(
            *(RISK, SCORE, DRIVER, UNSCORED, NIGHT, RISK_LIST, MEMBER, TIE),
            *(PERSON_DAY, PLACE_DAY, HABIT, DAY_GRAPH, PEOPLE, LEDGER, VERDICT, DOUBT, CLOCK, CROWD, *EVENTS),
        ),
        recalls=(DRIFT, REGIME, FAIRNESS),
        writes=(RISK_LIST, VERDICT),
        staged=(RISK_LIST,),
    ),
)

NIGHTLY = tuple(job for job in JOBS if job.runs == "nightly")
WEEKLY = tuple(job for job in JOBS if job.runs == "weekly")

BACKFILL = Job(
    "backfill",
    "Recompute a range of nights in few passes, training on the way.",
    "jobs.backfill:run",
    reads=(),
    writes=once(table for job in JOBS if job in NIGHTLY or job.name == "train" for table in job.writes),
    timeout_minutes=24 * 60,
)


def job(name: str) -> Job:
    """The job of that name."""
    return next(job for job in JOBS if job.name == name)


ON_THE_WAY = replace(job("train"), entry="jobs.train:on_the_way")
"""The training of a backfill that began without a champion: its model becomes it, and scores the next nights."""

ASIDE = replace(job("train"), entry="jobs.train:aside")
"""The training of a backfill beside a champion: its model scores the next nights of the range, and no live one."""

DRIFT_ALONE = replace(job("watch"), entry="jobs.drift:run")
"""What a backfill does of it: a challenger is shadowed on live nights, not on history."""


def session(name: str) -> tuple[Job, ...]:
    """The jobs that one command or task runs: the job of that name, or those of the session."""
    return tuple(job for job in JOBS if name in (job.name, job.session))
