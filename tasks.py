#!/usr/bin/env python3
"""Tasks of the checkout, such as `python3 tasks.py start` and `python3 tasks.py test`. Needs Python 3.11 or later only.

Each task first makes `.venv` beside this file, with the pinned packages that it needs, unless it is there already.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

NOT_ON_WINDOWS = (
    "Kuntamittari does not run on Windows itself: start it in a container with `docker compose -f deploy/compose.yaml "
    "up --detach --build` in its checkout and open http://127.0.0.1:8500, or start it in Windows Subsystem for Linux."
)

CHECKS = (
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("scripts of the browser", ["oxlint", "--deny-warnings", "bench", "kuntamittari"]),
    ("types", ["mypy"]),
    ("import arrows", ["lint-imports", "--no-cache"]),
)


def locked(lock: Path) -> list[Path]:
    """Return a lock and the locks that it includes."""
    lines = lock.read_text("utf-8").splitlines()
    return [lock, *(file for line in lines if line.startswith("-r ") for file in locked(ROOT / line[3:]))]


def prepare(requirements: str) -> None:
    """Install the packages that the lock of a requirements file names into .venv, unless they are there already.

    Nothing is installed whose hash is not in the lock, and nothing is built but what has no wheel (scripts/lock.py).
    """
    lock = ROOT / Path(requirements).with_suffix(".lock")
    wanted = hashlib.sha256(b"".join(f.read_bytes() for f in locked(lock)) + sys.version.encode()).hexdigest()
    stamp = VENV / f"{requirements}.stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
        if made.returncode:
            sys.exit(
                "Python could not make a virtual environment. On Debian or Ubuntu install the package python3-venv."
            )
    print(f"Installing the packages of {requirements} …", flush=True)
    pip = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "--only-binary=:all:",
        "-r",
        str(lock),
    ]
    if subprocess.run(pip, check=False).returncode:
        sys.exit(f"The packages of {lock.name} could not be installed. Check the connection and run the command again.")
    stamp.write_text(wanted)


def start() -> int:
    """Become `kuntamittari start`: the dashboard, which prints its address; Ctrl+C stops it."""
    prepare("requirements.txt")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "kuntamittari", "start"])


def test() -> int:
    """Run every check and every test, also after one has failed; 0 if all pass."""
    prepare("requirements-dev.txt")
    tools = VENV / "bin"
    failed = [name for name, command in CHECKS if run(name, [str(tools / command[0]), *command[1:]])]
    if run("tests", [str(PYTHON), "-m", "pytest", *sys.argv[2:]]):
        failed.append("tests")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def bundle() -> int:
    """Rewrite data/, the 20 largest cities and Mainland Finland, with our own `update`."""
    prepare("requirements.txt")
    return subprocess.run([str(PYTHON), "-m", "scripts.bundle"], cwd=ROOT, check=False).returncode


def audit() -> int:
    """Look up known vulnerabilities of every pinned package; fails also if a package cannot be looked up."""
    prepare("requirements-audit.txt")
    pinned = [
        "-r",
        str(ROOT / "requirements-dev.txt"),
        "--no-deps",
        "--disable-pip",
        "--strict",
        "--progress-spinner",
        "off",
    ]
    return run("packages", [str(PYTHON), "-m", "pip_audit", *pinned])


def lock() -> int:
    """Write the locks and the list of all packages with their licences (docs/sbom.cdx.json) anew."""
    prepare("requirements-audit.txt")
    if run("locks", [str(PYTHON), "-m", "scripts.lock"]):
        return 1
    prepare("requirements-dev.txt")
    return run("list of packages", [str(PYTHON), "-m", "scripts.sbom"])


def bench() -> int:
    """Measure speed, load, faults and accessibility, one line a figure; with names of benches only those."""
    prepare("requirements-bench.txt")
    return subprocess.run([str(PYTHON), "-m", "bench", *sys.argv[2:]], cwd=ROOT, check=False).returncode


def run(name: str, command: list[str]) -> int:
    """Print the name of a check, run it and return its exit code."""
    print(f"── {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


TASKS = {"start": start, "test": test, "bundle": bundle, "audit": audit, "lock": lock, "bench": bench}

if __name__ == "__main__":
    if sys.platform == "win32":
        sys.exit(NOT_ON_WINDOWS)
    if sys.version_info < (3, 11):  # noqa: UP036  older versions get a sentence
        sys.exit(f"Kuntamittari needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit("Usage: python3 tasks.py " + "|".join(TASKS))
    sys.exit(TASKS[sys.argv[1]]())
