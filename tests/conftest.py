"""What tests share: the order they run in, the replay server and what is loaded from it, and small data sets made of
given rows."""

import fcntl
import functools
import html
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
import pytest
from browser import FLAGS, free_port, installed, served, unavailable
from playwright.sync_api import Browser, sync_playwright
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from kuntamittari import settings
from kuntamittari.etl import update as updating
from kuntamittari.etl.client import Client
from kuntamittari.etl.publish import Order, Tables
from kuntamittari.etl.update import update
from kuntamittari.etl.writer import write_manifest, write_table
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import SCHEMAS, open_snapshot
from kuntamittari.ui import sections
from kuntamittari.web import api

SHARED = settings.ROOT.parent / "shared"
REPLAY = SHARED / "replay"
YEARS = (2015, 2016, 2017, 2018, 2019)
os.environ["KUNTAMITTARI_API_RATE"] = "0"  # tests ask more often than readers do; the limit has tests of its own
PATHS = {file: path for section in sections.SECTIONS for file, path, _ in section.pages}


def shared(part: str) -> Path:
    """A folder of the material beside the project; tests that need it skip where it is absent, but never in CI."""
    folder = SHARED / part
    if not folder.exists():
        unavailable(f"needs {part} of the shared material beside the project")
    return folder


# ── how a run is shared out


# The files that take longest begin first, so that the workers of a run end at about the same time; pytest-xdist itself
# would begin with those of most tests, unless --no-loadscope-reorder
LONGEST = (
    "test_browser",
    "test_accessibility",
    "test_faults",
    "test_reports",
    "test_finite",
    "test_update",
    "test_basis",
    "test_seminar",
    "test_rug",
    "test_national",
    "test_frontier",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first; the others stay as they were found."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Has all workers of a run ask one replay server, which then makes each of its tables once."""
    if REPLAY.exists():
        if not hasattr(node.config, "replay"):
            process, node.config.replay = _replay()
            node.config.add_cleanup(lambda: _end(process))
        node.workerinput["replay"] = node.config.replay


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Whether what belongs into a common folder is still to be made; the first worker makes it, those who come
    meanwhile wait."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (folder / "made").exists()
        (folder / "made").touch()


@pytest.fixture(scope="session", autouse=True)
def installed_packages_are_searched_once() -> Iterator[None]:
    """Every AppTest searches all installed packages for components of Streamlit, which takes longer than a page; the
    packages stay the same while tests run, and so does the answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", functools.cache(manifest_scanner.scan_component_manifests)
        )
        yield


MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_module() -> None:
    """Puts `__main__` back, which every run of an AppTest replaces by the dashboard: a process that multiprocessing
    starts in a later test would first run that."""
    sys.modules["__main__"] = MAIN


@dataclass(frozen=True)
class Way:
    """A link of a page to another: its words, the page's path and what the address holds."""

    label: str
    page: str
    query: dict[str, str]


def ways(page: AppTest) -> list[Way]:
    """The links that change the page without loading it anew, in order; those of the menu as a script of the document
    completes them."""
    written = "".join(block.value for block in page.markdown)
    found = re.findall(r"<a href='([^'?]*)\?([^']*)' target='_self'>(.*?)</a>", written)
    [chosen] = re.findall(r"data-chosen='([^']*)'", written)
    [menu] = [block.proto.body for block in page.get("html") if "km-menu" in block.proto.body]
    found += [
        (path, chosen, label)
        for path, label in re.findall(r"<a href='([^']*)'(?: aria-current=\"page\")?>(.*?)</a>", menu)
    ]
    return [
        Way(html.unescape(label), path.removeprefix("./"), dict(parse_qsl(html.unescape(query))))
        for path, query, label in found
    ]


def written(page: AppTest) -> list[str]:
    """What is written on the page, as Markdown or as markup."""
    return [block.value for block in page.markdown] + [block.proto.body for block in page.get("html")]


def unfolded(page: AppTest, key: str) -> AppTest:
    """The page after a press on what is made only when it is opened."""
    page.session_state[key] = True
    return page.run()


def page_at(file: str, **query: str) -> AppTest:
    """A page by its file in pages/, run to its end at an address. Like a link it leads straight to the page: AppTest's
    own way there, `switch_page`, knows pages by their files only after a run of another one."""
    page = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=120)
    page.query_params.update(query)
    page._page_hash = calc_hash(PATHS[file])
    return page.run()


# ── the replay server and what is loaded from it


@pytest.fixture
def start_replay() -> Iterator[Callable[..., str]]:
    """Starts a replay server of its own with given options and returns its base URL."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> str:
        shared("replay")
        process, base = _replay(*options)
        started.append(process)
        return base

    yield start
    for process in started:
        _end(process)


def _replay(*options: str) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, str(REPLAY / "server.py"), "--port", "0", "--calls", "100000", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()


@pytest.fixture(scope="session")
def replay(request: pytest.FixtureRequest) -> Iterator[str]:
    """Base URL of a faultless replay server; the same one for all workers of a run."""
    shared("replay")
    if base := getattr(request.config, "workerinput", {}).get("replay"):
        yield base
        return
    process, base = _replay()
    yield base
    _end(process)


@dataclass(frozen=True)
class Loaded:
    """What our own update made of an order: the services' answers, as it keeps them while it runs, a data directory,
    and the tables as they were before they were written, where these are kept. All workers of a run read the same ones.
    """

    answers: Path
    data: Path
    tables_file: Path
    requests: int

    @property
    def tables(self) -> Tables:
        """The tables, anew."""
        return pickle.loads(self.tables_file.read_bytes())


def loaded(folder: Path, order: Order, base: str, *, keep_tables: bool) -> Loaded:
    """Loads an order, once a run."""
    answers, data, kept, asked = (folder / name for name in ("answers", "data", "tables.pickle", "requests"))
    with made_once(folder) as missing:
        if missing:
            with Client(base=base, interval=0, cache=answers) as client, pytest.MonkeyPatch.context() as patch:
                tables = updating.load(client, order, lambda _: None)
                asked.write_text(str(client.requests))
                patch.setattr(updating, "load", lambda *_: tables)
                update(data, order, base=base, interval=0, progress=lambda _: None)
            if keep_tables:
                kept.write_bytes(pickle.dumps(tables))
    return Loaded(answers, data, kept, int(asked.read_text()))


@pytest.fixture(scope="session")
def one_year(replay: str, common: Path) -> Loaded:
    """The twenty largest cities in 2018."""
    return loaded(common / "one-year", Order("largest-20", (2018,)), replay, keep_tables=True)


@pytest.fixture(scope="session")
def all_years(replay: str, common: Path) -> Loaded:
    """Every municipality in every year."""
    return loaded(common / "all-years", Order("all", YEARS), replay, keep_tables=False)


@pytest.fixture(scope="session")
def whole_country(all_years: Loaded) -> Path:
    """A data directory with every municipality."""
    return all_years.data


@pytest.fixture(scope="session")
def country(whole_country: Path) -> Database:
    """The figures of every municipality."""
    return Database(open_snapshot(whole_country))


@pytest.fixture
def national(whole_country: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """/v1 over the figures of every municipality."""
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(whole_country))
    return TestClient(api.create())


@pytest.fixture(scope="session")
def bundle() -> Database:
    """The data committed with the project."""
    return Database(open_snapshot(settings.ROOT / "data"))


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


@dataclass(frozen=True)
class Served:
    """A server on the bundled data: the port it was given, the address it printed and the file of what it says."""

    port: int
    address: str
    log: Path


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server that all browser tests of a worker ask, but those that are about its start."""
    log, port = tmp_path_factory.mktemp("dashboard") / "log.txt", free_port()
    with served(log, STREAMLIT_SERVER_PORT=str(port)) as base:
        yield Served(port, base, log)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """An installed browser without a window. Of the module, not the session: Playwright keeps an event loop
    meanwhile."""
    path = installed()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield started
        started.close()


MakeData = Callable[..., Path]


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, dict[str, Any]]]:
    """Every table without a row: its file, and what the manifest says of it."""
    found, file = {}, tmp_path_factory.mktemp("empty") / "table.parquet"
    for name, schema in SCHEMAS.items():
        entry = write_table(pd.DataFrame(columns=schema.names), name, file)
        found[name] = file.read_bytes(), entry
    return found


@pytest.fixture
def make_data(tmp_path: Path, empty_tables: dict[str, tuple[bytes, dict[str, Any]]]) -> MakeData:
    """make_data(finance=[{…}], population=[{…}], municipality=[{…}]) writes a data directory of just those rows.

    Columns left out get a harmless value: status final, no groupings, loaded, mainland.
    """
    defaults: dict[str, dict] = {
        **{name: {"status": "final"} for name in SCHEMAS},
        "municipality": {
            "aland": False,
            "largest_20": False,
            "loaded": True,
            "division_year": 2026,
            "residents": None,
            "size_class": None,
        },
    }

    def make(**tables: list[dict]) -> Path:
        out = tmp_path / f"data-{len(list(tmp_path.iterdir()))}"
        out.mkdir()
        files, years = {}, sorted({row["year"] for row in tables.get("finance", [])})
        for name, schema in SCHEMAS.items():
            file = out / f"{name}.parquet"
            rows = [dict.fromkeys(schema.names) | defaults[name] | row for row in tables.get(name, [])]
            for row in rows if name == "municipality" else []:
                for language in settings.LANGUAGES:
                    row[f"name_{language}"] = row[f"name_{language}"] or f"Kunta {row['code']}"
            if rows:
                entry = write_table(pd.DataFrame(rows, columns=schema.names), name, file)
            else:
                content, entry = empty_tables[name]
                file.write_bytes(content)
            files[name] = {"path": file.name, **entry, "sources": []}
        manifest = {
            "years": years,
            "scope": "all",
            "division_year": 2026,
            "size_year": years[-1] if years else 2019,
            "largest_20": [],
            "retrieved": "2026-11-21T00:00:00+00:00",
            "interface": "replica",
            "files": files,
        }
        write_manifest(manifest, out)
        return out

    return make
