"""The made-up country in which surveys, self-assessments and ways of organising are uploaded."""

from pathlib import Path

import pytest

from tests.support.small_data import MakeData
from tests.support.uploads.made_up_survey import made


@pytest.fixture
def place(make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up country as the data in use, with the costs of its libraries in two years."""
    directory = made(make_data)
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(directory))
    return directory
