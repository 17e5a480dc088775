"""One small facility, simulated once, for the tests that only read it."""

from datetime import date
from pathlib import Path

import pytest

from jobs.simulate import simulate

END = date(2026, 3, 31)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lake of 120 people over 30 days, all feeds as CSV."""
    lake = tmp_path_factory.mktemp("facility")
    simulate(lake, people=120, days=30, end=END, seed=7)
    return lake
