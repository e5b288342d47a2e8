"""The material beside the project, and what a test does where something it needs is absent."""

import os
from pathlib import Path
from typing import NoReturn

import pytest

from kuntamittari import settings

SHARED = settings.ROOT.parent / "shared"


def unavailable(reason: str) -> NoReturn:
    """Skip the test because something is missing; fail it in CI, where everything has to be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI needs it")
    pytest.skip(reason)


def shared(part: str) -> Path:
    """Return a folder of the material beside the project; a test that needs it skips without it, but fails in CI."""
    folder = SHARED / part
    if not folder.exists():
        unavailable(f"needs {part} of the shared material beside the project")
    return folder
