"""What was measured of a challenger beside the frozen nights' own lists: files in `promotion/<challenger>/`.

`{"champion": "6", "recall": {"theft": {"champion": [3, null], "challenger": [1, 40]}},
"unplanted": ["collusion"], "checks": [{"name": "robustness", "outcome": "passed", "says": "…"}]}`; null: never ranked.
`postern attack` and `postern backtest --compare` write theirs; whoever measures elsewhere adds another. They hold
ranks, shares and counts, nobody.
"""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from jobs.settings import Settings
from models.check import Check, Ranked

log = logging.getLogger("postern")

WHO = ("champion", "challenger")


@dataclass(frozen=True)
class Evidence:
    """What was measured elsewhere about this very challenger, against this champion: planted insiders, verdicts."""

    recall: Mapping[str, Ranked] = field(default_factory=dict)
    checks: Sequence[Check] = ()
    unplanted: Sequence[str] = ()
    """Scenario groups that were asked about and of which nothing could be acted out here."""


def folder(settings: Settings, challenger: str) -> Path:
    """Where a challenger's files lie: in the lake, or beside the site's configuration when it is no local folder."""
    return (settings.local or settings.site.parent) / "promotion" / challenger


def keep(settings: Settings, name: str, champion: str, challenger: str, told: Evidence) -> Path:
    """Write one file, whole: it replaces what was measured by that name before."""
    place = folder(settings, challenger)
    place.mkdir(parents=True, exist_ok=True)

    def ranks(group: Ranked, who: str) -> list[int | None]:
        return [int(rank) if np.isfinite(rank) else None for rank in getattr(group, who).tolist()]

    recall = {name: {who: ranks(group, who) for who in WHO} for name, group in told.recall.items()}
    checks = [asdict(check) for check in told.checks]
    text = {"champion": champion, "recall": recall, "unplanted": list(told.unplanted), "checks": checks}
    file, begun = place / f"{name}.json", place / f"{name}.part"
    begun.write_text(json.dumps(text, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(begun, file)
    return file


def measured(settings: Settings, challenger: str) -> list[Path]:
    """The files in a challenger's folder, by name."""
    return sorted(folder(settings, challenger).glob("*.json"))


def evidence(settings: Settings, champion: str, challenger: str) -> Evidence:
    """What lies in the challenger's folder.

    A file about another champion, or one that does not say about which, is left out: it says nothing of today's.
    """
    recall: dict[str, Ranked] = {}
    checks: list[Check] = []
    unplanted: set[str] = set()
    for file in measured(settings, challenger):
        told = json.loads(file.read_text(encoding="utf-8"))
        if "champion" not in told:
            log.warning("compare: %s does not say against which champion it was measured", file.name)
            continue
        if str(told["champion"]) != champion:
            log.warning("compare: %s was measured against another champion than version %s", file.name, champion)
            continue
        for name, ranks in told.get("recall", {}).items():
            both = (np.array([np.inf if r is None else r for r in ranks[who]], dtype=np.float64) for who in WHO)
            recall[name] = Ranked(*both)
        checks += [Check(check["name"], check["outcome"], check["says"]) for check in told.get("checks", ())]
        unplanted |= set(told.get("unplanted", ()))
    return Evidence(recall, checks, sorted(unplanted - set(recall)))
