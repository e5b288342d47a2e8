"""Fixtures of tests that run pages or ask the interface."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner

from kuntamittari.exhibits.render import pool
from kuntamittari.web import api


@pytest.fixture(autouse=True)
def every_figure_is_computed_once(figures_are_computed_once: None) -> None:
    """Keep the answers of queries for all tests of this folder."""


@pytest.fixture(scope="session", autouse=True)
def installed_packages_are_searched_once() -> Iterator[None]:
    """Search all installed packages for components of Streamlit once.

    Every AppTest does so, which takes longer than a page; the packages stay the same while tests run.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def reports_hardly_give_way() -> Iterator[None]:
    """Let the processes that make reports have nearly the share of others: all workers of a run keep busy meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "NICENESS", 1)
        yield


class Asked(TestClient):
    """The interface over the bundled data as page tests read it: what was asked before is not asked again."""

    @functools.cached_property
    def answers(self) -> dict[Any, Any]:
        return {}

    def get(self, url: str, params: dict[str, Any] | None = None) -> Any:
        key = url, *sorted((params or {}).items())
        if key not in self.answers:
            self.answers[key] = super().get(url, params=params)
        return self.answers[key]


@pytest.fixture(scope="session")
def interface() -> TestClient:
    """/v1 over the data committed with the project, to be read only."""
    return Asked(api.create())


@pytest.fixture
def national(whole_country: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """/v1 over the figures of every municipality."""
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(whole_country))
    return TestClient(api.create())
