"""Fixtures of tests that run updates."""

from collections.abc import Iterator

import pytest

from tests.support.recorded import write_few


@pytest.fixture
def all_values() -> None:
    """Ask for updates that write the values and models of all indicators, to be compared with those of session
    fixtures."""


@pytest.fixture(autouse=True)
def few_values(request: pytest.FixtureRequest) -> Iterator[None]:
    """Have updates write the values and models of some indicators: those of all would be most of the time of most tests
    here.

    The updates of `recorded`, `one_year` and `all_years`, which other tests read, write them all.
    """
    with pytest.MonkeyPatch.context() as patch:  # one of its own, which a test that undoes its own changes leaves alone
        if "all_values" not in request.fixturenames:
            write_few(patch)
        yield
