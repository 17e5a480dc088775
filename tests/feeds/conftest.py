"""A small site, and files landed for it."""

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from feeds.site import Site
from jobs.lake import Lake

KEY = "0123456789abcdef" * 4


@pytest.fixture(scope="session", autouse=True)
def key() -> Iterator[None]:
    """The same pseudonyms in every run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POSTERN_KEY", KEY)
        yield


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """One lake for a module: its files are conformed once and looked at in many ways."""
    return Lake(spark, tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="session")
def land():
    """Put a file into a delivery."""

    def put(lake: Lake, feed: str, day: str, name: str, content: str | bytes) -> Path:
        path = Path(lake.root) / "landing" / feed / date.fromisoformat(day).isoformat() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return path

    return put


@pytest.fixture(scope="session")
def site() -> Site:
    """London, days from 05:00, badges told by cards."""
    return Site.model_validate(
        {
            "site": {
                "name": "S",
                "time_zone": "Europe/London",
                "day_begins": "05:00",
                "mail_domains": ["harrow.example"],
            },
            "feeds": {
                "access": {
                    "columns": {
                        "at": "when",
                        "badge": "card",
                        "door": "reader",
                        "direction": "way",
                        "outcome": "result",
                    },
                    "time_format": "yyyy-MM-dd HH:mm:ss",
                    "values": {"outcome": {"GRANTED": "granted", "DENIED": "denied"}},
                },
                "logon": {},
                "mail": {},
                "media": {},
                "file": {},
                "web": {},
                "alarm": {},
            },
            "people": {"roster": "intervals", "cards": True},
            "zones": [{"name": "gate"}, {"name": "vault", "area": "vital", "consequence": 5}],
            "doors": [
                {"name": "D1", "from": "outside", "to": "gate", "least_seconds": 5},
                {"name": "D2", "from": "gate", "to": "vault"},
            ],
            "web_categories": {"jobs": ["jobs.example"], "leaks": ["paste.example", "co.paste.example"]},
        }
    )


ROSTER = """person,name,email,account,role,team,supervisor,employer,start,end
P1,Ann Ash,ann@harrow.example,ann,Clerk,T1,P2,Harrow,2026-01-01,
P2,Bo Birch,bo@harrow.example,bo,Chief,T1,,Harrow,2026-01-01,
"""
CARDS = """badge,person,valid_from,valid_to
C1,P1,2026-01-01,2026-03-29T12:00:00
C1,P2,2026-03-29T12:00:00,
C2,P2,2026-01-01,2026-03-29T12:00:00
"""


@pytest.fixture(scope="session")
def people(land):
    """Land the roster and the cards."""

    def put(lake: Lake, day: str, roster: str = ROSTER, cards: str = CARDS) -> None:
        land(lake, "people", day, "people.csv", roster)
        land(lake, "cards", day, "cards.csv", cards)

    return put
