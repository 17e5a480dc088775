"""A Java runtime for Spark: found, installed where that is ours to do, or asked for by its exact command."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from expectations.errors import SetupError
from jobs.settings import home

LEAST = 17
"""Spark 4.2 runs on Java 17 and newer."""

BY_APT = ("apt-get", "install", "-y", "--no-install-recommends")
PACKAGES = ("openjdk-17-jre-headless", "openjdk-21-jre-headless", "default-jre-headless")
"""Debian 12 has 17 and Debian 13 has 21; the last is whatever a release has come to since."""
BY_BREW = ("brew", "install", "openjdk@17")


def version(java: Path) -> int:
    """Major version that `java` reports; 0 when it does not run."""
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    # `openjdk version "17.0.15" …`, and of old `java version "1.8.0_392"`
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr + told.stdout)
    return int(found[1]) if told.returncode == 0 and found else 0


def candidates() -> Iterator[Path]:
    """Java homes worth asking, the user's own choice first."""
    if chosen := os.environ.get("JAVA_HOME"):
        yield Path(chosen)
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parent.parent
    if (mac := Path("/usr/libexec/java_home")).exists():
        told = subprocess.run([mac, "-v", f"{LEAST}+"], capture_output=True, text=True, check=False)
        if told.returncode == 0:
            yield Path(told.stdout.strip())
    # Homebrew keeps its openjdk out of PATH; Debian keeps every release below one folder.
    for prefix in ("/opt/homebrew", "/usr/local"):
        yield Path(prefix, "opt", f"openjdk@{LEAST}", "libexec", "openjdk.jdk", "Contents", "Home")
    yield from sorted(Path("/usr/lib/jvm").glob("*"))


def find() -> Path | None:
    """JAVA_HOME of the first runtime that is new enough."""
    return next((place for place in candidates() if version(place / "bin" / "java") >= LEAST), None)


def install() -> None:
    """Install a runtime by the system's package manager.

    Raises SetupError, with the command to type, when there is none that may be used or it fails.
    """
    if shutil.which("apt-get"):
        root = os.geteuid() == 0
        if root:
            run(("apt-get", "update"), must=False)  # a machine with stale lists may still know the package
        package = next(filter(known, PACKAGES), None)
        if package is None:
            raise SetupError(
                f"No Java {LEAST} or newer was found, and apt knows none of {', '.join(PACKAGES)}. "
                "Next: sudo apt-get update, then set up again; or point JAVA_HOME to one."
            )
        if not root:
            raise SetupError(f"No Java {LEAST} or newer was found. Next: sudo {' '.join((*BY_APT, package))}")
        run((*BY_APT, package))
    elif shutil.which("brew"):
        run(BY_BREW)
    else:
        step = "brew install openjdk@17" if sys.platform == "darwin" else "install OpenJDK 17 or newer (JRE, headless)"
        raise SetupError(f"No Java {LEAST} or newer was found. Next: {step}, or point JAVA_HOME to one.")


def known(package: str) -> bool:
    """Whether apt could install a package of that name."""
    command = ("apt-cache", "show", package)
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return told.returncode == 0 and f"Package: {package}\n" in told.stdout


def run(command: tuple[str, ...], must: bool = True) -> None:
    """Run a package manager with its output shown. Raises SetupError when it fails and `must`."""
    told = subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if told.returncode and must:
        raise SetupError(
            f"`{' '.join(command)}` ended with {told.returncode}. Next: run it yourself, then set up again."
        )


def remembered() -> Path:
    """The file that holds the runtime which set-up found."""
    return home() / "java_home"


def ensure() -> Path:
    """JAVA_HOME of a runtime that is new enough, installed if need be, and remembered for later runs."""
    found = find()
    if found is None:
        install()
        found = find()
    if found is None:
        raise SetupError(f"No Java {LEAST} or newer was found after installing it. Next: point JAVA_HOME to it.")
    remembered().parent.mkdir(parents=True, exist_ok=True)
    remembered().write_text(f"{found}\n")
    return found


def export() -> None:
    """Set JAVA_HOME for Spark's launcher to the runtime that set-up found; nothing before set-up."""
    if remembered().exists() and (place := Path(remembered().read_text().strip())).exists():
        os.environ["JAVA_HOME"] = str(place)
