"""Fixtures of tests that run pages or ask the interface."""

import functools
import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import feather
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner

from kuntamittari.query.database import Database
from kuntamittari.web import api

MOST_ANSWERS = 1000  # of queries, kept for the tests that follow


@pytest.fixture(scope="session")
def earlier_answers() -> OrderedDict[Any, pa.Table]:
    """The answers of queries by data set, name and parameters, for the tests that follow."""
    return OrderedDict()


@pytest.fixture(scope="session")
def answers_of_all_workers(common: Path) -> Path:
    """The folder of the answers that the workers of a run share."""
    folder = common / "answers"
    folder.mkdir(exist_ok=True)
    return folder


def computed_by_one_worker(file: Path, compute: Callable[[], pa.Table]) -> pa.Table:
    """Return the answer in a file, or compute it and write the file."""
    if file.exists():
        return feather.read_table(file)
    answer = compute()
    own = file.with_suffix(f".{os.getpid()}")
    feather.write_feather(answer, own, compression="uncompressed")
    own.replace(file)  # other workers find the whole file or none
    return answer


@pytest.fixture(autouse=True)
def figures_are_computed_once(
    earlier_answers: OrderedDict[Any, pa.Table], answers_of_all_workers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give a query the answer that it had in an earlier test on the same data set, in any worker of the run.

    Most of the time of a page goes into queries, and the same ones come back in test after test. A data set never
    changes under its digest; what a user has uploaded is computed each time. Tests outside this folder, such as those
    of damaged files, compute everything.
    """
    compute = Database.query

    def query(self: Database, name: str, **parameters: Any) -> pa.Table:
        if self.overlay.activity:
            return compute(self, name, **parameters)
        key = self.snapshot.directory, self.snapshot.digest, name, repr(parameters)
        answer = earlier_answers.pop(key, None)
        if answer is None:
            file = answers_of_all_workers / hashlib.sha256(repr(key).encode()).hexdigest()
            answer = computed_by_one_worker(file, lambda: compute(self, name, **parameters))
        earlier_answers[key] = answer
        if len(earlier_answers) > MOST_ANSWERS:
            earlier_answers.popitem(last=False)
        return answer

    monkeypatch.setattr(Database, "query", query)


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
