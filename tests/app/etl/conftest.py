"""Fixtures of tests that run updates."""

import pytest

from kuntamittari.etl import publish
from tests.support.recorded import FewIndicators


@pytest.fixture
def all_values() -> None:
    """Ask for updates that write the values of all indicators, to be compared with those of session fixtures."""


@pytest.fixture(autouse=True)
def few_values(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have updates write the values of some indicators: those of all would be a third of the time of most tests here.

    The updates of `recorded`, `one_year` and `all_years`, which other tests read, write them all.
    """
    if "all_values" not in request.fixturenames:
        monkeypatch.setattr(publish, "figures", FewIndicators)
