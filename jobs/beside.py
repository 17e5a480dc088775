"""Several sites' evaluations side by side, each as `postern evaluate --json` wrote it: scenario by scenario."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from expectations.errors import ConfigurationError
from jobs.evaluation import EVERYBODY, cell

Site = Mapping[str, Any]

COLUMNS = (
    ("nr@5", "night_recall", "night_interval", "5", 2),
    ("nr@10", "night_recall", "night_interval", "10", 2),
    ("pr@5", "person_recall", "person_interval", "5", 2),
    ("auc", "auc", "auc_interval", None, 3),
    ("r@5%fpr", "recall_at_fpr", "recall_at_fpr_interval", None, 2),
    ("nights to detection", "nights_to_detection", "nights_to_detection_interval", None, 0),
)
"""Head, figure, interval, length of the list where the figure has one for each, digits."""


def read(file: Path) -> Site:
    """Another site's evaluation. Raises ConfigurationError when the file holds none."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        site: Site = {key: told[key] for key in ("site", "scenarios", "innocent leads")}
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise ConfigurationError(
            f"{file}: expected what `postern evaluate --json` wrote, got {type(cause).__name__}. "
            "Next: evaluate that site anew and name its file."
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
                    + "".join(f"{of(figures, *column):>22}" for _, *column in COLUMNS)
                )


def of(figures: Mapping[str, Any], name: str, spread: str, length: str | None, digits: int) -> str:
    """One figure with its interval."""
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
