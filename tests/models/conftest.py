import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest

from features.behaviour import Behaviour


def behaviour(name, family, kind="count", tail="high"):
    return Behaviour(
        name=name,
        source="logon",
        family=family,
        kind=kind,
        unit="things",
        tail=tail,
        says="{value:.0f} " + name + "; usually {usual:.1f}, colleagues {peers:.1f}.",
        innocent="chance",
        doc=f"How many {name}.",
        expression=lambda: None,
        rows=lambda: None,
    )


@pytest.fixture
def behaviours():
    return (
        behaviour("first", "hours", "hour", "both"),
        behaviour("late", "hours"),
        behaviour("machines", "places"),
        behaviour("minutes", "presence", "minutes"),
    )


@pytest.fixture
def office():
    """60 nights of 30 people: (people present, their behaviours) per night; a fifth is absent each night."""
    draw = np.random.default_rng(3)
    everybody = np.sort(draw.integers(-(2**62), 2**62, 30))
    start = draw.normal(8.5, 1.0, 30)
    nights = []
    for _ in range(60):
        here = np.flatnonzero(draw.random(30) < 0.8)
        values = np.column_stack(
            [
                start[here] + draw.normal(0, 0.3, here.size),
                draw.poisson(0.2, here.size),
                draw.poisson(1.5, here.size),
                draw.normal(480, 30, here.size),
            ]
        ).astype(float)
        values[draw.random(values.shape) < 0.05] = np.nan
        nights.append((everybody[here], values))
    return nights


PLAIN = ("--encoding=UTF8", "--locale=C")
"""Whatever the machine's language: in an encoding of none, MLflow finds bytes where it asks for text."""


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory):
    """The URI of a PostgreSQL of our own, on this machine alone, that asks for the password which PGPASSFILE holds."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(on) for on in [shutil.which("initdb")] if on]
    if not found:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    programs = found[-1] if found[-1].is_dir() else found[-1].resolve().parent
    # It refuses to run as root, and its account cannot enter pytest's folders.
    account = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    try:
        subprocess.run(["true"], **account, check=True)
    except (OSError, LookupError):
        pytest.skip("PostgreSQL does not run as root, and here root cannot become postgres")
    password = secrets.token_hex()
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as variables:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        data, secret = Path(folder, "data"), Path(folder, "password")
        secret.write_text(password)
        if account:
            for path in (folder, secret):
                shutil.chown(path, "postgres")

        def run(program, *arguments):
            told = subprocess.run(
                [programs / program, "-D", data, *arguments], **account, cwd=folder, capture_output=True, text=True
            )
            assert told.returncode == 0, told.stderr

        run("initdb", "--username=postern", f"--pwfile={secret}", "--auth=scram-sha-256", "--no-sync", *PLAIN)
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses='127.0.0.1'\nport={port}\nunix_socket_directories=''\nfsync=off\n")
        free.close()
        run("pg_ctl", "start", "--wait", f"--log={folder}/log")
        try:
            kept = tmp_path_factory.mktemp("postgresql")
            (kept / "pgpass").write_text(f"127.0.0.1:{port}:*:postern:{password}\n")
            (kept / "pgpass").chmod(0o600)
            variables.setenv("PGPASSFILE", str(kept / "pgpass"))
            variables.setenv("POSTERN_MLFLOW_ARTIFACTS", str(kept / "artifacts"))
            yield f"postgresql+psycopg://postern@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
