"""An evaluation as text, as JSON and as tables. Counts and figures only: nothing here can name a person."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan

from jobs.days import Days
from models.evaluate import KS, Figures
from models.innocent import Announced
from models.intervals import Interval

EVERYBODY = "everybody"
"""The row of the table of innocent leads that is not of one role."""


@dataclass(frozen=True)
class Evaluation:
    """Everything that was measured on one site's ranked nights."""

    site: str
    days: Days
    feeds: tuple[str, ...]
    budget: int
    models: tuple[str, ...]
    """Versions of the champions that scored."""
    scenarios: Mapping[str, Figures]
    silent: tuple[str, ...]
    """Scenarios without a person-day in these feeds on these nights."""
    roles: Mapping[str, Mapping[str, Figures]]
    """By scenario, then by role on the day."""
    announced: Mapping[str, Announced]
    """Innocent leads, of EVERYBODY and by role; empty when no night announced any."""


def as_text(found: Evaluation, *, by_role: bool = False) -> str:
    """The figures as tables to be read on a terminal."""
    lines = [
        f"nightly-list protocol, nights {found.days.start} … {found.days.last} of {found.site}; "
        f"feeds read: {', '.join(found.feeds)}",
        "nr@k: share of malicious person-days ranked ≤ k; pr@k: share of insiders with one [95 % interval: Wilson]",
        "",
        *recalls(found.scenarios),
        *(f"{name}: not visible in these feeds on these nights" for name in found.silent),
        "",
        f"with 95 % intervals, people being drawn; precision@{found.budget}: share of leads that are malicious days",
        "",
        *intervals(found.scenarios, found.budget),
    ]
    if by_role:
        for name, figures in found.roles.items():
            lines += ["", f"{name}, by role on the day", "", *intervals(figures, found.budget)]
    return "\n".join([*lines, "", *innocents(found.announced, by_role=by_role)])


def recalls(figures: Mapping[str, Figures]) -> Iterator[str]:
    """The protocol's table."""
    yield (
        f"{'scenario':<22}{'people':>7}{'days':>6}"
        + "".join(f"{f'nr@{k}':>7}" for k in KS)
        + "".join(f"{f'pr@{k}':>20}" for k in KS)
        + f"{'auc':>8}{'r@5%fpr':>9}{'median':>8}{'nights':>8}"
    )
    for name, f in figures.items():
        yield (
            f"{name:<22}{f.insiders:>7}{f.person_days:>6}"
            + "".join(f"{f.night_recall[k]:>7.2f}" for k in KS)
            + "".join(f"{cell(f.person_recall[k], f.person_interval[k]):>20}" for k in KS)
            + f"{f.auc:>8.3f}{f.recall_at_fpr:>9.2f}{f.median_rank:>8.0f}{f.nights_to_detection:>8.0f}"
        )
        if f.unseen:
            yield f"{'':<22}{f.unseen} further person-days are not visible in these feeds"


def intervals(figures: Mapping[str, Figures], budget: int) -> Iterator[str]:
    """The other figures, each with its interval."""
    heads = ("nr@5", "nr@10", "pr@5", f"precision@{budget}", "auc", "r@5%fpr", "r@1%fpr", "nights to detection")
    yield f"{'':<30}{'people':>7}{'days':>6}" + "".join(f"{head:>22}" for head in heads)
    for name, f in figures.items():
        cells = (
            cell(f.night_recall[5], f.night_interval[5]),
            cell(f.night_recall[10], f.night_interval[10]),
            cell(f.person_recall[5], f.person_interval[5]),
            cell(f.precision, f.precision_interval, 3),
            cell(f.auc, f.auc_interval, 3),
            cell(f.recall_at_fpr, f.recall_at_fpr_interval),
            cell(f.recall_at_1_fpr, f.recall_at_1_fpr_interval),
            cell(f.nights_to_detection, f.nights_to_detection_interval, 0),
        )
        yield f"{name:<30}{f.insiders:>7}{f.person_days:>6}" + "".join(f"{told:>22}" for told in cells)


def innocents(announced: Mapping[str, Announced], *, by_role: bool) -> Iterator[str]:
    """Whether the list kept its word."""
    if not announced:
        yield "no night announced how many innocent leads to expect"
        return
    whole = announced[EVERYBODY]
    yield (
        f"innocent leads among the first {whole.budget} of a night, on {whole.nights} nights: announced "
        f"{whole.expected:.2f}, counted {whole.observed:.2f}, counted / announced "
        f"{cell(whole.ratio, whole.ratio_interval)}"
    )
    if by_role:
        yield ""
        yield f"{'role':<30}{'announced':>11}{'counted':>11}{'counted / announced':>24}"
        for name, a in announced.items():
            yield f"{name:<30}{a.expected:>11.3f}{a.observed:>11.3f}{cell(a.ratio, a.ratio_interval):>24}"


def cell(figure: float, spread: Interval, digits: int = 2) -> str:
    """A figure with its interval; without, where there is none to tell."""
    if isnan(spread[0]):
        return f"{figure:.{digits}f} [–]"
    return f"{figure:.{digits}f} [{spread[0]:.{digits}f}, {spread[1]:.{digits}f}]"


def as_json(found: Evaluation) -> str:
    """The site, the figures by scenario, each with those of its roles, and the innocent leads."""
    whole = {
        "site": found.site,
        "nights": [str(found.days.start), str(found.days.last)],
        "feeds": found.feeds,
        "budget": found.budget,
        "scenarios": {
            name: asdict(f) | {"roles": {role: asdict(part) for role, part in found.roles[name].items()}}
            for name, f in found.scenarios.items()
        },
        "innocent leads": {name: asdict(a) for name, a in found.announced.items()},
    }
    return json.dumps(whole, indent=2) + "\n"


def metrics(found: Evaluation) -> dict[str, float]:
    """What MLflow compares between runs, each figure with the ends of its interval."""
    out: dict[str, float] = {}
    for name, f in found.scenarios.items():
        for k in KS:
            out |= told(f"{name}/night_recall_{k}", f.night_recall[k], f.night_interval[k])
            out |= told(f"{name}/person_recall_{k}", f.person_recall[k], f.person_interval[k])
        out |= told(f"{name}/precision_at_budget", f.precision, f.precision_interval)
        out |= told(f"{name}/auc", f.auc, f.auc_interval)
        out |= told(f"{name}/recall_at_5_percent_fpr", f.recall_at_fpr, f.recall_at_fpr_interval)
        out |= told(f"{name}/recall_at_1_percent_fpr", f.recall_at_1_fpr, f.recall_at_1_fpr_interval)
        out |= told(f"{name}/nights_to_detection", f.nights_to_detection, f.nights_to_detection_interval)
    if EVERYBODY in found.announced:
        whole = found.announced[EVERYBODY]
        out |= told("innocent_leads/counted_by_announced", whole.ratio, whole.ratio_interval)
    return out


def told(name: str, figure: float, spread: Interval) -> dict[str, float]:
    """One figure as three metrics."""
    return {name: figure, f"{name}/low": spread[0], f"{name}/high": spread[1]}


def tables(found: Evaluation) -> dict[str, dict[str, list[str | int | float]]]:
    """The same as columns, with intervals: one row per scenario and role, and the innocent leads by role.

    Each row names its site, so that the tables of several sites' runs are one table.
    """
    rows = [
        (name, role, f)
        for name, whole in found.scenarios.items()
        for role, f in ({EVERYBODY: whole} | dict(found.roles[name])).items()
    ]
    figures: dict[str, list[str | int | float]] = {
        "site": [found.site] * len(rows),
        "scenario": [name for name, _, _ in rows],
        "role": [role for _, role, _ in rows],
        "insiders": [f.insiders for *_, f in rows],
        "person_days": [f.person_days for *_, f in rows],
    }
    for k in KS:
        figures |= columns(f"night_recall_{k}", [(f.night_recall[k], f.night_interval[k]) for *_, f in rows])
        figures |= columns(f"person_recall_{k}", [(f.person_recall[k], f.person_interval[k]) for *_, f in rows])
    for name in ("precision", "auc", "recall_at_fpr", "recall_at_1_fpr", "nights_to_detection"):
        figures |= columns(name, [(getattr(f, name), getattr(f, f"{name}_interval")) for *_, f in rows])
    announced = found.announced.values()
    innocent: dict[str, list[str | int | float]] = {
        "site": [found.site] * len(announced),
        "role": list(found.announced),
        "nights": [a.nights for a in announced],
        "announced": [a.expected for a in announced],
        "counted": [a.observed for a in announced],
        **columns("ratio", [(a.ratio, a.ratio_interval) for a in announced]),
    }
    return {"figures": figures, "innocent_leads": innocent}


def columns(name: str, cells: Sequence[tuple[float, Interval]]) -> dict[str, list[str | int | float]]:
    """A figure and the two ends of its interval."""
    return {
        name: [figure for figure, _ in cells],
        f"{name}_low": [spread[0] for _, spread in cells],
        f"{name}_high": [spread[1] for _, spread in cells],
    }
