"""The bootstrap script: sets up once, starts at once, and fetches again only when what it depends on changed."""

import hashlib
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

# A uv that makes an environment whose Python only notes what it was asked to run.
UV = """#!/bin/sh
echo "uv $*" >>"$CALLS"
[ "$1" != --version ] || echo "uv 0.0.1 (a test)"
[ "$1" = venv ] || exit 0
for place; do :; done
mkdir -p "$place/bin" "$place/packages"
echo "$place/packages" >"$place/bin/purelib"
cp "$PROGRAMS/python.sh" "$place/bin/python"
"""
PYTHON = """#!/bin/sh
case "$*" in
*purelib*) cat "$(dirname "$0")/purelib" ;;
-c*) ;;
*) echo "python $*" >>"$CALLS" ;;
esac
[ "$*" != "-m jobs setup" ] || exit "${SETUP_ENDS:-0}"
"""


class Machine:
    """A checkout in a folder with a space in its name, and what was run there."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "my project"
        self.calls = folder / "calls"
        self.programs = folder / "programs"
        self.system = "/usr/bin:/bin"
        self.told = ""
        self.root.mkdir()
        self.programs.mkdir()
        shutil.copy(PROJECT / "postern", self.root / "postern")
        (self.root / "requirements.lock").write_text("something==1\n")
        (self.root / "bootstrap.lock").write_text("uv==0.0.1\n")
        for name, text in (("uv", UV), ("python.sh", PYTHON)):
            (self.programs / name).write_text(text)
            (self.programs / name).chmod(0o755)

    def postern(self, *arguments: str, **environment: str) -> tuple[int, list[str]]:
        self.calls.write_text("")
        told = subprocess.run(
            [self.root / "postern", *arguments],
            env={
                "PATH": f"{self.programs}:{self.system}",
                "CALLS": str(self.calls),
                "PROGRAMS": str(self.programs),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        self.told = told.stderr
        return told.returncode, self.calls.read_text().splitlines()

    def without_uv(self) -> None:
        """No uv on the PATH, whatever this machine has: of its programs only those that the script needs."""
        (self.programs / "uv").rename(self.programs / "uv.sh")
        tools = self.programs.parent / "tools"
        tools.mkdir()
        for tool in ("cat", "chmod", "cksum", "cp", "dirname", "env", "mkdir", "rm", "sed", "sh"):
            (tools / tool).symlink_to(shutil.which(tool) or tool)
        self.system = str(tools)

    def index(self) -> str:
        """A folder with a wheel of uv 0.0.1 and pip beside it; the wheel's hash. Skips where no Python has pip."""
        pythons = [shutil.which("python3", path=path) for path in (None, "/usr/local/bin", "/usr/bin")]
        ask = ["-c", "import pip, sys; print(sys.executable)"]  # what `python3` is may be a script that needs more
        asked = [subprocess.run([p, *ask], capture_output=True, text=True, check=False) for p in pythons if p]
        with_pip = [told.stdout.strip() for told in asked if told.returncode == 0]
        if not with_pip:
            pytest.skip("no Python with pip on this machine")
        (self.programs / "python3").write_text(f'#!/bin/sh\nexec "{with_pip[0]}" "$@"\n')
        (self.programs / "python3").chmod(0o755)
        wheels = self.programs.parent / "wheels"
        wheels.mkdir()
        wheel = wheels / "uv-0.0.1-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.write(self.programs / "uv.sh", "uv-0.0.1.data/scripts/uv")
            archive.writestr("uv-0.0.1.dist-info/METADATA", "Metadata-Version: 2.1\nName: uv\nVersion: 0.0.1\n")
            archive.writestr(
                "uv-0.0.1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr("uv-0.0.1.dist-info/RECORD", "")
        return hashlib.sha256(wheel.read_bytes()).hexdigest()

    def pin(self, digest: str) -> None:
        (self.root / "bootstrap.lock").write_text(f"uv==0.0.1 --hash=sha256:{digest}\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_first_run_sets_up_then_hands_over(machine: Machine) -> None:
    code, calls = machine.postern("status", "--lake", "a b")
    assert code == 0
    assert [call.split()[1] for call in calls if call.startswith("uv")] == ["venv", "pip"]
    assert any("--require-hashes" in call for call in calls)
    assert [call for call in calls if call.startswith("python")] == [
        "python -m jobs setup",
        "python -m jobs status --lake a b",
    ]
    assert (machine.root / ".venv" / "packages" / "postern.pth").read_text().strip() == str(machine.root)


def test_the_second_run_only_hands_over(machine: Machine) -> None:
    machine.postern("status")
    assert machine.postern("status") == (0, ["python -m jobs status"])


def test_another_lock_sets_up_again_and_keeps_the_environment(machine: Machine) -> None:
    machine.postern("status")
    (machine.root / "requirements.lock").write_text("something==2\n")
    _, calls = machine.postern("status")
    assert [call.split()[1] for call in calls if call.startswith("uv")] == ["pip"]


def test_set_up_that_fails_is_not_taken_for_done(machine: Machine) -> None:
    assert machine.postern("status", SETUP_ENDS="30")[0] == 30
    _, calls = machine.postern("status")
    assert "python -m jobs setup" in calls


def test_without_uv_pip_and_a_network_the_error_is_the_command_to_type(machine: Machine) -> None:
    machine.without_uv()
    for name in ("python3", "curl", "wget"):
        (machine.programs / name).write_text("#!/bin/sh\nexit 1\n")
        (machine.programs / name).chmod(0o755)
    assert machine.postern("status")[0] == 30
    assert "apt-get install -y python3-pip" in machine.told


def test_without_uv_the_pinned_one_is_fetched_once_and_again_when_the_lock_names_another(machine: Machine) -> None:
    machine.without_uv()
    digest = machine.index()
    machine.pin(digest)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(machine.programs.parent / "wheels")}
    assert machine.postern("status", **offline)[0] == 0, machine.told
    assert "fetching uv 0.0.1" in machine.told
    (machine.root / "requirements.lock").write_text("something==2\n")
    assert machine.postern("status", **offline)[0] == 0
    assert "fetching" not in machine.told
    (machine.root / "bootstrap.lock").write_text(f"uv==0.0.2 --hash=sha256:{digest}\n")
    assert machine.postern("status", **offline)[0] == 30
    assert "fetching uv 0.0.2" in machine.told
    assert "Next: check the network or the package index" in machine.told


def test_a_uv_that_is_not_the_pinned_one_is_refused_and_fetched_in_no_other_way(machine: Machine) -> None:
    machine.without_uv()
    machine.index()
    machine.pin("0" * 64)
    (machine.programs / "curl").write_text('#!/bin/sh\necho curl >>"$CALLS"\n')
    (machine.programs / "curl").chmod(0o755)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(machine.programs.parent / "wheels")}
    assert machine.postern("status", **offline) == (30, [])
    assert "uv was refused: expected uv 0.0.1 with a hash of bootstrap.lock" in machine.told
    assert not (machine.root / ".postern" / "uv").exists()


def test_the_lock_pins_one_uv_with_the_hashes_of_its_wheels_and_names_no_index() -> None:
    lock = (PROJECT / "bootstrap.lock").read_text()
    pinned = [line for line in lock.splitlines() if line and not line.startswith(("#", " "))]
    assert len(pinned) == 1
    assert re.fullmatch(r"uv==[\d.]+ \\", pinned[0])
    # Linux, with either C library, macOS and Windows, on several processors.
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", lock)) >= 10
    assert "://" not in lock
    # The script takes the version from there: it names none.
    assert not re.search(r"\d+\.\d+\.\d+", (PROJECT / "postern").read_text())


def test_the_lock_of_the_rivals_pins_pyod_with_hashes_beside_the_environment_s_own_pins_and_names_no_index() -> None:
    def pins(name: str) -> set[str]:
        lock = (PROJECT / name).read_text()
        assert "://" not in lock
        found = re.findall(r"^\S+==\S+(?: ; .*?)?(?= \\)", lock, re.M)
        assert lock.count("\n    --hash=sha256:") >= len(found)
        return set(found)

    own = {pin.split("==")[0] for pin in pins("rivals.lock") - pins("requirements.lock")}
    assert own == {"pyod", "numba", "llvmlite"}
    # Set-up reads the other lock alone.
    assert "rivals" not in (PROJECT / "postern").read_text()
