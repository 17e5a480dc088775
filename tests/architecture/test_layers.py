"""Who may know whom. A wall that moves is moved here, on purpose."""

import ast
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from expectations.silver import PEOPLE
from features.catalog import BEHAVIOURS
from jobs.catalog import JOBS, job

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
    "mlflow": {"models/registry.py", "models/succession.py", "models/logbook.py", "models/pooled.py"},
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
    assert known <= {"jobs", "jobs.catalog", "jobs.plan", "jobs.task"}


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


AUDITED = {"employer", "valid_from", "valid_to"}
"""What the audit reads of people beside the role that peers are grouped by; a site's own file is read by it alone."""


CATALOGUES = {"features.catalog", "feeds.catalog", "models.detectors.catalog"}
"""They look at every module beside them, without naming them."""


def reached(module: str) -> set[str]:
    """The module and every module of ours that it imports, however far."""
    found, ahead = set(), [module]
    while ahead:
        name = ahead.pop()
        path = ROOT / f"{name.replace('.', '/')}.py"
        path = path if path.exists() else ROOT / name.replace(".", "/") / "__init__.py"
        if name in found or not path.exists():
            continue
        found.add(name)
        if name in CATALOGUES:
            ahead += [f"{name.rpartition('.')[0]}.{beside.stem}" for beside in path.parent.glob("*.py")]
        for tree in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(tree, ast.Import):
                ahead += [alias.name for alias in tree.names]
            elif isinstance(tree, ast.ImportFrom) and tree.module:
                ahead += [tree.module, *(f"{tree.module}.{alias.name}" for alias in tree.names)]
    return found


@pytest.mark.parametrize("name", ["baseline", "train", "score", "watch"])
def test_what_is_audited_reaches_no_training(name):
    step = job(name)
    modules = reached(step.entry.partition(":")[0])
    assert {"models.arrays", "jobs.lake"} <= modules  # the walk sees what is imported far below
    assert name == "baseline" or "models.detectors.ecod" in modules  # and what a catalogue finds
    assert not {module for module in modules if "audit" in module}
    read = {column.name for table in step.reads for column in table.columns}
    assert not read & AUDITED
    assert PEOPLE not in step.reads
    assert not {behaviour.name for behaviour in BEHAVIOURS} & {*AUDITED, "tenure", "shift"}


JUDGES = ("backtest", "compare", "fairness")
"""They hold lists against answers where there are any; what they write no training reads."""


@pytest.mark.parametrize("name", [job.name for job in JOBS if job.name not in JUDGES])
def test_no_job_but_a_judge_reaches_the_audit(name):
    assert not {module for module in reached(job(name).entry.partition(":")[0]) if "audit" in module}


def test_names_are_known_to_conform_and_to_the_command_that_records_who_asked():
    """Of the catalogue only the declarations: see who may know whom."""
    knowing = {str(p.relative_to(ROOT)) for room in ROOMS for p in modules(room) if "expectations.vault" in imports(p)}
    assert knowing == {"jobs/catalog.py", "jobs/listed.py", "jobs/people.py", "jobs/name.py"}


EMPLOYERS = {"jobs/audit.py", "jobs/listed.py", "feeds/roster.py", "feeds/roster_file.py", "expectations/silver.py"}
"""The roster's way into silver.people, and the audit. Other jobs read that table for roles and teams."""


def named(path: Path) -> set[str]:
    """Every word that the code says as a string, an attribute, a variable or an argument."""
    told = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Constant(value=str(word)) | ast.Attribute(attr=word) | ast.Name(id=word):
                told.add(word)
            case ast.arg(arg=word) | ast.keyword(arg=str(word)):
                told.add(word)
    return told


def test_an_employer_and_what_a_site_supplies_are_named_by_the_audit_alone_but_for_the_roster():
    words = {str(p.relative_to(ROOT)): named(p) for room in ROOMS if room != "simulation" for p in modules(room)}
    assert {path for path, said in words.items() if "employer" in said} == EMPLOYERS
    assert {path for path, said in words.items() if "attributes.csv" in said} == {"jobs/audit.py"}
    holding = {t.name for step in JOBS for t in (*step.reads, *step.writes) if "employer" in t.names}
    assert holding == {PEOPLE.name}


@pytest.mark.parametrize("name", [job.name for job in JOBS if job.name not in JUDGES])
def test_no_job_can_read_who_was_planted(name):
    modules = reached(job(name).entry.partition(":")[0])
    assert "jobs.lake" in modules
    assert not {m for m in modules if m.startswith(("jobs.injection", "jobs.truth", "jobs.backtest", "simulation"))}


def test_the_audit_reads_what_is_audited():
    """Else the test above would pass because nothing is called audit any more."""
    assert {"jobs.audit", "models.audit"} <= reached("jobs.audit")
    assert AUDITED & set(PEOPLE.names)


OUTWARD = {"aiohttp", "ftplib", "http", "httpx", "imaplib", "requests", "smtplib", "socket", "urllib.request"}
PROVIDERS = {"airflow.providers.apache.spark", "airflow.providers.standard"}


def test_nothing_here_can_act_on_a_person():
    """No access is withdrawn and nobody is written to: a lead ends in tables and files, and people decide."""
    known = {path: imports(path) for room in ROOMS for path in modules(room)}
    speaking = {
        str(path.relative_to(ROOT))
        for path, names in known.items()
        if {name for name in names if name in OUTWARD or name.split(".")[0] in OUTWARD}
    }
    assert speaking == {"jobs/scheduler.py"}  # asks whether the demonstration's own Airflow is up
    providers = {name for names in known.values() for name in names if name.startswith("airflow.providers")}
    assert providers
    assert all(any(name.startswith(allowed) for allowed in PROVIDERS) for name in providers), providers


def test_no_installed_distribution_claims_our_names():
    claimed = {name: owners for name, owners in packages_distributions().items() if name in ROOMS}
    assert all(set(owners) <= {"postern"} for owners in claimed.values()), claimed
