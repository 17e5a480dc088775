"""How early the known insiders are met on CERT r4.2: `python -m benchmarks.detection DATA/cert-r4.2`.

Lands the data in a scratch lake, backfills every night as a user would, and prints the nightly-list protocol's figures
on the public answers. The data are not part of the project.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SITE = Path(__file__).resolve().parents[1] / "sites" / "cert-r4.2.yaml"
FIRST, RANKED, LAST, DELIVERY = "2010-01-02", "2010-03-01", "2011-05-16", "2011-05-17"


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with logon.csv.gz, email_meta.parquet, LDAP/ and the answers")
    parser.add_argument("--lake", type=Path, help="keep the lake there")
    given = parser.parse_args()
    if not (given.data / "logon.csv.gz").exists():
        sys.exit(f"no logon.csv.gz in {given.data}: this benchmark needs CERT r4.2, see docs/recipes.md")
    lake = given.lake or Path(tempfile.mkdtemp(prefix="postern-"))
    for feed, files in (("logon", "logon.csv.gz"), ("mail", "email_meta.parquet"), ("people", "LDAP/*.csv")):
        folder = lake / "landing" / feed / DELIVERY
        folder.mkdir(parents=True)
        for file in given.data.glob(files):
            shutil.copy(file, folder)
    place = {**os.environ, "POSTERN_LAKE": str(lake), "POSTERN_SITE": str(SITE)}
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "jobs", "backfill", "--from", FIRST, "--to", DELIVERY], env=place, check=True)
    print(
        f"backfilled {FIRST} … {DELIVERY} in {(time.monotonic() - started) / 60:.1f} minutes on {os.cpu_count()} cores"
    )
    answers = ["--truth", str(given.data / "answers_public_events.csv"), "--together", "1+3"]
    command = [sys.executable, "-m", "jobs", "evaluate", "--from", RANKED, "--to", LAST, *answers]
    subprocess.run(command, env=place, check=True)


if __name__ == "__main__":
    main()
