"""The bootstrap script: sets up once, starts at once, and fetches again only when what it depends on changed."""

import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

# A uv that makes an environment whose Python only notes what it was asked to run.
UV = """#!/bin/sh
echo "uv $*" >>"$CALLS"
[ "$1" = venv ] || exit 0
for place; do :; done
mkdir -p "$place/bin" "$place/packages"
echo "$place/packages" >"$place/bin/purelib"
cp "$(dirname "$0")/python.sh" "$place/bin/python"
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
        self.root.mkdir()
        self.programs.mkdir()
        shutil.copy(PROJECT / "postern", self.root / "postern")
        (self.root / "requirements.lock").write_text("something==1\n")
        for name, text in (("uv", UV), ("python.sh", PYTHON)):
            (self.programs / name).write_text(text)
            (self.programs / name).chmod(0o755)

    def postern(self, *arguments: str, **environment: str) -> tuple[int, list[str]]:
        self.calls.write_text("")
        told = subprocess.run(
            [self.root / "postern", *arguments],
            env={"PATH": f"{self.programs}:/usr/bin:/bin", "CALLS": str(self.calls), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return told.returncode, self.calls.read_text().splitlines()


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
    (machine.programs / "uv").unlink()
    for name in ("python3", "curl", "wget"):
        (machine.programs / name).write_text("#!/bin/sh\nexit 1\n")
        (machine.programs / name).chmod(0o755)
    assert machine.postern("status")[0] == 30
