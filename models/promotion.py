"""The gate that a challenger has to pass before a person is asked: champion and challenger on the same frozen nights.

Frozen nights are nights that neither model has learnt from. What is asked, in this order:

- recall: where malicious or planted days are known, is the challenger non-inferior at the budget in every scenario
  group, and better in at least one? Both rank the same insiders, so that differences are paired. Any gain is better,
  and told with its interval: of few insiders it is seldom sure, and whoever decides is shown so. Groups of which
  nothing could be planted are named: a site without declared zones can never plant some, and has to be able to promote;
- calibration: does "once in 100" keep its word, within a tolerance or at least as well as the champion's?
- bias: is no group of people flagged surely more often than under the champion, and of none are days surely called
  rare more often than announced, and more so than under the champion?
- robustness, and whatever else was measured elsewhere: verdicts given as they are;
- stability: how much of the list stays, and what made the rest leave. Explained, not judged: a better model may well
  have another list.

Pure: figures in, verdicts out. A check that could not be made says so, and keeps the gate closed as one that failed:
nobody may be asked to bear what was not looked at (docs/decisions/0031).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.audit import Audit
from models.check import MARGIN, Check, Outcome, Ranked
from models.intervals import Interval, interval, resampled
from models.word import Word

FEWEST_NIGHTS = 7
"""Frozen nights of a comparison that counts: one whole week."""

TOP = 20
"""Leads whose staying is counted, the protocol's longest list."""

TOLERANCE = 0.2
"""How far from 1 a kept word may be: what the list itself promises of its innocent leads."""

HARDER = 1.25
"""A group's disparity may grow by a quarter: the inverse of the four-fifths rule (EEOC Uniform Guidelines, 1978). So
may its days called rare, counted over announced."""

EVERY = ("frozen nights", "recall", "better somewhere", "calibration", "bias", "robustness", "stability")
"""Checks without which nobody is asked."""

MADE_BY = {
    "recall": "`postern backtest --compare`",
    "better somewhere": "`postern backtest --compare`",
    "robustness": "`postern attack`",
}
"""What makes a check that the comparison cannot make by itself; then the comparison is run again."""


@dataclass(frozen=True)
class Recall:
    """A scenario group at one length of the list."""

    people: int
    champion: float
    challenger: float
    gain: Interval
    """95 % of the difference, insiders being drawn in pairs; (NaN, NaN) of fewer than two."""

    @property
    def non_inferior(self) -> bool:
        """No net loss, or surely none beyond MARGIN."""
        return self.challenger >= self.champion or self.gain[0] >= -MARGIN


def recall(group: Ranked, k: int, seed: int = 0) -> Recall:
    """The share of the group's insiders met within the first `k` leads, by each model."""
    before, after = group.champion <= k, group.challenger <= k
    size, gained = before.size, after.astype(np.float64) - before
    drawn = resampled(np.zeros(size, dtype=np.int64), seed) @ gained / size if size > 1 else np.zeros(0)
    return Recall(size, float(before.mean()), float(after.mean()), interval(drawn))


def recalled(groups: Mapping[str, Ranked], budget: int, unplanted: Sequence[str] = ()) -> list[Check]:
    """Non-inferior in every group, and better in at least one; `unplanted` groups are named, not judged."""
    unasked = _named("; not asked about, for nothing of them could be planted:", unplanted)
    if not groups:
        told = f"no malicious or planted day is known on the frozen nights{unasked}"
        return [Check("recall", "not made", told), Check("better somewhere", "not made", told)]
    at = {name: recall(group, budget) for name, group in groups.items()}
    lost = [name for name, found in at.items() if not found.non_inferior]
    told = "; ".join(
        f"{name} ({r.people} people) {r.champion:.2f} → {r.challenger:.2f}, difference {_spread(r.gain, '+.2f')}"
        for name, r in at.items()
    )
    ks = sorted({k for k in (1, 3, 5, 10, 20) if k < budget} | {budget})
    better = [
        f"{name} within {k} (difference {_spread(found.gain, '+.2f')})"
        for name, group in groups.items()
        for k in ks
        if (found := recall(group, k)).challenger > found.champion
    ]
    full = all((group.champion <= ks[0]).all() for group in groups.values())
    says = f"better in {', '.join(better)}" if better else "nowhere better"
    if full and not better:
        says = "the champion meets everybody at once already: there is nothing to be better at"
    return [
        Check(
            "recall",
            "failed" if lost else "passed",
            f"within {budget} leads: {told}{_named(' lost in', lost)}{unasked}",
        ),
        Check("better somewhere", "passed" if better or full else "failed", says),
    ]


def calibrated(champion: Sequence[Word], challenger: Sequence[Word]) -> Check:
    """Every rarity within TOLERANCE of its word, or with an interval that holds it, or no further off than before."""
    if not challenger:
        return Check("calibration", "not made", "nobody was scored on the frozen nights")
    before = {word.once_in: word for word in champion}
    off = [w for w in challenger if not _keeps(w) and not (w.once_in in before and _off(w) <= _off(before[w.once_in]))]
    told = "; ".join(
        f"once in {w.once_in}: {before[w.once_in].ratio if w.once_in in before else np.nan:.2f} → {w.ratio:.2f} "
        f"{_spread(w.ratio_interval, '.2f')}"
        for w in challenger
    )
    return Check("calibration", "failed" if off else "passed", f"called over expected, 1 keeps its word: {told}")


def unbiased(champion: Mapping[str, Audit], challenger: Mapping[str, Audit]) -> Check:
    """No group is surely flagged more than everybody else, and of none are more days called rare than announced, surely
    and by more than HARDER times what the champion did."""
    if not challenger:
        return Check("bias", "not made", "nobody was ranked on the frozen nights")
    harder, rarer, asked = [], [], 0
    for attribute, told in challenger.items():
        before = {cell.group: cell for cell in champion[attribute].cells} if attribute in champion else {}
        for cell in told.cells:
            asked += 1
            was = before.get(cell.group)
            flagged, called = (was.disparity, was.calibration) if was else (np.nan, np.nan)
            if _surely_worse(cell.disparity, cell.disparity_interval, flagged):
                harder.append(f"{attribute} {cell.group}: {flagged:.2f} → {cell.disparity:.2f}")
            if _surely_worse(cell.calibration, cell.calibration_interval, called):
                rarer.append(f"{attribute} {cell.group}: {called:.2f} → {cell.calibration:.2f}")
    says = f"{asked} groups of {', '.join(challenger)}" + (
        _named("; surely flagged more than before:", harder) if harder else ": none surely flagged more than before"
    )
    says += _named("; surely called rare more often than announced and than before:", rarer)
    return Check("bias", "failed" if harder or rarer else "passed", says)


def stability(kept: Sequence[float], entering: Mapping[str, float], leaving: Mapping[str, float]) -> Check:
    """The share of the top kept, night by night, and which families' reasons those have who enter and who leave."""
    if not kept:
        return Check("stability", "not made", "no list was made on the frozen nights")
    says = f"of the champion's first {TOP} leads {np.mean(kept):.0%} stay (worst night {min(kept):.0%})"
    for told, families in (("those who enter stand out by", entering), ("those who leave by", leaving)):
        first = sorted(families, key=lambda family: (-families[family], family))[:3]
        if first:
            says += f"; {told} {', '.join(f'{family} {families[family]:.0%}' for family in first)}"
    return Check("stability", "passed", says)


def frozen(nights: int) -> Check:
    """Enough nights that neither has learnt from."""
    outcome: Outcome = "passed" if nights >= FEWEST_NIGHTS else "failed"
    return Check("frozen nights", outcome, f"{nights} that neither model has learnt from; at least {FEWEST_NIGHTS}")


def passes(checks: Sequence[Check]) -> bool:
    """Whether a person may be asked: EVERY check was made, and whatever was asked passed."""
    return set(EVERY) <= {check.name for check in checks} and all(check.outcome == "passed" for check in checks)


def missing(checks: Sequence[Check]) -> str:
    """Which checks were not made and what makes them, as a sentence; empty when all were."""
    open_ = [check.name for check in checks if check.outcome == "not made"]
    if not open_:
        return ""
    made_by = dict.fromkeys(MADE_BY[name] for name in open_ if name in MADE_BY)
    return f"Not made: {', '.join(open_)}. Next: {', '.join([*made_by, '`postern compare`'])}."


def page(challenger: str, champion: str, site: str, nights: str, checks: Sequence[Check]) -> str:
    """The comparison as Markdown, for whoever decides."""
    verdict = "passed" if passes(checks) else "did not pass"
    lines = [
        f"## Version {challenger} against the champion, version {champion}",
        "",
        f"{site}, {nights}. The challenger **{verdict}** the gate."
        + (" A person decides." if passes(checks) else " The champion stays."),
        *([missing(checks)] if missing(checks) else []),
        "",
        *_table(checks),
        "",
        "Ask before approving: is what changed explained? `postern rollback` takes it back.",
    ]
    return "\n".join(lines) + "\n"


def explored(site: str, nights: str, checks: Sequence[Check]) -> str:
    """The page of an experiment as Markdown: the gate's questions of a model that is no version, without a verdict."""
    other = [f"{check.name} ({check.outcome})" for check in checks if check.outcome != "passed"]
    lines = [
        "## This code beside the published lists",
        "",
        f"{site}, {nights}. **The gate was not asked**, for nothing is registered. These are its questions, of a model "
        f"of this code and the lists as published: read them one by one{_named('; not passed:', other)}.",
        "",
        *_table(checks),
    ]
    return "\n".join(lines) + "\n"


def uncompared(challenger: str, champion: str, site: str, experiment: str | None) -> str:
    """The page of a challenger that cannot be compared, as Markdown; `experiment` is the page of one with its code."""
    lines = [
        f"## Version {challenger} beside the champion, version {champion}: nothing was compared",
        "",
        f"{site}. The champion is of another catalogue or other detectors: the challenger's code cannot ask it. "
        "**The gate was not asked.** A person decides all the same. What the challenger's lists are like is known from "
        + ("this experiment alone:" if experiment else "nothing: no `postern experiment` was run with its code."),
        *(["", experiment.replace("## ", "### ", 1)] if experiment else []),
        "",
        "Ask before approving: is what changed explained? The way back: the code of before, and `postern rollback`.",
    ]
    return "\n".join(lines) + "\n"


def _keeps(word: Word) -> bool:
    low, high = word.ratio_interval
    return abs(word.ratio - 1) <= TOLERANCE or low <= 1 <= high


def _off(word: Word) -> float:
    return abs(float(np.log(max(word.ratio, 1e-6))))


def _surely_worse(now: float, bounds: Interval, was: float) -> bool:
    """Surely above 1, which is alike or as announced, and beyond HARDER times what was, or 1 where that was no more."""
    return bounds[0] > 1 and not now <= HARDER * (was if was > 1 else 1.0)


def _table(checks: Sequence[Check]) -> list[str]:
    rows = [f"| {check.name} | {check.outcome} | {check.says.replace('|', '/')} |" for check in checks]
    return ["| check | outcome | figures |", "|---|---|---|", *rows]


def _spread(found: Interval, form: str) -> str:
    return "[–]" if np.isnan(found[0]) else f"[{found[0]:{form}}, {found[1]:{form}}]"


def _named(what: str, names: Sequence[str]) -> str:
    return f"{what} {', '.join(names)}" if names else ""
