"""The configuration of the simulated site, as its users would write it."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from expectations.errors import LandingError
from simulation.clock import DAY_BEGINS, HOLIDAYS, ZONE
from simulation.delivery import Format
from simulation.draws import HOUR
from simulation.layout import CONSEQUENCE, Layout
from simulation.movement import RESULTS
from simulation.names import MAIL_DOMAIN, WEB

SIGNATURE = "# Harrow Point does not exist: written by `postern simulate`."


def site(layout: Layout, days: Sequence[date], feeds: Sequence[str], access_format: Format) -> dict[str, Any]:
    """The configuration as plain values. Holidays are those of every year that the span touches."""
    access = {
        "format": access_format,
        "columns": {
            "at": "event_time",
            "badge": "card_no",
            "door": "reader",
            "direction": "direction",
            "outcome": "result",
        },
        "time_format": "epoch_ms" if access_format == "parquet" else "yyyy-MM-dd'T'HH:mm:ss",
        "time_zone": "UTC" if access_format == "parquet" else "site",
        "values": {
            "direction": {"IN": "in", "OUT": "out"},
            "outcome": {result: "granted" if result == "GRANTED" else "denied" for result in RESULTS},
        },
    }
    years = sorted({day.year for day in days})
    return {
        "site": {
            "name": "Harrow Point",
            "time_zone": ZONE.key,
            "day_begins": f"{DAY_BEGINS // HOUR:02d}:00",
            "mail_domains": [MAIL_DOMAIN],
            "holidays": [date(year, month, day) for year in years for month, day in HOLIDAYS],
            "working_hours": ["07:00", "19:00"],
        },
        "feeds": {feed: access if feed == "access" else {"format": "csv"} for feed in feeds},
        "people": {"roster": "intervals", "cards": True},
        "zones": [
            {"name": name, "area": area, "consequence": CONSEQUENCE[area]} | ({"rules": list(rules)} if rules else {})
            for name, area, rules in zip(layout.zones, layout.areas, layout.rules, strict=True)
        ],
        "doors": [
            {"name": name, "from": layout.zones[a], "to": layout.zones[b], "least_seconds": int(least)}
            | ({} if read else {"exit_reader": False})
            for name, a, b, least, read in zip(
                layout.door_names,
                layout.door_from.tolist(),
                layout.door_to.tolist(),
                layout.least_seconds,
                layout.reads_exit,
                strict=True,
            )
        ],
        "web_categories": WEB,
        "together": {"escorted": ["contractor"]},
    }  # fmt: skip


def write_site(path: Path, layout: Layout, days: Sequence[date], feeds: Sequence[str], access_format: Format) -> None:
    """Write the configuration as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(site(layout, days, feeds, access_format), sort_keys=False, width=120, allow_unicode=True)
    path.write_text(f"{SIGNATURE}\n{text}", encoding="utf-8")


def clear(lake: Path) -> None:
    """Remove the files of an earlier simulation, so that two do not mix.

    Raises LandingError if there are landing files and no simulation signed the configuration beside them.
    """
    landing, configuration = lake / "landing", lake / "site.yaml"
    if landing.exists() and any(landing.iterdir()):
        if not configuration.exists() or not configuration.read_text(encoding="utf-8").startswith(SIGNATURE):
            raise LandingError(
                f"{landing}: expected no landing files, or those of an earlier simulation; found files that no "
                "simulation wrote. Simulate into an empty lake."
            )
        shutil.rmtree(landing)
    shutil.rmtree(lake / "truth", ignore_errors=True)
