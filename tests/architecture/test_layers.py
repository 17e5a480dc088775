"""Who may know whom. A wall that moves is moved here, on purpose."""

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("dags", "jobs", "features", "feeds", "models", "simulation", "expectations")
MAY_KNOW = {
    "expectations": {"expectations"},
    "features": {"features", "expectations"},
    "feeds": {"feeds", "expectations"},
    "models": {"models", "features", "expectations"},
    "simulation": {"simulation", "expectations"},
    "jobs": {"jobs", "models", "features", "feeds", "simulation", "expectations"},
    "dags": {"jobs"},
}
SOLE_OWNERS = {
    "mlflow": {"models/registry.py"},
    "great_expectations": {"expectations/suites.py", "expectations/gate.py", "expectations/data_docs.py"},
    "delta": {"jobs/lake.py"},
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def modules(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_the_rooms_below_it(room):
    strangers = {
        f"{path.relative_to(ROOT)} → {name}"
        for path in modules(room)
        for name in imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in MAY_KNOW[room]
    }
    assert not strangers


def test_dags_know_the_catalogue_not_the_work():
    known = {name for path in modules("dags") for name in imports(path) if name.startswith("jobs")}
    assert known <= {"jobs", "jobs.catalog", "jobs.task"}


@pytest.mark.parametrize("library", SOLE_OWNERS)
def test_a_library_has_its_owners(library):
    users = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in modules(room)
        if any(name.split(".")[0] == library for name in imports(path))
    }
    assert users <= SOLE_OWNERS[library]
    assert users


def test_the_mathematics_knows_no_spark():
    knowing = {str(p.relative_to(ROOT)) for p in modules("models") if any("pyspark" in name for name in imports(p))}
    assert not knowing


def test_no_installed_distribution_claims_our_names():
    claimed = {name: owners for name, owners in packages_distributions().items() if name in ROOMS}
    assert all(set(owners) <= {"postern"} for owners in claimed.values()), claimed
