"""From what a model, or a comparison, was made: tables by version and hash, code and files by hash, libraries."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from platform import platform, python_version

from expectations.table import Table
from feeds.site import Site
from jobs.days import Days
from jobs.lake import Lake
from jobs.settings import PROJECT

ROOMS = ("expectations", "features", "feeds", "models", "jobs")
"""Whose code makes a model what it is."""

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "pyspark", "delta-spark", "mlflow")


def sources(lake: Lake, read: Sequence[tuple[Table, Days | None]]) -> dict[str, str | int]:
    """Delta version of each table, and the hash of the rows that are read of it. Ask before reading."""
    versions: dict[str, str | int] = {f"delta_version/{table.name}": lake.version(table) or 0 for table, _ in read}
    return versions | {f"rows_hash/{table.name}": lake.digest(table, days) for table, days in read}


def hashed(read: Mapping[str, Path]) -> dict[str, str]:
    """Hash of each file that is there, by the name given: which was read, without a word of what it tells of whom."""
    return {
        f"sha256/{name}": hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        for name, file in read.items()
        if file.is_file()
    }


def code() -> str:
    """Hash of the code: a version of the project says less while somebody works on it."""
    told = hashlib.sha256()
    for file in sorted(file for room in ROOMS for file in (PROJECT / room).rglob("*.py")):
        told.update(f"{file.relative_to(PROJECT)}\0".encode() + file.read_bytes())
    return told.hexdigest()[:16]


def configuration(site: Site) -> str:
    """Hash of what the site's configuration says, however it is written."""
    return hashlib.sha256(site.model_dump_json().encode()).hexdigest()[:16]


def environment() -> str:
    """The machine's kind, its Python, and the libraries."""
    return "\n".join([platform(), f"python {python_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)])
