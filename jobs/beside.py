"""Several sites side by side, each as its `--json` told: evaluations scenario by scenario, audits group by group."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.errors import ConfigurationError
from jobs.evaluation import EVERYBODY, cell

Site = Mapping[str, Any]
Column = tuple[str, str, str, str | None, int]
"""Head, figure, interval, length of the list where the figure has one for each, digits."""

COLUMNS: tuple[Column, ...] = (
    ("nr@5", "night_recall", "night_interval", "5", 2),
    ("nr@10", "night_recall", "night_interval", "10", 2),
    ("pr@5", "person_recall", "person_interval", "5", 2),
    ("auc", "auc", "auc_interval", None, 3),
    ("r@5%fpr", "recall_at_fpr", "recall_at_fpr_interval", None, 2),
    ("nights to detection", "nights_to_detection", "nights_to_detection_interval", None, 0),
)
"""Of a scenario."""

TREATED: tuple[Column, ...] = (
    ("flagged", "flag_rate", "flag_interval", None, 4),
    ("ratio", "disparity", "disparity_interval", None, 2),
    ("rank", "rank", "rank_interval", None, 2),
    ("once in 100", "calibration", "calibration_interval", None, 2),
)
PARITY: tuple[Column, ...] = (
    ("ratio", "ratio", "ratio_interval", None, 2),
    ("difference", "difference", "difference_interval", None, 4),
)
"""Of an audited group, and of all groups of an attribute."""

TOLD = {"evaluate": ("site", "scenarios", "innocent leads"), "audit": ("site", "groups")}
"""What is read of the JSON of a command."""


def read(file: Path, command: str) -> Site:
    """What another site's `command` of TOLD wrote. Raises ConfigurationError when the file holds no such thing."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        site: Site = {key: told[key] for key in TOLD[command]}
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise ConfigurationError(
            f"{file}: expected what `postern {command} --json` wrote, got {type(cause).__name__}. "
            f"Next: {command} that site anew and name its file."
        ) from cause
    return site


def side_by_side(sites: Sequence[Site]) -> str:
    """One row for each site that knows the scenario, with 95 % intervals; then how each list kept its word."""
    return "\n".join([*scenarios(sites), "", *innocents(sites)])


def scenarios(sites: Sequence[Site]) -> Iterator[str]:
    """The protocol's figures."""
    heads = "".join(f"{head:>22}" for head, *_ in COLUMNS)
    yield f"{'scenario':<22}{'site':<26}{'people':>7}{'days':>6}{heads}"
    for name in dict.fromkeys(name for site in sites for name in site["scenarios"]):
        for site in sites:
            if figures := site["scenarios"].get(name):
                yield (
                    f"{name:<22}{site['site']:<26}{figures['insiders']:>7}{figures['person_days']:>6}"
                    + "".join(f"{of(figures, column):>22}" for column in COLUMNS)
                )


def treated(sites: Sequence[Site]) -> str:
    """One row for each site that has the group, by the attributes of the first, with 95 % intervals; then parity."""
    lines: list[str] = []
    for name in sites[0]["groups"]:
        known = [(site["site"], site["groups"][name]) for site in sites if name in site["groups"]]
        heads = "".join(f"{head:>26}" for head, *_ in TREATED)
        lines += ["", f"{name:<34}{'site':<26}{'people':>7}{'days':>9}{heads}"]
        rows = [(group["group"], site, group) for site, told in known for group in told["cells"]]
        order = {group: at for at, group in enumerate(dict.fromkeys(group for group, *_ in rows))}
        for group, site, cells in sorted(rows, key=lambda row: order[row[0]]):
            figures = "".join(f"{of(cells, column):>26}" for column in TREATED)
            lines.append(f"{group[:33]:<34}{site[:25]:<26}{cells['people']:>7}{cells['person_days']:>9}{figures}")
        for site, told in known:
            figures = ", ".join(f"{column[0]} {of(told['parity'], column)}" for column in PARITY)
            lines.append(f"{'parity':<34}{site[:25]:<26}{figures}")
    return "\n".join(lines[1:])


def of(figures: Mapping[str, Any], column: Column) -> str:
    """One figure with its interval."""
    _, name, spread, length, digits = column
    figure, bounds = figures[name], figures[spread]
    return cell(figure[length], bounds[length], digits) if length else cell(figure, bounds, digits)


def innocents(sites: Sequence[Site]) -> Iterator[str]:
    """Innocent leads of a night, announced and counted."""
    yield f"{'innocent leads':<22}{'site':<26}{'nights':>7}{'announced':>11}{'counted':>9}{'counted / announced':>24}"
    for site in sites:
        if whole := site["innocent leads"].get(EVERYBODY):
            yield (
                f"{'':<22}{site['site']:<26}{whole['nights']:>7}{whole['expected']:>11.2f}{whole['observed']:>9.2f}"
                f"{cell(whole['ratio'], whole['ratio_interval']):>24}"
            )
