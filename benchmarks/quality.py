"""Every figure of quality in docs/benchmarks.md, made again: `python -m benchmarks.quality DATA/cert-r4.2 RESULTS`.

Runs benchmarks.detection, rivals, plants and attacks one after the other (some hours on two cores) and writes their
tables between the marks of the page. Each keeps what it measured as JSON in RESULTS; what is there is not made again,
so that the page can be set anew, or one benchmark repeated by deleting its file.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.tables import attacks, calm, cert, facility, rivals

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "benchmarks.md"
SITE = PROJECT / "sites" / "cert-r4.2.yaml"
RANKED = ("--from", "2010-03-01", "--to", "2011-05-16")
Render = Callable[[Any], str]
SECTIONS: Mapping[str, tuple[str, Render]] = {
    "cert": ("cert.json", cert),
    "rivals": ("cert.json", rivals),
    "facility": ("planted.json", facility),
    "calm": ("calm.json", calm),
    "attacks": ("attacks.json", attacks),
}
"""Mark in the page: the file that its table is made of, and how."""


def commands(data: Path, results: Path) -> dict[str, list[list[str]]]:
    """What makes each file."""
    lake, answers = str(results / "cert-lake"), str(data / "answers_public_events.csv")
    truth = ["--site", str(SITE), "--truth", answers, "--together", "1+3", *RANKED]

    def plants(name: str, *kinds: str) -> list[str]:
        return ["benchmarks.plants", *(f"--only={kind}" for kind in kinds), "--json", str(results / name)]

    return {
        "cert.json": [
            ["benchmarks.detection", str(data), "--lake", lake],
            ["benchmarks.rivals", lake, *truth, "--json", str(results / "cert.json")],
        ],
        "planted.json": [plants("planted.json", "planted")],
        "calm.json": [plants("calm.json", "quiet", "readers", "outage")],
        "attacks.json": [["benchmarks.attacks", "--json", str(results / "attacks.json")]],
    }


def main() -> None:
    """Measure what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with CERT r4.2: see docs/recipes.md")
    parser.add_argument("results", type=Path, help="folder for what was measured")
    parser.add_argument("--measured-only", action="store_true", help="measure nothing: set what RESULTS has")
    given = parser.parse_args()
    given.results.mkdir(parents=True, exist_ok=True)
    page = PAGE.read_text(encoding="utf-8")
    for mark in SECTIONS:
        between(page, mark, "")  # a mark that is missing is told before hours are spent
    for name, steps in commands(given.data, given.results).items():
        if not (given.measured_only or (given.results / name).exists()):
            for step in steps:
                print(f"== {name}: python -m {' '.join(step)}", flush=True)
                subprocess.run([sys.executable, "-m", *step], check=True)
    for mark, (name, render) in SECTIONS.items():
        if not (given.results / name).exists():
            continue
        page = between(page, mark, render(json.loads((given.results / name).read_text())))
    PAGE.write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(PROJECT)}")


def between(page: str, mark: str, table: str) -> str:
    """The page with what stands between a mark and its end replaced."""
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    head, found, rest = page.partition(begin)
    if not found or end not in rest:
        sys.exit(
            f"{PAGE}: expected the marks {begin.strip()} and {end}, found none. Next: put them where the table goes."
        )
    return f"{head}{begin}{table.strip()}\n{end}{rest.partition(end)[2]}"


if __name__ == "__main__":
    main()
