#!/usr/bin/env python3
"""What a newcomer runs: `python3 tasks.py start` and `python3 tasks.py test`. Needs Python 3.11 or later, nothing else.

Each command first makes .venv beside this file with the pinned packages, unless it is there already.
"""

import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FIRST_PORT, PORTS_TRIED = 8501, 50

CHECKS = (
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("import arrows", ["lint-imports", "--no-cache"]),
)


def prepare(requirements: str) -> None:
    """Makes .venv hold exactly the pinned packages of a requirements file; quick when it already does."""
    files = [ROOT / "requirements.txt", ROOT / requirements]
    wanted = hashlib.sha256(b"".join(f.read_bytes() for f in files) + sys.version.encode()).hexdigest()
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
        "-r",
        str(ROOT / requirements),
    ]
    if subprocess.run(pip, check=False).returncode:
        sys.exit(
            f"The packages of {requirements} could not be installed. Check the connection and run the command again."
        )
    stamp.write_text(wanted)


def free_port() -> int:
    """The first free port from Streamlit's own on."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    sys.exit(f"No free port between {FIRST_PORT} and {FIRST_PORT + PORTS_TRIED}.")


def start() -> int:
    """Starts the dashboard on this machine and prints its address; Ctrl+C stops it."""
    prepare("requirements.txt")
    port = os.environ.get("STREAMLIT_SERVER_PORT") or str(free_port())
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "app.py"], os.environ | {"STREAMLIT_SERVER_PORT": port})


def test() -> int:
    """Style, types, import arrows and every test; the exit code is 0 when all pass."""
    prepare("requirements-dev.txt")
    tools = VENV / "bin"
    failed = [name for name, command in CHECKS if run(name, [str(tools / command[0]), *command[1:]])]
    if run("tests", [str(PYTHON), "-m", "pytest", *sys.argv[2:]]):
        failed.append("tests")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def bundle() -> int:
    """Writes data/ anew: the 20 largest cities and Mainland Finland, by our own update."""
    prepare("requirements.txt")
    return subprocess.run([str(PYTHON), "-m", "scripts.bundle"], cwd=ROOT, check=False).returncode


def audit() -> int:
    """Asks the database of advisories whether a pinned package is known to be weak; fails too where it cannot tell of
    one."""
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


def bench() -> int:
    """Measures speed, load, faults and accessibility, a line a figure; the names of benches (`python -m bench`) run
    those alone."""
    prepare("requirements-bench.txt")
    return subprocess.run([str(PYTHON), "-m", "bench", *sys.argv[2:]], cwd=ROOT, check=False).returncode


def run(name: str, command: list[str]) -> int:
    """Runs one check and says its name first."""
    print(f"── {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


TASKS = {"start": start, "test": test, "bundle": bundle, "audit": audit, "bench": bench}

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  said in words to those who try
        sys.exit(f"Kuntamittari needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit("Usage: python3 tasks.py " + "|".join(TASKS))
    sys.exit(TASKS[sys.argv[1]]())
