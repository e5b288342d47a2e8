"""The command line as a user meets it: exit code, output and errors, in this process or in one of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import stamina

from kuntamittari import settings
from kuntamittari.cli import main

SETTINGS = (
    "KUNTAMITTARI_DATA",
    "KUNTAMITTARI_API_BASE",
    "KUNTAMITTARI_REQUEST_INTERVAL",
    "KUNTAMITTARI_ACCEPT_MADE_UP",
)
Run = Callable[..., tuple[int, list[str], list[str]]]


@contextmanager
def runner(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Give a function that runs a command in this process: `run("check", …, KUNTAMITTARI_DATA=…)`.

    It returns exit code, lines of output and lines of errors without the progress bar.
    """
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, **environment: str) -> tuple[int, list[str], list[str]]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse's own way
            code = int(ended.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return (
            code,
            said.out.splitlines(),
            [line for line in re.split(r"[\r\n]+", said.err) if line and not line.startswith("update: ")],
        )

    with stamina.set_testing(True, attempts=1):
        yield command


def python_m(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m kuntamittari …` in a process of its own."""
    command = [sys.executable, "-m", "kuntamittari", *arguments]
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        command, cwd=settings.ROOT, env=clean | environment, capture_output=True, text=True, check=False, timeout=180
    )
