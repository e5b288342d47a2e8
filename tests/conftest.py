"""What tests share: the replay server, a whole country loaded from it, and small data sets made of given rows."""

import fcntl
import functools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from browser import FLAGS, installed
from playwright.sync_api import Browser, sync_playwright
from streamlit.components.v2 import manifest_scanner

from kuntamittari import settings
from kuntamittari.database import Database
from kuntamittari.snapshot import MANIFEST, SCHEMAS, open_snapshot, write_manifest, write_table
from kuntamittari.update import Order, update

SHARED = settings.ROOT.parent / "shared"
YEARS = (2015, 2016, 2017, 2018, 2019)


def shared(part: str) -> Path:
    """A folder of the material beside the project; tests that need it skip where it is absent, but never in CI."""
    folder = SHARED / part
    if not folder.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{part} of the shared material is missing, and CI needs it")
        pytest.skip(f"needs {part} of the shared material beside the project")
    return folder


@pytest.fixture(scope="session", autouse=True)
def installed_packages_are_searched_once() -> Iterator[None]:
    """Every AppTest searches all installed packages for components of Streamlit, which takes longer than a page; the packages
    stay the same while tests run, and so does the answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def start_replay() -> Iterator[Callable[..., str]]:
    """Starts a replay server of its own with given options and returns its base URL."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> str:
        process, base = _replay(*options)
        started.append(process)
        return base

    yield start
    for process in started:
        process.kill()
        process.wait()


def _replay(*options: str) -> tuple["subprocess.Popen[str]", str]:
    server = shared("replay") / "server.py"
    command = [sys.executable, str(server), "--port", "0", "--calls", "100000", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


@pytest.fixture(scope="session")
def replay() -> Iterator[str]:
    """Base URL of a faultless replay server."""
    process, base = _replay()
    yield base
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def whole_country(replay: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with every municipality, loaded by our own update; all workers of a run read the same one."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "whole"
    folder.mkdir(exist_ok=True)
    out = folder / "data"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first worker loads it, and those who come meanwhile wait
        if not (out / MANIFEST).exists():
            update(out, Order("all", YEARS), base=replay, interval=0, progress=lambda _: None)
    return out


@pytest.fixture(scope="session")
def bundle() -> Database:
    """The data committed with the project."""
    return Database(open_snapshot(settings.ROOT / "data"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """An installed browser without a window. Of the module, not the session: Playwright keeps an event loop meanwhile."""
    path = installed()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


MakeData = Callable[..., Path]


@pytest.fixture
def make_data(tmp_path: Path) -> MakeData:
    """make_data(finance=[{…}], population=[{…}], municipality=[{…}]) writes a data directory of just those rows.

    Columns left out get a harmless value: status final, no groupings, loaded, mainland.
    """
    defaults: dict[str, dict] = {
        **{name: {"status": "final"} for name in SCHEMAS},
        "municipality": {"aland": False, "largest_20": False, "loaded": True, "division_year": 2026, "residents": None, "size_class": None},
    }

    def make(**tables: list[dict]) -> Path:
        out = tmp_path / f"data-{len(list(tmp_path.iterdir()))}"
        out.mkdir()
        files, years = {}, sorted({row["year"] for row in tables.get("finance", [])})
        for name, schema in SCHEMAS.items():
            rows = [dict.fromkeys(schema.names) | defaults[name] | row for row in tables.get(name, [])]
            for row in rows if name == "municipality" else []:
                for language in settings.LANGUAGES:
                    row[f"name_{language}"] = row[f"name_{language}"] or f"Kunta {row['code']}"
            frame = pd.DataFrame(rows, columns=schema.names)
            files[name] = {"path": f"{name}.parquet", **write_table(frame, name, out / f"{name}.parquet"), "sources": []}
        manifest = {
            "years": years, "scope": "all", "division_year": 2026, "size_year": years[-1] if years else 2019, "largest_20": [],
            "retrieved": "2026-11-21T00:00:00+00:00", "interface": "replica", "files": files,
        }  # fmt: skip
        write_manifest(manifest, out)
        return out

    return make
