"""Write the locks: every package of each requirements file, with the hashes of all its files.

    python3 tasks.py lock

A lock holds for Linux and macOS and for each Python that the project runs on. What a lower lock has is not repeated:
the lock of the tests names that of the dashboard.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from kuntamittari import settings

ROOT = settings.ROOT
# Without the others that it builds on, in the order in which they are made.
NAMES = ("requirements", "requirements-build", "requirements-dev", "requirements-audit", "requirements-bench")
OLDEST_PYTHON = "3.11"
HEAD = "# Written by `python3 tasks.py lock` from {name}.txt; do not edit. Installed with --require-hashes.\n"
# Published as source alone; everything else is a wheel, which runs nothing while it is installed.
SOURCE_ONLY = {"requirements-dev": "jsonpath-rw"}
ELSEWHERE = re.compile(r"sys_platform == '(?:win32|emscripten)'$")
# Everything is pinned in our own files: only which package needs which is worth saying.
PINNED_HERE = re.compile(r"\n    # via -r \S+(?:, -r \S+)*$|, -r \S+", re.MULTILINE)
PACKAGE = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.]+)(?: ; (?P<marker>[^\\\n]+?))? \\")


def parts(lock: str) -> list[str]:
    """Return the packages of a lock, each with its hashes and who needs it."""
    return [part for part in re.split(r"^(?=[\w.-]+==)", lock, flags=re.MULTILINE) if PACKAGE.match(part)]


def own(compiled: str, below: str) -> str:
    """Return what a compiled lock has beyond the locks below it, for the systems that the project runs on."""
    there = {found["name"] for part in parts(below) if (found := PACKAGE.match(part))}
    kept = []
    for part in parts(compiled):
        found = PACKAGE.match(part)
        if found and found["name"] not in there and not ELSEWHERE.search(found["marker"] or ""):
            kept.append(PINNED_HERE.sub("", part).rstrip("\n") + "\n")
    return "".join(kept)


def based_on(name: str) -> list[str]:
    """Return the requirements files that one includes, without their suffix."""
    return re.findall(r"^-r ([\w-]+)\.txt$", (ROOT / f"{name}.txt").read_text("utf-8"), re.MULTILINE)


def compiled(name: str) -> str:
    """Resolve a requirements file for every system and Python.

    Raises:
        subprocess.CalledProcessError: The index does not answer, or the pins contradict each other.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "lock"
        uv = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "--quiet", "--no-config", "--universal"]
        how = ["--python-version", OLDEST_PYTHON, "--generate-hashes", "--no-header", "--annotation-style", "line"]
        subprocess.run([*uv, *how, f"{name}.txt", "--output-file", str(out)], cwd=ROOT, check=True)
        return out.read_text("utf-8")


def main() -> int:
    """Write all locks and return 0."""
    for name in NAMES:
        lower = based_on(name)
        below = "".join(chain(other) for other in lower)
        head = HEAD.format(name=name) + "".join(f"-r {other}.lock\n" for other in lower)
        if name in SOURCE_ONLY:
            head += f"--no-binary {SOURCE_ONLY[name]}\n"
        (ROOT / f"{name}.lock").write_text(head + own(compiled(name), below), "utf-8")
    return 0


def chain(name: str) -> str:
    """Return a lock with those that it includes."""
    text = (ROOT / f"{name}.lock").read_text("utf-8")
    return text + "".join(chain(other) for other in re.findall(r"^-r ([\w-]+)\.lock$", text, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
